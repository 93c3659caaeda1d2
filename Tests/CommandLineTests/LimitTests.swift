import TestSupport
import Testing

/// Limits as an operator sets them and a client meets them: the option on the command line, bytes on the wire.
@Suite struct LimitTests {
    struct Limit: Sendable, CustomTestStringConvertible {
        let option: [String]
        /// What just fits, and what is one too much; both without Host, so that what fits is refused for that.
        let fitting: String
        let tooLarge: String
        let says: String

        var testDescription: String { option.joined(separator: " ") }
    }

    static let limits = [
        Limit(
            option: ["--max-head", "200"], fitting: "GET / HTTP/1.1\r\nA: \(String(repeating: "a", count: 177))\r\n\r\n",
            tooLarge: "GET / HTTP/1.1\r\nA: \(String(repeating: "a", count: 178))\r\n\r\n", says: "200 bytes (--max-head)"),
        Limit(
            option: ["--max-fields", "3"], fitting: "GET / HTTP/1.1\r\n\(String(repeating: "A: b\r\n", count: 3))\r\n",
            tooLarge: "GET / HTTP/1.1\r\n\(String(repeating: "A: b\r\n", count: 4))\r\n", says: "more than 3 fields (--max-fields)"),
    ]

    @Test(arguments: limits)
    func `a limit holds where the option puts it, and not before`(limit: Limit) throws {
        let service = try ServiceProcess(limit.option)
        for (request, status) in [(limit.fitting, 400), (limit.tooLarge, 431)] {
            let client = try service.connect()
            try client.send(request)
            let reply = try client.readReply()
            #expect(reply.status == status)
            #expect(reply.text.contains(limit.says) == (status == 431), "\(reply.text)")
        }
    }

    @Test(arguments: [(["--compress-from", "1"], "gzip"), ([], nil)])
    func `a reply is compressed from the size that the option says`(option: [String], coding: String?) throws {
        let service = try ServiceProcess(option)
        let client = try service.connect()
        let body = #"{"x_t":[1],"h_prev":[0],"W_x":[[1]],"W_h":[[0]],"b":[0]}"#
        try client.send("POST /forward HTTP/1.1\r\nHost: x\r\nAccept-Encoding: gzip\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)")
        #expect(try client.readReply()["Content-Encoding"] == coding)
    }
}
