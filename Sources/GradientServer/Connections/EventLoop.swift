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
    private let openConnections: ConnectionCount
    private let memory: MemoryBudget
    private let log: Logger
    private let tls: Lock<TLSContext?>
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

    /// How many requests are with the pool.
    private var awaited = 0

    /// How many requests have been computed in place since the outbox was emptied.
    private var computedInPlace = 0

    /// Connections that have more to do than one turn allows.
    private var paused: [ConnectionID] = []

    /// Accepting has failed, and rests until the next sweep: a listener that is told of again and again would keep the loop busy.
    private var isAcceptingPaused = false
    private var events: [Poller.Event] = []

    /// Held back so that, when the process has no descriptor left, a connection can still be accepted and told so.
    private var reserve = ReserveDescriptor()

    nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe executor.asUnownedSerialExecutor() }

    init(
        index: Int, listener: consuming Socket, configuration: Configuration, service: Service, pool: ComputePool,
        openConnections: ConnectionCount, memory: MemoryBudget, tls: Lock<TLSContext?>, onDrained: @escaping @Sendable () -> Void
    ) throws(SystemError) {
        executor = SerialQueue(label: "cotangent.loop.\(index)")
        self.configuration = configuration
        self.service = service
        self.pool = pool
        self.openConnections = openConnections
        self.memory = memory
        log = service.monitor.log
        self.tls = tls
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

    /// Accepts nothing more, and lets each connection end with the reply to what the client has begun to send, or is just about to.
    func drain() {
        guard !isDraining else { return }
        isDraining = true
        acceptConnections(atMost: .max)
        listener = nil
        for case let connection? in connections { connection.drain() }
        endTurn()
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

    /// Milliseconds that a turn waits for more where no reply is awaited, and seconds that it lasts at most when more comes.
    private static let linger: Int32 = 10
    private static let longestTurn = 0.02
    private static let acceptsPerRound = 64
    private static let mostInPlace = 64

    /// How often deadlines are looked at; a wait may last this much longer than it should.
    private static let sweepInterval = 0.1
}

// MARK: - The turn

extension EventLoop {
    /// All that has happened since the last turn, and what came of it. Ends after a few rounds even if there is more, so that replies, which
    /// wait on the same queue, get their turn; Dispatch calls again as long as the poller is readable.
    ///
    /// Where no reply can come, the turn waits for the next events itself: by way of Dispatch they would wake two threads, one after the other, which
    /// takes longer than to answer a small request.
    private func turn() {
        let end = MonotonicTime.now + Self.longestTurn
        var round = 0
        while awaited == 0 ? MonotonicTime.now < end : round < Self.roundsPerTurn {
            round += 1
            poller.poll(into: &events, waiting: awaited == 0 && paused.isEmpty ? Self.linger : 0)
            let unfinished = paused
            paused = []
            if events.isEmpty && unfinished.isEmpty { break }
            for event in events {
                if event.tag == Self.listenerTag {
                    acceptConnections(atMost: Self.acceptsPerRound)
                } else if let connection = connection(ConnectionID(tag: event.tag)) {
                    // Nobody is there to read a reply.
                    if event.isBroken { drop(connection); continue }
                    connection.noteEvent(event)
                    advance(connection)
                }
            }
            for id in unfinished {
                if let connection = connection(id) { advance(connection) }
            }
            submitOutbox()
        }
        endTurn()
    }

    /// What is left to do whenever connections have advanced.
    private func endTurn() {
        submitOutbox()
        if !paused.isEmpty { executor.queue.async { [self] in assumeIsolated { $0.turn() } } }
        if isDraining { endIfDrained() }
    }

    private func advance(_ connection: Connection) {
        connection.beginTurn()
        follow(connection, connection.advance())
    }

    private func follow(_ connection: Connection, _ first: Connection.Step) {
        var step = first
        while true {
            switch step {
            case .wait: return
            case .pause: return paused.append(connection.id)
            case .close: return drop(connection)
            case .answer(let request):
                guard let response = service.immediateResponse(to: request) ?? responseInPlace(to: request) else {
                    outbox.append(ComputePool.Job(request: request, loop: self, connection: connection.id))
                    return
                }
                connection.reply(response)
                step = connection.advance()
            }
        }
    }

    /// The reply to a small request, nil once a round has had its share of them: then other threads help.
    private func responseInPlace(to request: Request) -> Response? {
        guard computedInPlace < Self.mostInPlace, service.isSmall(request) else { return nil }
        computedInPlace += 1
        return pool.answerInPlace(request)
    }

    /// Gives the turn's requests to the pool, in one group; those it has no room for are told to come back.
    private func submitOutbox() {
        computedInPlace = 0
        while !outbox.isEmpty {
            let jobs = outbox
            outbox = []
            let accepted = pool.submit(jobs)
            awaited += accepted
            for job in jobs[accepted...] {
                guard let connection = connection(job.connection) else { continue }
                connection.reply(Response.busy(.queue(configuration.limits.queue)))
                advance(connection)
            }
        }
    }

    private func finish(_ completions: [ComputePool.Completion]) {
        awaited -= completions.count
        for completion in completions {
            guard let connection = connection(completion.connection) else { continue }
            connection.reply(completion.response)
            advance(connection)
        }
        endTurn()
    }

    /// Linear in the number of connections, a few nanoseconds each.
    private func sweep() {
        let now = MonotonicTime.now
        for case let connection? in connections where connection.deadline < now {
            connection.beginTurn()
            follow(connection, connection.expire())
        }
        resumeAccepting()
        endTurn()
    }
}

// MARK: - Connections

extension EventLoop {
    private func acceptConnections(atMost count: Int) {
        for _ in 0..<count {
            do throws(SystemError) {
                guard let socket = try listener?.accept() else { return }
                try open(socket)
            } catch {
                guard error.code == EMFILE || error.code == ENFILE, refuseOne() else { return pauseAccepting(because: error) }
            }
        }
    }

    private func pauseAccepting(because error: SystemError) {
        guard let listener = listener?.descriptor else { return }
        log.error("\(error); trying again in \(Self.sweepInterval) s")
        poller.setListener(listener, tag: Self.listenerTag, isWatched: false)
        isAcceptingPaused = true
    }

    private func resumeAccepting() {
        guard isAcceptingPaused, let listener = listener?.descriptor else { return }
        poller.setListener(listener, tag: Self.listenerTag, isWatched: true)
        isAcceptingPaused = false
    }

    private func open(_ socket: consuming Socket) throws(SystemError) {
        let network = configuration.limits.connectionsPerAddress == nil ? 0 : socket.peerNetwork
        if let overload = openConnections.admit(from: network) { return turnAway(socket, overload) }
        generation &+= 1
        let id = ConnectionID(descriptor: socket.descriptor, generation: generation)
        do throws(SystemError) {
            try poller.add(socket, tag: id.tag)
        } catch {
            openConnections.release(network)
            throw error
        }
        guard let stream = Stream(socket, tls: tls.withLock { $0 }) else { return openConnections.release(network) }
        let connection = Connection(
            id: id, network: network, stream: stream, service: service, memory: memory)
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
            turnAway(socket, .descriptors)
            return true
        } catch {
            return false
        }
    }

    /// Says why, as far as the send buffer takes it, and closes.
    private func turnAway(_ socket: consuming Socket, _ overload: Overload) {
        service.monitor.metrics.count(overload)
        guard configuration.tls == nil else { return }
        _ = socket.send(Response.busy(overload).serialized(inReplyTo: nil, isPersistent: false, id: RequestID(for: nil)))
        socket.finishSending()
        // What is left unread when a socket is closed makes the end a reset.
        var ignored: [UInt8] = []
        _ = socket.receive(into: &ignored, atMost: configuration.limits.head)
    }

    private func connection(_ id: ConnectionID) -> Connection? {
        guard connections.indices.contains(Int(id.descriptor)), let connection = connections[Int(id.descriptor)] else { return nil }
        return connection.id == id ? connection : nil
    }

    private func drop(_ connection: Connection) {
        guard self.connection(connection.id) != nil else { return }
        connections[Int(connection.id.descriptor)] = nil
        openConnections.release(connection.network)
        if connection.awaitsReply, pool.withdraw(connection.id, of: self) { awaited -= 1 }
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
