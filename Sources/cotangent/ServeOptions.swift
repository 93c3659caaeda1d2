import ArgumentParser
import Dispatch
import Glibc
import GradientServer
import Logging
import TLS
import Transport

/// The options of the service: the one table of names, defaults and sentences. `--help`, the environment variables and the README's table follow
/// from it.
struct ServeOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Address to listen on, in numbers, or localhost.", valueName: "address"))
    var host = "127.0.0.1"

    @Option(help: ArgumentHelp("TCP port; 0 takes a free one.", valueName: "number"))
    var port: UInt16 = 8080

    @Option(help: ArgumentHelp("Certificate chain in PEM; with --tls-key the service speaks TLS instead of plain HTTP.", valueName: "file"))
    var tlsCert: String?

    @Option(help: ArgumentHelp("Private key of the certificate in PEM.", valueName: "file"))
    var tlsKey: String?

    @Option(help: ArgumentHelp("Authorities in PEM; only clients with a certificate of one of them are served.", valueName: "file"))
    var tlsClientCa: String?

    @Option(
        help: ArgumentHelp(
            "Bearer tokens of at least \(BearerTokens.leastLength) characters, one a line; a line that begins with # is a comment. "
                + "Requests without one are answered 401. Read again when it changes.",
            valueName: "file"))
    var tokenFile: String?

    @Option(help: ArgumentHelp("Origins of the web pages that may read replies, with commas between them, or *.", valueName: "origins"))
    var corsOrigin: String?

    @Option(help: ArgumentHelp("Largest body of a request, as sent and as inflated.", valueName: "bytes"))
    var maxBody = Configuration.Limits().body

    @Option(help: ArgumentHelp("Largest request line and header section.", valueName: "bytes"))
    var maxHead = Configuration.Limits().head

    @Option(help: ArgumentHelp("Most header fields of a request.", valueName: "count"))
    var maxFields = Configuration.Limits().fields

    @Option(help: ArgumentHelp("Most connections at once; one more is answered 503.", valueName: "count"))
    var maxConnections = Configuration.Limits().connections

    @Option(
        help: ArgumentHelp("Most connections from one IPv4 address or IPv6 /64 network; without it as many as in all.", valueName: "count"))
    var maxConnectionsPerAddress: Int?

    @Option(
        help: ArgumentHelp(
            "Most memory of bodies and replies in progress, above 64 KiB of each; beyond it 503. At least --max-body.", valueName: "bytes"))
    var maxMemory = Configuration.Limits().memory

    @Option(help: ArgumentHelp("Most requests that wait to be computed; one more is answered 503.", valueName: "count"))
    var queue = Configuration.Limits().queue

    @Option(help: ArgumentHelp("Requests computed at once; 0 is one for each core.", valueName: "count"))
    var threads = 0

    @Option(
        help: ArgumentHelp("Largest body that is computed at once, without a hand-over to another thread; 0 for none.", valueName: "bytes"))
    var inPlace = Configuration.defaultComputeInPlace

    @Option(help: ArgumentHelp("Event loops that share the connections; 0 is one for each core.", valueName: "count"))
    var ioLoops = 0

    @Option(help: ArgumentHelp("Longest wait for the head of a request, once it has begun, and for a TLS handshake.", valueName: "seconds"))
    var headTimeout = Configuration.Timeouts().head

    @Option(help: ArgumentHelp("Longest wait for a body or a reply to pass; what --min-rate says adds a second.", valueName: "seconds"))
    var transferTimeout = Configuration.Timeouts().transfer

    @Option(help: ArgumentHelp("Bytes a second that a body or a reply must move after that, on average.", valueName: "bytes"))
    var minRate = Configuration.Limits().slowestTransfer

    @Option(help: ArgumentHelp("Longest wait of a request for a thread; then it is answered 503.", valueName: "seconds"))
    var queueTimeout = Configuration.Timeouts().queue

    @Option(
        help: ArgumentHelp("Longest wait for a reply to be computed, that for a thread included; then it is 503.", valueName: "seconds"))
    var computeTimeout = Configuration.Timeouts().compute

    @Option(help: ArgumentHelp("Longest wait for the next request on a connection.", valueName: "seconds"))
    var idleTimeout = Configuration.Timeouts().idle

    @Option(help: ArgumentHelp("Longest wait for the client to close, after the last reply.", valueName: "seconds"))
    var lingerTimeout = Configuration.Timeouts().linger

    @Option(help: ArgumentHelp("Time to go on accepting after SIGTERM or SIGINT, while /ready says no.", valueName: "seconds"))
    var drainDelay = Configuration.Timeouts().drainDelay

    @Option(
        help: ArgumentHelp("Longest wait for a request that may be on its way on an idle connection, after that.", valueName: "seconds"))
    var drainGrace = Configuration.Timeouts().drainGrace

    @Option(help: ArgumentHelp("Longest wait for requests in flight, after that.", valueName: "seconds"))
    var drainTimeout = Configuration.Timeouts().drain

    @Option(help: ArgumentHelp("Smallest reply that is compressed for who accepts it.", valueName: "bytes"))
    var compressFrom = Configuration.defaultCompressFrom

    @Option(
        help: ArgumentHelp(
            "Least important lines to log: trace, debug, info, warning, error, critical or, unless given, notice.", valueName: "level"),
        transform: Self.level)
    var logLevel = Logger.Level.notice

    @Option(help: ArgumentHelp("How lines are logged: text or json. At level info there is one for each request.", valueName: "format"))
    var logFormat = LogFormat.text

    /// Checks all but the files.
    func validate() throws {
        _ = try SocketAddress(option: host, port: port)
        for (flag, value) in counts where value < 1 { throw ValidationError("\(flag) must be at least 1, not \(value).") }
        for (flag, value) in seconds where !(value > 0 && value <= 86_400) {
            throw ValidationError("\(flag) must be more than 0 and at most 86400 seconds, not \(value).")
        }
        for (flag, value) in waits where !(value >= 0 && value <= 86_400) {
            throw ValidationError("\(flag) must be at least 0 and at most 86400 seconds, not \(value).")
        }
        for (flag, value) in [("--threads", threads), ("--in-place", inPlace), ("--io-loops", ioLoops)] where value < 0 {
            throw ValidationError("\(flag) must be at least 0, not \(value).")
        }
        guard maxMemory >= maxBody else {
            throw ValidationError("--max-memory must be at least --max-body, which is \(maxBody), or no such body could come in.")
        }
        guard (tlsCert == nil) == (tlsKey == nil) else {
            throw ValidationError("--tls-cert and --tls-key belong together; only one of them is given.")
        }
        guard tlsClientCa == nil || tlsCert != nil else { throw ValidationError("--tls-client-ca needs --tls-cert and --tls-key.") }
        if let corsOrigin, CrossOrigin(corsOrigin) == nil {
            throw ValidationError("--cors-origin must be * or origins such as https://example.org, not '\(corsOrigin)'.")
        }
    }

    /// What the options say, with the files that they name.
    func configuration() throws -> Configuration {
        var configuration = try Configuration(address: SocketAddress(option: host, port: port))
        configuration.tls = try tlsContext()
        configuration.tokens = try tokens()
        configuration.crossOrigin = corsOrigin.flatMap(CrossOrigin.init)
        configuration.limits = limits
        configuration.timeouts = timeouts
        let cores = max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)))
        configuration.computeWidth = threads > 0 ? threads : cores
        configuration.computeInPlace = inPlace
        configuration.eventLoops = ioLoops > 0 ? ioLoops : cores
        configuration.compressFrom = compressFrom
        return configuration
    }

    private var limits: Configuration.Limits {
        var limits = Configuration.Limits()
        limits.body = maxBody
        limits.head = maxHead
        limits.fields = maxFields
        limits.connections = maxConnections
        limits.connectionsPerAddress = maxConnectionsPerAddress
        limits.memory = maxMemory
        limits.queue = queue
        limits.slowestTransfer = minRate
        return limits
    }

    private var timeouts: Configuration.Timeouts {
        var timeouts = Configuration.Timeouts()
        timeouts.head = headTimeout
        timeouts.transfer = transferTimeout
        timeouts.queue = queueTimeout
        timeouts.compute = computeTimeout
        timeouts.idle = idleTimeout
        timeouts.linger = lingerTimeout
        timeouts.drainDelay = drainDelay
        timeouts.drainGrace = drainGrace
        timeouts.drain = drainTimeout
        return timeouts
    }

    private var counts: [(String, Int)] {
        [
            ("--max-body", maxBody), ("--max-head", maxHead), ("--max-fields", maxFields), ("--max-connections", maxConnections),
            ("--max-connections-per-address", maxConnectionsPerAddress ?? 1), ("--max-memory", maxMemory), ("--min-rate", minRate),
            ("--queue", queue), ("--compress-from", compressFrom),
        ]
    }

    private var seconds: [(String, Double)] {
        [
            ("--head-timeout", headTimeout), ("--transfer-timeout", transferTimeout), ("--queue-timeout", queueTimeout),
            ("--compute-timeout", computeTimeout), ("--idle-timeout", idleTimeout), ("--linger-timeout", lingerTimeout),
            ("--drain-timeout", drainTimeout),
        ]
    }

    /// Seconds that may be none.
    private var waits: [(String, Double)] { [("--drain-delay", drainDelay), ("--drain-grace", drainGrace)] }

    func tlsContext() throws -> TLSContext? {
        guard let tlsCert, let tlsKey else { return nil }
        return try TLSContext(certificateChain: tlsCert, privateKey: tlsKey, clientCA: tlsClientCa)
    }

    func tokens() throws -> BearerTokens? {
        guard let tokenFile else { return nil }
        let text = try File.read(tokenFile)
        do throws(BearerTokenError) {
            return try BearerTokens(text: text)
        } catch {
            throw CommandFailure(description: "\(tokenFile): \(error)")
        }
    }

    @Sendable private static func level(_ name: String) throws -> Logger.Level {
        guard let level = Logger.Level(rawValue: name) else { throw ValidationError("\(name) is no level.") }
        return level
    }

    func logger(to output: LogOutput) -> Logger {
        Logger(label: "cotangent") { _ in LogLine(logFormat, level: logLevel, to: output) }
    }
}

extension SocketAddress {
    /// Where `--host` and `--port` say; throws the sentence for a host that is no address.
    init(option host: String, port: UInt16) throws(ValidationError) {
        guard let address = SocketAddress(host: host, port: port) else {
            throw ValidationError("--host must be an IPv4 or IPv6 address in numbers, or localhost, not '\(host)'.")
        }
        self = address
    }
}

extension LogFormat: ExpressibleByArgument {
    /// Named in the option's own sentence.
    static var allValueStrings: [String] { [] }
}
