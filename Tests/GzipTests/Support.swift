import CZlib
import Gzip

/// The bytes that a text of hexadecimal digits stands for; blanks do not count.
func bytes(hex: String) -> [UInt8] {
    let digits = hex.utf8.compactMap { Character(UnicodeScalar($0)).hexDigitValue }
    return stride(from: 0, to: digits.count, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
}

/// zlib itself, with any format, level and strategy; `dictionary` as in RFC 1950.
func zlibCompressed(_ input: [UInt8], windowBits: Int32 = 31, level: Int32 = 9, strategy: Int32 = Z_DEFAULT_STRATEGY) -> [UInt8] {
    var input = input
    var stream = unsafe z_stream()
    unsafe czlib_deflate_init(&stream, level, windowBits, 9, strategy)
    defer { unsafe deflateEnd(&stream) }
    var output = [UInt8](repeating: 0, count: Int(unsafe deflateBound(&stream, UInt(input.count))) + 64)
    unsafe input.withUnsafeMutableBufferPointer { source in
        unsafe output.withUnsafeMutableBufferPointer { target in
            unsafe stream.next_in = source.baseAddress
            unsafe stream.avail_in = UInt32(source.count)
            unsafe stream.next_out = target.baseAddress
            unsafe stream.avail_out = UInt32(target.count)
            _ = unsafe deflate(&stream, Z_FINISH)
        }
    }
    return Array(output.prefix(Int(unsafe stream.total_out)))
}

/// The error that inflating ends with, `nil` if it succeeds.
func inflateError(_ bytes: [UInt8], _ coding: ContentCoding, limit: Int = 1 << 20) -> InflateError? {
    do throws(InflateError) {
        _ = try coding.inflate(bytes.span, limit: limit)
        return nil
    } catch {
        return error
    }
}

/// SplitMix64 (Steele, Lea and Flood, 2014): the same numbers in each run.
struct SplitMix64: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }
}

/// Texts of each kind that a body can be: as the service writes them, and as far from that as can be.
enum Sample: String, CaseIterable, Sendable {
    case empty, oneByte, oneByteRepeated, everyByte, floats, random, skewed

    /// About `count` bytes, the same in each run.
    func bytes(count: Int) -> [UInt8] {
        var random = SplitMix64(state: 7)
        switch self {
        case .empty: return []
        case .oneByte: return [0]
        case .oneByteRepeated: return Array(repeating: 0x61, count: count)
        case .everyByte: return (0..<max(count, 256)).map { UInt8(truncatingIfNeeded: $0) }
        case .floats:
            var text: [UInt8] = []
            while text.count < count { text += "\(Double.random(in: -1...1, using: &random)),".utf8 }
            return text
        case .random: return (0..<count).map { _ in UInt8.random(in: 0...255, using: &random) }
        // Half the bytes are 0, a quarter 1, and so on: the longest Huffman codes that this many bytes can ask for.
        case .skewed: return (0..<count).map { _ in UInt8(random.next().trailingZeroBitCount) }
        }
    }
}
