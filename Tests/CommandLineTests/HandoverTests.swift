import Foundation
import Synchronization
import TestSupport
import Testing
import Threads
import Transport

/// The service on a socket that is not its own: whoever started it keeps it while services come and go.
@Suite struct HandoverTests {
    private static let health = "GET /health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"

    private func connect(to listener: borrowing Socket) throws -> Client {
        Client(try Socket.connected(to: .loopback(port: listener.localPort), timeout: Client.patience))
    }

    @Test(arguments: [1, 3])
    func `a service listens on the socket that it is handed, with every loop`(loops: Int) throws {
        let listener = try Socket.listening(on: .loopback(port: 0))
        let service = try ServiceProcess(["--io-loops", "\(loops)"], listener: listener.descriptor)
        try #require(service.port == listener.localPort)
        for _ in 0..<10 {
            let client = try service.connect()
            try client.send(Self.health)
            #expect(try client.readReply().status == 200)
        }
        service.signal(SIGTERM)
        #expect(try service.exitCode() == 0)
    }

    @Test func `who comes while no service runs is answered by the next one`() throws {
        let listener = try Socket.listening(on: .loopback(port: 0))
        let first = try ServiceProcess(listener: listener.descriptor)
        first.signal(SIGTERM)
        #expect(try first.exitCode() == 0)
        let client = try connect(to: listener)
        try client.send(Self.health)
        let second = try ServiceProcess(listener: listener.descriptor)
        #expect(try client.readReply().status == 200)
        second.signal(SIGTERM)
        #expect(try second.exitCode() == 0)
    }

    @Test func `restarts under load lose no request`() throws {
        let listener = try Socket.listening(on: .loopback(port: 0))
        let port = listener.localPort
        let isOver = Atomic(false)
        let answered = DispatchSemaphore(value: 0)
        let failures = Lock<[String]>([])
        let clients = DispatchGroup()
        try withExtendedLifetime(listener) {
            var service = try ServiceProcess(listener: listener.descriptor)
            defer { isOver.store(true, ordering: .relaxed) }
            for _ in 0..<3 {
                Thread.detach(in: clients) {
                    while !isOver.load(ordering: .relaxed) {
                        do {
                            let client = Client(try Socket.connected(to: .loopback(port: port), timeout: Client.patience))
                            try client.send(Self.health)
                            guard try client.readReply().status == 200 else { throw ClientError("not healthy") }
                            answered.signal()
                        } catch {
                            failures.withLock { $0.append("\(error)") }
                        }
                    }
                }
            }
            for _ in 0..<3 {
                for _ in 0..<50 { try #require(answered.wait(timeout: .now() + .seconds(Client.patience)) == .success) }
                service.signal(SIGTERM)
                #expect(try service.exitCode() == 0)
                service = try ServiceProcess(listener: listener.descriptor)
            }
            isOver.store(true, ordering: .relaxed)
            clients.wait()
            #expect(failures.withLock { $0 } == [])
        }
    }

    @Test(arguments: [
        ("LISTEN_FDS=2", #"LISTEN_FDS is "2", but the service takes 1 socket."#),
        ("LISTEN_FDS=0", #"LISTEN_FDS is "0", but the service takes 1 socket."#),
        ("LISTEN_FDS=one", #"LISTEN_FDS is "one", but the service takes 1 socket."#),
        ("LISTEN_FDS=", #"LISTEN_FDS is "", but the service takes 1 socket."#),
        ("LISTEN_FDS=1 3<&-", "Descriptor 3, which LISTEN_FDS hands over, is no TCP socket that listens."),
        ("LISTEN_FDS=1 3</dev/null", "Descriptor 3, which LISTEN_FDS hands over, is no TCP socket that listens."),
    ])
    func `a service does not start on what it can't listen on, and says why`(handover: String, sentence: String) throws {
        let script = "export LISTEN_PID=$$; \(handover) exec \"$0\" serve --port 0"
        let ended = try run("timeout", ["\(Client.patience)", "bash", "-c", script, ServiceProcess.executable()])
        #expect(ended.status == 1)
        #expect(ended.errors == "Error: \(sentence)\n")
    }

    @Test func `a connection is no socket that listens`() throws {
        let listener = try Socket.listening(on: .loopback(port: 0))
        let connection = try Socket.connected(to: .loopback(port: listener.localPort), timeout: Client.patience)
        #expect(throws: ClientError.self) { _ = try ServiceProcess(listener: connection.descriptor) }
    }

    @Test(arguments: [["LISTEN_PID": "1", "LISTEN_FDS": "1"], ["LISTEN_FDS": "1"], ["LISTEN_PID": "1"]])
    func `a socket that is meant for another process is left alone`(environment: [String: String]) throws {
        let service = try ServiceProcess(environment: environment)
        let client = try service.connect()
        try client.send(Self.health)
        #expect(try client.readReply().status == 200)
    }
}

extension Thread {
    /// Runs `body` on a thread of its own, which `group` waits for.
    fileprivate static func detach(in group: DispatchGroup, _ body: @escaping @Sendable () -> Void) {
        group.enter()
        detachNewThread {
            body()
            group.leave()
        }
    }
}
