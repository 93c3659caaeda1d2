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
            let evidence = Evidence(theirs, level[wording.result], level.step.rounding, fits: fits)
            if index > 0, fits, evidence.isRight {
                return [Diagnosis(mistake: "float32-rounding", explanation: Self.float32Rounding(wording))]
            }
            if !fits, evidence.hasSameNumbers(as: claim, wording) {
                return [Diagnosis(mistake: "shape", explanation: "The numbers are right, but not their shape. \(shapes(claim))")]
            }
            let found = singles(evidence, level.step)
            if !found.isEmpty { return found }
            if fits, let pattern = evidence.pattern(wording) { return [pattern] }
        }
        for level in levels {
            if let pair = pair(Evidence(theirs, level[wording.result], level.step.rounding, fits: fits), level.step) { return pair }
        }
        guard fits else { return [Diagnosis(mistake: "shape", explanation: shapes(claim))] }
        let partial = levels.lazy.compactMap { Evidence(theirs, $0[wording.result], $0.step.rounding, fits: fits).partial(wording) }.first
        return [partial ?? Diagnosis(mistake: "unknown", explanation: Self.unknown(wording))]
    }

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

    /// The first two mistakes that explain the numbers together. Not tried where an entry takes too long: one entry of a guess can need the whole forward pass.
    private func pair(_ evidence: Evidence, _ step: Step) -> [Diagnosis]? {
        let (n, d, h) = (step.extents.samples, step.extents.inputs, step.extents.units)
        guard (n + h) * (d + h) <= 1 << 20 else { return nil }
        for first in Mistake.all {
            for second in Mistake.all {
                guard let guess = first.guess(at: wording.result, in: step, followedBy: second), evidence.isExplained(by: guess) else {
                    continue
                }
                return [first, second].map { Diagnosis(mistake: $0.name, explanation: "One of two mistakes: \($0.explanation(wording))") }
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

/// The caller's numbers beside the right ones.
struct Evidence {
    let theirs: View<Double>
    let ours: Formula
    let rounding: Rounding

    /// The entry that is furthest off, measured by its tolerance; nil where the shapes differ.
    private let worst: (row: Int, column: Int)?

    /// The entries that are looked at.
    private let probes: [(row: Int, column: Int)]

    init(_ theirs: View<Double>, _ ours: Formula, _ rounding: Rounding, fits: Bool) {
        (self.theirs, self.ours, self.rounding) = (theirs, ours, rounding)
        let (rows, columns) = (theirs.layout.rows, theirs.layout.columns)
        var worst: (row: Int, column: Int)?
        var largest = 0.0
        if fits {
            for i in 0..<rows {
                for j in 0..<columns {
                    let entry = ours.entry(i, j)
                    let error = abs(theirs[i, j] - entry.value) / rounding.tolerance(of: entry)
                    if worst == nil || error > largest || error.isNaN && !largest.isNaN { (worst, largest) = ((i, j), error) }
                }
            }
        }
        self.worst = worst
        // An odd multiplier that shares no factor with the count visits every entry once, and the first of them far apart.
        let count = rows * columns
        let stride = count <= Self.probeCount ? 1 : 2_654_435_769
        probes = (0..<min(count, Self.probeCount)).map { (($0 &* stride) % count / columns, ($0 &* stride) % count % columns) }
    }

    /// Few enough that a guess that fits is cheap, more than chance or a small wrong part could fit.
    private static var probeCount: Int { 1024 }

    /// Whether all entries are right.
    var isRight: Bool {
        (0..<ours.rows).allSatisfy { i in (0..<ours.columns).allSatisfy { j in rounding.accepts(theirs[i, j], as: ours.entry(i, j)) } }
    }

    /// Whether `guess` gives their numbers: the worst one and up to 1024 others, spread evenly. A guess that is too vague to tell their worst number from
    /// ours explains nothing.
    func isExplained(by guess: Formula) -> Bool {
        guard guess.rows == theirs.layout.rows, guess.columns == theirs.layout.columns else { return false }
        if let worst {
            let entry = guess.entry(worst.row, worst.column)
            let error = abs(theirs[worst.row, worst.column] - ours.entry(worst.row, worst.column).value)
            guard rounding.accepts(theirs[worst.row, worst.column], as: entry), !(rounding.tolerance(of: entry) > error / 2) else {
                return false
            }
        }
        return !probes.isEmpty && probes.allSatisfy { rounding.accepts(theirs[$0.row, $0.column], as: guess.entry($0.row, $0.column)) }
    }

    /// Whether, row by row as the caller has them, their numbers are ours in another shape.
    func hasSameNumbers<S>(as claim: Claim<S>, _ wording: Wording) -> Bool {
        guard claim.elements.count == ours.rows * ours.columns, !claim.elements.isEmpty else { return false }
        let isTurned = wording.cell.convention == .column && wording.result != .db
        return claim.elements.indices.allSatisfy { at in
            let (row, column) = isTurned ? (at % ours.rows, at / ours.rows) : (at / ours.columns, at % ours.columns)
            return rounding.accepts(Double(claim.elements[at]), as: ours.entry(row, column))
        }
    }
}
