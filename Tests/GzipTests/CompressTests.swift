import CZlib
import Dispatch
import Gzip
import Testing
import Threads

struct CompressTests {
    private func compressed(_ plain: [UInt8], _ coding: ContentCoding = .gzip) -> [UInt8] { Array(coding.compress(plain).joined()) }

    @Test(arguments: Sample.allCases, ContentCoding.allCases)
    func `zlib reads what is compressed`(sample: Sample, coding: ContentCoding) throws {
        let whole = sample.bytes(count: 20_000)
        for count in [0, 1, 2, 3, 4, 5, 7, 8, 255, 256, 257, 20_000] where count <= whole.count {
            let plain = Array(whole.prefix(count))
            #expect(try coding.inflate(compressed(plain, coding).span, limit: count) == plain, "\(count) bytes")
        }
    }

    @Test(arguments: [(256 << 10) - 1, 256 << 10, (256 << 10) + 1, 3 * (256 << 10) + 5])
    func `blocks follow one another`(count: Int) throws {
        // Another alphabet in each block of 256 KB, so that the code of one would not do for the next.
        let plain = (0..<count).map { UInt8(truncatingIfNeeded: $0 & 7 + ($0 >> 18) << 4) }
        #expect(try ContentCoding.gzip.inflate(compressed(plain).span, limit: count) == plain)
    }

    @Test(arguments: ContentCoding.allCases, [2, 3])
    func `several threads compress to the same bytes`(coding: ContentCoding, threads: Int) {
        let plain = Sample.floats.bytes(count: 5 * (256 << 10) + 77)
        let team = Team(size: threads, queue: .global())
        #expect(Array(coding.compress(plain, team: team).joined()) == compressed(plain, coding))
        team.dismiss()
    }

    @Test(arguments: Sample.allCases, ContentCoding.allCases)
    func `it is as small as zlib makes it without looking for repeats`(sample: Sample, coding: ContentCoding) throws {
        for count in [1000, 60_000] {
            let plain = sample.bytes(count: count)
            let own = compressed(plain, coding).count
            let reference = coding.compressWithZlib(plain.span)
            let zlibs = try #require(reference).count
            // Small bodies may pay for a plainer header of codes, and incompressible ones for not being stored as they are.
            #expect(own <= zlibs + zlibs / 1000 + 60)
        }
    }

    @Test(arguments: ContentCoding.allCases)
    func `the reference reads back too`(coding: ContentCoding) throws {
        for sample in Sample.allCases {
            let plain = sample.bytes(count: 10_000)
            let reference = coding.compressWithZlib(plain.span)
            let compressed = try #require(reference)
            #expect(try coding.inflate(compressed.span, limit: plain.count) == plain)
        }
    }

    @Test func `JSON of floats shrinks to less than a half`() {
        let plain = Sample.floats.bytes(count: 100_000)
        #expect(compressed(plain).count * 21 < plain.count * 10)
    }

    /// The bytes that any reader relies on: RFC 1952, section 2.3, and RFC 1950, section 2.2.
    @Test func `the frames are those of the formats`() {
        let plain = Array("123456789".utf8)
        let gzip = compressed(plain)
        #expect(gzip.prefix(10) == [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 4, 255])
        #expect(gzip.suffix(8) == [0x26, 0x39, 0xf4, 0xcb, 9, 0, 0, 0])  // the check value of CRC-32 is cbf43926
        let zlib = compressed(plain, .deflate)
        #expect(zlib.prefix(2) == [0x78, 0x01])
        #expect(zlib.suffix(4) == [0x09, 0x1e, 0x01, 0xde])  // Adler-32
    }
}
