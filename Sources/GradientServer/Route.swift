import CDocuments
import HTTP1
import TensorText

/// A path with what it answers.
struct Route: Sendable {
    let path: String
    /// One line for the index.
    let summary: String
    /// `GET` (and then also HEAD) or `POST`.
    let method: String
    let endpoint: Endpoint

    /// The value of the `Allow` field.
    var allowedMethods: String { method == "GET" ? "GET, HEAD, OPTIONS" : "\(method), OPTIONS" }

    func endpoint(for method: String) -> Endpoint? {
        method == self.method || (self.method == "GET" && method == "HEAD") ? endpoint : nil
    }

    /// The value of the `Allow` field for the service as a whole.
    static let allMethods = "GET, HEAD, POST, OPTIONS"

    static let all = documents + computations

    private static let computations = [
        Route(
            path: "/backward", summary: "gradients of one step: dx_t, dh_prev, dW_x, dW_h, db", method: "POST",
            endpoint: .computation(BackwardEndpoint.reply))
    ]

    private static let documents = [
        Route(path: "/", summary: "this page", method: "GET", endpoint: .document(index)),
        Route(
            path: "/health", summary: "whether the service is alive; never waits for a computation", method: "GET",
            endpoint: .document(Response(contentType: "application/json", body: Array(#"{"status":"ok"}"#.utf8)))),
        Route(
            path: "/openapi.yaml", summary: "the interface, as OpenAPI 3.1", method: "GET",
            endpoint: .document(Response(contentType: "application/yaml", body: openAPI))),
    ]

    private static var index: Response { Response(contentType: "text/plain; charset=utf-8", body: Array("".utf8)) }

    private static var openAPI: [UInt8] {
        unsafe [UInt8](UnsafeBufferPointer(start: cdocuments_openapi(), count: Int(cdocuments_openapi_size())))
    }
}

/// What answers at a path.
enum Endpoint: Sendable {
    /// Always the same, without computation: answered on the event loop.
    case document(Response)

    /// Computed by the pool: from the bytes of a JSON document to those of the reply. Ends the stages that it knows on the timeline.
    case computation(@Sendable ([UInt8], inout Timeline) throws(Problem) -> [UInt8])
}
