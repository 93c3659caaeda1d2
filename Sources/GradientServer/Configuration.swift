package import TLS
package import Transport

/// Everything that an operator can set, with safe defaults. The only place that holds a bound: nothing else in the service has a limit of its own.
package struct Configuration: Sendable {
    /// Where to listen; port 0 takes a free one.
    package var address: SocketAddress

    /// Certificate and key for TLS; nil serves plain HTTP.
    package var tls: TLSContext?

    /// Who shows none of these is answered 401; nil lets everybody in.
    package var tokens: BearerTokens?

    /// The web pages that may read replies; nil for none.
    package var crossOrigin: CrossOrigin?

    package var limits = Limits()

    package var timeouts = Timeouts()

    /// How many event loops share the connections. Each computes small requests itself, and so keeps a core busy with some 50,000 of them a second.
    package var eventLoops = 1

    /// How many requests are computed at once.
    package var computeWidth = 1

    /// Bytes of a body up to which a request is computed where it was received. That takes up to some 0.15 ms then (4 where all numbers have one
    /// digit); handing it to another thread and its reply back would add half of it, as a sleeping thread takes long to wake.
    package var computeInPlace = Self.defaultComputeInPlace

    package static let defaultComputeInPlace = 256 << 10

    /// Replies of fewer bytes are sent as they are: gzip's header and the work would cost more than the wire saves.
    package var compressFrom = Self.defaultCompressFrom

    package static let defaultCompressFrom = 1024

    package init(address: SocketAddress) {
        self.address = address
    }

    /// Bounds on what clients may send and hold. Past a bound the reply is 4xx or 503, never a crash or unbounded memory.
    package struct Limits: Sendable {
        /// Bytes of a request's body, as sent and, where it is compressed, after inflating.
        package var body = 128 << 20

        /// Bytes of a request's line and header section.
        package var head = 16 << 10

        /// Header field lines of a request.
        package var fields = 100

        /// Connections open at once; one more is answered 503.
        package var connections = 1024

        /// Of these, connections from one IPv4 address or one /64 network of IPv6; nil for no bound of its own. Behind a proxy all clients share
        /// its address.
        package var connectionsPerAddress: Int?

        /// Bytes of bodies that are being received or computed, and of replies that are being sent, above the first 64 KiB of each. A body that
        /// would go beyond is answered 503. What a computation takes while it runs comes on top, for `computeWidth` requests at most.
        package var memory = 1 << 30

        /// Requests that wait for a free compute thread; one more is answered 503.
        package var queue = 256

        /// Bytes a second that a body or a reply must move on average, once `Timeouts.transfer` is over.
        package var slowestTransfer = 16 << 10

        package init() {}
    }

    /// Seconds after which a wait ends.
    package struct Timeouts: Sendable {
        /// From the first byte of a request's head to its last.
        package var head = 10.0

        /// For a body or a reply to move at all; on top, `Limits.slowestTransfer` bytes moved earn one second more.
        package var transfer = 30.0

        /// For a request to wait until a compute thread is free; then it is answered 503, for by then the client has often given up.
        package var queue = 10.0

        /// From the last byte of a request to its reply, the wait for a compute thread included; then it is answered 503. The computation itself
        /// can't be interrupted: it goes on, for nobody.
        package var compute = 60.0

        /// For a client to close after the last reply, or to read the end of it while it still sends.
        package var linger = 2.0

        /// Between one reply and the next request on a connection.
        package var idle = 60.0

        /// Between the signal to stop and the end of accepting: the service says that it is not ready, so that balancers look elsewhere.
        package var drainDelay = 0.0

        /// After that, for a request that may be on its way on an idle connection.
        package var drainGrace = 0.5

        /// And for requests in flight to end.
        package var drain = 20.0

        package init() {}
    }
}
