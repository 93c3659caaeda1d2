import Glibc

/// An IPv4 or IPv6 address with a port. Names are not looked up: a server binds to an address, and `getaddrinfo` does not work in a static
/// executable.
package struct SocketAddress: Sendable, Equatable, CustomStringConvertible {
    private enum Host: Equatable {
        case version4(UInt32)
        case version6([UInt8])
    }

    private let host: Host

    /// The host as it was written.
    package let text: String

    /// The TCP port; 0 asks the system for a free one.
    package var port: UInt16

    /// - Returns: nil unless `host` is an address in the notation of IPv4 (`127.0.0.1`) or IPv6 (`::1`), or `localhost`.
    package init?(host: String, port: UInt16) {
        let numeric = host == "localhost" ? "127.0.0.1" : host
        var version4 = in_addr()
        var version6 = in6_addr()
        if unsafe inet_pton(AF_INET, numeric, &version4) == 1 {
            self.host = .version4(version4.s_addr)
        } else if unsafe inet_pton(AF_INET6, numeric, &version6) == 1 {
            self.host = unsafe .version6(withUnsafeBytes(of: &version6) { unsafe [UInt8]($0) })
        } else {
            return nil
        }
        self.text = host
        self.port = port
    }

    package var description: String {
        switch host {
        case .version4: "\(text):\(port)"
        case .version6: "[\(text)]:\(port)"
        }
    }

    var family: Int32 {
        switch host {
        case .version4: AF_INET
        case .version6: AF_INET6
        }
    }

    /// Calls `body` with the address in the form that `bind` and `connect` take.
    func withSystemAddress<Result>(_ body: (UnsafePointer<sockaddr>, socklen_t) -> Result) -> Result {
        switch host {
        case .version4(let address):
            var system = sockaddr_in()
            system.sin_family = sa_family_t(AF_INET)
            system.sin_port = port.bigEndian
            system.sin_addr.s_addr = address
            return unsafe Self.withGeneric(&system, body)
        case .version6(let address):
            var system = sockaddr_in6()
            system.sin6_family = sa_family_t(AF_INET6)
            system.sin6_port = port.bigEndian
            unsafe withUnsafeMutableBytes(of: &system.sin6_addr) { unsafe $0.copyBytes(from: address) }
            return unsafe Self.withGeneric(&system, body)
        }
    }

    private static func withGeneric<Address, Result>(
        _ address: inout Address, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Result
    ) -> Result {
        unsafe withUnsafeBytes(of: &address) { bytes in
            guard let base = bytes.baseAddress else { preconditionFailure("an address has bytes") }
            return unsafe body(base.assumingMemoryBound(to: sockaddr.self), socklen_t(bytes.count))
        }
    }
}
