/// The search for what explains a wrong result: what would a mistake give, and are these the caller's numbers?
struct Search {
    let wording: Wording

    /// The caller's numbers as a matrix in the row convention.
    let theirs: View<Double>

    /// Whether they have the right shape.
    let fits: Bool

    /// Our results in the precisions in which the caller may have computed: the one that was asked for, then float32.
    let levels: [BoundedResults]

    /// Everything of the simplest kind that explains the numbers; one entry at least. In this order: right numbers in another shape, a single mistake, a
    /// pattern in the errors, float32 rounding, all of that again to float32 rounding, two mistakes at once, and a part that is wrong.
    func diagnoses<S>(reshaping claim: Claim<S>) -> [Diagnosis] {
        for (index, level) in levels.enumerated() {
            let evidence = evidence(in: level)
            if index > 0, fits, evidence.isRight {
                return [Diagnosis(mistake: "float32-rounding", explanation: Self.float32Rounding(wording))]
            }
            if !fits, evidence.hasSameNumbers(as: claim, wording) {
                return [Diagnosis(mistake: "shape", explanation: "The numbers are right, but not their shape. \(shapes(claim))")]
            }
            let found = (fits ? evidence.zero(wording).map { [$0] } ?? [] : []) + singles(evidence, level.step)
            if !found.isEmpty { return found }
            if fits, let pattern = evidence.pattern(wording) { return [pattern] }
        }
        for level in levels {
            if let pair = pair(evidence(in: level), level.step) { return pair }
        }
        guard fits else { return [Diagnosis(mistake: "shape", explanation: shapes(claim))] }
        let partial = levels.lazy.compactMap { evidence(in: $0).partial(wording) }.first
        return [partial ?? Diagnosis(mistake: "unknown", explanation: Self.unknown(wording))]
    }

    /// Few probes where an entry is a long sum: all of them together take some 2²⁰ terms at most.
    private func evidence(in level: BoundedResults) -> Evidence {
        let probeCount = min(max((1 << 20) / max(longestSum, 1), 32), 1024)
        return Evidence(theirs, level[wording.result], level.step.rounding, fits: fits, probeCount: probeCount)
    }

    /// The terms of an entry, at most.
    private var longestSum: Int { max(wording.extents.samples, wording.extents.inputs, wording.extents.units) }

    private func shapes<S>(_ claim: Claim<S>) -> String {
        "It is \(Wording.text(claim.shape)), but a gradient has the shape of what it is the gradient of, \(wording.shape): \(wording.line)."
    }

    private func singles(_ evidence: Evidence, _ step: Step) -> [Diagnosis] {
        var found: [Diagnosis] = []
        for mistake in Mistake.all where !found.contains(where: { $0.mistake == mistake.name }) {
            if let guess = mistake.guess(at: wording.result, in: step), evidence.isExplained(by: guess) {
                found.append(Diagnosis(mistake: mistake.name, explanation: mistake.explanation(wording)))
            }
        }
        return found
    }

    /// The first two mistakes that explain the numbers together. Not tried where an entry takes too long: some thousand pairs look at one, which is a long
    /// sum, and some need the whole forward pass for it.
    private func pair(_ evidence: Evidence, _ step: Step) -> [Diagnosis]? {
        let (n, d, h) = (step.extents.samples, step.extents.inputs, step.extents.units)
        guard longestSum <= 1 << 12, (n + h) * (d + h) <= 1 << 20 else { return nil }
        func explained(by first: Mistake, _ second: Mistake, _ guess: Formula?) -> [Diagnosis]? {
            guard let guess, evidence.isExplained(by: guess) else { return nil }
            return [first, second].map { Diagnosis(mistake: $0.name, explanation: "One of two mistakes: \($0.explanation(wording))") }
        }
        for first in Mistake.all {
            guard let flowing = first.flow(step) else { continue }
            for second in Mistake.lines + Mistake.ends {
                if let pair = explained(by: first, second, second.guess(at: wording.result, in: flowing)) { return pair }
            }
        }
        for first in Mistake.lines {
            guard let result = first.guess(at: wording.result, in: step) else { continue }
            for second in Mistake.ends {
                if let pair = explained(by: first, second, second.end(result, step.extents)) { return pair }
            }
        }
        return nil
    }

    private static func unknown(_ wording: Wording) -> String {
        "None of the mistakes that are known here gives these numbers. The right line: \(wording.chain)."
    }

    private static func float32Rounding(_ wording: Wording) -> String {
        "\(wording.name) is right to float32 rounding only, as float32 arithmetic or a finite difference gives: the formula is right. "
            + "With \"dtype\": \"float32\" it is judged at that precision."
    }
}
