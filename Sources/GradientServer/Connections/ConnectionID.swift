/// Names a connection while it is open: descriptors are used again, generations are not.
struct ConnectionID: Sendable, Equatable {
    let descriptor: Int32
    let generation: UInt32

    init(descriptor: Int32, generation: UInt32) {
        self.descriptor = descriptor
        self.generation = generation
    }

    /// From and to what the poller knows it by.
    init(tag: UInt64) {
        self.init(descriptor: Int32(truncatingIfNeeded: tag), generation: UInt32(truncatingIfNeeded: tag >> 32))
    }

    var tag: UInt64 { UInt64(generation) << 32 | UInt64(UInt32(bitPattern: descriptor)) }
}
