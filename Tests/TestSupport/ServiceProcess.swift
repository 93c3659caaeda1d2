import Foundation
package import Transport

/// The service as users start it: the built executable, on a free port. Ended when the test lets go of it.
package final class ServiceProcess {
    private let process = Process()
    private let log: FileHandle
    private var logText = ""
    private let ended = DispatchSemaphore(value: 0)

    package private(set) var port: UInt16 = 0

    /// Starts it and waits until it listens.
    ///
    /// - Parameters:
    ///   - descriptors: as many files and sockets as the process may have open.
    ///   - listener: a socket to hand over, as systemd does.
    package init(
        _ arguments: [String] = [], environment: [String: String] = [:], descriptors: Int? = nil, listener: Int32? = nil
    ) throws {
        let pipe = Pipe()
        log = pipe.fileHandleForReading
        let limit = descriptors.map { "ulimit -n \($0); " } ?? ""
        let handover = listener == nil ? "" : "exec 3<&0 0</dev/null; export LISTEN_FDS=1 LISTEN_PID=$$; "
        process.prepare(
            "bash", ["-c", limit + handover + #"exec "$0" "$@""#, try Self.executable(), "serve", "--port", "0"] + arguments,
            environment: environment)
        process.standardError = pipe
        process.standardInput = listener.map { FileHandle(fileDescriptor: $0, closeOnDealloc: false) } ?? FileHandle.nullDevice
        process.terminationHandler = { [ended] _ in ended.signal() }
        try process.run()
        try pipe.fileHandleForWriting.close()
        let line = try readLog(until: "Listening on ")
        guard let port = line.split(whereSeparator: { ": ".contains($0) }).last.flatMap({ UInt16($0.prefix(while: \.isNumber)) }) else {
            throw ClientError("no port in \(line)")
        }
        self.port = port
    }

    deinit {
        if process.isRunning { signal(SIGKILL) }
    }

    /// The executable, built beside the tests.
    package static func executable() throws -> String {
        guard let tests = Bundle.main.executableURL else { throw ClientError("the tests have no path") }
        return tests.deletingLastPathComponent().appending(path: "cotangent").path
    }

    package func signal(_ number: Int32) {
        kill(process.processIdentifier, number)
    }

    /// Waits for a line of the log that contains `text`; returns it.
    @discardableResult package func readLog(until text: String) throws -> String {
        while true {
            let lines = logText.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
            if let line = lines.first(where: { $0.contains(text) }) { return String(line) }
            let piece = log.availableData
            guard !piece.isEmpty else { throw ClientError("the log ended without \"\(text)\": \(logText)") }
            logText += String(decoding: piece, as: UTF8.self)
        }
    }

    /// Closes the pipe that the log goes to, as a collector that dies does.
    package func stopReadingLog() throws {
        try log.close()
    }

    /// Waits for the end of the process; 128 and the number of the signal where one ended it.
    package func exitCode() throws -> Int32 {
        guard ended.wait(timeout: .now() + .seconds(Client.patience)) == .success else { throw ClientError("the service does not end") }
        return process.exitCode
    }

    /// A connection to the service.
    package func connect() throws(SystemError) -> Client {
        Client(try Socket.connected(to: .loopback(port: port), timeout: Client.patience))
    }
}

extension SocketAddress {
    /// A port of this machine.
    package static func loopback(port: UInt16) -> SocketAddress {
        guard let address = SocketAddress(host: "127.0.0.1", port: port) else { preconditionFailure("127.0.0.1 is an address") }
        return address
    }
}
