import ArgumentParser
import GradientServer

/// `cotangent explain FILE`: what `POST /explain` does, without a server.
struct Explain: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Explain the gradients of one step, line by line: the body of POST /backward in, the derivation out.")

    @OptionGroup var computation: Computation

    @Option(help: "The form of the explanation.")
    var format = ExplanationFormat.text

    func run() throws { try computation.run(at: "/explain", as: format.mediaType) }
}

extension ExplanationFormat: ExpressibleByArgument {}
