import Foundation
import TestSupport
import Testing

/// A signal that comes while the service starts. A token file that is a pipe holds it up just there, until the test writes the token.
@Suite struct EarlySignalTests {
    private static let canMakeNamespaces = (try? run("unshare", ["--pid", "--fork", "true"]).status) == 0

    /// Starts the service, sends it a signal before it has read its options, and returns how it ended.
    ///
    /// - Parameter prefix: the command that runs the service's as its child; none for no other.
    private func end(after number: Int32, prefix: [String] = []) throws -> (code: Int32, log: String) {
        let folder = try TemporaryFolder()
        let pipe = folder.path("tokens")
        guard unsafe mkfifo(pipe, 0o600) == 0 else { throw ClientError("no pipe") }
        let log = try folder.write([], to: "log")
        let command = prefix + [try ServiceProcess.executable(), "serve", "--port", "0", "--token-file", pipe]
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = command
        process.standardError = try FileHandle(forWritingTo: URL(filePath: log))
        try process.run()
        // Returns when the service opens the other end.
        let tokens = try FileHandle(forWritingTo: URL(filePath: pipe))
        let parent = process.processIdentifier
        let children = try String(contentsOfFile: "/proc/\(parent)/task/\(parent)/children", encoding: .utf8)
        let service = prefix.isEmpty ? parent : Int32(children.trimmingCharacters(in: .whitespaces)) ?? parent
        kill(service, number)
        try tokens.write(contentsOf: Array("a-token-0123456789\n".utf8))
        try tokens.close()
        process.waitUntilExit()
        return (process.terminationStatus, try String(contentsOfFile: log, encoding: .utf8))
    }

    @Test(arguments: [SIGTERM, SIGINT])
    func `stops it as soon as it stands`(number: Int32) throws {
        let (code, log) = try end(after: number)
        #expect(code == 0)
        #expect(log.contains("Listening on") && log.contains("Stopping"))
    }

    /// The kernel forgets a signal for which the first process of a container has no handler.
    @Test(.enabled(if: Self.canMakeNamespaces)) func `stops it where it is the first process of a container`() throws {
        let (code, log) = try end(after: SIGTERM, prefix: ["unshare", "--pid", "--fork", "--kill-child"])
        #expect(code == 0)
        #expect(log.contains("Stopping"))
    }
}
