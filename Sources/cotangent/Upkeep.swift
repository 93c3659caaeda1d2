import Dispatch
import Glibc
import GradientServer
import Logging
import Threads
import Transport

/// What a running service needs beside its requests. Above all it is kept in step with its files: SIGHUP has certificate, key and tokens read
/// again, and a token file that has changed is read without being told. What can't be used changes nothing, and is logged.
final class Upkeep: Sendable {
    private let options: ServeOptions
    private let server: Server
    private let log: Logger
    private let output: LogOutput
    private let queue = DispatchQueue(label: "cotangent.upkeep")
    private let state: Lock<State>

    private struct State {
        var sources: [any DispatchSourceProtocol] = []
        var tokenFile: File.Version?
    }

    /// Begins at once.
    ///
    /// - Parameter tokenFile: its version before the server's tokens were read: a change since then must not go unnoticed.
    init(_ options: ServeOptions, of server: Server, tokenFile: File.Version?, log: Logger, output: LogOutput) {
        self.options = options
        self.server = server
        self.log = log
        self.output = output
        state = Lock(State(tokenFile: tokenFile))
        let hangUp = DispatchSource.makeSignalSource(signal: SIGHUP, queue: queue)
        hangUp.setEventHandler { @Sendable [self] in
            reloadTLS()
            reloadTokens()
        }
        let second = DispatchSource.makeTimerSource(queue: queue)
        second.schedule(deadline: .now() + 1, repeating: 1, leeway: .milliseconds(100))
        second.setEventHandler { @Sendable [self] in
            reloadTokensIfChanged()
            reportLostLines()
            server.giveBackMemoryWhenQuiet()
        }
        hangUp.activate()
        second.activate()
        state.withLock { $0.sources = [hangUp, second] }
    }

    private func reloadTLS() {
        do {
            guard let context = try options.tlsContext() else { return }
            server.replace(tls: context)
            log.notice("The certificate and its key have been read again")
        } catch {
            log.error("The certificate and its key stay what they were: \(error)")
        }
    }

    private func reloadTokensIfChanged() {
        guard let file = options.tokenFile else { return }
        let version = File.version(of: file)
        let isChanged = state.withLock { state in
            defer { state.tokenFile = version }
            return state.tokenFile != version
        }
        if isChanged { reloadTokens() }
    }

    private func reloadTokens() {
        do {
            guard let tokens = try options.tokens() else { return }
            server.replace(tokens: tokens)
            log.notice("The tokens have been read again")
        } catch {
            log.error("The tokens stay what they were: \(error)")
        }
    }

    private func reportLostLines() {
        let lost = output.takeLost()
        if lost > 0 { log.warning("\(lost) lines of the log are lost: it was not read fast enough") }
    }
}
