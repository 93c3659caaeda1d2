import Testing

@testable import HTTP1

/// A head that must be accepted, and what it must be read as.
struct AcceptedHead: CustomStringConvertible, Sendable {
    let description: String
    let text: String
    var method = "GET"
    var path = "/"
    var query: String?
    var authority = "a"
    var version = HTTPVersion.http1_1
    var framing = BodyFraming.none
    var isPersistent = true
    var expectsContinue = false

    init(_ description: String, _ text: String, _ change: (inout AcceptedHead) -> Void = { _ in }) {
        self.description = description
        self.text = text
        change(&self)
    }
}

private func request(_ line: String, _ lines: String...) -> String {
    line + "\r\n" + lines.map { $0 + "\r\n" }.joined() + "\r\n"
}

private let accepted = [
    AcceptedHead("the smallest request", get("Host: a")),
    AcceptedHead("one empty line in front", "\r\n" + get("Host: a")),
    AcceptedHead("an unknown method", request("BREW / HTTP/1.1", "Host: a")) { $0.method = "BREW" },
    AcceptedHead("a method in lower case, which is another method", request("get / HTTP/1.1", "Host: a")) { $0.method = "get" },
    AcceptedHead("a method of unusual characters", request("M-S!#$%&'*+.^_`|~9 / HTTP/1.1", "Host: a")) {
        $0.method = "M-S!#$%&'*+.^_`|~9"
    },
    AcceptedHead("HTTP/1.0 without Host", request("GET / HTTP/1.0")) {
        ($0.version, $0.isPersistent, $0.authority) = (.http1_0, false, "")
    },
    AcceptedHead("a query", request("GET /a?b=c&d HTTP/1.1", "Host: a")) { ($0.path, $0.query) = ("/a", "b=c&d") },
    AcceptedHead("an empty query", request("GET /a? HTTP/1.1", "Host: a")) { ($0.path, $0.query) = ("/a", "") },
    AcceptedHead("question marks in the query", request("GET /?a?/b? HTTP/1.1", "Host: a")) { $0.query = "a?/b?" },
    AcceptedHead("every character of a path", request("GET /aZ09-._~!$&'()*+,;=:@//%2F HTTP/1.1", "Host: a")) {
        $0.path = "/aZ09-._~!$&'()*+,;=:@//%2F"
    },
    AcceptedHead("an encoded unreserved character, which stands for itself", request("GET /%62%61ckward%7e HTTP/1.1", "Host: a")) {
        $0.path = "/backward~"
    },
    AcceptedHead("encoded delimiters, which stay", request("GET /%2f%00%25%3F?%41 HTTP/1.1", "Host: a")) {
        ($0.path, $0.query) = ("/%2f%00%25%3F", "%41")
    },
    AcceptedHead("dot segments, which stay", request("GET /../a/./b HTTP/1.1", "Host: a")) { $0.path = "/../a/./b" },
    AcceptedHead("two slashes in front", request("GET //a/b HTTP/1.1", "Host: a")) { $0.path = "//a/b" },
    AcceptedHead("absolute-form, whose host beats Host", request("GET http://b:81/c?d HTTP/1.1", "Host: a")) {
        ($0.path, $0.query, $0.authority) = ("/c", "d", "b:81")
    },
    AcceptedHead("absolute-form in capitals", request("GET HTTPS://B/c HTTP/1.1", "Host: a")) { ($0.path, $0.authority) = ("/c", "B") },
    AcceptedHead("absolute-form without a path", request("GET http://b HTTP/1.1", "Host: a")) { $0.authority = "b" },
    AcceptedHead("absolute-form with a query alone", request("GET http://b?c HTTP/1.1", "Host: a")) {
        ($0.query, $0.authority) = ("c", "b")
    },
    AcceptedHead("absolute-form with IPv6", request("GET http://[::1]:80/ HTTP/1.1", "Host: a")) { $0.authority = "[::1]:80" },
    AcceptedHead("OPTIONS for the server", request("OPTIONS * HTTP/1.1", "Host: a")) { ($0.method, $0.path) = ("OPTIONS", "*") },
    AcceptedHead("OPTIONS for the server in absolute-form", request("OPTIONS http://b HTTP/1.1", "Host: a")) {
        ($0.method, $0.path, $0.authority) = ("OPTIONS", "*", "b")
    },
    AcceptedHead("OPTIONS in absolute-form with a query", request("OPTIONS http://b?c HTTP/1.1", "Host: a")) {
        ($0.method, $0.query, $0.authority) = ("OPTIONS", "c", "b")
    },
    AcceptedHead("OPTIONS for a path", request("OPTIONS /b HTTP/1.1", "Host: a")) { ($0.method, $0.path) = ("OPTIONS", "/b") },
    AcceptedHead("an empty Host", get("Host:")) { $0.authority = "" },
    AcceptedHead("a Host with a port", get("Host: a.example:65535")) { $0.authority = "a.example:65535" },
    AcceptedHead("a Host with an empty port", get("Host: a:")) { $0.authority = "a:" },
    AcceptedHead("a Host with IPv4", get("Host: 127.0.0.1:8080")) { $0.authority = "127.0.0.1:8080" },
    AcceptedHead("a Host with IPv6", get("Host: [2001:db8::192.0.2.1]")) { $0.authority = "[2001:db8::192.0.2.1]" },
    AcceptedHead("a Host with an underscore and a percent-encoding", get("Host: a_b%20c")) { $0.authority = "a_b%20c" },
    AcceptedHead("a field name in any case", get("hOsT: a")),
    AcceptedHead("no space after the colon", get("Host:a")),
    AcceptedHead("much whitespace around a value", get("Host: \t  a \t ")),
    AcceptedHead("an empty value", get("Host: a", "X:")),
    AcceptedHead("a value of whitespace", get("Host: a", "X: \t ")),
    AcceptedHead("a value with a tab and bytes beyond ASCII", get("Host: a", "X: a\tb\u{80}\u{FF}")),
    AcceptedHead("colons in a value", get("Host: a", "X:: b:c")),
    AcceptedHead("a length", get("Host: a", "Content-Length: 42")) { $0.framing = .length(42) },
    AcceptedHead("a length of zero", get("Host: a", "Content-Length: 0")) { $0.framing = .length(0) },
    AcceptedHead("a length with leading zeros", get("Host: a", "Content-Length: 00000000000000000000042")) { $0.framing = .length(42) },
    AcceptedHead("the largest length", get("Host: a", "Content-Length: 9223372036854775807")) { $0.framing = .length(.max) },
    AcceptedHead("chunked", get("Host: a", "Transfer-Encoding: chunked")) { $0.framing = .chunked },
    AcceptedHead("chunked in capitals", get("Host: a", "TRANSFER-ENCODING:CHUNKED  ")) { $0.framing = .chunked },
    AcceptedHead("close", get("Host: a", "Connection: close")) { $0.isPersistent = false },
    AcceptedHead("close in capitals", get("Host: a", "Connection: CLOSE")) { $0.isPersistent = false },
    AcceptedHead("close in a list", get("Host: a", "Connection: TE,, Close ,x")) { $0.isPersistent = false },
    AcceptedHead("close on a second line", get("Host: a", "Connection: TE", "Connection: close")) { $0.isPersistent = false },
    AcceptedHead("close beside keep-alive", get("Host: a", "Connection: keep-alive, close")) { $0.isPersistent = false },
    AcceptedHead("close behind a quotation mark", get("Host: a", "Connection: x\", close")) { $0.isPersistent = false },
    AcceptedHead("a word that only contains close", get("Host: a", "Connection: closed")),
    AcceptedHead("keep-alive in HTTP/1.1", get("Host: a", "Connection: keep-alive")),
    AcceptedHead("keep-alive in HTTP/1.0", request("GET / HTTP/1.0", "Host: a", "Connection: Keep-Alive")) { $0.version = .http1_0 },
    AcceptedHead("another option in HTTP/1.0", request("GET / HTTP/1.0", "Host: a", "Connection: upgrade")) {
        ($0.version, $0.isPersistent) = (.http1_0, false)
    },
    AcceptedHead("100-continue", get("Host: a", "Expect: 100-Continue", "Content-Length: 1")) {
        ($0.framing, $0.expectsContinue) = (.length(1), true)
    },
    AcceptedHead("100-continue before chunks", get("Host: a", "Expect: 100-continue", "Transfer-Encoding: chunked")) {
        ($0.framing, $0.expectsContinue) = (.chunked, true)
    },
    AcceptedHead("100-continue without content", get("Host: a", "Expect: 100-continue")),
    AcceptedHead("100-continue with no bytes of content", get("Host: a", "Expect: 100-continue", "Content-Length: 0")) {
        $0.framing = .length(0)
    },
    AcceptedHead("100-continue in HTTP/1.0", request("GET / HTTP/1.0", "Host: a", "Expect: 100-continue", "Content-Length: 1")) {
        ($0.version, $0.framing, $0.isPersistent) = (.http1_0, .length(1), false)
    },
]

@Suite struct `A head is accepted` {
    @Test(arguments: accepted)
    func `and read as it was meant`(_ expected: AcceptedHead) throws {
        let bytes = wire(expected.text)
        let reading = readEveryWay(bytes)
        let head = try #require(reading.heads.first, "\(reading.error?.detail ?? "incomplete")")
        #expect(reading.consumed == bytes.count && reading.heads.count == 1)
        #expect(head.method == expected.method)
        #expect(head.path == expected.path)
        #expect(head.query == expected.query)
        #expect(head.authority == expected.authority)
        #expect(head.version == expected.version)
        #expect(head.framing == expected.framing)
        #expect(head.isPersistent == expected.isPersistent)
        #expect(head.expectsContinue == expected.expectsContinue)

        let pipelined = readEveryWay(bytes + wire(get("Host: second")) + bytes)
        #expect(pipelined.heads.count == 3 && pipelined.heads.first == head && pipelined.heads.last == head)
        #expect(pipelined.error == nil)
    }

    @Test func `with its fields in order, looked up in any case, and combined`() throws {
        let text = get("Host: a", "Accept: text/html", "X-One: 1 ", "ACCEPT:  */*;q=0.1", "X-Empty:")
        let head = try #require(readEveryWay(wire(text)).heads.first)
        #expect(head.fields.map(\.name) == ["Host", "Accept", "X-One", "ACCEPT", "X-Empty"])
        #expect(head.fields.map(\.value) == ["a", "text/html", "1", "*/*;q=0.1", ""])
        #expect(head.fields["accept"] == "text/html, */*;q=0.1")
        #expect(head.fields["X-ONE"] == "1")
        #expect(head.fields["x-empty"] == "")
        #expect(head.fields["x"] == nil)
        #expect(head.path == "/")
    }

    @Test func `only when its last byte is there`() {
        let bytes = wire(get("Host: a", "Content-Length: 3"))
        for count in 0..<bytes.count {
            let reading = read(Array(bytes[..<count]), pieces: [max(1, count)])
            #expect(reading.heads.isEmpty && reading.error == nil)
        }
    }

    @Test func `by a parser that is idle until the method begins and again afterwards`() throws {
        var parser = RequestParser()
        let bytes = wire("\r\n" + get("Host: a"))
        for count in 0..<bytes.count {
            let part = Array(bytes[..<count])
            #expect(try parser.parse(part.span) == nil)
            #expect(parser.isIdle == (count <= 2))
        }
        let request = try parser.parse(bytes.span)
        #expect(request?.consumed == bytes.count)
        #expect(parser.isIdle)
    }

    /// A byte of the fields that has been examined is replaced by NUL, which would be refused if it were looked at again.
    @Test func `with each byte examined once`() throws {
        let line = wire("GET / HTTP/1.1\r\n")
        let bytes = line + wire("Host: a\r\nX: " + String(repeating: "y ", count: 2000) + "z\r\nY: b\r\n\r")
        var parser = RequestParser()
        for count in 1...bytes.count {
            let examined = max(line.count, count - 1)
            let seen = count > line.count ? line + [UInt8](repeating: 0, count: examined - line.count) + bytes[examined..<count] : bytes
            let input = count > line.count ? seen : Array(bytes[..<count])
            #expect(try parser.parse(input.span) == nil)
        }
    }
}
