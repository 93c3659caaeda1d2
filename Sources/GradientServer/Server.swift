package import Logging
package import Transport

/// The service: listeners, event loops and the compute pool, from start to drain.
package final class Server: Sendable {
    /// The port it listens on: tells what the system chose where the configuration says 0.
    package let port: UInt16

    private let configuration: Configuration
    private let loops: [EventLoop]
    private let drained: Latch
    private let log: Logger

    /// Binds the port; connections wait in the backlog until `start`.
    ///
    /// - Throws: where the address is taken, not permitted or not of this machine.
    package convenience init(_ configuration: Configuration, log: Logger) throws(SystemError) {
        let service = Service(configuration: configuration, log: log)
        try self.init(configuration, service: service, log: log, answer: service.response)
    }

    /// - Parameter answer: the reply to a request that takes computation, over a number of threads.
    init(
        _ configuration: Configuration, service: Service, log: Logger, answer: @escaping @Sendable (Request, _ threads: Int) -> Response
    ) throws(SystemError) {
        var address = configuration.address
        self.configuration = configuration
        self.log = log
        let pool = ComputePool(
            width: configuration.computeWidth, capacity: configuration.limits.queue, longestWait: configuration.timeouts.queue, answer: answer)
        let openConnections = ConnectionCount(limits: configuration.limits)
        let memory = MemoryBudget(limit: configuration.limits.memory)
        let drained = Latch(configuration.eventLoops)
        var loops: [EventLoop] = []
        for index in 0..<configuration.eventLoops {
            let listener = try Socket.listening(on: address, sharesPort: configuration.eventLoops > 1)
            address.port = listener.localPort
            loops.append(
                try EventLoop(
                    index: index, listener: listener, configuration: configuration, service: service, pool: pool,
                    openConnections: openConnections, memory: memory, log: log, onDrained: { drained.countDown() }))
        }
        self.loops = loops
        self.drained = drained
        port = address.port
    }

    package func start() async {
        for loop in loops { await loop.start() }
    }

    /// Stops accepting and waits until what is in flight has been answered. What takes longer than the configured time is cut off.
    package func drain() async {
        for loop in loops { await loop.drain() }
        let limit = Task {
            try await Task.sleep(for: .seconds(configuration.timeouts.drain))
            for loop in loops { await loop.abandon() }
        }
        await drained.wait()
        limit.cancel()
    }
}

/// Opens once it has been counted down to zero.
private final class Latch: Sendable {
    private let state: Lock<(remaining: Int, waiting: [CheckedContinuation<Void, Never>])>

    init(_ count: Int) {
        state = Lock((count, []))
    }

    func countDown() {
        let released = state.withLock { state in
            state.remaining -= 1
            guard state.remaining == 0 else { return [CheckedContinuation<Void, Never>]() }
            defer { state.waiting = [] }
            return state.waiting
        }
        released.forEach { $0.resume() }
    }

    func wait() async {
        await withCheckedContinuation { continuation in
            let isOpen = state.withLock { state in
                if state.remaining > 0 { state.waiting.append(continuation) }
                return state.remaining == 0
            }
            if isOpen { continuation.resume() }
        }
    }
}
