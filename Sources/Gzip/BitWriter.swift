/// Writes bits from the lowest of each byte up, as DEFLATE packs them (RFC 1951, section 3.1.1), into memory lent to it.
///
/// Each write stores eight bytes, of which only the full ones count: the memory has to reach ``slack`` bytes past the last bit.
@safe struct BitWriter {
    static let slack = 8

    /// The number of whole bytes written.
    private(set) var position = 0
    private var pending: UInt64 = 0
    private var pendingCount: UInt64 = 0  // less than 8 between writes
    private let target: UnsafeMutableRawBufferPointer

    init(_ target: UnsafeMutableRawBufferPointer) {
        unsafe self.target = unsafe target
    }

    /// Appends the `count` lowest of `bits`, at most 56; the others must be 0. Stops the program if there is no room.
    @inline(__always) mutating func write(_ bits: UInt64, count: UInt64) {
        precondition(unsafe position &+ Self.slack <= target.count)
        pending |= bits &<< pendingCount
        pendingCount &+= count
        unsafe target.baseAddress.unsafelyUnwrapped.storeBytes(of: pending.littleEndian, toByteOffset: position, as: UInt64.self)
        position &+= Int(truncatingIfNeeded: pendingCount &>> 3)
        pending &>>= pendingCount & ~7
        pendingCount &= 7
    }

    /// Fills a byte that has been begun with zeros.
    mutating func fillByte() {
        write(0, count: (8 &- pendingCount) & 7)
    }
}
