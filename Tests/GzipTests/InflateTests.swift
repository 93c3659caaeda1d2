import CZlib
import Gzip
import Testing

private let text = Array("[0.1,-2.5e-3,17]".utf8)

/// `text` as Python's gzip and zlib modules write it, or put together by hand after RFC 1952.
private enum Vector {
    static let gzip = bytes(hex: "1f8b0800000000000203 8b36d033d4d135d2334dd535d631348f0500 8bb7081b 10000000")
    static let zlib = bytes(hex: "789c 8b36d033d4d135d2334dd535d631348f0500 1da8038f")
    static let bareDeflate = bytes(hex: "8b36d033d4d135d2334dd535d631348f0500")
    /// FEXTRA, FNAME, FCOMMENT and FHCRC together.
    static let everyHeaderField = bytes(
        hex: """
            1f8b081e010000000003 040041420000 6e616d652e6a736f6e00 636f6d6d656e7400 b8bd
            8b36d033d4d135d2334dd535d631348f0500 8bb7081b 10000000
            """)
    static let stored = bytes(hex: "1f8b0800000000000403 011000efff5b302e312c2d322e35652d332c31375d 8bb7081b 10000000")
    static let emptyMember = bytes(hex: "1f8b0800000000000203 0300 00000000 00000000")
    static let emptyZlib = bytes(hex: "789c 0300 00000001")
    static let presetDictionary = bytes(hex: "78f9 0aff020e 8b36d033d4d135d2334dd535d631348f0500 1da8038f")
    /// "0.0,1.1,2.4,…,11.121," with dynamic Huffman codes.
    static let dynamicCodes = bytes(
        hex: """
            1f8b0800000000000203
            05c1810dc0200c04b1854ea73c8414f65fac7659c4b06cb68f36c3711dc63d7cf6e33acdf38694a92231 2bfcf0d4 92f53c000000
            """)
}

struct InflateTests {
    @Test(arguments: [Vector.gzip, Vector.everyHeaderField, Vector.stored])
    func `gzip from elsewhere is read`(member: [UInt8]) throws {
        #expect(try ContentCoding.gzip.inflate(member.span, limit: 100) == text)
    }

    @Test func `deflate is the zlib format`() throws {
        #expect(try ContentCoding.deflate.inflate(Vector.zlib.span, limit: 100) == text)
    }

    @Test func `nothing, compressed, is read as nothing`() throws {
        #expect(try ContentCoding.gzip.inflate(Vector.emptyMember.span, limit: 0) == [])
        #expect(try ContentCoding.deflate.inflate(Vector.emptyZlib.span, limit: 0) == [])
    }

    @Test(arguments: Sample.allCases, ContentCoding.allCases)
    func `what zlib wrote is read back`(sample: Sample, coding: ContentCoding) throws {
        let plain = sample.bytes(count: 30_000)
        for level: Int32 in [0, 1, 9] {
            let compressed = zlibCompressed(plain, windowBits: coding == .gzip ? 31 : 15, level: level)
            #expect(try coding.inflate(compressed.span, limit: plain.count) == plain)
        }
    }

    @Test func `members follow one another`() throws {
        let members = Vector.gzip + Vector.emptyMember + Vector.stored
        #expect(try ContentCoding.gzip.inflate(members.span, limit: 32) == text + text)
        #expect(inflateError(members, .gzip, limit: 31) == .tooLarge(limit: 31))
    }

    @Test func `a hundred thousand empty members are nothing`() throws {
        let members = Array(repeatElement(Vector.emptyMember, count: 100_000).joined())
        #expect(try ContentCoding.gzip.inflate(members.span, limit: 0) == [])
    }

    @Test(arguments: [1, 4095, 4096, 4097, 100_000, 1 << 20])
    func `a body as long as the limit is read, and one byte longer is refused`(count: Int) throws {
        let plain = [UInt8](repeating: 0x20, count: count)
        let compressed = zlibCompressed(plain)
        #expect(try ContentCoding.gzip.inflate(compressed.span, limit: count) == plain)
        #expect(inflateError(compressed, .gzip, limit: count - 1) == .tooLarge(limit: count - 1))
        #expect(try ContentCoding.gzip.inflate(compressed.span, limit: .max) == plain)
    }

    @Test func `a megabyte that inflates to a gibibyte stops at the limit`() {
        let member = zlibCompressed([UInt8](repeating: 0, count: 1 << 20))
        let bomb = Array(repeatElement(member, count: 1 << 10).joined())
        #expect(bomb.count < 1_100_000)
        #expect(inflateError(bomb, .gzip, limit: 1 << 20) == .tooLarge(limit: 1 << 20))
        let single = zlibCompressed([UInt8](repeating: 0, count: 1 << 24), windowBits: 15)
        #expect(inflateError(single, .deflate, limit: 1_000_000) == .tooLarge(limit: 1_000_000))
    }
}

struct InflateErrorTests {
    @Test(arguments: ContentCoding.allCases)
    func `an empty body is refused`(coding: ContentCoding) {
        #expect(inflateError([], coding) == .empty(coding))
    }

    @Test(arguments: [Vector.gzip, Vector.everyHeaderField, Vector.stored, Vector.dynamicCodes])
    func `gzip cut anywhere is truncated`(whole: [UInt8]) {
        for count in 1..<whole.count {
            #expect(inflateError(Array(whole.prefix(count)), .gzip) == .truncated(.gzip, count: count))
            let second = Vector.gzip + whole.prefix(count)
            #expect(inflateError(second, .gzip) == .truncated(.gzip, count: second.count))
        }
    }

    @Test func `deflate cut anywhere is truncated`() {
        for count in 1..<Vector.zlib.count {
            #expect(inflateError(Array(Vector.zlib.prefix(count)), .deflate) == .truncated(.deflate, count: count))
        }
    }

    @Test func `a body that was never compressed is told from a corrupt one`() {
        #expect(inflateError(text, .gzip) == .otherFormat(.gzip))
        #expect(inflateError(text, .deflate) == .otherFormat(.deflate))
        #expect(inflateError(Vector.gzip, .deflate) == .otherFormat(.deflate))
        #expect(inflateError(Vector.zlib, .gzip) == .otherFormat(.gzip))
        #expect(inflateError(Vector.bareDeflate, .deflate) == .otherFormat(.deflate))
    }

    @Test(arguments: [("tail", [UInt8]("tail".utf8)), ("zeros", [0, 0]), ("half a magic number", [0x1f, 0x8a])])
    func `bytes after the end are refused`(name: String, tail: [UInt8]) {
        #expect(inflateError(Vector.gzip + tail, .gzip) == .trailingBytes(.gzip, position: Vector.gzip.count))
        #expect(inflateError(Vector.zlib + tail, .deflate) == .trailingBytes(.deflate, position: Vector.zlib.count))
    }

    @Test func `a second zlib stream is not part of the first`() {
        #expect(inflateError(Vector.zlib + Vector.zlib, .deflate) == .trailingBytes(.deflate, position: Vector.zlib.count))
    }

    @Test func `a preset dictionary is refused`() {
        let reason = "it asks for a preset dictionary"
        #expect(inflateError(Vector.presetDictionary, .deflate) == .corrupt(.deflate, near: 6, reason: reason))
    }

    @Test func `a checksum or length that is wrong is refused`() {
        var wrong = Vector.gzip
        wrong[wrong.count - 8] ^= 1
        #expect(inflateError(wrong, .gzip).map { "\($0)" }?.contains("incorrect data check") == true)
        wrong = Vector.gzip
        wrong[wrong.count - 1] ^= 0x40  // a promise of a gibibyte more
        #expect(inflateError(wrong, .gzip).map { "\($0)" }?.contains("incorrect length check") == true)
        wrong = Vector.zlib
        wrong[wrong.count - 1] ^= 1
        #expect(inflateError(wrong, .deflate).map { "\($0)" }?.contains("incorrect data check") == true)
    }

    /// Some bits say nothing (the header's time and system, padding, unused codes); with any other, a checksum does not match.
    @Test(arguments: [Vector.gzip, Vector.stored, Vector.dynamicCodes])
    func `a flipped bit never changes the text unnoticed`(whole: [UInt8]) throws {
        let plain = try ContentCoding.gzip.inflate(whole.span, limit: 100)
        for index in whole.indices {
            for bit in 0..<8 {
                var flipped = whole
                flipped[index] ^= 1 << bit
                let read = try? ContentCoding.gzip.inflate(flipped.span, limit: 100)
                #expect(read == nil || read == plain, "byte \(index), bit \(bit)")
            }
        }
    }

    @Test func `noise never crashes`() {
        var random = SplitMix64(state: 1)
        for _ in 0..<2000 {
            let noise = (0..<Int.random(in: 0...64, using: &random)).map { _ in UInt8.random(in: 0...255, using: &random) }
            #expect(inflateError([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3] + noise, .gzip, limit: 1 << 16) != nil)
            #expect(inflateError([0x78, 0x9c] + noise, .deflate, limit: 1 << 16) != nil)
        }
    }

    @Test(arguments: [
        (InflateError.empty(.gzip), "The body is empty, but Content-Encoding says gzip."),
        (.truncated(.deflate, count: 7), "The deflate body stops after 7 bytes, before the end of its compressed data."),
        (.corrupt(.gzip, near: 12, reason: "invalid block type"), "The gzip body is corrupt near byte 12: invalid block type."),
        (.trailingBytes(.gzip, position: 36), "The gzip body ends at byte 36, but more bytes follow."),
        (.tooLarge(limit: 1024), "The body is longer than 1024 bytes once decompressed."),
    ])
    func `an error is one sentence`(error: InflateError, sentence: String) {
        #expect(error.description == sentence)
    }
}
