import RecurrentCell
import TensorText

// What `/check` says of one gradient, as a member by its name.
extension JSONWriter {
    mutating func member<S: WireScalar>(_ verdict: Verdict, of claim: Claim<S>) {
        member(verdict.result.rawValue) {
            $0.member("ok", verdict.isRight)
            if let expected = verdict.expectedShape {
                $0.member("shape") {
                    $0.member("got", claim.shape)
                    $0.member("expected", expected)
                }
            }
            if let comparison = verdict.comparison { $0.members(comparison, in: S.self) }
            if !verdict.diagnoses.isEmpty { $0.member("diagnoses", verdict.diagnoses) }
        }
    }

    /// Their number and ours were read and rounded in S, the errors come from float64.
    private mutating func members<S: WireScalar>(_ comparison: Comparison, in scalar: S.Type) {
        member("max_absolute_error", comparison.maximumAbsoluteError)
        member("max_relative_error", comparison.maximumRelativeError)
        member("worst") {
            $0.member("index", comparison.worstIndex)
            $0.member("theirs", S(comparison.theirs))
            $0.member("ours", S(comparison.ours))
            $0.member("tolerance", comparison.tolerance)
        }
    }

    private mutating func member(_ name: String, _ diagnoses: [Diagnosis]) {
        self.name(name)
        beginArray()
        for diagnosis in diagnoses {
            beginObject()
            member("mistake", diagnosis.mistake)
            member("explanation", diagnosis.explanation)
            endObject()
        }
        endArray()
    }

    mutating func member(_ check: SelfCheck) {
        member(check.result.rawValue) {
            $0.member("ok", check.isRight)
            $0.member("taylor") {
                if let slope = check.slope { $0.member("slope", slope) }
                for (name, values) in [
                    ("steps", check.remainders.map(\.step)), ("remainders", check.remainders.map(\.size)),
                    ("bounds", check.remainders.map(\.bound)),
                ] {
                    $0.name(name)
                    $0.vector(values.span)
                }
            }
            $0.member("adjoint") {
                $0.member("left", check.left)
                $0.member("right", check.right)
                $0.member("residual", abs(check.left - check.right))
                $0.member("tolerance", check.tolerance)
            }
        }
    }
}
