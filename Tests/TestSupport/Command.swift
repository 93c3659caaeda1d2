import Foundation

/// A command that has run to its end.
package struct CommandResult: Sendable {
    package let status: Int32
    package let output: [UInt8]
    package let errors: String

    package var text: String { String(decoding: output, as: UTF8.self) }
}

/// Runs a command found on the PATH, or by its absolute path, and waits for its end. Output goes through files, because a pipe that nobody reads
/// would stop the command half-way.
package func run(
    _ command: String, _ arguments: [String], environment: [String: String] = [:], input: [UInt8] = []
) throws -> CommandResult {
    let folder = try TemporaryFolder()
    let process = Process()
    process.prepare(command, arguments, environment: environment)
    process.standardInput = try FileHandle(forReadingFrom: URL(filePath: folder.write(input, to: "input")))
    let output = URL(filePath: try folder.write([], to: "output"))
    let errors = URL(filePath: try folder.write([], to: "errors"))
    process.standardOutput = try FileHandle(forWritingTo: output)
    process.standardError = try FileHandle(forWritingTo: errors)
    try process.run()
    process.waitUntilExit()
    return CommandResult(
        status: process.exitCode, output: Array(try Data(contentsOf: output)),
        errors: String(decoding: try Data(contentsOf: errors), as: UTF8.self))
}

extension Process {
    /// Of the test's own environment only what finds programs and libraries goes along, and what sanitizers are told: a COTANGENT_ variable of
    /// the developer must not.
    func prepare(_ command: String, _ arguments: [String], environment: [String: String]) {
        let names = ["PATH", "HOME", "LD_LIBRARY_PATH", "ASAN_OPTIONS", "LSAN_OPTIONS", "TSAN_OPTIONS"]
        let inherited = ProcessInfo.processInfo.environment.filter { names.contains($0.key) }
        self.environment = inherited.merging(environment) { $1 }
        executableURL = URL(filePath: "/usr/bin/env")
        self.arguments = [command] + arguments
    }

    /// As a shell tells it: 128 and the signal's number for a process that a signal ended.
    var exitCode: Int32 { terminationReason == .uncaughtSignal ? 128 + terminationStatus : terminationStatus }
}

/// A folder that lives as long as its test.
package final class TemporaryFolder: Sendable {
    private let url = FileManager.default.temporaryDirectory.appending(path: "cotangent-test-\(UUID().uuidString)")

    package init() throws {
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    }

    deinit {
        try? FileManager.default.removeItem(at: url)
    }

    /// The path of a file of that name, whether it exists or not.
    package func path(_ name: String) -> String { url.appending(path: name).path }

    /// Writes a file; returns its path.
    @discardableResult package func write(_ bytes: [UInt8], to name: String) throws -> String {
        try Data(bytes).write(to: url.appending(path: name))
        return path(name)
    }

    /// Makes a key and a self-signed certificate for 127.0.0.1 and localhost; returns their paths.
    package func makeCertificate() throws -> (certificate: String, key: String) {
        let (certificate, key) = (path("certificate.pem"), path("key.pem"))
        let made = try run(
            "openssl",
            [
                "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", key, "-out", certificate,
                "-days", "1", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1",
            ])
        guard made.status == 0 else { throw ClientError("openssl made no certificate: \(made.errors)") }
        return (certificate, key)
    }
}
