import Dispatch
import Logging
import TLS
import Threads
import Transport

/// Moves the bytes of its connections, all on one serial Dispatch queue. One loop accepts, and deals the connections out to all.
///
/// The loop has an epoll descriptor of its own that holds its sockets edge-triggered, and *one* dispatch source that watches this descriptor. A
/// source per connection would cost three times the system calls, since Dispatch disarms and re-arms each source at each event; this way its
/// cost is paid once per turn. Small requests, which a hand-over would cost too much, are computed while the loop waits (`replyInPlace`);
/// others go to the pool in groups, and their replies come back in groups.
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

    private var listener: Listener?
    private let poller: Poller

    /// Those that this one accepts for, too.
    private let others: [EventLoop]

    private let newcomers = Newcomers()
    private var source: (any DispatchSourceRead)?
    private var timer: (any DispatchSourceTimer)?

    /// Whether the timer is set.
    private var awaitsSweep = false

    private var connections = ConnectionTable()
    private var generation: UInt32 = 0
    private var isDraining = false

    /// When the present round of a turn, or what else there is to do, began.
    private var now = MonotonicTime.now

    /// Requests that came in during this turn.
    private var outbox: [ComputePool.Job] = []

    /// How many requests are with the pool.
    private var awaited = 0

    /// Bytes of requests that have been computed in place since the outbox was emptied.
    private var computedInPlace = 0

    /// Connections that have more to do than one turn allows.
    private var paused: [ConnectionID] = []
    private var events: [Poller.Event] = []

    nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe executor.asUnownedSerialExecutor() }

    init(
        index: Int, listener: consuming Socket?, others: [EventLoop], configuration: Configuration, service: Service,
        pool: ComputePool, openConnections: ConnectionCount, memory: MemoryBudget, tls: Lock<TLSContext?>,
        onDrained: @escaping @Sendable () -> Void
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
        self.others = others
        poller = try Poller()
        if let listener { self.listener = try Listener(listener, watchedBy: poller) }
    }

    /// Begins to serve. The handlers are `@Sendable` by declaration: on Linux they would otherwise inherit the isolation of where they are
    /// written, and trap at the first event.
    func start() {
        let source = DispatchSource.makeReadSource(fileDescriptor: poller.descriptor, queue: executor.queue)
        source.setEventHandler { @Sendable [self] in assumeIsolated { $0.turn() } }
        source.activate()
        self.source = source

        let timer = DispatchSource.makeTimerSource(queue: executor.queue)
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
        now = .now
        acceptConnections(atMost: .max)
        listener = nil
        for tag in newcomers.tags { _ = takeIn(newcomer: tag) }
        for connection in connections.all { connection.drain() }
        endTurn()
    }

    /// Closes what is still open: the time to drain is over.
    func abandon() {
        let open = Array(connections.all)
        guard !open.isEmpty else { return }
        log.warning("The time to drain is over: \(open.count) connections are closed in mid-request.")
        open.forEach(drop)
        endIfDrained()
    }

    /// Rounds of a turn while replies are awaited, which wait on the same queue: few for them to wait for, and yet Dispatch's part in a turn, some
    /// system calls, is shared by several rounds.
    private static let roundsPerTurn = 8

    /// Milliseconds that a turn waits for more where no reply is awaited, and seconds that it lasts at most when more comes: what else waits on the
    /// queue, the sweep and the signal to stop, may come so much later, which is little beside the interval of the sweep.
    private static let linger: Int32 = 10
    private static let longestTurn = 0.02

    /// As many as one poll has news of: a flood of new connections gets no larger share of a round than those that are open.
    private static let acceptsPerRound = 64

    /// Bytes of requests after which a round computes no more: the others of the round wait for some 0.2 ms then, at worst for six.
    private static let mostInPlace = 128 << 10

    /// How often deadlines are looked at while there are connections; a wait may last this much longer than it should.
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
        repeat {
            round += 1
            poller.poll(into: &events, waiting: awaited == 0 && paused.isEmpty ? Self.linger : 0)
            now = .now
            let unfinished = paused
            paused = []
            if events.isEmpty && unfinished.isEmpty { break }
            for event in events {
                if event.tag == Listener.tag {
                    acceptConnections(atMost: Self.acceptsPerRound)
                } else if let connection = connections[ConnectionID(tag: event.tag)] ?? takeIn(newcomer: event.tag) {
                    // Nobody is there to read a reply.
                    if event.isBroken { drop(connection); continue }
                    connection.noteEvent(event)
                    advance(connection)
                }
            }
            for id in unfinished {
                if let connection = connections[id] { advance(connection) }
            }
            submitOutbox()
        } while awaited == 0 ? now < end : round < Self.roundsPerTurn
        endTurn()
    }

    /// What is left to do whenever connections have advanced.
    private func endTurn() {
        submitOutbox()
        if !paused.isEmpty { executor.queue.async { [self] in assumeIsolated { $0.turn() } } }
        if isDraining { endIfDrained() }
    }

    private func advance(_ connection: Connection) {
        connection.beginTurn(at: now)
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
                if let response = service.immediateResponse(to: request) {
                    connection.reply(response)
                } else if !replyInPlace(to: request, on: connection) {
                    return outbox.append(ComputePool.Job(request: request, loop: self, connection: connection.id))
                }
                step = connection.advance()
            }
        }
    }

    /// Replies to a small request; false once a round has had its share of them, and other threads must help.
    private func replyInPlace(to request: Request, on connection: Connection) -> Bool {
        guard computedInPlace < Self.mostInPlace, service.isSmall(request) else { return false }
        computedInPlace += request.body.count
        pool.answerInPlace(request, connection.reply)
        return true
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
                guard let connection = connections[job.connection] else { continue }
                connection.reply(.busy(.queue, configuration))
                advance(connection)
            }
        }
    }

    private func finish(_ completions: [ComputePool.Completion]) {
        awaited -= completions.count
        now = .now
        for completion in completions {
            guard let connection = connections[completion.connection], connection.awaitsReply else { continue }
            connection.beginTurn(at: now)
            connection.reply(completion.response)
            advance(connection)
        }
        endTurn()
    }

    /// Sets the timer if there is none: an idle service sleeps.
    private func expectSweep() {
        guard !awaitsSweep else { return }
        awaitsSweep = true
        timer?.schedule(deadline: .now() + Self.sweepInterval)
    }

    private func sweep() {
        awaitsSweep = false
        now = .now
        for connection in connections.all where connection.deadline < now {
            withdraw(connection)
            connection.beginTurn(at: now)
            follow(connection, connection.expire())
        }
        listener?.resume(poller)
        if !connections.isEmpty { expectSweep() }
        endTurn()
    }
}

// MARK: - Connections

extension EventLoop {
    private func acceptConnections(atMost count: Int) {
        for _ in 0..<count {
            do throws(SystemError) {
                switch try listener?.accept() {
                case .connection(let socket): try open(socket)
                case .surplus(let socket):
                    turnAway(socket, .descriptors)
                    listener?.takeBackReserve()
                default: return
                }
            } catch {
                log.error("\(error); trying again in \(Self.sweepInterval) s")
                listener?.pause(poller)
                expectSweep()
                return
            }
        }
    }

    private func open(_ socket: consuming Socket) throws(SystemError) {
        let network = configuration.limits.connectionsPerAddress == nil ? 0 : socket.peerNetwork
        if let overload = openConnections.admit(from: network) { return turnAway(socket, overload) }
        generation &+= 1
        let id = ConnectionID(descriptor: socket.descriptor, generation: generation)
        let place = Int(generation) % (others.count + 1)
        do throws(SystemError) {
            guard place == others.count else {
                return try others[place].newcomers.add(socket, id, from: network, to: others[place].poller)
            }
            try poller.add(socket, tag: id.tag)
        } catch {
            openConnections.release(network)
            throw error
        }
        if let connection = takeIn(socket, id, from: network) { advance(connection) }
    }

    private func takeIn(newcomer tag: UInt64) -> Connection? {
        newcomers.take(tag) { takeIn($0, ConnectionID(tag: tag), from: $1) }
    }

    /// Begins with a connection that is watched; nil, and closed, where there is no memory for it.
    private func takeIn(_ socket: consuming Socket, _ id: ConnectionID, from network: UInt64) -> Connection? {
        guard let stream = Stream(socket, tls: tls.withLock { $0 }) else {
            openConnections.release(network)
            return nil
        }
        let connection = Connection(id: id, network: network, stream: stream, service: service, memory: memory)
        connections.insert(connection)
        expectSweep()
        return connection
    }

    /// Says why, as far as the send buffer takes it, and closes. There is no request yet that the reply could name, nor the log.
    private func turnAway(_ socket: consuming Socket, _ overload: Overload) {
        service.monitor.metrics.count(overload)
        guard configuration.tls == nil else { return }
        _ = socket.send(Response.busy(overload, configuration).serialized(inReplyTo: nil, isPersistent: false))
        socket.finishSending()
        // What is left unread when a socket is closed makes the end a reset.
        var ignored: [UInt8] = []
        _ = socket.receive(into: &ignored, atMost: configuration.limits.head)
    }

    private func drop(_ connection: Connection) {
        guard connections.remove(connection) else { return }
        openConnections.release(connection.network)
        withdraw(connection)
    }

    /// Takes back a request that nobody waits for any more, if it is not being computed yet.
    private func withdraw(_ connection: Connection) {
        if connection.awaitsReply, pool.withdraw(connection.id, of: self) { awaited -= 1 }
    }

    private func endIfDrained() {
        guard isDraining, let source, connections.isEmpty else { return }
        source.cancel()
        timer?.cancel()
        self.source = nil
        timer = nil
        onDrained()
    }
}
