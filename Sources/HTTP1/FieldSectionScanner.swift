/// Where a field line stands in the buffer that was scanned.
struct FieldLine: Sendable {
    let name: Range<Int>
    let value: Range<Int>
}

/// Finds and checks the field lines of a header or trailer section up to the empty line that ends it (RFC 9112 section 5).
///
/// The scan resumes where it stopped, so each byte is examined once however the section arrives, and it refuses at the first byte
/// that the grammar does not allow. A line ends with CRLF and nothing else: a recipient may take a bare LF for a line end (RFC
/// 9112 section 2.2), but the one before us may not have, and the two would then see different requests.
struct FieldSectionScanner: Sendable {
    private enum State {
        case lineStart, name, valueStart, value, lineEnd, sectionEnd, finished
    }

    /// The lines so far, as ranges of the input.
    private(set) var lines: [FieldLine] = []

    private var state = State.lineStart
    private var nameStart = 0
    private var nameEnd = 0
    private var valueStart = 0
    private let maximumLines: Int
    private let bound: HTTPError.Bound?

    /// - Parameter bound: what `maximumLines` is, where the caller has set it.
    init(maximumLines: Int, bound: HTTPError.Bound? = nil) {
        self.maximumLines = maximumLines
        self.bound = bound
    }

    /// Makes room for the lines of a usual head at once.
    mutating func reserveLines() { lines.reserveCapacity(min(16, maximumLines)) }

    var isFinished: Bool { state == .finished }

    /// Scans `input` from `start`, the index that the last call returned, and returns the index of the first byte it has not
    /// examined: the end of the section if `isFinished`, else `input.count`. The bytes before `start` must not have moved.
    mutating func scan(_ input: Span<UInt8>, from start: Int) throws(HTTPError) -> Int {
        let token = ASCIISet.token
        var index = start
        while index < input.count {
            switch state {
            case .lineStart: try beginLine(at: index, input[index])
            case .name:
                while index < input.count, token.contains(input[index]) { index += 1 }
                if index == input.count { return index }
                try endName(at: index, input[index])
            case .valueStart:
                while index < input.count, input[index].isWhitespace { index += 1 }
                if index == input.count { return index }
                valueStart = index
                state = .value
                continue
            case .value:
                while index < input.count, input[index].isFieldValue { index += 1 }
                if index == input.count { return index }
                try endValue(at: index, input)
            case .lineEnd, .sectionEnd:
                guard input[index] == .lineFeed else { throw .malformed("A CR in the fields is not followed by LF.") }
                state = state == .lineEnd ? .lineStart : .finished
            case .finished: return index
            }
            index += 1
        }
        return index
    }

    private mutating func beginLine(at index: Int, _ byte: UInt8) throws(HTTPError) {
        if byte.isToken {
            // Counted before the line is complete, so that the fault is certain at once. RFC 6585 section 5.
            guard lines.count < maximumLines else {
                throw HTTPError(.requestHeaderFieldsTooLarge, "There are more than \(maximumLines) fields.", bound: bound)
            }
            nameStart = index
            state = .name
        } else if byte == .carriageReturn {
            state = .sectionEnd
        } else if byte.isWhitespace {
            // obs-fold must be refused or replaced (RFC 9112 section 5.2); the same in front of the first field must be refused or
            // skipped (section 2.2). Both are ways to show two recipients two different heads.
            throw .malformed("A field line begins with whitespace, which folds it into the line before; folding is not supported.")
        } else if byte == UInt8(ascii: ":") {
            throw .malformed("A field line has no name before its colon.")
        } else {
            throw .malformed("A field line begins with \(byte.described), which is no character of a field name.")
        }
    }

    private mutating func endName(at index: Int, _ byte: UInt8) throws(HTTPError) {
        if byte == UInt8(ascii: ":") {
            nameEnd = index
            state = .valueStart
        } else if byte.isWhitespace {
            // "A server MUST reject … any received request message that contains whitespace between a header field name and colon"
            // (RFC 9112 section 5.1).
            throw .malformed("A field name is followed by whitespace instead of a colon.")
        } else if byte == .carriageReturn || byte == .lineFeed {
            throw .malformed("A field line has no colon.")
        } else {
            throw .malformed("A field name contains \(byte.described), which is no character of a field name.")
        }
    }

    private mutating func endValue(at index: Int, _ input: Span<UInt8>) throws(HTTPError) {
        guard input[index] == .carriageReturn else {
            throw .malformed(
                input[index] == .lineFeed
                    ? "A field line ends with LF alone instead of CRLF."
                    : "A field value contains \(input[index].described), a control character.")
        }
        var valueEnd = index
        while valueEnd > valueStart, input[valueEnd - 1].isWhitespace { valueEnd -= 1 }
        lines.append(FieldLine(name: nameStart..<nameEnd, value: valueStart..<valueEnd))
        state = .lineEnd
    }
}
