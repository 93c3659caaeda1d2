import ArgumentParser
import Glibc
import GradientServer

/// Exit codes: 0 done, 1 failed, 2 not understood.
@main
enum Main {
    static func main() async {
        StopSignals.hold()
        do {
            let arguments = try Environment.adding(to: Array(CommandLine.arguments.dropFirst()))
            var command = try Cotangent.parseAsRoot(arguments)
            if var command = command as? any AsyncParsableCommand {
                try await command.run()
            } else {
                StopSignals.letGo()
                try command.run()
            }
        } catch {
            end(with: error)
        }
    }

    private static func end(with error: any Error) -> Never {
        let code = Cotangent.exitCode(for: error)
        let message = Cotangent.fullMessage(for: error)
        guard code.isSuccess else {
            if !message.isEmpty { Output.complain(message + "\n") }
            exit(code == .validationFailure ? 2 : code.rawValue)
        }
        do throws(CommandFailure) {
            try Output.write(Array("\(message)\n".utf8))
            exit(EXIT_SUCCESS)
        } catch {
            Output.complain("Error: \(error)\n")
            exit(EXIT_FAILURE)
        }
    }
}

struct Cotangent: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cotangent",
        abstract: "Gradients of the recurrent cell h_t = tanh(h_{t-1} W_h + x_t W_x + b), over HTTP/1.1 or right here.",
        version: Server.version,
        subcommands: [Serve.self, Backward.self, Sequence.self, Check.self, Explain.self, HealthCheck.self],
        defaultSubcommand: Serve.self)
}
