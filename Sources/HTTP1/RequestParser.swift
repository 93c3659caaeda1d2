/// Reads request heads from bytes as they arrive (RFC 9112 sections 2 to 6). No input or output: bytes in, values out.
///
/// - Strict: what the grammar does not allow is refused, and so is what other recipients are known to read differently. Each
///   refusal holds its status; after one the parser is of no further use, since nobody knows where the next request begins.
/// - Early: a fault is reported when its first byte is there, and not later.
/// - Linear: each call goes on where the last one stopped, so a head costs O(its bytes) also when they come one at a time.
/// - Bounded: nothing grows beyond `HeadLimits`.
///
/// What comes out does not depend on how the bytes were divided among the calls.
package struct RequestParser: Sendable {
    private enum State {
        case start, emptyLineEnd, method, target, version, fields
    }

    private let limits: HeadLimits
    private var state = State.start
    /// The index of the first byte that has not been examined.
    private var position = 0
    /// Where the element that is being read began.
    private var mark = 0
    private var hasSkippedEmptyLine = false
    private var method = 0..<0
    private var target: RequestTarget?
    private var version = HTTPVersion.http1_1
    private var fields: FieldSectionScanner

    /// A parser at the beginning of a connection.
    package init(limits: HeadLimits = HeadLimits()) {
        self.limits = limits
        fields = FieldSectionScanner(maximumLines: limits.maximumFields, bound: .fields)
    }

    /// Whether no byte of a request line has come since the last request: the connection is idle, and closing it disturbs nobody.
    package var isIdle: Bool { state == .start || state == .emptyLineEnd }

    /// Goes on with the head at the start of `input`, which is everything received since the last request ended: the bytes of the
    /// last call, unchanged, and more behind them.
    ///
    /// - Returns: nil while the head is incomplete; then the head and the number of bytes it took. The rest of the input is
    ///   content and later requests. The parser is then ready for the next request, whose first byte has index 0 again.
    package mutating func parse(_ input: Span<UInt8>) throws(HTTPError) -> (head: RequestHead, consumed: Int)? {
        // Never looking past the limit makes the outcome independent of how much has arrived.
        let window = input.extracting(first: min(input.count, limits.maximumBytes))
        while position < window.count {
            switch state {
            case .start: try begin(window[position])
            case .emptyLineEnd:
                guard window[position] == .lineFeed else { throw .malformed("The request begins with a CR that no LF follows.") }
                position += 1
                state = .start
            case .method: try scanMethod(window)
            case .target: try scanTarget(window)
            case .version: try scanVersion(window)
            case .fields:
                position = try fields.scan(window, from: position)
                if fields.isFinished { return try finish(window) }
            }
        }
        guard window.count < limits.maximumBytes else {
            throw HTTPError(
                .requestHeaderFieldsTooLarge, "The head of the request is larger than \(limits.maximumBytes) bytes.", bound: .head)
        }
        return nil
    }

    /// "A server that is expecting to receive and parse a request-line SHOULD ignore at least one empty line (CRLF) received prior
    /// to the request-line" (section 2.2), because old clients send one after a POST. One is ignored and no more.
    private mutating func begin(_ byte: UInt8) throws(HTTPError) {
        guard byte == .carriageReturn else {
            mark = position
            state = .method
            return
        }
        guard !hasSkippedEmptyLine else { throw .malformed("More than one empty line stands in front of the request line.") }
        hasSkippedEmptyLine = true
        position += 1
        state = .emptyLineEnd
    }

    /// token SP. Exactly one SP separates the three words of a request line: a recipient may be lenient with whitespace there
    /// (section 3), and is then fooled by it.
    private mutating func scanMethod(_ input: Span<UInt8>) throws(HTTPError) {
        let token = ASCIISet.token
        while position < input.count, token.contains(input[position]) { position += 1 }
        guard position - mark <= Self.maximumMethodBytes else {
            // "A server that receives a method longer than any that it implements SHOULD respond with a 501" (section 3).
            throw HTTPError(.notImplemented, "The method is longer than any that is known.")
        }
        guard position < input.count else { return }
        guard input[position] == .space, position > mark else {
            throw .malformed("The request line must begin with a method and a space, but \(input[position].described) came.")
        }
        method = mark..<position
        if isMethod("CONNECT", in: input) {
            // A tunnel is not something this server implements for any target (RFC 9110 sections 9.1 and 9.3.6).
            throw HTTPError(.notImplemented, "CONNECT is not supported: this server is no proxy.")
        }
        position += 1
        mark = position
        state = .target
    }

    /// The longest registered method has 17 letters.
    private static let maximumMethodBytes = 32

    private mutating func scanTarget(_ input: Span<UInt8>) throws(HTTPError) {
        let target = ASCIISet.target
        while position < input.count, target.contains(input[position]) { position += 1 }
        guard position - mark <= limits.maximumTargetBytes else {
            throw HTTPError(.uriTooLong, "The request target is longer than \(limits.maximumTargetBytes) bytes.")
        }
        guard position < input.count else { return }
        guard input[position] == .space else {
            throw .malformed(
                input[position] == .carriageReturn || input[position] == .lineFeed
                    ? "The request line ends without a version."
                    : "The request target contains \(input[position].described), which must be percent-encoded.")
        }
        guard position > mark else { throw .malformed("The method must be followed by exactly one space and a request target.") }
        self.target = try RequestTarget(input, mark..<position, isOptions: isMethod("OPTIONS", in: input))
        position += 1
        mark = position
        state = .version
    }

    /// `HTTP/` DIGIT `.` DIGIT CRLF (RFC 9112 section 2.3).
    ///
    /// A well-formed version other than 1.0 and 1.1 gets 505 (RFC 9110 section 15.6.6). 1.2 to 1.9 could be served as 1.1 (section
    /// 2.5), but none of them exists, and who claims one is not known to mean what 1.1 means.
    private mutating func scanVersion(_ input: Span<UInt8>) throws(HTTPError) {
        while position < input.count {
            let byte = input[position]
            let isExpected =
                switch position - mark {
                case 0, 1, 2, 3, 4, 6: byte == Self.versionPattern.utf8.span[position - mark]
                case 5, 7: byte.isDigit
                case 8: byte == .carriageReturn
                default: byte == .lineFeed
                }
            guard isExpected else {
                throw .malformed("The request line must end with HTTP/1.1 and CRLF, but \(byte.described) came.")
            }
            position += 1
            if byte == .lineFeed { return try beginFields(major: input[mark + 5], minor: input[mark + 7]) }
        }
    }

    private static let versionPattern = "HTTP/1.1"

    private mutating func beginFields(major: UInt8, minor: UInt8) throws(HTTPError) {
        switch (major, minor) {
        case (UInt8(ascii: "1"), UInt8(ascii: "0")): version = .http1_0
        case (UInt8(ascii: "1"), UInt8(ascii: "1")): version = .http1_1
        default: throw HTTPError(.httpVersionNotSupported, "The version must be HTTP/1.1 or HTTP/1.0.")
        }
        state = .fields
        fields.reserveLines()
    }

    private mutating func finish(_ input: Span<UInt8>) throws(HTTPError) -> (head: RequestHead, consumed: Int)? {
        guard let target else { return nil }
        var bytes: [UInt8] = []
        bytes.append(copying: input.extracting(first: position))
        let head = try RequestHead(
            bytes: bytes, method: method, target: target, version: version, lines: fields.lines)
        let consumed = position
        self = RequestParser(limits: limits)
        return (head, consumed)
    }

    private func isMethod(_ name: String, in input: Span<UInt8>) -> Bool {
        method.count == name.utf8.count && zip(method, name.utf8).allSatisfy { input[$0] == $1 }
    }
}
