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
        // SIGHUP means nothing before `Upkeep` listens: all files are about to be read.
        signal(SIGHUP, SIG_IGN)
        let output = LogOutput(descriptor: STDERR_FILENO)
        let log = options.logger(to: output)
        defer { output.flush() }
        let stop = await StopSignals()
        let listener = try Socket.passed()
        let isPassed = listener != nil
        let tokenFile = options.tokenFile.flatMap(File.version)
        let configuration = try options.configuration()
        let server = try Server(configuration, listener: listener, log: log)
        let upkeep = Upkeep(options, of: server, tokenFile: tokenFile, log: log, output: output)
        defer { withExtendedLifetime(upkeep) {} }
        await server.start()
        var address = configuration.address
        address.port = server.port
        let scheme = configuration.tls == nil ? "http" : "https"
        log.notice("Listening on \(isPassed ? "the socket handed over, port \(server.port)" : "\(scheme)://\(address)")")
        await stop.first()
        log.notice("Stopping: finishing what is in flight")
        await server.drain()
    }
}
