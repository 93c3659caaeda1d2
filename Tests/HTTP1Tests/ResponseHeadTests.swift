import Foundation
import Testing

@testable import HTTP1

@Suite struct `A reply's head` {
    private let date = HTTPDate(unixTime: 784_111_777)

    private func text(
        _ head: ResponseHead, contentLength: Int = 2, version: HTTPVersion = .http1_1, isPersistent: Bool = true
    ) -> String {
        String(
            decoding: head.serialized(contentLength: contentLength, version: version, isPersistent: isPersistent, date: date),
            as: UTF8.self)
    }

    @Test func `is the status line, Date, the fields in order and Content-Length`() {
        var head = ResponseHead(status: .ok)
        head.fields.append("Content-Type", "application/json")
        head.fields.append("Server-Timing", "read;dur=0.1")
        #expect(
            text(head) == """
                HTTP/1.1 200 OK\r
                Date: Sun, 06 Nov 1994 08:49:37 GMT\r
                Content-Type: application/json\r
                Server-Timing: read;dur=0.1\r
                Content-Length: 2\r
                \r

                """)
    }

    @Test func `says that the connection ends, or to HTTP/1.0 that it does not`() {
        let head = ResponseHead(status: .notFound)
        #expect(!text(head).contains("Connection"))
        #expect(text(head, isPersistent: false).hasSuffix("\r\nConnection: close\r\n\r\n"))
        #expect(text(head, version: .http1_0).hasSuffix("\r\nConnection: keep-alive\r\n\r\n"))
        #expect(text(head, version: .http1_0, isPersistent: false).hasSuffix("\r\nConnection: close\r\n\r\n"))
        #expect(text(head, version: .http1_0).hasPrefix("HTTP/1.1 404 Not Found\r\n"))
    }

    @Test(arguments: [
        HTTPStatus.noContent, HTTPStatus(code: 304, reason: "Not Modified"), HTTPStatus(code: 103, reason: "Early Hints"),
    ])
    func `has no Content-Length where there can be no content`(_ status: HTTPStatus) {
        let head = ResponseHead(status: status)
        #expect(!text(head, contentLength: 0).contains("Content-Length"))
        #expect(!head.hasContent(inReplyTo: "GET"))
    }

    @Test func `tells HEAD the length of the content that it does not send`() {
        let head = ResponseHead(status: .ok)
        #expect(!head.hasContent(inReplyTo: "HEAD") && head.hasContent(inReplyTo: "GET") && head.hasContent(inReplyTo: "head"))
        #expect(text(head, contentLength: 1234).contains("\r\nContent-Length: 1234\r\n"))
    }

    @Test(arguments: ["a\r\nSet-Cookie: b", "a\nb", "a\rb", "a\u{0}b", "a\u{7F}\u{1B}b", "\r\n\r\n<html>"])
    func `cannot be split by a value`(_ value: String) {
        var head = ResponseHead(status: .ok)
        head.fields.append("X", value)
        let text = text(head)
        #expect(text.utf8.filter { $0 == 0x0A }.count == 5 && text.utf8.filter { $0 == 0x0D }.count == 5)
        #expect(!text.utf8.contains(0) && !text.utf8.contains(0x7F) && !text.utf8.contains(0x1B))
        #expect(head.fields["x"]?.utf8.count == value.utf8.count, "each is replaced by one space")
    }

    @Test func `does not take a name that is no token`() async {
        await #expect(processExitsWith: .failure) {
            var fields = HeaderFields()
            fields.append("X: a\r\nY", "b")
        }
    }

    @Test func `keeps tabs and letters beyond ASCII in values`() {
        var fields = HeaderFields()
        fields.append("X", "a\tГрадиент")
        #expect(fields["x"] == "a\tГрадиент")
    }

    @Test func `for 100 Continue is one line`() {
        #expect(ResponseHead.continueInterim == Array("HTTP/1.1 100 Continue\r\n\r\n".utf8))
    }
}

@Suite struct `A date` {
    @Test(arguments: [
        (0, "Thu, 01 Jan 1970 00:00:00 GMT"), (-1, "Wed, 31 Dec 1969 23:59:59 GMT"), (784_111_777, "Sun, 06 Nov 1994 08:49:37 GMT"),
        (951_782_400, "Tue, 29 Feb 2000 00:00:00 GMT"), (4_107_542_399, "Sun, 28 Feb 2100 23:59:59 GMT"),
        (4_107_542_400, "Mon, 01 Mar 2100 00:00:00 GMT"), (253_402_300_799, "Fri, 31 Dec 9999 23:59:59 GMT"),
        (.max, "Fri, 31 Dec 9999 23:59:59 GMT"), (-62_135_596_800, "Mon, 01 Jan 0001 00:00:00 GMT"),
        (.min, "Mon, 01 Jan 0001 00:00:00 GMT"),
    ])
    func `is written as IMF-fixdate`(_ unixTime: Int, _ text: String) {
        #expect(HTTPDate(unixTime: unixTime).description == text)
    }

    /// Foundation is the other source of calendar knowledge here.
    @Test func `agrees with Foundation on every 97th day of 500 years`() {
        let formatter = DateFormatter()
        formatter.locale = Locale(identifier: "en_US_POSIX")
        formatter.timeZone = TimeZone(secondsFromGMT: 0)
        formatter.dateFormat = "EEE, dd MMM yyyy HH:mm:ss 'GMT'"
        for time in stride(from: -5_000_000_000, to: 11_000_000_000, by: 97 * 86_400 + 3_723) {
            let expected = formatter.string(from: Date(timeIntervalSince1970: Double(time)))
            #expect(HTTPDate(unixTime: time).description == expected)
        }
    }
}
