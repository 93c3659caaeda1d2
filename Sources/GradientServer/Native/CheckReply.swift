import RecurrentCell
import TensorText

/// The document of a reply: the verdict as a whole, then one for each gradient.
struct CheckReply {
    private var json = JSONWriter()

    init(isRight: Bool, criterion: String) {
        json.beginObject()
        member("ok", isRight)
        member("criterion", criterion)
    }

    mutating func finish() -> [[UInt8]] {
        json.endObject()
        return [json.takeText()]
    }

    mutating func add<S: WireScalar>(_ verdict: Verdict, of claim: Claim<S>) {
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

    mutating func add(_ check: SelfCheck) {
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

    mutating func object(_ name: String, _ add: (inout CheckReply) -> Void) {
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
