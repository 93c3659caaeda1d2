import CZlib

extension ContentCoding {
    /// Compresses a whole body by entropy coding alone, in linear time; memory is about the size of `bytes`.
    ///
    /// The digits of floats hold no repeats worth finding: on such JSON the result is as small as that of zlib's default, which searches for
    /// them, within half a percent. ``compressWithZlib(_:)`` is the reference.
    package func compress(_ bytes: Span<UInt8>) -> [UInt8] {
        let blocks = max(1, (bytes.count + LiteralBlock.maximumCount - 1) / LiteralBlock.maximumCount)
        let bound = blocks * LiteralBlock.maximumBits(count: LiteralBlock.maximumCount) / 8 + 18 + BitWriter.slack
        return unsafe [UInt8](unsafeUninitializedCapacity: bound) { target, count in
            var writer = unsafe BitWriter(UnsafeMutableRawBufferPointer(target))
            header.forEach { writer.write(UInt64($0), count: 8) }
            for block in 0..<blocks {
                let start = block * LiteralBlock.maximumCount
                let end = min(start + LiteralBlock.maximumCount, bytes.count)
                LiteralBlock.write(bytes.extracting(start..<end), isLast: end == bytes.count, to: &writer)
            }
            writer.fillByte()
            trailer(bytes).forEach { writer.write(UInt64($0), count: 8) }
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

    private func trailer(_ bytes: Span<UInt8>) -> [UInt8] {
        unsafe bytes.withUnsafeBufferPointer { bytes in
            switch self {
            case .gzip:
                let checksum = UInt32(unsafe crc32_z(0, bytes.baseAddress, bytes.count))
                return littleEndian(checksum) + littleEndian(UInt32(truncatingIfNeeded: bytes.count))
            case .deflate:
                return littleEndian(UInt32(unsafe adler32_z(1, bytes.baseAddress, bytes.count))).reversed()
            }
        }
    }
}

private func littleEndian(_ word: UInt32) -> [UInt8] {
    [0, 8, 16, 24].map { UInt8(truncatingIfNeeded: word >> $0) }
}
