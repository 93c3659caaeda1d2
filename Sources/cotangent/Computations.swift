import ArgumentParser
import Glibc
import GradientServer
import Transport

/// `cotangent backward FILE`: what `POST /backward` does, without a server.
struct Backward: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Compute the gradients of one step: the body of POST /backward in, its reply out.")

    @OptionGroup var computation: Computation

    func run() throws { try computation.run(at: "/backward") }
}

/// `cotangent sequence FILE`: what `POST /backward/sequence` does, without a server.
struct Sequence: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Compute the gradients of a recurrence: the body of POST /backward/sequence in, its reply out.")

    @OptionGroup var computation: Computation

    func run() throws { try computation.run(at: "/backward/sequence") }
}

/// `cotangent check FILE`: what `POST /check` does, without a server.
struct Check: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Tell whether gradients are right, and if not, why: the body of POST /check in, its reply out.",
        discussion: "Exits with 1 where something is not right.")

    @OptionGroup var computation: Computation

    func run() throws {
        let reply = try computation.run(at: "/check")
        // The reply's first member is the verdict as a whole.
        guard reply.starts(with: #"{"ok":true"#.utf8) else { throw ExitCode.failure }
    }
}

/// From a file or standard input to standard output.
struct Computation: ParsableArguments {
    @Argument(help: "The request as JSON; - or nothing reads standard input.")
    var file = "-"

    /// - Parameter mediaType: see `Route.reply`.
    /// - Returns: the reply that was written.
    @discardableResult
    func run(at path: String, as mediaType: String? = nil) throws -> [UInt8] {
        let body = try file == "-" ? File.read(STDIN_FILENO, name: "standard input") : File.read(file)
        let reply: [UInt8]
        do throws(Problem) {
            reply = try Route.reply(to: body, at: path, as: mediaType)
        } catch {
            let place = error.position.map { "Line \($0.line), column \($0.column): " } ?? ""
            throw CommandFailure(description: place + error.detail)
        }
        try Output.write(reply.last == UInt8(ascii: "\n") ? reply : reply + [UInt8(ascii: "\n")])
        return reply
    }
}
