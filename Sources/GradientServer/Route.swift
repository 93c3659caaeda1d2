import CDocuments
import HTTP1
import TensorText
package import Threads
import Transport

/// A path with what it answers.
package struct Route: Sendable {
    let path: String
    /// One line for the index.
    let summary: String
    /// `GET` (and then also HEAD) or `POST`.
    let method: String
    /// A request body to try, where one is taken.
    let example: String?
    /// Header fields to try it with.
    let exampleFields: [String]
    let endpoint: Endpoint
    /// Its place in `all`.
    private(set) var index = 0

    private init(
        path: String, summary: String, method: String, example: String? = nil, fields: [String] = [], endpoint: Endpoint
    ) {
        self.path = path
        self.summary = summary
        self.method = method
        self.example = example
        exampleFields = fields
        self.endpoint = endpoint
    }

    /// The value of the `Allow` field.
    var allowedMethods: String { method == "GET" ? "GET, HEAD, OPTIONS" : "\(method), OPTIONS" }

    func endpoint(for method: String) -> Endpoint? {
        method == self.method || (self.method == "GET" && method == "HEAD") ? endpoint : nil
    }

    /// The value of the `Allow` field for the service as a whole.
    static let allMethods = "GET, HEAD, POST, OPTIONS"

    static let all: [Route] = (computations + documents).enumerated().map { index, route in
        var route = route
        route.index = index
        return route
    }

    /// Whether it answers without a token: who watches over the service has none, and learns nothing else.
    var isOpen: Bool { path == "/health" || path == "/ready" }

    private static let computations = [
        Route(
            "/backward", BackwardEndpoint.self, "the gradients of one step: dx_t, dh_prev, dW_x, dW_h, db",
            example: #"{\#(step),"dh":[1]}"#),
        Route(
            "/vjp", BackwardEndpoint.self, "the same under its general name: the vector-Jacobian product", example: #"{\#(step),"dh":[1]}"#),
        Route(
            "/backward/sequence", SequenceEndpoint.self, "the gradients of a whole recurrence: backpropagation through time",
            example: #"{"x":[[[1,2],[3,4]]],"h_0":[[0.5]],"W_x":[[0.5],[-0.25]],"W_h":[[2]],"b":[0],"dh":[[[0],[1]]]}"#),
        Route("/forward", ForwardEndpoint.self, "the state after one step: h_t", example: "{\(step)}"),
        Route(
            "/jvp", JacobianVectorProductEndpoint.self, "how fast h_t moves when the inputs move along tangents",
            example: #"{\#(step),"tangents":{"W_h":[[1]]}}"#),
        Route(
            "/hvp", HessianVectorProductEndpoint.self, "how fast the gradients move when the inputs move along tangents",
            example: #"{\#(step),"dh":[1],"tangents":{"W_h":[[1]]}}"#),
        Route(
            "/check", CheckEndpoint.self, "whether gradients are right, and if not, which mistake explains them",
            example: #"{\#(step),"dh":[1],"gradients":{"dW_x":[[1],[2]],"db":[1]}}"#),
        Route(
            "/jacobian/dense", JacobianEndpoint.self, "every partial derivative of h_t, for small sizes",
            example: #"{\#(step),"with_respect_to":["W_x"]}"#),
        Route(
            path: "/explain", summary: "why the gradients are what they are, step by step: JSON, text, Markdown or HTML, as Accept asks",
            method: "POST", example: #"{\#(step),"dh":[1]}"#, fields: ["Accept: text/plain"],
            endpoint: .computation(
                Computation(mediaTypes: ExplanationFormat.allCases.map(\.mediaType)) { body, mediaType, execution throws(Problem) in
                    let format = ExplanationFormat.allCases.first { $0.mediaType == mediaType } ?? .json
                    return try ExplainEndpoint.reply(body, as: format, &execution)
                })),
    ]

    /// The five inputs of a step small enough to be checked by hand.
    private static let step = #""x_t":[1,2],"h_prev":[0.5],"W_x":[[0.5],[-0.25]],"W_h":[[2]],"b":[0]"#

    private init(_ path: String, _ type: (some CellEndpoint).Type, _ summary: String, example: String) {
        let computation = Computation(isProportional: type.isProportional) { body, _, execution throws(Problem) in
            try type.reply(body, &execution)
        }
        self.init(path: path, summary: summary, method: "POST", example: example, endpoint: .computation(computation))
    }

    private static let documents = [
        Route(
            path: "/health", summary: "whether the service is alive; waits for no computation that takes long", method: "GET",
            endpoint: .document(Response(contentType: "application/json", body: Array(#"{"status":"ok"}"#.utf8)))),
        Route(
            path: "/ready", summary: "whether the service wants requests: not once it is about to stop", method: "GET", endpoint: .readiness
        ),
        Route(path: "/metrics", summary: "counts and times, for Prometheus", method: "GET", endpoint: .metrics),
        Route(
            path: "/openapi.yaml", summary: "the interface, as OpenAPI 3.1", method: "GET",
            endpoint: .document(Response(contentType: "application/yaml", body: openAPI))),
        Route(path: "/", summary: "this page", method: "GET", endpoint: .index),
    ]

    /// What a POST of `body` to `path` is answered with, without a server between.
    ///
    /// - Parameter mediaType: one of those that the path offers; its first one if nil.
    package static func reply(
        to body: [UInt8], at path: String, as mediaType: String? = nil, team: Team = .alone
    ) throws(Problem) -> [UInt8] {
        guard case .computation(let computation) = computations.first(where: { $0.path == path })?.endpoint else {
            throw .notFound(path, known: computations.map(\.path))
        }
        var execution = Execution(team: team, from: .now)
        return try computation.reply(body, mediaType ?? computation.mediaTypes[0], &execution).joinedBytes
    }

    /// The page at `/`, for a terminal: what is served, with a curl line for each.
    ///
    /// - Parameter origin: where these lead, such as `http://127.0.0.1:8080`; nothing that ends a quotation.
    static func index(at origin: String) -> Response {
        let title = "Cotangent: gradients of the recurrent cell h_t = f(h_prev W_h + x_t W_x + b)\n"
        let page = ([title] + all.map { $0.entry(at: origin) }).joined(separator: "\n")
        return Response(contentType: "text/plain; charset=utf-8", body: Array(page.utf8))
    }

    private func entry(at origin: String) -> String {
        let data = example.map { " -d '\($0)'" } ?? ""
        let fields = exampleFields.map { " -H '\($0)'" }.joined()
        return "\(method) \(path)  \(summary)\n    curl -s\(fields)\(data) '\(origin)\(path)'\n"
    }

    private static var openAPI: [UInt8] {
        unsafe [UInt8](UnsafeBufferPointer(start: cdocuments_openapi(), count: Int(cdocuments_openapi_size())))
    }
}

/// What answers at a path.
enum Endpoint: Sendable {
    /// Always the same, without computation: answered on the event loop.
    indirect case document(Response)

    /// What is served, told for where the client has reached the service.
    case index

    /// Whether the service wants requests.
    case readiness

    /// What the service has counted.
    case metrics

    /// Computed by the pool.
    case computation(Computation)
}

/// From the bytes of a JSON document to those of the reply.
final class Computation: Sendable {
    /// It takes a time that a body's size bounds, some 20 ns a byte: no product of extents that the body does not show.
    let isProportional: Bool

    /// What the reply can be, the first one being what a client gets that has no wish.
    let mediaTypes: [String]

    private let compute: @Sendable (_ body: [UInt8], _ mediaType: String, inout Execution) throws(Problem) -> [[UInt8]]

    init(
        mediaTypes: [String] = ["application/json"], isProportional: Bool = false,
        reply: @escaping @Sendable (_ body: [UInt8], _ mediaType: String, inout Execution) throws(Problem) -> [[UInt8]]
    ) {
        precondition(!mediaTypes.isEmpty, "a reply without a media type")
        self.mediaTypes = mediaTypes
        self.isProportional = isProportional
        compute = reply
    }

    /// The reply to a body as one of the media types. Ends the stages that it knows on the execution.
    ///
    /// 422 says that the document is well-formed. What a fault has left unread is therefore looked at before it is said.
    func reply(_ body: [UInt8], _ mediaType: String, _ execution: inout Execution) throws(Problem) -> [[UInt8]] {
        do {
            return try compute(body, mediaType, &execution)
        } catch {
            if error.status == .unprocessableContent {
                try Problem.translating { () throws(JSONError) in try JSONDocument.checkGrammar(of: body) }
            }
            throw error
        }
    }

    /// The media type for a request: what its Accept field likes best. Where there is no choice the field is not looked at: a reply that the client
    /// did not ask for is more use than 406, which RFC 9110 §12.5.1 leaves to the server.
    func mediaType(for head: RequestHead) throws(Problem) -> String {
        guard mediaTypes.count > 1 else { return mediaTypes[0] }
        guard let type = head.fields.preferredMediaType(among: mediaTypes) else { throw .notAcceptable(offered: mediaTypes) }
        return type
    }
}
