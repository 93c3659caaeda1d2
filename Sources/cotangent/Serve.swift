import ArgumentParser
import Dispatch
import Glibc
import GradientServer
import Logging
import Transport

/// `cotangent serve`: until the first SIGTERM or SIGINT, and from then on until what is in flight is answered.
struct Serve: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Serve gradients over HTTP/1.1 (the default).",
        discussion: """
            Each option is also an environment variable: --max-body is COTANGENT_MAX_BODY. A flag beats the environment.
            SIGTERM and SIGINT stop the service after the requests in flight; a second one stops it at once.
            SIGHUP has certificate, key and tokens read again.
            A listening socket that is handed over by LISTEN_FDS, as systemd does, takes the place of --host and --port.
            """)

    @OptionGroup var options: ServeOptions

    func run() async throws {
        // A log that nobody reads any more must not end the service.
        signal(SIGPIPE, SIG_IGN)
        let output = LogOutput(descriptor: STDERR_FILENO)
        let log = options.logger(to: output)
        defer { output.flush() }
        let listener = try Socket.passed()
        let isPassed = listener != nil
        let server = try Server(options.configuration(), listener: listener, log: log)
        let stop = await StopSignals()
        let upkeep = Upkeep(options, of: server, log: log, output: output)
        defer { withExtendedLifetime(upkeep) {} }
        await server.start()
        let scheme = options.tlsCert == nil ? "http" : "https"
        log.notice("Listening on \(isPassed ? "the socket handed over, port " : "\(scheme)://\(options.host):")\(server.port)")
        await stop.first()
        log.notice("Stopping: finishing what is in flight")
        await server.drain()
    }
}

/// SIGTERM and SIGINT: the first is told to whoever waits, a second ends the process at once.
private final class StopSignals: Sendable {
    private let queue = DispatchQueue(label: "cotangent.signals")
    private let state = Lock<State>(State())

    private struct State {
        var sources: [any DispatchSourceSignal] = []
        var isStopping = false
        var waiting: CheckedContinuation<Void, Never>?
    }

    /// Returns when both signals are caught; until then they end the process, as they do by default. (To ignore them until then would lose one that
    /// comes early, and whoever sent it would wait for ever.)
    init() async {
        for number in [SIGTERM, SIGINT] {
            let source = DispatchSource.makeSignalSource(signal: number, queue: queue)
            source.setEventHandler { @Sendable [self] in received() }
            await withCheckedContinuation { continuation in
                source.setRegistrationHandler { @Sendable in continuation.resume() }
                source.activate()
            }
            state.withLock { $0.sources.append(source) }
        }
    }

    func first() async {
        await withCheckedContinuation { continuation in
            let isStopping = state.withLock { state in
                if !state.isStopping { state.waiting = continuation }
                return state.isStopping
            }
            if isStopping { continuation.resume() }
        }
    }

    private func received() {
        let (isSecond, waiting) = state.withLock { state in
            defer { state.isStopping = true }
            return (state.isStopping, state.waiting.take())
        }
        if isSecond { exit(EXIT_FAILURE) }
        waiting?.resume()
    }
}
