import CZlib

extension ContentCoding {
    /// Decompresses a whole body of this coding, of at most `limit` bytes once decompressed.
    ///
    /// The limit holds while inflating: no more than `limit + 1` bytes are ever produced, whatever `bytes` promises. It touches at
    /// most twice the memory of the result, and zlib's window, in linear time. gzip members may follow one another (RFC 1952, section 2.2) and count together.
    package func inflate(_ bytes: Span<UInt8>, limit: Int) throws(InflateError) -> [UInt8] {
        guard !bytes.isEmpty else { throw .empty(self) }
        guard canBegin(bytes) else { throw .otherFormat(self) }
        var inflater = try Inflater(self)
        var pieces: [[UInt8]] = []
        var total = 0
        // JSON of floats shrinks to no less than a third, so one piece mostly holds it all and is the result without a copy. What does not
        // fit goes into a piece as large as all before it: the pieces are few, and each is copied once, into the result.
        var capacity = max(3 * bytes.count, 4096)
        repeat {
            let piece = try [UInt8](capacity: min(capacity - 1, limit - total) + 1) { (output) throws(InflateError) in
                try inflater.fill(&output, from: bytes)
            }
            total += piece.count
            guard total <= limit else { throw .tooLarge(limit: limit) }
            pieces.append(piece)
            capacity = total
        } while !inflater.isFinished
        if pieces.count == 1 { return pieces[0] }
        var result: [UInt8] = []
        result.reserveCapacity(total)
        for piece in pieces { result += piece }
        return result
    }
}

/// zlib's inflate over one span of input, in as many steps as there are pieces of output.
@safe private struct Inflater: ~Copyable {
    let coding: ContentCoding
    private(set) var isFinished = false
    private var position = 0
    private let stream: UnsafeMutablePointer<z_stream>  // on the heap, because zlib keeps its address

    init(_ coding: ContentCoding) throws(InflateError) {
        self.coding = coding
        unsafe stream = .allocate(capacity: 1)
        unsafe stream.initialize(to: z_stream())
        guard unsafe czlib_inflate_init(stream, coding.windowBits) == Z_OK else { throw .outOfMemory }
    }

    deinit {
        unsafe inflateEnd(stream)
        unsafe stream.deallocate()
    }

    /// Appends decompressed bytes until `output` is full or, `isFinished`, the last byte of `input` has been used.
    mutating func fill(_ output: inout OutputSpan<UInt8>, from input: Span<UInt8>) throws(InflateError) {
        while !isFinished && !output.isFull {
            switch step(&output, from: input) {
            case Z_OK:
                continue
            case Z_STREAM_END:
                try startNextMember(of: input)
            case Z_BUF_ERROR:  // there is room, so it is input that is missing
                throw .truncated(coding, count: input.count)
            case Z_NEED_DICT:
                throw .corrupt(coding, near: position, reason: "it asks for a preset dictionary")
            case Z_MEM_ERROR:
                throw .outOfMemory
            default:
                let message = unsafe stream.pointee.msg.map { unsafe String(cString: $0) }
                throw .corrupt(coding, near: position, reason: message ?? "invalid data")
            }
        }
    }

    /// One call of zlib's inflate, on as much input and output as its 32-bit counters hold.
    private mutating func step(_ output: inout OutputSpan<UInt8>, from input: Span<UInt8>) -> Int32 {
        let available = min(input.count - position, Int(UInt32.max))
        let room = min(output.freeCapacity, Int(UInt32.max))
        return unsafe input.withUnsafeBufferPointer { source in
            unsafe output.withUnsafeMutableBufferPointer { target, count in
                unsafe stream.pointee.next_in = UnsafeMutablePointer(mutating: source.baseAddress.map { unsafe $0 + position })
                unsafe stream.pointee.avail_in = UInt32(available)
                unsafe stream.pointee.next_out = target.baseAddress.map { unsafe $0 + count }
                unsafe stream.pointee.avail_out = UInt32(room)
                let status = unsafe CZlib.inflate(stream, Z_NO_FLUSH)
                position += available - Int(unsafe stream.pointee.avail_in)
                count += room - Int(unsafe stream.pointee.avail_out)
                return status
            }
        }
    }

    private mutating func startNextMember(of input: Span<UInt8>) throws(InflateError) {
        guard position < input.count else {
            isFinished = true
            return
        }
        guard coding == .gzip, coding.canBegin(input.extracting(position...)) else {
            throw .trailingBytes(coding, position: position)
        }
        unsafe inflateReset(stream)
    }
}
