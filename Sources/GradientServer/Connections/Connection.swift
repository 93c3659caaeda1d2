import HTTP1
import Transport

/// One client's connection: reads a request, hands it out, writes the reply, and goes on to the next.
///
/// Owned by one event loop and never touched from outside it. One request at a time: while its reply is computed nothing is read, so that
/// what a client sends ahead waits in the kernel and TCP slows it down.
final class Connection {
    /// What the loop must do after `advance`.
    enum Step {
        /// Nothing until news of the socket, a reply or the deadline.
        case wait
        /// Answer the request that is complete, by `reply`.
        case answer(Request)
        /// Go on in the next turn: the others first.
        case pause
        /// Forget the connection: dropping it closes the socket.
        case close
    }

    private enum Phase {
        case readingHead
        case readingBody
        case computing
        case writing(then: AfterReply)
        /// The last reply is sent. Reading goes on for a while, because closing a socket with unread bytes resets the connection, and the reset
        /// can destroy the reply before the client has read it (RFC 9112 §9.6).
        case lingering
    }

    private enum AfterReply {
        case readHead, readBody, linger
    }

    let id: ConnectionID

    /// Where the client sits, as `ConnectionCount` counts.
    let network: UInt64

    private var stream: Stream
    private let service: Service
    private var limits: Configuration.Limits { service.configuration.limits }
    private var timeouts: Configuration.Timeouts { service.configuration.timeouts }

    private var phase = Phase.readingHead
    private var inbox: Inbox
    private var head: RequestHead?
    private var endpoint: Endpoint?
    private var arrival: MonotonicTime
    private var bodyCount = 0
    private var exchange: Exchange?
    private var output = Output()

    /// What its body or its reply holds of the memory that all connections share.
    private var memory: MemoryShare

    /// Bytes that may still move in this turn of the loop, and when the turn began: what happens in it counts as happening then.
    private var allowance = 0
    private var now: MonotonicTime = .now

    /// When the present wait ends.
    private(set) var deadline: MonotonicTime

    /// The service stops: the next reply is the connection's last.
    private var isDraining = false

    init(
        id: ConnectionID, network: UInt64, stream: consuming Stream, service: Service, memory: MemoryBudget
    ) {
        self.id = id
        self.network = network
        self.stream = stream
        self.service = service
        self.memory = MemoryShare(of: memory)
        arrival = now
        let (limits, timeouts) = (service.configuration.limits, service.configuration.timeouts)
        inbox = Inbox(limits: HeadLimits(maximumBytes: limits.head, maximumFields: limits.fields))
        // With TLS the handshake comes first, and nobody dawdles in that.
        deadline = now + (self.stream.isPlain ? timeouts.idle : timeouts.head)
    }

    deinit {
        stream.reportHandshake(to: service.monitor.metrics)
    }

    /// Makes the next reply the last. On an idle connection a request may be on its way: it is waited for, but not for long.
    func drain() {
        isDraining = true
        if isIdle { deadline = min(deadline, .now + timeouts.drainGrace) }
    }

    /// Nothing of a request has been received, and nothing is left to send: closing disturbs nobody.
    private var isIdle: Bool {
        if case .readingHead = phase { inbox.isIdle } else { false }
    }

    /// A request has been handed out and not been answered.
    var awaitsReply: Bool {
        if case .computing = phase { true } else { false }
    }

    /// A turn of the loop begins: some bytes may move, so that a client that never stops sending or reading does not keep the others waiting.
    func beginTurn(at now: MonotonicTime) {
        self.now = now
        allowance = Self.bytesPerTurn
    }

    func noteEvent(_ event: Poller.Event) {
        stream.noteEvent(event)
    }

    /// Goes on as far as the socket and the turn allow. Linear in the bytes that arrive, however they are split.
    func advance() -> Step {
        while allowance > 0 {
            do {
                switch phase {
                case .readingHead:
                    if let head = try inbox.nextHead() {
                        if let request = try begin(head) { return hand(out: request) }
                    } else if let step = receiveHead() {
                        return step
                    }
                case .readingBody:
                    if let request = try readBody() { return hand(out: request) }
                    if case .readingBody = phase, let step = receiveBody() { return step }
                case .computing:
                    return .wait
                case .writing(let next):
                    if let step = flush(then: next) { return step }
                case .lingering:
                    if let step = discard() { return step }
                }
            } catch {
                refuse(Problem(error).response)
            }
        }
        return .pause
    }

    /// Gives the reply to the request last handed out. The loop calls `advance` next.
    func reply(_ response: consuming Response) {
        let persistent = (head?.isPersistent ?? false) && !isDraining
        send(response, then: persistent ? .readHead : .linger)
    }

    /// Replies to something that can't be understood or won't be read to its end; the connection ends with it.
    func refuse(_ response: Response) {
        send(response, then: .linger)
    }

    /// The present wait has lasted too long.
    func expire() -> Step {
        switch phase {
        case .readingHead where isIdle: return .close
        case .readingHead: refuse(Problem.timeout(waitingFor: "head").response)
        case .readingBody: refuse(Problem.timeout(waitingFor: "body").response)
        case .computing: refuse(.busy(.computing, service.configuration))
        case .writing, .lingering: return .close
        }
        return advance()
    }

    /// Enough that large bodies don't notice, little enough that a turn ends within a millisecond.
    private static let bytesPerTurn = 256 << 10
}

// MARK: - Reading a request

extension Connection {
    /// Decides by the head alone what can be decided: a request that is refused is not read to its end.
    private func begin(_ head: RequestHead) throws(HTTPError) -> Request? {
        self.head = head
        do throws(Problem) {
            if stream.isPlain && head.needsTLS { throw .misdirected }
            endpoint = try service.admit(head)
        } catch {
            if case .none = head.framing { reply(error.response) } else { refuse(error.response) }
            return nil
        }
        if case .length(let count) = head.framing, !memory.hasRoom(for: count) {
            refuse(.busy(.memory, service.configuration))
            return nil
        }
        let isWhole = inbox.beginBody(head.framing, limit: limits.body)
        phase = .readingBody
        setDeadline(timeouts.transfer)
        if head.expectsContinue, inbox.isEmpty, !isWhole {
            output = Output([ResponseHead.continueInterim])
            phase = .writing(then: .readBody)
            return nil
        }
        return try readBody()
    }

    /// The request, when it is whole.
    private func readBody() throws(HTTPError) -> Request? {
        let body = try inbox.takeBody()
        guard memory.grow(to: body?.count ?? inbox.bodyCount) else {
            refuse(.busy(.memory, service.configuration))
            return nil
        }
        guard let body, let head, let endpoint else { return nil }
        bodyCount = body.count
        return Request(head: head, endpoint: endpoint, body: body, arrival: arrival)
    }

    private func hand(out request: Request) -> Step {
        phase = .computing
        setDeadline(timeouts.compute)
        return .answer(request)
    }

    /// More bytes of a head; nil when some came.
    private func receiveHead() -> Step? {
        let wasEmpty = inbox.isEmpty
        switch inbox.receive(from: &stream) {
        case .bytes(let count):
            allowance -= count
            if wasEmpty { beginHead() }
            stream.reportHandshake(to: service.monitor.metrics)
            return nil
        case .wouldBlock:
            inbox.releaseStorage()
            return .wait
        case .endOfStream:
            // Ended inside a request: there is nothing to answer, and who hung up does not wait for it.
            return .close
        case .failed:
            stream.reportHandshake(to: service.monitor.metrics)
            guard stream.hasMetPlainHTTP else { return .close }
            beginHead()
            refuse(Problem(.badRequest, "This port speaks TLS, but the request came without it; ask for https:// instead.").response)
            return nil
        }
    }

    private func beginHead() {
        arrival = now
        bodyCount = 0
        setDeadline(timeouts.head)
    }

    /// More bytes of the body; nil when some came.
    private func receiveBody() -> Step? {
        switch inbox.receive(from: &stream) {
        case .bytes(let count):
            noteTransfer(of: count)
            return nil
        case .wouldBlock: return .wait
        case .endOfStream, .failed: return .close
        }
    }

    /// Reads what the client still sends and forgets it; the wait for its end is bounded by the deadline.
    private func discard() -> Step? {
        switch inbox.discard(from: &stream) {
        case .bytes(let count):
            allowance -= count
            return nil
        case .wouldBlock: return .wait
        case .endOfStream, .failed: return .close
        }
    }
}

// MARK: - Writing a reply

extension Connection {
    private func send(_ response: consuming Response, then next: AfterReply) {
        if let head { service.complete(&response, for: head) }
        let id = RequestID(for: head)
        let count = response.sentLength(inReplyTo: head)
        output = Output(response.serialized(inReplyTo: head, isPersistent: next == .readHead, id: id))
        exchange = Exchange(response, id: id, arrival: arrival, requestBytes: bodyCount, replyBytes: count)
        inbox.dropBody()
        memory.set(to: count)
        phase = .writing(then: next)
        setDeadline(timeouts.transfer)
    }

    /// Sends more; nil when some was sent, and after the last of it the next phase has begun.
    private func flush(then next: AfterReply) -> Step? {
        switch output.sendMore(through: &stream) {
        case .bytes(let count): noteTransfer(of: count)
        case .wouldBlock: return .wait
        case .endOfStream, .failed: return .close
        }
        guard output.isSent else { return nil }
        output = Output()
        if let exchange = exchange.take() { service.monitor.record(exchange, head, route: head.flatMap(service.routeIndex)) }
        switch next {
        case .readHead:
            phase = .readingHead
            head = nil
            endpoint = nil
            memory.set(to: 0)
            if inbox.isEmpty { setDeadline(timeouts.idle) } else { beginHead() }
        case .readBody:
            phase = .readingBody
            setDeadline(timeouts.transfer)
        case .linger:
            stream.finishSending()
            memory.set(to: 0)
            phase = .lingering
            setDeadline(timeouts.linger)
        }
        return nil
    }

    private func setDeadline(_ seconds: Double) {
        deadline = now + seconds
    }

    /// A transfer that moves earns time, but a drip of bytes does not earn for ever: see `Configuration.Timeouts.transfer`.
    private func noteTransfer(of count: Int) {
        allowance -= count
        deadline = deadline + Double(count) / Double(limits.slowestTransfer)
    }
}
