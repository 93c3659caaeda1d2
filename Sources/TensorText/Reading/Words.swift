/// Text eight bytes at a time ("SIMD within a register"): byte k of the text is bits 8k..<8k+8 of the word.

/// The high bit of each byte that is zero. Bytes above the lowest zero may be marked wrongly, so only the lowest mark counts.
@inline(__always)
func zeroBytes(_ word: UInt64) -> UInt64 {
    (word &- 0x0101_0101_0101_0101) & ~word & 0x8080_8080_8080_8080
}

/// The number of digits that eight bytes begin with, from 0 to 8, where `values` are the bytes exclusive-or `0x30`: digits have become
/// 0 to 9 and everything else is larger.
@inline(__always)
func leadingDigits(_ values: UInt64) -> Int {
    // Adding 0x76 carries a value from 10 on into the high bit. A carry out of a byte only reaches bytes above one that is marked.
    (((values &+ 0x7676_7676_7676_7676) | values) & 0x8080_8080_8080_8080).trailingZeroBitCount &>> 3
}

/// Which of eight bytes are no digits: bit k for byte k. Where a byte is marked, those above it may be marked wrongly.
@inline(__always)
func otherThanDigits(_ text: UInt64) -> UInt64 {
    let values = text ^ 0x3030_3030_3030_3030
    let marks = ((values &+ 0x7676_7676_7676_7676) | values) & 0x8080_8080_8080_8080
    return (marks &* 0x0002_0408_1020_4081) &>> 56
}

/// The number that eight digits write; `values` holds them as 0 to 9, the most significant in the lowest byte.
@inline(__always)
func eightDigits(_ values: UInt64) -> UInt64 {
    let pairs = ((values &* (10 << 8 + 1)) &>> 8) & 0x00FF_00FF_00FF_00FF
    let fours = ((pairs &* (100 << 16 + 1)) &>> 16) & 0x0000_FFFF_0000_FFFF
    return (fours &* (10000 << 32 + 1)) &>> 32
}

/// The number that four digits write, likewise.
@inline(__always)
func fourDigits(_ values: UInt32) -> UInt64 {
    let pairs = ((values &* (10 << 8 + 1)) &>> 8) & 0x00FF_00FF
    return UInt64(truncatingIfNeeded: (pairs &* (100 << 16 + 1)) &>> 16)
}

extension RawSpan {
    /// The eight bytes at `offset`.
    @inline(__always)
    func word(at offset: Int) -> UInt64 {
        // Unsafe only because not every type can be made of any bytes; UInt64 can. The bounds are checked.
        UInt64(littleEndian: unsafe unsafeLoadUnaligned(fromByteOffset: offset, as: UInt64.self))
    }

    /// The eight bytes at `offset`, for whoever has checked that they are there; only debug builds check again.
    @unsafe @inline(__always)
    func uncheckedWord(at offset: Int) -> UInt64 {
        assert(offset >= 0 && offset + 8 <= byteCount, "eight bytes at \(offset) of \(byteCount)")
        return UInt64(littleEndian: unsafe unsafeLoadUnaligned(fromUncheckedByteOffset: offset, as: UInt64.self))
    }
}

extension JSONText {
    @inline(__always)
    func word(at offset: Int) -> UInt64 {
        unsafe bytes.span.bytes.word(at: offset)
    }
}

/// 10^k for k = 0...8.
let powersOfTen: [9 of UInt64] = [1, 10, 100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000]
