import HTTP1
import Transport

/// Names a connection while it is open: descriptors are used again, generations are not.
struct ConnectionID: Sendable, Equatable {
    let descriptor: Int32
    let generation: UInt32
}

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
    private var stream: Stream
    private let service: Service
    private let limits: Configuration.Limits
    private let timeouts: Configuration.Timeouts

    private var phase = Phase.readingHead
    private var parser: RequestParser

    /// Received and not yet understood, from `consumed` on. Without storage while the connection is idle.
    private var input: [UInt8] = []
    private var consumed = 0

    private var head: RequestHead?
    private var body = BodyReader()
    private var arrival: MonotonicTime = .zero

    private var output = Output()

    /// When the present wait ends.
    private(set) var deadline: MonotonicTime

    /// Set by the loop when the service stops: the reply in the making is the connection's last.
    var isDraining = false

    init(id: ConnectionID, stream: consuming Stream, service: Service, configuration: Configuration) {
        self.id = id
        self.stream = stream
        self.service = service
        limits = configuration.limits
        timeouts = configuration.timeouts
        parser = RequestParser(limits: HeadLimits(maximumBytes: limits.head, maximumFields: limits.fields))
        // With TLS the handshake comes first, and nobody dawdles in that.
        deadline = .now + (self.stream.isPlain ? timeouts.idle : timeouts.head)
    }

    /// Nothing of a request has been received, and nothing is left to send: closing disturbs nobody.
    var isIdle: Bool {
        if case .readingHead = phase { parser.isIdle } else { false }
    }

    func noteEvent(_ event: Poller.Event) {
        stream.noteEvent(event)
    }

    /// Goes on as far as the socket allows. Linear in the bytes that arrive, however they are split.
    func advance() -> Step {
        while true {
            do {
                switch phase {
                case .readingHead:
                    if let head = try parseHead() {
                        if let request = try begin(head) { return hand(out: request) }
                    } else if let step = receiveInput() {
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
                    if let step = discardInput() { return step }
                }
            } catch {
                refuse(Problem(error).response)
            }
        }
    }

    /// Gives the reply to the request last handed out. The loop calls `advance` next.
    func reply(_ response: Response) {
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
        case .readingHead:
            refuse(Problem.timeout(waitingFor: "head").response)
            return advance()
        case .readingBody:
            refuse(Problem.timeout(waitingFor: "body").response)
            return advance()
        case .computing: return .wait
        case .writing, .lingering: return .close
        }
    }
}

// MARK: - Reading a request

extension Connection {
    /// The head of the next request, or nil where more bytes are needed.
    private func parseHead() throws(HTTPError) -> RequestHead? {
        guard input.count > consumed else { return nil }
        let input = input
        guard let (head, count) = try parser.parse(input.span.extracting(consumed...)) else { return nil }
        consumed += count
        self.head = head
        return head
    }

    /// Decides by the head alone what can be decided: a request that is refused is not read to its end.
    private func begin(_ head: RequestHead) throws(HTTPError) -> Request? {
        if let refusal = service.refusal(of: head) {
            if case .none = head.framing { reply(refusal) } else { refuse(refusal) }
            return nil
        }
        body = BodyReader(framing: head.framing, limit: limits.body)
        phase = .readingBody
        setDeadline(timeouts.transfer)
        if head.expectsContinue, consumed == input.count, !body.isComplete {
            output = Output([ResponseHead.continueInterim])
            phase = .writing(then: .readBody)
            return nil
        }
        return try readBody()
    }

    /// Moves what has been received into the body; the request when it is whole.
    private func readBody() throws(HTTPError) -> Request? {
        let input = input
        consumed += try body.take(from: input.span.extracting(consumed...))
        guard body.isComplete, let head else { return nil }
        return Request(head: head, body: body.finish(), arrival: arrival)
    }

    private func hand(out request: Request) -> Step {
        phase = .computing
        deadline = .distantFuture
        return .answer(request)
    }

    /// More bytes into `input`; nil when some came.
    private func receiveInput() -> Step? {
        makeRoom()
        let wasIdle = input.isEmpty
        switch stream.receive(into: &input, atMost: Self.inputRoom) {
        case .bytes:
            if wasIdle {
                arrival = .now
                setDeadline(timeouts.head)
            }
            return nil
        case .wouldBlock:
            if input.isEmpty { input = [] }
            return .wait
        case .endOfStream:
            // Ended inside a request: there is nothing to answer, and who hung up does not wait for it.
            return .close
        case .failed:
            guard stream.hasMetPlainHTTP else { return .close }
            refuse(Problem(.badRequest, "This port speaks TLS, but the request came without it; ask for https:// instead.").response)
            return nil
        }
    }

    /// More bytes of the body, into its own storage where the framing lets them go there without being looked at.
    private func receiveBody() -> Step? {
        makeRoom()
        let outcome: Socket.Transfer
        if stream.isPlain, body.remainingLength > Self.inputRoom {
            outcome = body.receive { storage, count in stream.receive(into: &storage, atMost: count) }
        } else {
            outcome = stream.receive(into: &input, atMost: Self.inputRoom)
        }
        switch outcome {
        case .bytes(let count):
            extendDeadline(by: count)
            return nil
        case .wouldBlock: return .wait
        case .endOfStream, .failed: return .close
        }
    }

    /// Reads what the client still sends and forgets it; the wait for its end is bounded by the deadline.
    private func discardInput() -> Step? {
        input.removeAll(keepingCapacity: true)
        consumed = 0
        return switch stream.receive(into: &input, atMost: Self.inputRoom) {
        case .bytes: nil
        case .wouldBlock: .wait
        case .endOfStream, .failed: .close
        }
    }

    /// Drops what has been understood, so that the rest stands at the front.
    private func makeRoom() {
        guard consumed > 0 else { return }
        input.removeSubrange(..<consumed)
        consumed = 0
    }

    /// Bytes asked for at once where their meaning is not known yet.
    private static let inputRoom = 16 << 10
}

// MARK: - Writing a reply

extension Connection {
    private func send(_ response: Response, then next: AfterReply) {
        output = Output(response.serialized(inReplyTo: head, isPersistent: next == .readHead))
        body = BodyReader()
        phase = .writing(then: next)
        setDeadline(timeouts.transfer)
    }

    /// Sends what is left; nil when all is sent and the next phase has begun.
    private func flush(then next: AfterReply) -> Step? {
        while !output.isSent {
            switch stream.send(output.pieces, from: output.offset) {
            case .bytes(let count):
                output.offset += count
                extendDeadline(by: count)
            case .wouldBlock: return .wait
            case .endOfStream, .failed: return .close
            }
        }
        switch stream.flush() {
        case .bytes: break
        case .wouldBlock: return .wait
        case .endOfStream, .failed: return .close
        }
        output = Output()
        switch next {
        case .readHead:
            phase = .readingHead
            makeRoom()
            if input.isEmpty { setDeadline(timeouts.idle) } else { arrival = .now; setDeadline(timeouts.head) }
        case .readBody:
            phase = .readingBody
            setDeadline(timeouts.transfer)
        case .linger:
            stream.finishSending()
            phase = .lingering
            setDeadline(Self.lingerTime)
        }
        return nil
    }

    private func setDeadline(_ seconds: Double) {
        deadline = .now + seconds
    }

    /// A transfer that moves earns time, but a drip of bytes does not earn for ever: see `Configuration.Timeouts.transfer`.
    private func extendDeadline(by count: Int) {
        deadline = deadline + Double(count) / Self.slowestTransfer
    }

    private static let slowestTransfer = Double(16 << 10)
    private static let lingerTime = 2.0
}

/// A reply on its way out.
private struct Output {
    let pieces: [[UInt8]]
    private let count: Int
    var offset = 0

    init(_ pieces: [[UInt8]] = []) {
        self.pieces = pieces
        count = pieces.reduce(0) { $0 + $1.count }
    }

    var isSent: Bool { offset == count }
}
