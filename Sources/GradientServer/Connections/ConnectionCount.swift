import Threads
import Transport

/// How many connections are open, in all and from each network; shared by the event loops.
final class ConnectionCount: Sendable {
    private struct Open {
        var total = 0
        var byNetwork: [UInt64: Int] = [:]
    }

    private let open = Lock(Open())
    private let limits: Configuration.Limits

    init(limits: Configuration.Limits) {
        self.limits = limits
    }

    /// Counts one more connection.
    ///
    /// - Returns: nil, or why there is no room for it.
    func admit(from network: UInt64) -> Overload? {
        let most = limits.connectionsPerAddress ?? limits.connections
        return open.withLock { open in
            guard open.total < limits.connections else { return .connections }
            let ofNetwork = open.byNetwork[network, default: 0]
            guard ofNetwork < most else { return .connectionsPerAddress }
            open.total += 1
            open.byNetwork[network] = ofNetwork + 1
            return nil
        }
    }

    func release(_ network: UInt64) {
        open.withLock { open in
            open.total -= 1
            let rest = open.byNetwork[network, default: 0] - 1
            open.byNetwork[network] = rest > 0 ? rest : nil
        }
    }

    var total: Int { open.withLock { $0.total } }
}
