import Gzip
import HTTP1
import RecurrentCell
import TensorText

// What the layers below report, as problems.

extension Problem {
    init(_ error: HTTPError) {
        self.init(error.status, Self.sentence(error.detail, namingFlagOf: error.bound))
        fields = error.fields
    }

    /// Tells with which flag the operator sets the bound that was passed.
    private static func sentence(_ detail: String, namingFlagOf bound: HTTPError.Bound?) -> String {
        guard let bound else { return detail }
        let flag =
            switch bound {
            case .content: "--max-body"
            case .head: "--max-head"
            case .fields: "--max-fields"
            }
        return "\(detail.dropLast()) (\(flag))."
    }

    init(_ error: InflateError) {
        let status: HTTPStatus =
            switch error {
            case .tooLarge: .contentTooLarge
            case .outOfMemory: .serviceUnavailable
            case .empty, .otherFormat, .truncated, .corrupt, .trailingBytes: .badRequest
            }
        self.init(status, Self.sentence(error.description, namingFlagOf: status == .contentTooLarge ? .content : nil))
    }

    init(_ error: JSONError) {
        let status: HTTPStatus = error.isSyntax ? .badRequest : .unprocessableContent
        self.init(
            status, error.detail, field: error.field, expected: error.expected, got: error.got, position: Position(error.position))
    }

    init(_ error: InputError) {
        let shape: ([Int]) -> String = { $0.map(String.init).joined(separator: "×") }
        self.init(
            .unprocessableContent, error.detail, field: error.field, expected: error.expected.map(shape), got: error.got.map(shape))
    }

    /// Runs a step of a lower layer; what it throws is thrown as a problem.
    static func translating<Result>(_ step: () throws(JSONError) -> Result) throws(Problem) -> Result {
        do { return try step() } catch { throw Problem(error) }
    }

    /// Runs a step of a lower layer; what it throws is thrown as a problem.
    static func translating<Result>(_ step: () throws(InputError) -> Result) throws(Problem) -> Result {
        do { return try step() } catch { throw Problem(error) }
    }
}

extension Problem.Position {
    init(_ position: JSONPosition) {
        self.init(byte: position.byte, line: position.line, column: position.column)
    }
}

// What the service itself reports.

extension Problem {
    static func notFound(_ path: String, known: [String]) -> Problem {
        Problem(.notFound, "Nothing is served at \(path); there are \(known.joined(separator: ", ")).")
    }

    static func methodNotAllowed(_ method: String, on route: Route) -> Problem {
        var problem = Problem(.methodNotAllowed, "\(route.path) takes \(route.allowedMethods), but the method is \(method).")
        problem.fields.append("Allow", route.allowedMethods)
        return problem
    }

    static func notAcceptable(offered mediaTypes: [String]) -> Problem {
        let types = mediaTypes.map { $0.prefix { $0 != ";" } }
        return Problem(
            .notAcceptable,
            "The reply can be \(types.dropLast().joined(separator: ", ")) or \(types[types.count - 1]); Accept takes none of them.")
    }

    /// - Parameter isToken: whether the client has shown a token that is none of ours.
    static func unauthorized(showing isToken: Bool) -> Problem {
        var problem = Problem(
            .unauthorized, isToken ? "The token in Authorization is not known here." : "Authorization: Bearer and a token are needed here.")
        problem.fields.append("WWW-Authenticate", "Bearer realm=\"cotangent\"" + (isToken ? ", error=\"invalid_token\"" : ""))
        return problem
    }

    static let misdirected = Problem(.misdirectedRequest, "The request is for an https:// target, but came without TLS.")

    static func timeout(waitingFor part: String) -> Problem {
        Problem(.requestTimeout, "The \(part) of the request did not arrive in time.")
    }

    static func missingMembers(_ names: [String]) -> Problem {
        let list = names.count == 1 ? names[0] : "\(names.dropLast().joined(separator: ", ")) and \(names[names.count - 1])"
        return Problem(.unprocessableContent, "\(list) \(names.count == 1 ? "is" : "are") missing.", field: names[0])
    }

    /// - Parameter path: of the object that the member is in; empty for the document itself.
    static func unknownMember(_ name: String, at path: String, known: [String]) -> Problem {
        let hint = nearestName(to: name, among: known).map { "; \($0) is the nearest" } ?? ""
        return Problem(
            .unprocessableContent, "\"\(name)\" is not a member of \(path.isEmpty ? "this request" : path)\(hint).",
            field: path.isEmpty ? name : "\(path).\(name)", expected: known.joined(separator: ", "))
    }
}
