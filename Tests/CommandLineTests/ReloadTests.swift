import Foundation
import TestSupport
import Testing

/// A running service follows its files.
@Suite struct ReloadTests {
    private func status(_ service: ServiceProcess, _ token: String) throws -> Int {
        let client = try service.connect()
        try client.send("GET / HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer \(token)\r\n\r\n")
        return try client.readReply().status
    }

    @Test func `a token file that changes is read again; one that can't be used changes nothing`() throws {
        let folder = try TemporaryFolder()
        let file = try folder.write(Array("first-token-0123456789\n".utf8), to: "tokens")
        let service = try ServiceProcess(["--token-file", file])
        #expect(try status(service, "first-token-0123456789") == 200)

        try folder.write(Array("short\n".utf8), to: "tokens")
        #expect(try service.readLog(until: "The tokens stay").contains("\(file): line 1 is shorter than 16 characters"))
        #expect(try status(service, "first-token-0123456789") == 200)

        try folder.write(Array("second-token-0123456789\n".utf8), to: "tokens")
        try service.readLog(until: "The tokens have been read again")
        #expect(try status(service, "first-token-0123456789") == 401)
        #expect(try status(service, "second-token-0123456789") == 200)
    }

    @Test func `a token file that changes while the service starts is read again, too`() throws {
        let folder = try TemporaryFolder()
        let file = folder.path("tokens")
        #expect(unsafe mkfifo(file, 0o600) == 0)
        // Writes what the service reads when it starts, and only then lets it come to an end of that: another file has taken its place by then.
        Thread.detachNewThread {
            guard let pipe = FileHandle(forWritingAtPath: file) else { return }
            try? pipe.write(contentsOf: Data("first-token-0123456789\n".utf8))
            _ = try? folder.write(Array("second-token-0123456789\n".utf8), to: "new")
            _ = unsafe rename(folder.path("new"), file)
            try? pipe.close()
        }
        let service = try ServiceProcess(["--token-file", file])
        try service.readLog(until: "The tokens have been read again")
        #expect(try status(service, "second-token-0123456789") == 200)
    }

    @Test func `SIGHUP puts a new certificate before new connections, and keeps the old one where the new one is no use`() throws {
        let folder = try TemporaryFolder()
        let (certificate, key) = try folder.makeCertificate()
        let service = try ServiceProcess(["--tls-cert", certificate, "--tls-key", key])
        let old = try serial(service)
        // One connection over the whole time: it must live through both reloads.
        let client = try TLSConversation(port: service.port)
        #expect(try client.ask() == "HTTP/1.1 200 OK")

        try folder.write(Array("nonsense".utf8), to: "key.pem")
        service.signal(SIGHUP)
        try service.readLog(until: "The certificate and its key stay what they were")
        #expect(try serial(service) == old)

        _ = try folder.makeCertificate()
        service.signal(SIGHUP)
        try service.readLog(until: "The certificate and its key have been read again")
        #expect(try serial(service) != old)
        #expect(try client.ask() == "HTTP/1.1 200 OK")
    }

    /// Of the certificate that the service shows.
    private func serial(_ service: ServiceProcess) throws -> String {
        let shown = try run("openssl", ["s_client", "-connect", "127.0.0.1:\(service.port)"])
        return try run("openssl", ["x509", "-noout", "-serial"], input: shown.output).text
    }
}

/// openssl s_client, kept open.
private final class TLSConversation {
    private let process = Process()
    private let input = Pipe()
    private let output = Pipe()

    init(port: UInt16) throws {
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["openssl", "s_client", "-quiet", "-connect", "127.0.0.1:\(port)"]
        process.standardInput = input
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
    }

    deinit {
        process.terminate()
    }

    /// The status line of the reply to one more request.
    func ask() throws -> String {
        try input.fileHandleForWriting.write(contentsOf: Data("GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n".utf8))
        var text = ""
        while !text.hasSuffix("}") {
            let piece = output.fileHandleForReading.availableData
            guard !piece.isEmpty else { throw ClientError("the connection ended after \(text)") }
            text += String(decoding: piece, as: UTF8.self)
        }
        return text.split(separator: "\r\n").first.map(String.init) ?? ""
    }
}
