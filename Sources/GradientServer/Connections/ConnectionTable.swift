/// The open connections of one event loop, by descriptor: the kernel gives out the lowest free one, so there are few gaps.
struct ConnectionTable {
    private var slots: [Connection?] = []
    private var count = 0

    var isEmpty: Bool { count == 0 }

    /// All of them. Linear in the highest descriptor, a few nanoseconds each.
    var all: some Sequence<Connection> { slots.lazy.compactMap { $0 } }

    /// The connection of that name; nil once it has been removed, even if its descriptor is another's by now.
    subscript(id: ConnectionID) -> Connection? {
        guard slots.indices.contains(Int(id.descriptor)), let connection = slots[Int(id.descriptor)] else { return nil }
        return connection.id == id ? connection : nil
    }

    mutating func insert(_ connection: Connection) {
        let descriptor = Int(connection.id.descriptor)
        while slots.count <= descriptor { slots.append(nil) }
        slots[descriptor] = connection
        count += 1
    }

    /// - Returns: false where it has been removed before.
    mutating func remove(_ connection: Connection) -> Bool {
        guard self[connection.id] != nil else { return false }
        slots[Int(connection.id.descriptor)] = nil
        count -= 1
        return true
    }
}
