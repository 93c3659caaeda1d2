import Threads
import Transport

/// The bytes that all connections together may hold of bodies and replies.
///
/// What is held is counted, not what was announced: a client that promises a large body and sends none takes no room from others.
final class MemoryBudget: Sendable {
    private let used = Lock(0)
    let limit: Int

    init(limit: Int) {
        self.limit = limit
    }

    /// Bytes held now.
    var usedBytes: Int { used.withLock { $0 } }

    fileprivate func change(by bytes: Int, onlyIfRoom: Bool) -> Bool {
        used.withLock { used in
            if onlyIfRoom, bytes > 0, used + bytes > limit { return false }
            used += bytes
            return true
        }
    }
}

/// What one connection holds of the budget; given back when the connection is gone.
struct MemoryShare: ~Copyable {
    private let budget: MemoryBudget
    private var bytes = 0

    init(of budget: MemoryBudget) {
        self.budget = budget
    }

    deinit {
        if bytes > 0 { _ = budget.change(by: -bytes, onlyIfRoom: false) }
    }

    /// Whether the share could grow to so many bytes now.
    func hasRoom(for count: Int) -> Bool { Self.counted(count) - bytes <= budget.limit - budget.usedBytes }

    /// Makes the share large enough for so many bytes, where the budget has room.
    mutating func grow(to count: Int) -> Bool {
        let step = Self.counted(count) - bytes
        guard step > 0 else { return true }
        guard budget.change(by: step, onlyIfRoom: true) else { return false }
        bytes += step
        return true
    }

    /// Makes the share what is held from now on, room or not: what is there already can't be refused.
    mutating func set(to count: Int) {
        let step = Self.counted(count) - bytes
        guard step != 0 else { return }
        _ = budget.change(by: step, onlyIfRoom: false)
        bytes += step
    }

    /// Up to 64 KiB a connection go uncounted, and more goes in such steps: small requests never touch what is shared.
    private static func counted(_ count: Int) -> Int { count / step * step }

    private static let step = 64 << 10
}
