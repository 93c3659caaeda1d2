import Gzip
import HTTP1
import Logging
import Transport

/// From a request to its reply: routes, content codings, and what is the same for every reply. No sockets here.
struct Service: Sendable {
    private let configuration: Configuration
    private let log: Logger
    private let routes: [String: Route]

    init(configuration: Configuration, log: Logger) {
        self.configuration = configuration
        self.log = log
        routes = Dictionary(uniqueKeysWithValues: Route.all.map { ($0.path, $0) })
    }

    /// The reply to a request that its head alone shows to be refused; nil where its body may come.
    func refusal(of head: RequestHead) -> Response? {
        do throws(Problem) {
            _ = try endpoint(for: head)
            _ = try contentCodings(of: head)
            if case .length(let count) = head.framing, count > configuration.limits.body { throw .bodyTooLarge(count, configuration.limits) }
            return nil
        } catch {
            return error.response
        }
    }

    /// The reply to a request that takes no computation, so that it never waits for one; nil where the compute pool must answer.
    func immediateResponse(to request: Request) -> Response? {
        do throws(Problem) {
            guard case .document(let document) = try endpoint(for: request.head) else { return nil }
            return document
        } catch {
            return error.response
        }
    }

    /// The reply to a request, computed on the calling thread.
    func response(to request: Request) -> Response {
        do throws(Problem) {
            return try compute(request)
        } catch {
            return error.response
        }
    }

    private func compute(_ request: Request) throws(Problem) -> Response {
        guard case .computation(let answer) = try endpoint(for: request.head) else { return immediateResponse(to: request) ?? Response() }
        var timeline = Timeline(from: request.arrival)
        timeline.end("read")
        let body = try inflated(request.body, codings: contentCodings(of: request.head))
        var response = Response(contentType: "application/json", body: try answer(body, &timeline))
        compress(&response, for: request.head)
        timeline.end("encode")
        response.fields.append(("Server-Timing", timeline.fieldValue))
        return response
    }

    private func endpoint(for head: RequestHead) throws(Problem) -> Endpoint {
        guard head.path != "*" else { return .document(Self.options(allowing: Route.allMethods)) }
        guard let route = routes[head.path] else { throw .notFound(head.path, known: routes.keys.sorted()) }
        if head.method == "OPTIONS" { return .document(Self.options(allowing: route.allowedMethods)) }
        guard let endpoint = route.endpoint(for: head.method) else { throw .methodNotAllowed(head.method, on: route) }
        return endpoint
    }

    private static func options(allowing methods: String) -> Response {
        var response = Response(status: .noContent)
        response.fields.append(("Allow", methods))
        return response
    }
}
