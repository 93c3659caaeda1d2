import Testing

@testable import HTTP1

/// A chunked body that must be refused; `▲` stands behind the byte that makes the fault certain, as in `RefusedHead`.
private let refused = [
    RefusedHead("no size", "\r▲\n", 400, "must begin with its size"),
    RefusedHead("a size with a plus sign", "+▲5\r\nhello\r\n"),
    RefusedHead("a size with a minus sign", "-▲5\r\nhello\r\n"),
    RefusedHead("a size with 0x", "0x▲5\r\nhello\r\n"),
    RefusedHead("a space before the size", " ▲5\r\nhello\r\n"),
    RefusedHead("an extension without a size", ";▲a\r\n"),
    RefusedHead("a letter that is no digit", "g▲\r\n"),
    RefusedHead("a letter behind the size", "5g▲\r\nhello\r\n", 400, "\"g\""),
    RefusedHead("an underscore in the size", "1_▲0\r\n"),
    RefusedHead("a digit beyond ASCII", "\u{B2}▲\r\n"),
    RefusedHead("NUL behind the size", "5\u{0}▲\r\nhello\r\n"),
    RefusedHead("a space behind the size", "5 \r▲\nhello\r\n"),
    RefusedHead("a tab behind the size", "5\t\r▲\nhello\r\n"),
    RefusedHead("LF alone behind the size", "5\n▲hello\r\n"),
    RefusedHead("CR alone behind the size", "5\rh▲ello\r\n", 400, "no LF follows"),
    RefusedHead("two CR behind the size", "5\r\r▲\nhello\r\n"),
    RefusedHead("a size of 17 digits", "00000000000000000▲5\r\n", 400, "more than 16 digits"),
    RefusedHead("a size that fills 64 bits", "3ff▲fffffffffffff\r\n", 413),
    RefusedHead("a size that is negative in 64 bits", "800▲0000000000000\r\n", 413),
    RefusedHead("a size that wraps to 5 in 64 bits", "1000▲0000000000005\r\n", 413),
    RefusedHead("a size over the limit", "3e9▲\r\n", 413, "1000 bytes"),
    RefusedHead("a sum over the limit", "3e7\r\n" + String(repeating: "a", count: 999) + "\r\n2▲\r\naa\r\n0\r\n\r\n", 413, "1000 bytes"),
    RefusedHead("data longer than its size", "4\r\nhello▲\r\n0\r\n\r\n", 400, "longer than its size"),
    RefusedHead("data shorter than its size", "6\r\nhello\r\n▲0\r\n\r\n"),
    RefusedHead("data without CRLF", "5\r\nhello0▲\r\n\r\n"),
    RefusedHead("two other bytes in place of CRLF (CVE-2025-43859)", "5\r\nhelloX▲X0\r\n\r\n"),
    RefusedHead("LF alone behind the data", "5\r\nhello\n▲0\r\n\r\n"),
    RefusedHead("CR alone behind the data", "5\r\nhello\r0▲\r\n\r\n"),
    RefusedHead("an empty line between chunks", "1\r\na\r\n\r▲\n0\r\n\r\n"),
    RefusedHead("an extension without a name", "5;\r▲\nhello\r\n", 400, "chunk extension"),
    RefusedHead("an extension with an equals sign alone", "5;=▲a\r\nhello\r\n"),
    RefusedHead("an extension without a value", "5;a=\r▲\nhello\r\n"),
    RefusedHead("an extension with two values", "5;a=b=▲c\r\nhello\r\n"),
    RefusedHead("an extension with two words", "5;a b▲\r\nhello\r\n"),
    RefusedHead("an extension that ends in a space", "5;a=b \r▲\nhello\r\n"),
    RefusedHead("an extension that ends in a semicolon", "5;a=b;\r▲\nhello\r\n"),
    RefusedHead("an extension that LF ends (a smuggled size line)", "5;a\n▲hello\r\n0\r\n\r\n"),
    RefusedHead("an extension that CR ends", "5;a\rX▲\nhello\r\n"),
    RefusedHead("an extension with NUL", "5;a\u{0}▲\r\nhello\r\n"),
    RefusedHead("an extension with a letter beyond ASCII", "5;\u{E9}▲\r\nhello\r\n"),
    RefusedHead("a quoted value that the line's end cuts", "5;a=\"b\r▲\nhello\r\n"),
    RefusedHead("a quoted value with LF", "5;a=\"\n▲\"\r\nhello\r\n"),
    RefusedHead("a quoted value with text behind it", "5;a=\"b\"c▲\r\nhello\r\n"),
    RefusedHead("a quoted value with an escaped CR", "5;a=\"\\\r▲\"\r\nhello\r\n"),
    RefusedHead("a trailer that folds", "0\r\nA: b\r\n ▲c\r\n\r\n", 400, "folds"),
    RefusedHead("a trailer without a colon", "0\r\nA\r▲\n\r\n", 400, "no colon"),
    RefusedHead("a trailer with a space before the colon", "0\r\nA ▲: b\r\n\r\n"),
    RefusedHead("a trailer that LF ends", "0\r\nA: b\n▲\r\n"),
    RefusedHead("a length among the trailers", "0\r\nA: b\r\nContent-length: 7\r\n\r\n▲", 400, "among the trailers"),
    RefusedHead("a transfer coding among the trailers", "0\r\ntransfer-Encoding: chunked\r\n\r\n▲", 400, "among the trailers"),
    RefusedHead("a trailer with NUL", "0\r\nA: \u{0}▲\r\n\r\n"),
    RefusedHead("the next request in place of the last line", "0\r\nGET ▲/ HTTP/1.1\r\nHost: a\r\n\r\n"),
    RefusedHead("LF alone as the last line", "0\r\n\n▲"),
    RefusedHead("CR alone as the last line", "0\r\n\rG▲ET"),
]

private struct AcceptedBody: CustomStringConvertible, Sendable {
    let description: String
    let text: String
    let body: String

    init(_ description: String, _ text: String, _ body: String = "hello") {
        (self.description, self.text, self.body) = (description, text, body)
    }
}

private let accepted = [
    AcceptedBody("one chunk", "5\r\nhello\r\n0\r\n\r\n"),
    AcceptedBody("no chunk", "0\r\n\r\n", ""),
    AcceptedBody("two chunks", "2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n"),
    AcceptedBody("digits of both cases", "A\r\n0123456789\r\nb\r\nabcdefghijk\r\n0\r\n\r\n", "0123456789abcdefghijk"),
    AcceptedBody("leading zeros", "0000000000000005\r\nhello\r\n0000000000000000\r\n\r\n"),
    AcceptedBody("data that looks like framing", "7\r\n\r\n0\r\n\r\n\r\n0\r\n\r\n", "\r\n0\r\n\r\n"),
    AcceptedBody(
        "exactly as many bytes as the limit", "3e8\r\n" + String(repeating: "a", count: 1000) + "\r\n0\r\n\r\n",
        String(repeating: "a", count: 1000)),
    AcceptedBody("an extension", "5;a\r\nhello\r\n0;b\r\n\r\n"),
    AcceptedBody("extensions with values", "5;a=b;c=\"d;\\\"\\\\ \te\u{FF}\";f\r\nhello\r\n0\r\n\r\n"),
    AcceptedBody("an empty quoted value", "5;a=\"\"\r\nhello\r\n0\r\n\r\n"),
    AcceptedBody("whitespace wherever the grammar allows it", "5 \t; a = b ; c = \"d\" ;e\r\nhello\r\n0\r\n\r\n"),
    AcceptedBody("trailers, which are dropped", "5\r\nhello\r\n0\r\nA: b\r\nContent-Type: c\r\n\r\n"),
]

@Suite struct `A chunked body` {
    @Test(arguments: refused)
    private func `is refused`(_ body: RefusedHead) {
        let parts = body.text.split(separator: "▲", omittingEmptySubsequences: false).map { wire(String($0)) }
        let text = Array(parts.joined())
        let bytewise = decode(text, size: 1)
        #expect(bytewise.error?.status.code == body.status)
        #expect(bytewise.error?.detail.contains(body.detail) == true, "\(bytewise.error?.detail ?? "no error")")
        #expect(bytewise.consumed == parts[0].count - 1, "refused as soon as the fault is certain")
        for size in [2, 3, 7, text.count] {
            let decoding = decode(text, size: size)
            #expect(decoding.error == bytewise.error && decoding.body == bytewise.body, "in pieces of \(size)")
        }
    }

    @Test(arguments: accepted)
    private func `is accepted`(_ body: AcceptedBody) {
        let bytes = wire(body.text)
        let expected = Decoding(body: wire(body.body), consumed: bytes.count, isFinished: true)
        for size in 1...bytes.count where size < 20 || size == bytes.count { #expect(decode(bytes, size: size) == expected) }
        #expect(decode(bytes + wire(get("Host: a")), size: 1000) == expected, "what follows is left for the next request")
        for count in 0..<bytes.count {
            let cut = decode(Array(bytes[..<count]), size: max(1, count))
            #expect(cut.error == nil && !cut.isFinished, "nothing but the last byte ends it")
        }
    }

    @Test func `is measured together with what the buffer holds`() throws {
        var decoder = ChunkedDecoder()
        var body = wire("12345")
        #expect(throws: HTTPError.contentTooLarge(limit: 9)) { try decoder.decode(wire("5\r\n").span, into: &body, limit: 9) }
        #expect(body == wire("12345"))
        var other = ChunkedDecoder()
        #expect(try other.decode(wire("0\r\n\r\n").span, into: &body, limit: 3).isFinished, "no more data is no excess")
    }

    @Test func `can be as large as an integer allows`() throws {
        var decoder = ChunkedDecoder()
        var body: [UInt8] = []
        #expect(try decoder.decode(wire("7fffffffffffffff\r\nab").span, into: &body, limit: .max).isFinished == false)
        #expect(body == wire("ab"))
        var other = ChunkedDecoder()
        #expect(throws: HTTPError.self) { try other.decode(wire("8000000000000000").span, into: &body, limit: .max) }
    }

    @Test func `may not spend more than 16 KiB on extensions`() {
        let chunk = wire("1;" + String(repeating: "e", count: 1023) + "\r\na\r\n")
        let some = Array(repeatElement(chunk, count: 15).joined()) + wire("0\r\n\r\n")
        #expect(decode(some, size: some.count).isFinished)
        let many = Array(repeatElement(chunk, count: 17).joined()) + wire("0\r\n\r\n")
        #expect(decode(many, size: many.count).error?.status == .contentTooLarge)
        #expect(decode(many, size: 1).error == decode(many, size: many.count).error)
    }

    @Test func `may not spend more than 8 KiB or 100 fields on trailers`() {
        let long = wire("0\r\nA: " + String(repeating: "b", count: 9000) + "\r\n\r\n")
        for size in [1, 1000, long.count] { #expect(decode(long, size: size).error?.status == .requestHeaderFieldsTooLarge) }
        let fits = wire("0\r\nA: " + String(repeating: "b", count: 8192 - 7) + "\r\n\r\n")
        for size in [1, 1000, fits.count] { #expect(decode(fits, size: size).isFinished) }
        let many = wire("0\r\n" + String(repeating: "A:\r\n", count: 101) + "\r\n")
        for size in [1, 7, many.count] { #expect(decode(many, size: size).error?.status == .requestHeaderFieldsTooLarge) }
    }

    /// Growing by a constant instead of a factor would move the buffer once for nearly every chunk.
    @Test func `moves its buffer a logarithmic number of times`() throws {
        var decoder = ChunkedDecoder()
        var body: [UInt8] = []
        var capacities: Set<Int> = []
        let chunk = wire("a\r\n0123456789\r\n")
        for _ in 0..<10_000 {
            _ = try decoder.decode(chunk.span, into: &body, limit: .max)
            capacities.insert(body.capacity)
        }
        #expect(body.count == 100_000)
        #expect(capacities.count < 30)
    }
}
