import HTTP1
import RecurrentCell
import TensorText

/// `POST /check`: whether gradients are right, and if not, by which mistake. Those of the caller where they are given, else our own.
enum CheckEndpoint: CellEndpoint {
    static let required = CellRequest.inputs + ["dh"]
    static let optional = CellRequest.cellOptions + ["h_t", "outputs", "gradients"]
    static let isProportional = false

    /// Numbers of one request. A wrong gradient is compared with what every known mistake would give, which takes up to 8 µs a number, some 50 times
    /// what `/backward` takes; and what is to be checked can be a small case.
    static let numberLimit = 1 << 20

    static func reply<S: WireScalar>(
        _ request: CellRequest, as scalar: S.Type, _ execution: inout Execution
    ) throws(Problem) -> [[UInt8]] {
        let cell = try request.cell(team: execution.team)
        let inputs: StepInputs<S> = try request.stepInputs(cell.convention)
        let dh: Samples<S> = try request.states("dh", of: inputs, cell.convention)
        let h_t: Samples<S>? = try request.has("h_t") ? request.states("h_t", of: inputs, cell.convention) : nil
        var claims: [Claim<S>]? = try request.has("gradients") ? request.claims() : nil
        let results = try request.results(among: claims?.map(\.result) ?? StepResult.allCases.filter { $0.input != nil })
        claims?.removeAll { !results.contains($0.result) }
        let claimed = claims?.reduce(0) { $0 + $1.elements.count } ?? 0
        let count = inputs.values.count + dh.matrix.elements.count + (h_t?.matrix.elements.count ?? 0) + claimed
        guard count <= numberLimit else {
            throw Problem(.unprocessableContent, "The request has \(count) numbers; the limit of /check is \(numberLimit).")
        }
        execution.extents = inputs.extents(cell.convention)
        execution.end(.decode)

        // An h_t that the caller gives is a claim as well. f′ is taken from it, so where it is wrong, gradients that follow from it are wrong too.
        let given = h_t.map { [Claim(.h_t, shape: $0.shape, elements: $0.matrix.elements)] } ?? []
        let verdicts = try Problem.translating { () throws(InputError) in
            try cell.check(given + (claims ?? []), of: inputs.values, dh: dh.matrix, h_t: h_t?.matrix)
        }
        let checks = try Problem.translating { () throws(InputError) in
            claims == nil ? try cell.selfCheck(results, of: inputs.values, dh: dh.matrix, h_t: h_t?.matrix) : []
        }
        execution.end(.compute)

        let criteria = (claims == nil ? [ownCriterion] : []) + (verdicts.isEmpty ? [] : [criterion(of: S.self)])
        var json = JSONWriter()
        json.beginObject()
        json.member("ok", verdicts.allSatisfy(\.isRight) && checks.allSatisfy(\.isRight))
        json.member("criterion", criteria.joined(separator: " "))
        for (verdict, claim) in zip(verdicts, given) { json.member(verdict, of: claim) }
        json.member("gradients") {
            for (verdict, claim) in zip(verdicts.dropFirst(given.count), claims ?? []) { $0.member(verdict, of: claim) }
            for check in checks { $0.member(check) }
        }
        json.endObject()
        return [json.takeText()]
    }

    /// How the caller's numbers are judged.
    private static func criterion<S: WireScalar>(of scalar: S.Type) -> String {
        "An entry is right if it is within what rounding can do to any right computation of it: u = \(S.ulpOfOne / 2) times the magnitudes of all terms "
            + "that it is made of, from the pre-activation on, times the number of their roundings; f′ may come from o_t or from h_t."
    }

    /// How our own are.
    private static let ownCriterion =
        "One input at a time moves along a random v. taylor: with φ(s) = ⟨dh, h_t⟩ after a step s v, |φ(s) - φ(0) - s ⟨g, v⟩| falls as s² "
        + "and is at most ½ s² max|f″| Σ|dh ȯ²| and rounding. adjoint: ⟨dh, J v⟩ = ⟨g, v⟩ up to rounding."
}

extension Samples {
    /// The extents as they were nested.
    fileprivate var shape: [Int] { isSingle ? [matrix.elements.count] : [matrix.rows, matrix.columns] }
}

extension CellRequest {
    /// The member `gradients`: an object with some of the results, each in whatever shape it came.
    fileprivate func claims<S: WireScalar>() throws(Problem) -> [Claim<S>] {
        let known = StepResult.allCases.map(\.rawValue)
        let request = try nested("gradients", optional: known)
        var claims: [Claim<S>] = []
        for result in StepResult.allCases {
            guard let value = request.value(result.rawValue) else { continue }
            let tensor: Tensor<S> = try Problem.translating { () throws(JSONError) in
                guard value.kind == .array else { throw value.mismatch(expected: "a list of numbers or of rows") }
                return try value.tensor(of: S.self, limits: TensorLimits(rank: 3))
            }
            claims.append(Claim(result, shape: tensor.shape, elements: tensor.elements))
        }
        guard !claims.isEmpty else {
            throw Problem(
                .unprocessableContent,
                "gradients has none of \(known.joined(separator: ", ")); leave it out to have the service's own checked.",
                field: "gradients", expected: known.joined(separator: ", "))
        }
        return claims
    }

    /// The member `outputs`: some of `checkable`, or all of them where it is left out. Never none, and never another one: to say that these are right
    /// would be to say nothing.
    fileprivate func results(among checkable: [StepResult]) throws(Problem) -> [StepResult] {
        guard let words = try words("outputs", among: StepResult.allCases.map(\.rawValue)) else { return checkable }
        let names = checkable.map(\.rawValue)
        guard !words.isEmpty, words.allSatisfy(names.contains) else {
            let (got, expected) = (words.first { !names.contains($0) } ?? "nothing", names.joined(separator: ", "))
            throw Problem(
                .unprocessableContent, "outputs asks for \(got), but what there is to check is \(expected).", field: "outputs",
                expected: expected, got: got)
        }
        return checkable.filter { words.contains($0.rawValue) }
    }
}
