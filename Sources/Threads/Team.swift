package import Dispatch
import Glibc
import Synchronization

/// The threads that carry out one request together: the one that has it, and helpers of a Dispatch queue.
///
/// A request has several parts to share out, most of them no longer than the 20 to 50 µs that it takes to wake a thread. So the helpers are called once,
/// for the first part, and between parts stay awake for a while. No part waits for a helper to come: whoever is there takes the next index.
package final class Team: Sendable {
    /// How many threads work on a part at most.
    package let size: Int

    private struct State {
        var part: Part?
        var helpers = 0
        var isDismissed = false
    }

    private let queue: DispatchQueue
    private let state = Lock(State())

    /// Counts the changes of `state` that helpers must see; those who have nothing to do watch it without the lock.
    private let news = Atomic(0)

    /// A thread by itself.
    package static let alone = Team(size: 1, queue: .global())

    /// - Parameter queue: a concurrent one, whose threads help.
    package init(size: Int, queue: DispatchQueue) {
        self.size = size
        self.queue = queue
    }

    /// Calls the helpers that are not there. It takes some time until they are.
    private func gather() {
        let missing = state.withLock { state in
            let missing = state.isDismissed ? 0 : size - 1 - state.helpers
            state.helpers += missing
            return missing
        }
        for _ in 0..<missing { queue.async { self.help() } }
    }

    /// Sends the helpers away. Without it they go by themselves, a little later.
    package func dismiss() {
        guard size > 1 else { return }
        announce { $0.isDismissed = true }
    }

    /// Calls `body` with 0, 1, ... `count` - 1, each once, on all threads of the team; returns when all calls have. Not to be called from `body`.
    package func share(_ count: Int, _ body: @escaping @Sendable (Int) -> Void) {
        guard size > 1, count > 1 else { return (0..<count).forEach(body) }
        let part = Part(count: count, body: body)
        announce { $0.part = part }
        gather()
        part.work()
        part.waitForOthers()
        state.withLock { $0.part = nil }
    }

    /// The results of `body` for 0, 1, ... `count` - 1, computed as `share` does.
    package func map<Result: Sendable>(_ count: Int, _ body: @escaping @Sendable (Int) -> Result) -> [Result] {
        guard size > 1, count > 1 else { return (0..<count).map(body) }
        let results = Lock([Result?](repeating: nil, count: count))
        share(count) { index in
            let result = body(index)
            results.withLock { $0[index] = result }
        }
        return results.withLock { $0.compactMap { $0 } }
    }

    private func announce(_ change: (inout State) -> Void) {
        state.withLock { state in
            change(&state)
            news.wrappingAdd(1, ordering: .releasing)
        }
    }

    private func help() {
        var seen = -1
        var idleSince = DispatchTime.now().uptimeNanoseconds
        while true {
            let current = news.load(ordering: .acquiring)
            if current != seen {
                seen = current
                let (part, isDismissed) = state.withLock { ($0.part, $0.isDismissed) }
                if isDismissed { return }
                part?.work()
                idleSince = DispatchTime.now().uptimeNanoseconds
            } else if DispatchTime.now().uptimeNanoseconds > idleSince + Self.patience, leave(havingSeen: seen) {
                return
            }
        }
    }

    /// Goes, unless there has just come something to do.
    private func leave(havingSeen seen: Int) -> Bool {
        state.withLock { state in
            guard news.load(ordering: .relaxed) == seen else { return false }
            state.helpers -= 1
            return true
        }
    }

    /// Nanoseconds that a helper stays awake with nothing to do: what one thread does alone between two parts rarely takes longer, and if so, it pays to
    /// call the helper again.
    private static let patience: UInt64 = 300_000
}

/// Something that a team does together.
private final class Part: Sendable {
    private let count: Int
    private let body: @Sendable (Int) -> Void
    private let next = Atomic(0)
    private let finished = Atomic(0)

    init(count: Int, body: @escaping @Sendable (Int) -> Void) {
        self.count = count
        self.body = body
    }

    /// Does what nobody else has begun.
    func work() {
        while true {
            let index = next.wrappingAdd(1, ordering: .relaxed).oldValue
            guard index < count else { return }
            body(index)
            finished.wrappingAdd(1, ordering: .releasing)
        }
    }

    /// Waits for what others have begun, awake since that is not long, and lets them have this core if they have none.
    func waitForOthers() {
        var rounds = 0
        while finished.load(ordering: .acquiring) < count {
            rounds += 1
            if rounds > Self.patience { sched_yield() }
        }
    }

    /// Looks at a counter, some 10 µs of them.
    private static let patience = 10_000
}
