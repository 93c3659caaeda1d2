import GradientServer
import TestSupport
import Testing

/// The same request gives the same bytes, whoever computes it and whatever else is computed: no sum may depend on the number of threads, on the load, on
/// which thread computed what before, or on where in memory the numbers lie.
@Suite struct DeterminismTests {
    private static let routes = ["/backward", "/hvp", "/jvp", "/backward/sequence"]

    @Test(arguments: [1, 4]) func `the same request beside any others gets the same bytes`(threads: Int) async throws {
        let requests = Self.routes.map { ($0, body($0, N: 11, D: 19, H: 13)) }
        let others = Self.routes.enumerated().map { ($1, body($1, N: 3 + $0, D: 40, H: 9, dtype: "float32")) }
        let want = try await replies(to: requests)
        try await withServer({ $0.computeWidth = threads }) { server in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for client in 0..<4 {
                    group.addTask {
                        let connection = try server.connect()
                        for turn in 0..<25 {
                            let index = (client + turn) % requests.count
                            let (path, body) = requests[index]
                            // Spaces move the numbers in memory.
                            let padding = String(repeating: " ", count: (client * 25 + turn) % 61)
                            #expect(try connection.post(path, padding + body) == want[index], "\(path) with \(threads) threads")
                        }
                    }
                    group.addTask {
                        let connection = try server.connect()
                        for turn in 0..<25 { _ = try connection.post(others[(client + turn) % 4].0, others[(client + turn) % 4].1) }
                    }
                }
                try await group.waitForAll()
            }
        }
    }

    private func replies(to requests: [(String, String)]) async throws -> [[UInt8]] {
        var replies: [[UInt8]] = []
        try await withServer { server in
            let connection = try server.connect()
            replies = try requests.map { try connection.post($0, $1) }
        }
        return replies
    }

    /// A request for `path`, of numbers that make sums round.
    private func body(_ path: String, N: Int, D: Int, H: Int, dtype: String = "float64") -> String {
        func numbers(_ count: Int) -> String {
            "[" + (0..<count).map { "\(Double($0 * 7919 % 1009 - 500) / 1013)" }.joined(separator: ",") + "]"
        }
        func matrix(_ rows: Int, _ columns: Int) -> String {
            "[" + [String](repeating: numbers(columns), count: rows).joined(separator: ",") + "]"
        }
        let weights = #""W_x":\#(matrix(D, H)),"W_h":\#(matrix(H, H)),"b":\#(numbers(H)),"dtype":"\#(dtype)""#
        let step = #"{"x_t":\#(matrix(N, D)),"h_prev":\#(matrix(N, H)),\#(weights)"#
        let tangents = #""tangents":{"x_t":\#(matrix(N, D)),"W_h":\#(matrix(H, H))}"#
        let dh = #""dh":\#(matrix(N, H))"#
        return switch path {
        case "/backward": "\(step),\(dh)}"
        case "/hvp": "\(step),\(dh),\(tangents)}"
        case "/jvp": "\(step),\(tangents)}"
        default: #"{"x":[\#(matrix(7, D)),\#(matrix(7, D))],"h_0":\#(matrix(2, H)),\#(weights),"dh":[\#(matrix(7, H)),\#(matrix(7, H))]}"#
        }
    }
}

extension Client {
    /// The content of the reply to `body`.
    fileprivate func post(_ path: String, _ body: String) throws -> [UInt8] {
        try send("POST \(path) HTTP/1.1\r\nHost: localhost\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)")
        let reply = try readReply()
        guard reply.status == 200 else { throw ClientError(reply.text) }
        return reply.body
    }
}
