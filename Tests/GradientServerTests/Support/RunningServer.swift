import Dispatch
import Foundation
import Logging
import TestSupport
import Threads
import Transport

@testable import GradientServer

/// Starts a service on a free port, hands it to `body`, and drains it afterwards.
///
/// - Parameter answer: what stands in for the computations.
func withServer(
    _ configure: (inout Configuration) throws -> Void = { _ in }, answer: (@Sendable (Request, Team) -> Response)? = nil,
    _ body: (RunningServer) async throws -> Void
) async throws {
    var configuration = Configuration(address: .loopback(port: 0))
    configuration.computeWidth = 2
    configuration.timeouts.drain = 5
    // Under a sanitizer on a busy machine a computation may well have to wait.
    configuration.timeouts.queue = Double(Client.patience)
    configuration.timeouts.compute = Double(Client.patience)
    // What stands in for a computation may wait.
    if answer != nil { configuration.computeInPlace = 0 }
    try configure(&configuration)
    let log = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    let service = Service(configuration: configuration, log: log)
    let server = try Server(configuration, service: service, answer: answer ?? service.response)
    await server.start()
    do {
        if answer != nil { await StandIns.turn.begin() }
        try await withTaskExecutorPreference(ThreadForEach()) { try await body(RunningServer(server: server)) }
        if answer != nil { await StandIns.turn.end() }
    } catch {
        if answer != nil { await StandIns.turn.end() }
        await server.drain()
        throw error
    }
    await server.drain()
}

/// Lets one test at a time put something in the place of computations: that waits, as computations don't, and Dispatch has only so many threads. Two
/// such tests could each hold what the other needs.
private actor StandIns {
    static let turn = StandIns()

    private var isTaken = false
    private var waiting: [CheckedContinuation<Void, Never>] = []

    func begin() async {
        if isTaken { await withCheckedContinuation { waiting.append($0) } } else { isTaken = true }
    }

    func end() {
        if waiting.isEmpty { isTaken = false } else { waiting.removeFirst().resume() }
    }
}

/// Runs tasks that wait for sockets, each step on a thread of its own. There are as many threads for tasks as there are cores, and as many for
/// concurrent queues: the server needs them, and a test's `async let` must go on while the test itself waits.
private final class ThreadForEach: TaskExecutor {

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        Thread.detachNewThread { unsafe job.runSynchronously(on: self.asUnownedTaskExecutor()) }
    }
}

struct RunningServer {
    let server: Server

    /// What `/metrics` tells, without a connection.
    var metrics: String { String(decoding: server.service.monitor.metrics.exposition, as: UTF8.self) }

    /// A connection that sends and receives what it is told to, right or wrong.
    func connect() throws -> Client {
        Client(try Socket.connected(to: .loopback(port: server.port), timeout: Client.patience))
    }

    /// One request on a connection of its own.
    func send(_ request: String) throws -> Reply {
        let client = try connect()
        try client.send(request)
        return try client.readReply()
    }

    /// Posts `body` as curl would.
    func post(_ path: String, _ body: String, fields: String = "") throws -> Reply {
        let client = try connect()
        try client.send("POST \(path) HTTP/1.1\r\nHost: localhost\r\nContent-Length: \(body.utf8.count)\r\n\(fields)\r\n")
        try client.send(body)
        return try client.readReply()
    }

    /// Returns when as many requests wait for a computation. The loop reads connections in whatever order news of them comes.
    func waitForQueue(_ length: Int) throws {
        try waitForMetric("cotangent_queue_length \(length)")
    }

    /// Returns when `/metrics` has this line. A client may have its reply before the server has counted it.
    func waitForMetric(_ line: String) throws {
        let deadline = MonotonicTime.now + Double(Client.patience)
        while !metrics.contains("\(line)\n") {
            guard MonotonicTime.now < deadline else { throw ClientError("/metrics never says \(line), but:\n\(metrics)") }
        }
    }

    /// Sends `request` on new connections until one is not told that there is no room.
    func sendUntilWelcome(_ request: String) throws -> Reply {
        for _ in 0..<10_000 {
            let client = try connect()
            // A connection that is turned away may be closed before its request is sent.
            try? client.send(request)
            if let reply = try? client.readReply(), reply.status != 503 { return reply }
        }
        throw ClientError("there is never room")
    }

    /// What curl makes of a path of this server.
    func curl(_ path: String, _ arguments: String..., scheme: String = "http", input: [UInt8] = []) throws -> CommandResult {
        try run(
            "curl", ["--silent", "--show-error", "--max-time", "20", "\(scheme)://127.0.0.1:\(server.port)\(path)"] + arguments,
            input: input)
    }
}

/// Computations that wait until the test lets them end.
final class Gate: Sendable {
    private let begun = DispatchSemaphore(value: 0)
    private let opened = DispatchSemaphore(value: 0)

    /// Stands in for a computation: its reply is the body of the request.
    @Sendable func answer(_ request: Request, team: Team) -> Response {
        begun.signal()
        opened.wait()
        return Response(contentType: "text/plain", body: request.body)
    }

    /// Returns when one more computation has begun.
    func waitForComputation() throws {
        guard begun.wait(timeout: .now() + .seconds(Client.patience)) == .success else { throw ClientError("no computation begins") }
    }

    /// Lets as many computations end.
    func open(_ count: Int = 1) {
        for _ in 0..<count { opened.signal() }
    }
}
