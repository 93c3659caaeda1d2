import CLinux
import Glibc

/// Tells which sockets have news: one epoll descriptor. Sockets are registered once for their life and drop out when they are closed.
package struct Poller: ~Copyable, Sendable {
    /// For the one dispatch source that watches this poller: it becomes readable when any socket in it has news.
    package let descriptor: Int32

    package struct Event {
        /// The value that the socket was registered with.
        package let tag: UInt64
        /// A receive may bring bytes.
        package let isReadable: Bool
        /// A send that had to stop may go on.
        package let isWritable: Bool
        /// The peer has finished sending or the connection is broken: receiving on, past any bytes still there, will tell which.
        package let isHungUp: Bool
        /// No reply can reach the peer any more.
        package let isBroken: Bool
    }

    package init() throws(SystemError) {
        descriptor = clinux_epoll_create()
        guard descriptor >= 0 else { throw SystemError(attempt: "create an epoll descriptor", code: -descriptor) }
    }

    deinit {
        close(descriptor)
    }

    /// Watches a connection, edge-triggered: each event is told once, so the owner goes on until the socket would block.
    package func add(_ socket: borrowing Socket, tag: UInt64) throws(SystemError) {
        let outcome = clinux_epoll_add(descriptor, socket.descriptor, tag)
        guard outcome >= 0 else { throw SystemError(attempt: "watch a connection", code: -outcome) }
    }

    /// Watches a listener, level-triggered: connections left in the backlog are told again.
    package func addListener(_ socket: borrowing Socket, tag: UInt64) throws(SystemError) {
        let outcome = clinux_epoll_add_listener(descriptor, socket.descriptor, tag)
        guard outcome >= 0 else { throw SystemError(attempt: "watch a listener", code: -outcome) }
    }

    /// Looks away from a listener for a while, or back at it; meanwhile connections wait in its backlog.
    package func setListener(_ listener: Int32, tag: UInt64, isWatched: Bool) {
        _ = clinux_epoll_set_listener(descriptor, listener, tag, isWatched ? 1 : 0)
    }

    /// Replaces `events` with what has happened since the last call, at most `capacity` of it; waits for so long where that is nothing yet.
    ///
    /// - Parameter capacity: 64 fit on the stack; more would be allocated each time.
    package func poll(into events: inout [Event], waiting milliseconds: Int32 = 0, capacity: Int = 64) {
        events.removeAll(keepingCapacity: true)
        unsafe withUnsafeTemporaryAllocation(of: clinux_event.self, capacity: capacity) { found in
            let count = unsafe clinux_epoll_poll(descriptor, found.baseAddress, Int32(capacity), milliseconds)
            for index in 0..<Int(max(count, 0)) {
                let event = unsafe found[index]
                events.append(
                    Event(
                        tag: event.tag, isReadable: event.readable, isWritable: event.writable, isHungUp: event.hung_up,
                        isBroken: event.broken))
            }
        }
    }
}
