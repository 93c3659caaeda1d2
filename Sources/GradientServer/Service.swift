import Gzip
import HTTP1
import Logging
import Threads
import Transport

/// From a request to its reply: routes, content codings, and what is the same for every reply. No sockets here.
final class Service: Sendable {
    let monitor: Monitor

    /// Nil lets everybody in.
    let tokens: Lock<BearerTokens?>

    let configuration: Configuration
    private let routes: [String: Route]

    init(configuration: Configuration, log: Logger) {
        self.configuration = configuration
        monitor = Monitor(log: log, paths: Route.all.map(\.path))
        tokens = Lock(configuration.tokens)
        routes = Dictionary(uniqueKeysWithValues: Route.all.map { ($0.path, $0) })
    }

    /// The place of the request's route in `Route.all`.
    func routeIndex(of head: RequestHead) -> Int? { routes[head.path]?.index }

    /// What will answer a request, once its body has come.
    ///
    /// - Throws: why the request is refused by its head alone.
    func admit(_ head: RequestHead) throws(Problem) -> Endpoint {
        try authorize(head)
        let endpoint = try endpoint(for: head)
        if case .computation(let computation) = endpoint { _ = try computation.mediaType(for: head) }
        _ = try contentCodings(of: head)
        if case .length(let count) = head.framing, count > configuration.limits.body {
            throw Problem(.contentTooLarge(limit: configuration.limits.body))
        }
        return endpoint
    }

    /// The reply to a request that takes no computation, so that it never waits for one; nil where the compute pool must answer.
    func immediateResponse(to request: Request) -> Response? {
        switch request.endpoint {
        case .document(let document): document
        case .index: Route.index(at: origin(for: request.head))
        case .readiness: readiness
        case .metrics: Response(contentType: "text/plain; version=0.0.4; charset=utf-8", body: monitor.metrics.exposition)
        case .computation: nil
        }
    }

    /// Where the client has reached the service, as its own word for it goes, where that is sure to be no more than a word for a shell.
    private func origin(for head: RequestHead) -> String {
        let authority = head.authority
        // 253 characters of a name (RFC 1035 §2.3.4), and a port.
        let isShort = (1...259).contains(authority.utf8.count)
        let isPlain = authority.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "-._:[]".contains($0)) }
        return "\(configuration.tls == nil ? "http" : "https")://\(isShort && isPlain ? authority : "127.0.0.1:8080")"
    }

    /// Whether a request is sure to be computed sooner than it is handed to another thread.
    func isSmall(_ request: Request) -> Bool {
        guard case .computation(let computation) = request.endpoint, computation.isProportional else { return false }
        return request.body.count <= configuration.computeInPlace && request.head.fields["content-encoding"] == nil
    }

    /// Adds what depends on the request only, whatever the reply is.
    func complete(_ response: inout Response, for head: RequestHead) {
        configuration.crossOrigin?.permit(&response, for: head)
    }

    private var readiness: Response {
        if monitor.isReady { return Response(contentType: "application/json", body: Array(#"{"status":"ready"}"#.utf8)) }
        return .busy(.stopping, configuration)
    }

    /// OPTIONS tells nothing secret, and a browser asks it without the token.
    private func authorize(_ head: RequestHead) throws(Problem) {
        guard let tokens = tokens.withLock({ $0 }), head.method != "OPTIONS", routes[head.path]?.isOpen != true else { return }
        let authorization = head.fields["authorization"]
        guard let authorization, tokens.accept(authorization) else { throw .unauthorized(showing: authorization != nil) }
    }

    /// The reply to a request, computed on the calling thread and, where more than one is allowed, on others beside it.
    func response(to request: Request, team: Team) -> Response {
        var execution = Execution(team: team, from: request.arrival)
        var response: Response
        do throws(Problem) {
            response = try compute(request, &execution)
        } catch {
            response = error.response
            execution.endCutShort()
        }
        response.head.fields.append("Server-Timing") { execution.writeServerTiming(to: &$0) }
        response.execution = execution
        return response
    }

    private func compute(_ request: Request, _ execution: inout Execution) throws(Problem) -> Response {
        guard case .computation(let computation) = request.endpoint else {
            preconditionFailure("\(request.head.path) takes no computation: immediateResponse answers it")
        }
        execution.end(.read)
        let body = try inflated(request.body, codings: contentCodings(of: request.head))
        let mediaType = try computation.mediaType(for: request.head)
        var response = Response(contentType: mediaType, pieces: try computation.reply(body, mediaType, &execution))
        if computation.mediaTypes.count > 1 { response.head.fields.append("Vary", "Accept") }
        compress(&response, for: request.head, team: execution.team)
        execution.end(.encode)
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
        var response = Response(.noContent)
        response.head.fields.append("Allow", methods)
        return response
    }
}

// MARK: - Content codings

extension Service {
    private func contentCodings(of head: RequestHead) throws(Problem) -> [HTTP1.ContentCoding] {
        do {
            return try head.fields.contentCodings()
        } catch {
            throw Problem(error)
        }
    }

    /// Undoes the codings of a request's body, the one applied last first. The bounds hold for the result of each.
    private func inflated(_ body: [UInt8], codings: [HTTP1.ContentCoding]) throws(Problem) -> [UInt8] {
        let mostGrown = body.count * Self.mostGrowth
        var body = body
        for coding in codings.reversed() {
            guard let format = coding.format else { continue }
            do {
                body = try format.inflate(body.span, limit: min(configuration.limits.body, mostGrown))
            } catch .tooLarge where mostGrown < configuration.limits.body {
                throw Problem(.contentTooLarge, "The body is more than \(Self.mostGrowth) times as long once decompressed.")
            } catch {
                throw Problem(error)
            }
        }
        return body
    }

    /// How many times as long all layers together may make a body: a little more than one of deflate can, which is 1032. Two could make a
    /// megabyte of a hundred bytes, and work out of proportion to what was sent.
    private static let mostGrowth = 1100

    /// Compresses a successful reply where the client likes that and it pays. Which coding was chosen depends on a request field, which caches
    /// are told by `Vary` (RFC 9110 §12.5.5).
    private func compress(_ response: inout Response, for head: RequestHead, team: Team) {
        guard response.contentLength >= configuration.compressFrom else { return }
        response.head.fields.append("Vary", "Accept-Encoding")
        // Where everything is excluded, the plain reply is still more use than 406, which RFC 9110 §12.5.3 leaves to the server.
        let coding = head.fields.preferredCoding(among: [.gzip, .deflate, .identity]) ?? .identity
        guard let format = coding.format else { return }
        response.body = format.compress(response.body.joinedBytes, team: team)
        response.head.fields.append("Content-Encoding", format.rawValue)
    }
}

extension HTTP1.ContentCoding {
    /// What undoes and applies the coding; nil for identity.
    fileprivate var format: Gzip.ContentCoding? {
        switch self {
        case .gzip: .gzip
        case .deflate: .deflate
        case .identity: nil
        }
    }
}
