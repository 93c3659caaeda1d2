import Dispatch
package import Logging
package import TLS
import Threads
package import Transport

/// The service: listeners, event loops and the compute pool, from start to drain.
package final class Server: Sendable {
    /// The port it listens on: tells what the system chose where the configuration says 0.
    package let port: UInt16

    private let configuration: Configuration
    let service: Service
    private let tls: Lock<TLSContext?>
    /// The first one accepts.
    private let loops: [EventLoop]
    private let drained: Latch
    private let quiet = Lock((computations: 0, calls: 0))

    /// Binds the port; connections wait in the backlog until `start`.
    ///
    /// - Parameter listener: a socket that listens already, in place of one on the configuration's address.
    /// - Throws: where the address is taken, not permitted or not of this machine.
    package convenience init(_ configuration: Configuration, listener: consuming Socket? = nil, log: Logger) throws(SystemError) {
        let service = Service(configuration: configuration, log: log)
        try self.init(configuration, listener: listener, service: service, answer: service.response)
    }

    /// - Parameter answer: the reply to a request that takes computation, by a team of threads.
    init(
        _ configuration: Configuration, listener passed: consuming Socket? = nil, service: Service,
        answer: @escaping @Sendable (Request, Team) -> Response
    ) throws(SystemError) {
        self.configuration = configuration
        self.service = service
        let tls = Lock(configuration.tls)
        self.tls = tls
        let pool = ComputePool(configuration, answer: answer)
        let openConnections = ConnectionCount(limits: configuration.limits)
        let memory = MemoryBudget(limit: configuration.limits.memory)
        let drained = Latch(configuration.eventLoops)
        func loop(_ index: Int, _ listener: consuming Socket?, others: [EventLoop]) throws(SystemError) -> EventLoop {
            try EventLoop(
                index: index, listener: listener, others: others, configuration: configuration, service: service, pool: pool,
                openConnections: openConnections, memory: memory, tls: tls, onDrained: { drained.countDown() })
        }
        let listener: Socket = if let passed { passed } else { try Socket.listening(on: configuration.address) }
        port = listener.localPort
        var others: [EventLoop] = []
        for index in 1..<configuration.eventLoops { others.append(try loop(index, nil, others: [])) }
        loops = [try loop(0, listener, others: others)] + others
        self.drained = drained
        service.monitor.metrics.addGauge("cotangent_connections", "Connections open.") { openConnections.total }
        // Weak, because the pool holds the service, and so what holds these.
        service.monitor.metrics.addGauge("cotangent_queue_length", "Requests that wait to be computed.") { [weak pool] in
            pool?.waiting ?? 0
        }
        service.monitor.metrics.addGauge("cotangent_computing", "Requests that are being computed.") { [weak pool] in
            pool?.working ?? 0
        }
        service.monitor.metrics.addGauge("cotangent_body_memory_bytes", "Memory of bodies and replies in progress, beyond 64 KiB each.") {
            memory.usedBytes
        }
        service.monitor.metrics.addGauge("process_resident_memory_bytes", "Memory that the process holds in RAM.") { Memory.residentBytes }
    }

    /// Begins to accept and to answer.
    package func start() async {
        for loop in loops { await loop.start() }
    }

    /// From now on new connections get these; those that are open keep what they have.
    package func replace(tls context: TLSContext) {
        tls.withLock { $0 = context }
    }

    /// From now on requests need one of these.
    package func replace(tokens: BearerTokens) {
        service.tokens.withLock { $0 = tokens }
    }

    /// Gives the heap's free memory back to the system, once nothing has been computed for ten calls of this one.
    package func giveBackMemoryWhenQuiet() {
        let computations = service.monitor.metrics.computations
        let isTime = quiet.withLock { quiet in
            quiet = quiet.computations == computations ? (computations, quiet.calls + 1) : (computations, 0)
            return quiet.calls == 10
        }
        if isTime { Memory.giveBack() }
    }

    /// Says that the service is not ready, for the time that balancers need to hear it, then stops accepting and waits until what is in flight has
    /// been answered. What takes longer than the configured time is cut off.
    package func drain() async {
        service.monitor.endReadiness()
        if configuration.timeouts.drainDelay > 0 { try? await Task.sleep(for: .seconds(configuration.timeouts.drainDelay)) }
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
