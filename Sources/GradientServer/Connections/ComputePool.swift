import DequeModule
import Dispatch
import Threads
import Transport

/// Computes requests on a concurrent Dispatch queue: `computeWidth` of them at once, as many waiting as the limits say.
///
/// Jobs come and completions go in groups, because each hand-over costs a wake-up of another thread; a worker that has one goes on with the next
/// job without another.
final class ComputePool: Sendable {
    /// A request with the way back to the connection that waits for the reply.
    struct Job: Sendable {
        let request: Request
        let loop: EventLoop
        let connection: ConnectionID

        /// Since when it waits.
        let submitted = MonotonicTime.now
    }

    struct Completion: Sendable {
        let connection: ConnectionID
        let response: Response
    }

    private struct State {
        var waiting: Deque<Job> = []
        var workers = 0
    }

    private let state = Lock(State())

    /// Of a class of its own, and so on threads of its own: what else runs, the signal to stop above all, must not wait for a computation.
    private let queue = DispatchQueue(label: "cotangent.compute", qos: .utility, attributes: .concurrent)

    /// For what is computed while its caller waits. It could as well be called directly, but the service promises that every gradient is computed on a
    /// concurrent Dispatch queue; where nobody else waits on one, `sync` runs at once and on the caller's thread, and costs next to nothing.
    private let queueInPlace = DispatchQueue(label: "cotangent.compute.in-place", attributes: .concurrent)

    private let configuration: Configuration
    private let answer: @Sendable (Request, Team) -> Response

    /// - Parameter answer: called on a thread of the pool, on several at once, with the threads that may work on the request.
    init(_ configuration: Configuration, answer: @escaping @Sendable (Request, Team) -> Response) {
        self.configuration = configuration
        self.answer = answer
    }

    /// Queues `jobs` in order, as far as there is room.
    ///
    /// - Returns: how many of them, from the front, were taken.
    func submit(_ jobs: [Job]) -> Int {
        let (accepted, hired) = state.withLock { state in
            let free = configuration.computeWidth - state.workers
            let room = configuration.limits.queue + free - state.waiting.count
            let accepted = min(jobs.count, max(room, 0))
            state.waiting.append(contentsOf: jobs[..<accepted])
            let hired = min(free, accepted)
            state.workers += hired
            return (accepted, hired)
        }
        for _ in 0..<hired { queue.async { self.work() } }
        return accepted
    }

    /// Calls `body` with the reply to a small request, at once.
    func answerInPlace(_ request: Request, _ body: (consuming Response) -> Void) {
        queueInPlace.sync { body(answer(request, .alone)) }
    }

    /// Jobs that wait, and jobs that are being computed.
    var waiting: Int { state.withLock { $0.waiting.count } }
    var working: Int { state.withLock { $0.workers } }

    /// Takes a job back that nobody waits for any more.
    ///
    /// - Returns: false when a worker has it already; its completion will come.
    func withdraw(_ connection: ConnectionID, of loop: EventLoop) -> Bool {
        state.withLock { state in
            let count = state.waiting.count
            state.waiting.removeAll { $0.connection == connection && $0.loop === loop }
            return state.waiting.count < count
        }
    }

    private func work() {
        var finished = CompletionGroups()
        while let job = nextJob() {
            if job.request.body.count > Self.largeBody { finished.deliver() }
            finished.add(Completion(connection: job.connection, response: response(to: job)), for: job.loop)
        }
        finished.deliver()
    }

    private func response(to job: Job) -> Response {
        guard job.submitted + configuration.timeouts.queue >= .now else { return .busy(.queueWait, configuration) }
        let team = team(for: job.request)
        defer { team.dismiss() }
        return answer(job.request, team)
    }

    /// Bytes of a body that may take longer than a finished reply should wait.
    private static let largeBody = 4096

    /// Those who work on a request that begins now: a thread, and its share of those that have nothing to do.
    private func team(for request: Request) -> Team {
        guard request.body.count >= Self.worthSharing else { return .alone }
        let threads = state.withLock { configuration.computeWidth / $0.workers }
        return threads > 1 ? Team(size: threads, queue: queue) : .alone
    }

    /// Bytes of a body, as sent, from which a second thread saves more than the 35 to 75 µs that it takes to wake. Dense Jacobians of less are computed
    /// and written no sooner by two threads either.
    private static let worthSharing = 512 << 10

    private func nextJob() -> Job? {
        state.withLock { state in
            if let job = state.waiting.popFirst() { return job }
            state.workers -= 1
            return nil
        }
    }
}

/// Completions of one worker, sent to their loop in groups of at most 32 and of at most 30 µs: fewer wake-ups, unnoticeable delay.
private struct CompletionGroups {
    private var waiting: [ComputePool.Completion] = []
    private var loop: EventLoop?
    private var oldest: UInt64 = 0

    mutating func add(_ completion: ComputePool.Completion, for loop: EventLoop) {
        if let current = self.loop, current !== loop { deliver() }
        let now = DispatchTime.now().uptimeNanoseconds
        if waiting.isEmpty { oldest = now }
        self.loop = loop
        waiting.append(completion)
        if waiting.count >= 32 || now - oldest >= 30_000 { deliver() }
    }

    mutating func deliver() {
        guard let loop, !waiting.isEmpty else { return }
        loop.deliver(waiting)
        waiting = []
    }
}
