import CZlib
package import Threads

extension ContentCoding {
    /// Compresses a whole body by entropy coding alone, in linear time; memory is about the size of `bytes`.
    ///
    /// The digits of floats hold no repeats worth finding: on such JSON the result is as small as that of zlib's default, which searches for
    /// them, within half a percent. ``compressWithZlib(_:)`` is the reference.
    ///
    /// Nothing refers to what stands before, so the threads of `team` can each write a part; zlib puts their checksums together.
    ///
    /// - Returns: the compressed body in pieces, to be sent one after another. It does not depend on the team.
    package func compress(_ bytes: [UInt8], team: Team = .alone) -> [[UInt8]] {
        let size = LiteralBlock.maximumCount
        let parts = team.map((bytes.count + size - 1) / size) { index in
            let part = bytes.span.extracting(index * size..<min((index + 1) * size, bytes.count))
            return Part(compressed: Self.compress(part), checksum: checksum(of: part), count: part.count)
        }
        let whole = parts.reduce(Part(checksum: checksum(of: Span()))) { whole, part in
            Part(checksum: combine(whole.checksum, part.checksum, count: part.count), count: whole.count + part.count)
        }
        return [header] + parts.map(\.compressed) + [LiteralBlock.endOfStream + trailer(whole)]
    }

    /// Some bytes of a body, which whole bytes of compressed data give back.
    private struct Part: Sendable {
        var compressed: [UInt8] = []
        var checksum: UInt
        var count = 0
    }

    private static func compress(_ part: Span<UInt8>) -> [UInt8] {
        let bound = LiteralBlock.maximumBits(count: part.count) / 8 + BitWriter.slack + 8
        return unsafe [UInt8](unsafeUninitializedCapacity: bound) { target, count in
            var writer = unsafe BitWriter(UnsafeMutableRawBufferPointer(target))
            LiteralBlock.write(part, to: &writer)
            LiteralBlock.align(&writer)
            count = writer.position
        }
    }

    /// gzip: no name, no time, fastest algorithm, unknown system (RFC 1952, section 2.3). zlib: a 32 KB window, fastest (RFC 1950, 2.2).
    private var header: [UInt8] {
        switch self {
        case .gzip: [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 4, 255]
        case .deflate: [0x78, 0x01]
        }
    }

    private func trailer(_ whole: Part) -> [UInt8] {
        let checksum = littleEndian(UInt32(truncatingIfNeeded: whole.checksum))
        return switch self {
        case .gzip: checksum + littleEndian(UInt32(truncatingIfNeeded: whole.count))
        case .deflate: checksum.reversed()
        }
    }

    private func checksum(of bytes: Span<UInt8>) -> UInt {
        unsafe bytes.withUnsafeBufferPointer { bytes in
            switch self {
            case .gzip: unsafe crc32_z(0, bytes.baseAddress, bytes.count)
            case .deflate: unsafe adler32_z(1, bytes.baseAddress, bytes.count)
            }
        }
    }

    /// The checksum of bytes and `count` others behind them, from those of each.
    private func combine(_ first: UInt, _ second: UInt, count: Int) -> UInt {
        switch self {
        case .gzip: crc32_combine(first, second, count)
        case .deflate: adler32_combine(first, second, count)
        }
    }
}

private func littleEndian(_ word: UInt32) -> [UInt8] {
    [0, 8, 16, 24].map { UInt8(truncatingIfNeeded: word >> $0) }
}
