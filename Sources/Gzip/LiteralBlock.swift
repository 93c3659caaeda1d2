/// A block of DEFLATE data that holds literals only, under a Huffman code of its own (RFC 1951, section 3.2.7).
enum LiteralBlock {
    /// Larger blocks would spare little, headers being some sixty bytes, and would not stay in the second-level cache, from which their bytes
    /// are read a second time.
    static let maximumCount = 256 << 10

    /// The most bits that a block of `count` bytes takes: no more than under the code that gives 8 bits to 255 symbols, and 9 to the two
    /// rarest of the 257, which come up at most once in 128.
    static func maximumBits(count: Int) -> Int {
        maximumHeaderBits + 8 * (count + 1) + (count + 1) / 128 + 1
    }

    private static let maximumHeaderBits = 17 + 19 * 3 + 259 * 14
    /// So that the bits of two codes and their count fit into 32 bits, and four codes into one write. DEFLATE would allow 15; what the two bits
    /// cost with 257 symbols is nothing to speak of.
    private static let maximumLength = 13
    private static let pairBits: UInt32 = 27
    private static let pairMask: UInt32 = 1 << pairBits - 1
    private static let endOfBlock = 256

    /// Writes `bytes`, at least one, as one block, not the stream's last.
    static func write(_ bytes: Span<UInt8>, to writer: inout BitWriter) {
        var frequencies = frequencies(of: bytes)
        frequencies[endOfBlock] = 1
        let code = HuffmanCode(frequencies: frequencies, limit: maximumLength)
        writeHeader(code, to: &writer)
        writeLiterals(bytes, code, to: &writer)
        writer.write(UInt64(code.bits[endOfBlock]), count: UInt64(code.lengths[endOfBlock]))
    }

    /// Brings the stream to the end of a byte by a block of no bytes that are stored (section 3.2.4), so that whatever follows can be written by itself.
    static func align(_ writer: inout BitWriter) {
        writer.write(0, count: 3)
        writer.fillByte()
        writer.write(0xffff_0000, count: 32)  // LEN, which is 0, and its complement
    }

    /// The last block, which has nothing in it but its end, under the code that needs no header (section 3.2.6).
    static let endOfStream: [UInt8] = [0b011, 0]

    /// How often each byte occurs. Four tables, because the same byte twice in a row would have to wait for its own count.
    private static func frequencies(of bytes: Span<UInt8>) -> [Int] {
        var counts = [UInt32](repeating: 0, count: 4 * 256)
        unsafe bytes.withUnsafeBufferPointer { bytes in
            unsafe counts.withUnsafeMutableBufferPointer { counts in
                var index = 0
                while index &+ 4 <= bytes.count {
                    unsafe counts[Int(bytes[index])] &+= 1
                    unsafe counts[256 &+ Int(bytes[index &+ 1])] &+= 1
                    unsafe counts[512 &+ Int(bytes[index &+ 2])] &+= 1
                    unsafe counts[768 &+ Int(bytes[index &+ 3])] &+= 1
                    index &+= 4
                }
                while index < bytes.count {
                    unsafe counts[Int(bytes[index])] &+= 1
                    index &+= 1
                }
            }
        }
        return (0..<256).map { byte in (0..<4).reduce(0) { $0 + Int(counts[256 * $1 + byte]) } } + [0]
    }

    /// The lengths of the code, themselves under a Huffman code whose lengths stand before them.
    private static func writeHeader(_ code: HuffmanCode, to writer: inout BitWriter) {
        // There are no distances, but some readers want a code for them: two symbols of one bit each.
        let symbols = runLengths(code.lengths + [1, 1])
        var frequencies = [Int](repeating: 0, count: 19)
        for symbol in symbols { frequencies[symbol.value] += 1 }
        let lengthCode = HuffmanCode(frequencies: frequencies, limit: 7)
        writer.write(0, count: 1)  // BFINAL
        writer.write(0b10, count: 2)  // BTYPE: dynamic codes
        writer.write(0, count: 5)  // HLIT: 257 literals and lengths
        writer.write(1, count: 5)  // HDIST: 2 distances
        writer.write(15, count: 4)  // HCLEN: all 19 lengths of the code for lengths
        for symbol in [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15] {
            writer.write(UInt64(lengthCode.lengths[symbol]), count: 3)
        }
        for symbol in symbols {
            writer.write(UInt64(lengthCode.bits[symbol.value]), count: UInt64(lengthCode.lengths[symbol.value]))
            writer.write(symbol.extra, count: symbol.extraCount)
        }
    }

    /// Code lengths as the header spells them: runs of zeros become 17 (3 to 10 of them) or 18 (11 to 138), and the rest stand for themselves.
    private static func runLengths(_ lengths: [UInt8]) -> [(value: Int, extra: UInt64, extraCount: UInt64)] {
        var symbols: [(value: Int, extra: UInt64, extraCount: UInt64)] = []
        var index = 0
        while index < lengths.count {
            let zeros = lengths[index...].prefix(138).prefix { $0 == 0 }.count
            switch zeros {
            case 11...: symbols.append((18, UInt64(zeros - 11), 7))
            case 3...: symbols.append((17, UInt64(zeros - 3), 3))
            default: symbols.append((Int(lengths[index]), 0, 0))
            }
            index += zeros >= 3 ? zeros : 1
        }
        return symbols
    }

    private static func writeLiterals(_ bytes: Span<UInt8>, _ code: HuffmanCode, to writer: inout BitWriter) {
        // The codes of any two bytes, at the index that the two make as a little-endian number: their bits, and above these their count.
        // Only the entries of bytes that occur are set, and read.
        unsafe withUnsafeTemporaryAllocation(of: UInt32.self, capacity: 1 << 16) { table in
            let symbols = (0..<256).filter { code.lengths[$0] > 0 }
            for second in symbols {
                for first in symbols {
                    let bits = UInt32(code.bits[first]) | UInt32(code.bits[second]) << UInt32(code.lengths[first])
                    let count = UInt32(code.lengths[first] + code.lengths[second])
                    unsafe table[second << 8 | first] = bits | count << pairBits
                }
            }
            unsafe bytes.withUnsafeBytes { bytes in
                var output = writer  // a copy that the loop keeps in registers
                defer { writer = output }
                var index = 0
                while index &+ 8 <= bytes.count {
                    let lower = unsafe codes(of: UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: index, as: UInt32.self)), table)
                    let upper = unsafe codes(
                        of: UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: index &+ 4, as: UInt32.self)), table)
                    let count = lower.count &+ upper.count
                    if count <= 56 {
                        output.write(lower.bits | upper.bits &<< lower.count, count: count)
                    } else {
                        output.write(lower.bits, count: lower.count)
                        output.write(upper.bits, count: upper.count)
                    }
                    index &+= 8
                }
                while index < bytes.count {
                    let byte = unsafe Int(bytes[index])
                    output.write(UInt64(code.bits[byte]), count: UInt64(code.lengths[byte]))
                    index &+= 1
                }
            }
        }
    }

    /// The codes of four bytes.
    @inline(__always) private static func codes(
        of four: UInt32, _ table: UnsafeMutableBufferPointer<UInt32>
    ) -> (bits: UInt64, count: UInt64) {
        let lower = unsafe table[Int(four & 0xffff)]
        let upper = unsafe table[Int(four &>> 16)]
        let bits = UInt64(lower & pairMask) | UInt64(upper & pairMask) &<< UInt64(lower &>> pairBits)
        return (bits, UInt64((lower &>> pairBits) &+ (upper &>> pairBits)))
    }
}
