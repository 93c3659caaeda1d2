import Dispatch
import Glibc
import Synchronization
import Threads
import Transport

/// SIGTERM and SIGINT: the first is told to whoever waits, a second ends the process at once.
final class StopSignals: Sendable {
    private let queue = DispatchQueue(label: "cotangent.signals")
    private let state = Lock<State>(State())

    private struct State {
        var sources: [any DispatchSourceSignal] = []
        var isStopping = false
        var waiting: CheckedContinuation<Void, Never>?
    }

    private static let numbers = [SIGTERM, SIGINT]

    /// How many have come before there was anybody to tell.
    private static let early = Atomic(0)

    /// Has signals noted that come before `init` catches them: the very first thing to do. Without a handler the kernel ends the process, or, where it
    /// is the first of a container, forgets the signal, and whoever sent it would wait for ever.
    static func hold() {
        // The handler must not be the first to touch the variable: it may interrupt anything.
        early.store(0, ordering: .relaxed)
        for number in numbers { signal(number) { _ in StopSignals.early.add(1, ordering: .relaxed) } }
    }

    /// Has signals end the process, as they do by default; one that has come does so now.
    static func letGo() {
        for number in numbers { signal(number, SIG_DFL) }
        if early.load(ordering: .relaxed) > 0 { raise(SIGTERM) }
    }

    /// Returns when both signals are caught, those that came early included.
    init() async {
        for number in Self.numbers {
            let source = DispatchSource.makeSignalSource(signal: number, queue: queue)
            source.setEventHandler { @Sendable [self] in received() }
            await withCheckedContinuation { continuation in
                source.setRegistrationHandler { @Sendable in continuation.resume() }
                source.activate()
            }
            state.withLock { $0.sources.append(source) }
        }
        for _ in 0..<Self.early.load(ordering: .relaxed) { received() }
    }

    func first() async {
        await withCheckedContinuation { continuation in
            let isStopping = state.withLock { state in
                if !state.isStopping { state.waiting = continuation }
                return state.isStopping
            }
            if isStopping { continuation.resume() }
        }
    }

    private func received() {
        let (isSecond, waiting) = state.withLock { state in
            defer { state.isStopping = true }
            return (state.isStopping, state.waiting.take())
        }
        if isSecond { exit(EXIT_FAILURE) }
        waiting?.resume()
    }
}
