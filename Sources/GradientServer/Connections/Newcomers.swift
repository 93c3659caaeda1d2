import Threads
import Transport

/// Connections that another loop has accepted for one, until that takes them in.
final class Newcomers: Sendable {
    private let waiting = Lock<[UInt64: (descriptor: Int32, network: UInt64)]>([:])

    /// The tags by which the poller knows them.
    var tags: [UInt64] { waiting.withLock { Array($0.keys) } }

    /// Hands a connection to the loop whose poller it is: that tells of it at once, since the connection can be written to.
    func add(_ socket: consuming Socket, _ id: ConnectionID, from network: UInt64, to poller: borrowing Poller) throws(SystemError) {
        let descriptor = socket.descriptor
        waiting.withLock { $0[id.tag] = (descriptor, network) }
        do throws(SystemError) {
            try poller.add(socket, tag: id.tag)
        } catch {
            waiting.withLock { $0[id.tag] = nil }
            throw error
        }
        _ = socket.release()
    }

    /// Calls `body` with the connection of that tag, which is its own from then on; nil where there is none.
    func take<Result>(_ tag: UInt64, _ body: (consuming Socket, _ network: UInt64) -> Result?) -> Result? {
        guard let (descriptor, network) = waiting.withLock({ $0.removeValue(forKey: tag) }) else { return nil }
        return body(Socket(released: descriptor), network)
    }
}
