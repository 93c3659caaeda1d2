import HTTP1
import RecurrentCell
import TensorText

/// `POST /check`: whether gradients are right, and if not, by which mistake. Those of the caller where they are given, else our own.
enum CheckEndpoint: CellEndpoint {
    static let required = CellRequest.inputs + ["dh"]
    static let optional = CellRequest.cellOptions + ["h_t", "outputs", "gradients"]

    static func reply<S: WireScalar>(
        _ request: CellRequest, as scalar: S.Type, _ timeline: inout Timeline
    ) throws(Problem) -> [UInt8] {
        let cell = try request.cell()
        let outputs = try request.words("outputs", among: StepResult.allCases.map(\.rawValue))
        let results = StepResult.allCases.filter { outputs?.contains($0.rawValue) ?? true }
        let inputs: StepInputs<S> = try request.stepInputs(cell.convention)
        let dh: Samples<S> = try request.states("dh", of: inputs, cell.convention)
        let h_t: Samples<S>? = try request.value("h_t") == nil ? nil : request.states("h_t", of: inputs, cell.convention)
        let claims: [Claim<S>]? = try request.has("gradients") ? request.claims(among: results) : nil
        timeline.end("decode")

        if let claims {
            let verdicts = try Problem.translating { () throws(InputError) in
                try cell.check(claims, of: inputs.values, dh: dh.matrix, h_t: h_t?.matrix)
            }
            timeline.end("compute")
            return CheckReply(isRight: verdicts.allSatisfy(\.isRight), criterion: criterion(of: S.self)).finish {
                $0.add(verdicts, of: claims)
            }
        }
        let checks = try Problem.translating { () throws(InputError) in
            try cell.selfCheck(results, of: inputs.values, dh: dh.matrix, h_t: h_t?.matrix)
        }
        timeline.end("compute")
        return CheckReply(isRight: checks.allSatisfy(\.isRight), criterion: ownCriterion).finish { $0.add(checks) }
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

extension CellRequest {
    /// The member `gradients`: an object with some of `results`, each in whatever shape it came.
    fileprivate func claims<S: WireScalar>(among results: [StepResult]) throws(Problem) -> [Claim<S>] {
        let request = try nested("gradients", optional: StepResult.allCases.map(\.rawValue))
        var claims: [Claim<S>] = []
        for result in results {
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
                "gradients has none of \(results.map(\.rawValue).joined(separator: ", ")); leave it out to have the service's own checked.",
                field: "gradients", expected: results.map(\.rawValue).joined(separator: ", "))
        }
        return claims
    }
}

/// The document of a reply: the verdict as a whole, then one for each gradient.
private struct CheckReply {
    private var json = JSONWriter()

    init(isRight: Bool, criterion: String) {
        json.beginObject()
        member("ok", isRight)
        member("criterion", criterion)
        json.name("gradients")
        json.beginObject()
    }

    func finish(_ add: (inout CheckReply) -> Void) -> [UInt8] {
        var reply = self
        add(&reply)
        reply.json.endObject()
        reply.json.endObject()
        return reply.json.takeText()
    }

    mutating func add<S: WireScalar>(_ verdicts: [Verdict], of claims: [Claim<S>]) {
        for (verdict, claim) in zip(verdicts, claims) {
            object(verdict.result.rawValue) {
                $0.member("ok", verdict.isRight)
                if let expected = verdict.expectedShape {
                    $0.object("shape") {
                        $0.member("got", claim.shape)
                        $0.member("expected", expected)
                    }
                }
                if let comparison = verdict.comparison { $0.add(comparison, in: S.self) }
                if !verdict.diagnoses.isEmpty { $0.add(verdict.diagnoses) }
            }
        }
    }

    /// Their number and ours were read and rounded in S, the errors come from float64.
    private mutating func add<S: WireScalar>(_ comparison: Comparison, in scalar: S.Type) {
        member("max_absolute_error", comparison.maximumAbsoluteError)
        member("max_relative_error", comparison.maximumRelativeError)
        object("worst") {
            $0.member("index", comparison.worstIndex)
            $0.member("theirs", S(comparison.theirs))
            $0.member("ours", S(comparison.ours))
            $0.member("tolerance", comparison.tolerance)
        }
    }

    private mutating func add(_ diagnoses: [Diagnosis]) {
        json.name("diagnoses")
        json.beginArray()
        for diagnosis in diagnoses {
            json.beginObject()
            member("mistake", diagnosis.mistake)
            member("explanation", diagnosis.explanation)
            json.endObject()
        }
        json.endArray()
    }

    mutating func add(_ checks: [SelfCheck]) {
        for check in checks {
            object(check.result.rawValue) {
                $0.member("ok", check.isRight)
                $0.object("taylor") {
                    if let slope = check.slope { $0.member("slope", slope) }
                    $0.member("steps", check.remainders.map(\.step))
                    $0.member("remainders", check.remainders.map(\.size))
                    $0.member("bounds", check.remainders.map(\.bound))
                }
                $0.object("adjoint") {
                    $0.member("left", check.left)
                    $0.member("right", check.right)
                    $0.member("residual", abs(check.left - check.right))
                    $0.member("tolerance", check.tolerance)
                }
            }
        }
    }

    private mutating func object(_ name: String, _ add: (inout CheckReply) -> Void) {
        json.name(name)
        json.beginObject()
        add(&self)
        json.endObject()
    }

    private mutating func member(_ name: String, _ value: Bool) {
        json.name(name)
        json.bool(value)
    }

    private mutating func member(_ name: String, _ value: String) {
        json.name(name)
        json.string(value)
    }

    private mutating func member(_ name: String, _ value: some WritableScalar) {
        json.name(name)
        json.number(value)
    }

    private mutating func member(_ name: String, _ values: [Double]) {
        json.name(name)
        json.vector(values.span)
    }

    private mutating func member(_ name: String, _ values: [Int]) {
        json.name(name)
        json.beginArray()
        for value in values { json.integer(value) }
        json.endArray()
    }
}
