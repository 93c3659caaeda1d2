import CLinux
import Glibc

/// A TCP socket, closed when its owner lets go of it. Being noncopyable it can't be closed twice, nor used after it was closed.
package struct Socket: ~Copyable {
    /// Valid while this value lives. Used as a key; never closed, read or written by its number.
    package let descriptor: Int32

    init(descriptor: Int32) {
        self.descriptor = descriptor
    }

    deinit {
        close(descriptor)
    }

    /// A socket that `release` has let go of.
    package init(released descriptor: Int32) {
        self.descriptor = descriptor
    }

    /// Lets go of the socket without closing it: for another thread, which makes a value of it again.
    package consuming func release() -> Int32 {
        let descriptor = descriptor
        discard self
        return descriptor
    }

    /// What one attempt to receive or to send came to.
    package enum Transfer: Equatable {
        /// This many bytes moved; at least one, or a send of nothing.
        case bytes(Int)
        /// Nothing can move now; an event will tell when.
        case wouldBlock
        /// The peer has sent all that it will.
        case endOfStream
        /// The connection is broken; `errno` says how.
        case failed(Int32)
    }

    /// A socket that listens on `address`. Accepted sockets inherit `TCP_NODELAY`: a reply must not wait for a delayed acknowledgement.
    package static func listening(on address: SocketAddress, backlog: Int32 = 1024) throws(SystemError) -> Socket {
        let descriptor = socket(address.family, Int32(SOCK_STREAM.rawValue) | nonBlockingAndClosedOnExec, 0)
        guard descriptor >= 0 else { throw SystemError(attempt: "open a socket", code: errno) }
        let listener = Socket(descriptor: descriptor)
        try listener.set(SOL_SOCKET, SO_REUSEADDR)
        try listener.set(Int32(IPPROTO_TCP), TCP_NODELAY)
        guard unsafe address.withSystemAddress({ unsafe bind(descriptor, $0, $1) }) == 0 else {
            throw SystemError(attempt: "listen on \(address)", code: errno)
        }
        guard listen(descriptor, backlog) == 0 else { throw SystemError(attempt: "listen on \(address)", code: errno) }
        return listener
    }

    /// A blocking connection to `address`, on which every wait ends after `timeout` seconds. For the health check and for tests.
    package static func connected(to address: SocketAddress, timeout: Int) throws(SystemError) -> Socket {
        let descriptor = socket(address.family, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw SystemError(attempt: "open a socket", code: errno) }
        let connection = Socket(descriptor: descriptor)
        var wait = timeval(tv_sec: timeout, tv_usec: 0)
        for option in [SO_RCVTIMEO, SO_SNDTIMEO] {
            guard unsafe setsockopt(descriptor, SOL_SOCKET, option, &wait, socklen_t(MemoryLayout<timeval>.size)) == 0 else {
                throw SystemError(attempt: "set a time limit", code: errno)
            }
        }
        try connection.set(Int32(IPPROTO_TCP), TCP_NODELAY)
        guard unsafe address.withSystemAddress({ unsafe connect(descriptor, $0, $1) }) == 0 else {
            throw SystemError(attempt: "connect to \(address)", code: errno)
        }
        return connection
    }

    /// The port that the socket is bound to: tells what the system chose for port 0.
    package var localPort: UInt16 {
        var storage = sockaddr_storage()
        var size = socklen_t(MemoryLayout<sockaddr_storage>.size)
        return unsafe withUnsafeMutablePointer(to: &storage) { pointer in
            let failed = unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { unsafe getsockname(descriptor, $0, &size) } != 0
            // The port stands at the same place in sockaddr_in and sockaddr_in6.
            return failed
                ? 0 : unsafe pointer.withMemoryRebound(to: sockaddr_in.self, capacity: 1) { unsafe UInt16(bigEndian: $0.pointee.sin_port) }
        }
    }

    /// Who sits at the other end, as far as connections are counted for one: the IPv4 address, or the /64 network that an IPv6 subscriber has.
    package var peerNetwork: UInt64 {
        var address = sockaddr_in6()
        var size = socklen_t(MemoryLayout<sockaddr_in6>.size)
        let failed = unsafe withUnsafeMutablePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { unsafe getpeername(descriptor, $0, &size) } != 0
        }
        if failed { return 0 }
        let isVersion4 = address.sin6_family == sa_family_t(AF_INET)
        return unsafe withUnsafeBytes(of: &address) { bytes in
            func version4(at offset: Int) -> UInt64 { unsafe UInt64(bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self)) }
            // The IPv4 address stands at byte 4 of its structure, the IPv6 address from byte 8 on.
            if isVersion4 { return version4(at: 4) }
            // A socket for both has IPv4 clients come from ::ffff:0:0/96 (RFC 4291 §2.5.5.2).
            if unsafe bytes[8..<20].elementsEqual([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF]) { return version4(at: 20) }
            return unsafe bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self)
        }
    }

    /// The next connection that waits in the backlog.
    ///
    /// - Returns: nil when none waits.
    /// - Throws: `EMFILE` or `ENFILE` when no descriptor is left; the connection then stays in the backlog.
    package func accept() throws(SystemError) -> Socket? {
        while true {
            let accepted = clinux_accept(descriptor)
            if accepted >= 0 { return Socket(descriptor: accepted) }
            switch -accepted {
            case EAGAIN: return nil
            // accept(2): errors already pending on the new connection, not on the listener.
            case EINTR, ECONNABORTED, EPROTO, ENETDOWN, ENOPROTOOPT, EHOSTDOWN, ENONET, EHOSTUNREACH, EOPNOTSUPP, ENETUNREACH: continue
            default: throw SystemError(attempt: "accept", code: -accepted)
            }
        }
    }

    /// Receives at most `count` bytes into new room at the end of `buffer`. Where the buffer has the capacity, nothing is copied or zeroed.
    package func receive(into buffer: inout [UInt8], atMost count: Int) -> Transfer {
        var outcome = Transfer.wouldBlock
        buffer.append(addingCapacity: count) { span in
            unsafe span.withUnsafeMutableBufferPointer { storage, initialized in
                guard let base = storage.baseAddress else { return }
                outcome = transfer { unsafe recv(descriptor, base + initialized, count, 0) }
                if case .bytes(let received) = outcome { initialized += received }
            }
        }
        return outcome == .bytes(0) ? .endOfStream : outcome
    }

    /// Sends the pieces one after another, leaving out the first `offset` bytes of them all: head and body in one call, nothing copied.
    package func send(_ pieces: [[UInt8]], from offset: Int = 0) -> Transfer {
        var skipped = offset
        let next = pieces.firstIndex { piece in
            if skipped < piece.count { return true }
            skipped -= piece.count
            return false
        }
        guard let next else { return .bytes(0) }
        let count = min(pieces.count - next, Self.piecesAtOnce)
        return unsafe withUnsafeTemporaryAllocation(of: iovec.self, capacity: count) { vectors in
            unsafe send(pieces[next..<(next + count)], from: skipped, vectors, filled: 0)
        }
    }

    /// Sends `bytes` without the first `offset` of them.
    package func send(_ bytes: [UInt8], from offset: Int = 0) -> Transfer { send([bytes], from: offset) }

    /// Lends the first piece's bytes to one vector and goes on with the rest, so that all are lent when the last has been reached.
    private func send(_ pieces: ArraySlice<[UInt8]>, from offset: Int, _ vectors: UnsafeMutableBufferPointer<iovec>, filled: Int)
        -> Transfer
    {
        guard let piece = pieces.first else {
            var message = unsafe msghdr()
            unsafe message.msg_iov = vectors.baseAddress
            unsafe message.msg_iovlen = filled
            return transfer { unsafe sendmsg(descriptor, &message, Int32(MSG_NOSIGNAL)) }
        }
        return unsafe piece.withUnsafeBytes { bytes in
            let rest = unsafe UnsafeRawBufferPointer(rebasing: bytes[offset...])
            unsafe vectors[filled] = iovec(iov_base: UnsafeMutableRawPointer(mutating: rest.baseAddress), iov_len: rest.count)
            return unsafe send(pieces.dropFirst(), from: 0, vectors, filled: filled + 1)
        }
    }

    private static let piecesAtOnce = 16

    /// Tells the peer that nothing more will come, while what it sends can still be read.
    package func finishSending() {
        shutdown(descriptor, Int32(SHUT_WR))
    }

    /// `errno` means something only after -1, and EINTR means only that nothing happened yet.
    private func transfer(_ call: () -> Int) -> Transfer {
        while true {
            let moved = call()
            if moved >= 0 { return .bytes(moved) }
            switch errno {
            case EINTR: continue
            case EAGAIN: return .wouldBlock
            default: return .failed(errno)
            }
        }
    }

    func set(_ level: Int32, _ option: Int32) throws(SystemError) {
        var on: Int32 = 1
        guard unsafe setsockopt(descriptor, level, option, &on, socklen_t(MemoryLayout<Int32>.size)) == 0 else {
            throw SystemError(attempt: "set a socket option", code: errno)
        }
    }
}

private let nonBlockingAndClosedOnExec = Int32(SOCK_NONBLOCK.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
