import TensorText

/// A native computation: one JSON document in, one out, in the precision that the request asks for.
protocol CellEndpoint: SendableMetatype {
    /// The members that a request must have.
    static var required: [String] { get }

    /// The members that it may have.
    static var optional: [String] { get }

    /// See `Computation`.
    static var isProportional: Bool { get }

    /// The reply's document, computed in `scalar`. Ends the stages `decode` and `compute` on the execution.
    static func reply<S: WireScalar>(_ request: CellRequest, as scalar: S.Type, _ execution: inout Execution) throws(Problem) -> [[UInt8]]
}

extension CellEndpoint {
    static var isProportional: Bool { true }

    static func reply(_ body: [UInt8], _ execution: inout Execution) throws(Problem) -> [[UInt8]] {
        let request = try CellRequest(body, required: required, optional: optional)
        return switch try request.choice("dtype", default: Precision.float64) {
        case .float64: try reply(readingAhead: request, as: Double.self, &execution)
        case .float32: try reply(readingAhead: request, as: Float.self, &execution)
        }
    }

    private static func reply<S: WireScalar>(
        readingAhead request: consuming CellRequest, as scalar: S.Type, _ execution: inout Execution
    ) throws(Problem) -> [[UInt8]] {
        request.readAhead(as: scalar, team: execution.team)
        return try reply(request, as: scalar, &execution)
    }
}
