import Dispatch
import Glibc
import Logging
import TLS
import Transport

/// Accepts connections and moves their bytes, all on one serial Dispatch queue.
///
/// The loop has an epoll descriptor of its own that holds its sockets edge-triggered, and *one* dispatch source that watches this descriptor. A
/// source per connection would cost three times the system calls, since Dispatch disarms and re-arms each source at each event; this way its
/// cost is paid once per turn. Computation never runs here: requests go to the pool in groups, and replies come back in groups.
actor EventLoop {
    private let executor: SerialQueue
    private let configuration: Configuration
    private let service: Service
    private let pool: ComputePool
    private let openConnections: Lock<Int>
    private let log: Logger
    private let onDrained: @Sendable () -> Void

    private var listener: Socket?
    private let poller: Poller
    private var source: (any DispatchSourceRead)?
    private var timer: (any DispatchSourceTimer)?

    /// Indexed by descriptor.
    private var connections: [Connection?] = []
    private var generation: UInt32 = 0
    private var isDraining = false

    /// Requests that came in during this turn.
    private var outbox: [ComputePool.Job] = []
    private var events: [Poller.Event] = []

    /// Held back so that, when the process has no descriptor left, a connection can still be accepted and told so.
    private var reserve = ReserveDescriptor()

    nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe executor.asUnownedSerialExecutor() }

    init(
        index: Int, listener: consuming Socket, configuration: Configuration, service: Service, pool: ComputePool,
        openConnections: Lock<Int>,
        log: Logger, onDrained: @escaping @Sendable () -> Void
    ) throws(SystemError) {
        executor = SerialQueue(label: "cotangent.loop.\(index)")
        self.configuration = configuration
        self.service = service
        self.pool = pool
        self.openConnections = openConnections
        self.log = log
        self.onDrained = onDrained
        poller = try Poller()
        try poller.addListener(listener, tag: Self.listenerTag)
        self.listener = consume listener
    }

    /// Begins to serve. The handlers are `@Sendable` by declaration: on Linux they would otherwise inherit the isolation of where they are
    /// written, and trap at the first event.
    func start() {
        let source = DispatchSource.makeReadSource(fileDescriptor: poller.descriptor, queue: executor.queue)
        source.setEventHandler { @Sendable [self] in assumeIsolated { $0.turn() } }
        source.activate()
        self.source = source

        let timer = DispatchSource.makeTimerSource(queue: executor.queue)
        timer.schedule(deadline: .now() + Self.sweepInterval, repeating: Self.sweepInterval)
        timer.setEventHandler { @Sendable [self] in assumeIsolated { $0.sweep() } }
        timer.activate()
        self.timer = timer
    }

    /// Hands over computed replies; called by the workers of the pool.
    nonisolated func deliver(_ completions: [ComputePool.Completion]) {
        executor.queue.async { [self] in assumeIsolated { $0.finish(completions) } }
    }

    /// Accepts nothing more, closes idle connections, and lets each other one end with the reply to what it has begun to send.
    func drain() {
        guard !isDraining else { return }
        isDraining = true
        acceptConnections()
        listener = nil
        for case let connection? in connections {
            connection.isDraining = true
            advance(connection)
            if connection.isIdle { drop(connection) }
        }
        submitOutbox()
        endIfDrained()
    }

    /// Closes what is still open: the time to drain is over.
    func abandon() {
        let open = connections.compactMap { $0 }
        guard !open.isEmpty else { return }
        log.warning("The time to drain is over: \(open.count) connections are closed in mid-request.")
        open.forEach(drop)
        endIfDrained()
    }

    private static let listenerTag = UInt64.max
    private static let roundsPerTurn = 8

    /// How often deadlines are looked at; a wait may last this much longer than it should.
    private static let sweepInterval = 0.1
}

// MARK: - The turn

extension EventLoop {
    /// All that has happened since the last turn, and what came of it. Ends after a few rounds even if there is more, so that replies, which
    /// wait on the same queue, get their turn; Dispatch calls again as long as the poller is readable.
    private func turn() {
        for _ in 0..<Self.roundsPerTurn {
            poller.poll(into: &events)
            if events.isEmpty { break }
            for event in events {
                if event.tag == Self.listenerTag {
                    acceptConnections()
                } else if let connection = connection(ConnectionID(tag: event.tag)) {
                    connection.noteEvent(event)
                    advance(connection)
                }
            }
            submitOutbox()
        }
        if isDraining { endIfDrained() }
    }

    private func advance(_ connection: Connection) {
        follow(connection, connection.advance())
    }

    private func follow(_ connection: Connection, _ first: Connection.Step) {
        var step = first
        while true {
            switch step {
            case .wait: return
            case .close: return drop(connection)
            case .answer(let request):
                guard let response = service.immediateResponse(to: request) else {
                    outbox.append(ComputePool.Job(request: request, loop: self, connection: connection.id))
                    return
                }
                connection.reply(response)
                step = connection.advance()
            }
        }
    }

    /// Gives the turn's requests to the pool, in one group; those it has no room for are told to come back.
    private func submitOutbox() {
        while !outbox.isEmpty {
            let jobs = outbox
            outbox = []
            let accepted = pool.submit(jobs)
            for job in jobs[accepted...] {
                guard let connection = connection(job.connection) else { continue }
                connection.reply(Problem.busy(fullQueue).response)
                advance(connection)
            }
        }
    }

    private var fullQueue: String { "The queue of requests to be computed is full; it holds \(configuration.limits.queue) (--queue)." }

    private func finish(_ completions: [ComputePool.Completion]) {
        for completion in completions {
            guard let connection = connection(completion.connection) else { continue }
            connection.reply(completion.response)
            advance(connection)
        }
        submitOutbox()
        if isDraining { endIfDrained() }
    }

    /// Linear in the number of connections, a few nanoseconds each.
    private func sweep() {
        let now = MonotonicTime.now
        for case let connection? in connections where connection.deadline < now {
            follow(connection, connection.expire())
        }
        submitOutbox()
        if isDraining { endIfDrained() }
    }
}

// MARK: - Connections

extension EventLoop {
    private func acceptConnections() {
        while true {
            do throws(SystemError) {
                guard let socket = try listener?.accept() else { return }
                try open(socket)
            } catch {
                guard error.code == EMFILE || error.code == ENFILE, refuseOne() else {
                    log.error("\(error)")
                    return
                }
            }
        }
    }

    private func open(_ socket: consuming Socket) throws(SystemError) {
        let isWelcome = openConnections.withLock { count in
            guard count < configuration.limits.connections else { return false }
            count += 1
            return true
        }
        guard isWelcome else { return turnAway(socket, Problem.busy(tooManyConnections).response) }
        generation &+= 1
        let id = ConnectionID(descriptor: socket.descriptor, generation: generation)
        do throws(SystemError) {
            try poller.add(socket, tag: id.tag)
        } catch {
            openConnections.withLock { $0 -= 1 }
            throw error
        }
        guard let stream = Stream(socket, tls: configuration.tls) else { return openConnections.withLock { $0 -= 1 } }
        let connection = Connection(id: id, stream: stream, service: service, configuration: configuration)
        connection.isDraining = isDraining
        while connections.count <= Int(id.descriptor) { connections.append(nil) }
        connections[Int(id.descriptor)] = connection
        advance(connection)
    }

    /// Accepts one connection with the reserve descriptor, only to say that there is no room.
    ///
    /// - Returns: false when even that failed; the backlog must wait.
    private func refuseOne() -> Bool {
        reserve.release()
        defer { reserve.acquire() }
        do throws(SystemError) {
            guard let socket = try listener?.accept() else { return false }
            turnAway(socket, Problem.busy("The service has no file descriptor left.").response)
            return true
        } catch {
            return false
        }
    }

    /// Says why, as far as the send buffer takes it, and closes.
    private func turnAway(_ socket: consuming Socket, _ response: Response) {
        guard configuration.tls == nil else { return }
        _ = socket.send(response.serialized(inReplyTo: nil, isPersistent: false))
        socket.finishSending()
    }

    private var tooManyConnections: String {
        "Too many connections are open; the limit is \(configuration.limits.connections) (--max-connections)."
    }

    private func connection(_ id: ConnectionID) -> Connection? {
        guard connections.indices.contains(Int(id.descriptor)), let connection = connections[Int(id.descriptor)] else { return nil }
        return connection.id == id ? connection : nil
    }

    private func drop(_ connection: Connection) {
        guard self.connection(connection.id) != nil else { return }
        connections[Int(connection.id.descriptor)] = nil
        openConnections.withLock { $0 -= 1 }
    }

    private func endIfDrained() {
        guard isDraining, let source, !connections.contains(where: { $0 != nil }) else { return }
        source.cancel()
        timer?.cancel()
        self.source = nil
        timer = nil
        onDrained()
    }
}

extension ConnectionID {
    var tag: UInt64 { UInt64(generation) << 32 | UInt64(UInt32(bitPattern: descriptor)) }

    init(tag: UInt64) {
        self.init(descriptor: Int32(truncatingIfNeeded: tag), generation: UInt32(truncatingIfNeeded: tag >> 32))
    }
}
