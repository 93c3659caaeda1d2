import ArgumentParser
import Glibc
import GradientServer

/// `cotangent backward FILE`: what `POST /backward` does, without a server.
struct Backward: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Compute the gradients of one step: the body of POST /backward in, its reply out.")

    @Argument(help: "The request as JSON; - or nothing reads standard input.")
    var file = "-"

    func run() throws {
        let body = try Input.bytes(of: file)
        do throws(Problem) {
            Output.write(try BackwardEndpoint.reply(body), to: STDOUT_FILENO)
            Output.write("\n", to: STDOUT_FILENO)
        } catch {
            throw CommandFailure(description: error.detail)
        }
    }
}
