import Glibc
import Transport

/// The socket that connections arrive at, watched by a loop's poller.
struct Listener: ~Copyable {
    enum Arrival: ~Copyable {
        case connection(Socket)
        /// The process had no descriptor left: this one has borrowed the reserve, until it is closed and `takeBackReserve` called.
        case surplus(Socket)
        /// The backlog is empty.
        case nobody
    }

    /// What the poller tells arrivals by.
    static let tag = UInt64.max

    private let socket: Socket

    /// Held back so that, when the process has no descriptor left, a connection can still be accepted and told so.
    private var reserve = ReserveDescriptor()

    /// Accepting has failed, and rests: a listener that is told of again and again would keep the loop busy.
    private var isPaused = false

    init(_ socket: consuming Socket, watchedBy poller: borrowing Poller) throws(SystemError) {
        try poller.addListener(socket, tag: Self.tag)
        self.socket = socket
    }

    mutating func accept() throws(SystemError) -> Arrival {
        do throws(SystemError) {
            guard let connection = try socket.accept() else { return .nobody }
            return .connection(connection)
        } catch {
            guard error.code == EMFILE || error.code == ENFILE else { throw error }
            reserve.release()
            guard let connection = try? socket.accept() else {
                reserve.acquire()
                throw error
            }
            return .surplus(connection)
        }
    }

    mutating func takeBackReserve() {
        reserve.acquire()
    }

    /// Looks away until `resume`; meanwhile connections wait in the backlog.
    mutating func pause(_ poller: borrowing Poller) {
        poller.setListener(socket.descriptor, tag: Self.tag, isWatched: false)
        isPaused = true
    }

    mutating func resume(_ poller: borrowing Poller) {
        guard isPaused else { return }
        poller.setListener(socket.descriptor, tag: Self.tag, isWatched: true)
        isPaused = false
    }
}
