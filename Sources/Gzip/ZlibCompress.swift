import CZlib

extension ContentCoding {
    /// Compresses a whole body with zlib, by entropy coding alone; `nil` if zlib has no memory or `bytes` are beyond its 32-bit counters.
    package func compressWithZlib(_ bytes: Span<UInt8>) -> [UInt8]? {
        guard let length = UInt32(exactly: bytes.count) else { return nil }
        var stream = unsafe z_stream()
        return unsafe withUnsafeMutablePointer(to: &stream) { stream -> [UInt8]? in
            guard unsafe czlib_deflate_init(stream, Z_DEFAULT_COMPRESSION, windowBits, MAX_MEM_LEVEL, Z_HUFFMAN_ONLY) == Z_OK else {
                return nil
            }
            defer { unsafe deflateEnd(stream) }
            guard let bound = UInt32(exactly: unsafe deflateBound(stream, UInt(length))) else { return nil }
            var status = Z_OK
            let result = unsafe [UInt8](unsafeUninitializedCapacity: Int(bound)) { target, count in
                unsafe bytes.withUnsafeBufferPointer { source in
                    unsafe stream.pointee.next_in = UnsafeMutablePointer(mutating: source.baseAddress)
                    unsafe stream.pointee.avail_in = length
                    unsafe stream.pointee.next_out = target.baseAddress
                    unsafe stream.pointee.avail_out = bound
                    status = unsafe CZlib.deflate(stream, Z_FINISH)
                    count = Int(unsafe stream.pointee.total_out)
                }
            }
            return status == Z_STREAM_END ? result : nil
        }
    }
}
