import Glibc
package import Transport

/// What stops a test in its tracks.
package struct ClientError: Error, CustomStringConvertible {
    package let description: String

    package init(_ description: String) { self.description = description }
}

/// A reply as it stood on the wire. The little parsing that tests need is written here anew: the service's own parser is under test.
package struct Reply: Sendable {
    package let statusLine: String
    package let fields: [(name: String, value: String)]
    package var body: [UInt8]

    /// 0 where there is none.
    package var status: Int { Int(statusLine.split(separator: " ").dropFirst().first ?? "") ?? 0 }
    package var text: String { String(decoding: body, as: UTF8.self) }

    /// The value of the first field of that name.
    package subscript(name: String) -> String? {
        fields.first { $0.name.lowercased() == name.lowercased() }?.value
    }
}

/// A blocking client on a raw socket.
package final class Client {
    /// Seconds after which a wait is given up: never reached where all is well, also under a sanitizer on a busy machine.
    package static let patience = 60

    private var socket: Socket?
    private var received: [UInt8] = []

    package init(_ socket: consuming Socket) {
        self.socket = consume socket
    }

    /// Sends it all.
    package func send(_ text: String) throws {
        try send(Array(text.utf8))
    }

    /// Sends it all.
    package func send(_ bytes: [UInt8]) throws {
        var offset = 0
        while offset < bytes.count {
            guard case .bytes(let count) = socket?.send(bytes, from: offset) else { throw ClientError("sending failed") }
            offset += count
        }
    }

    /// Goes on reading, but sends nothing more.
    package func finishSending() {
        socket?.finishSending()
    }

    /// One reply; its body by Content-Length, or none where the request was a HEAD or the status has none.
    package func readReply(toHead isHead: Bool = false) throws -> Reply {
        let end = try readHead()
        let lines = String(decoding: received[..<end], as: UTF8.self).split(separator: "\r\n").map(String.init)
        received.removeFirst(end + 4)
        let fields = lines.dropFirst().map { line in
            let colon = line.firstIndex(of: ":") ?? line.endIndex
            return (String(line[..<colon]), String(line[colon...].dropFirst().drop { $0 == " " }))
        }
        var reply = Reply(statusLine: lines.first ?? "", fields: fields, body: [])
        let length = isHead ? 0 : reply["Content-Length"].flatMap { Int($0) } ?? 0
        while received.count < length { try receiveMore() }
        reply.body = Array(received[..<length])
        received.removeFirst(length)
        return reply
    }

    /// The beginning of a reply, left for `readReply` to read.
    package func readPiece() throws -> String {
        try receiveMore()
        return String(decoding: received.prefix(1000), as: UTF8.self)
    }

    /// Whether the server closes the connection without sending anything more.
    package func isClosedByServer() -> Bool {
        var bytes: [UInt8] = []
        return received.isEmpty && socket?.receive(into: &bytes, atMost: 1) == .endOfStream
    }

    /// Ends the connection.
    package func close() {
        socket = nil
    }

    /// Makes the end of the connection a reset instead of an orderly one.
    package func resetWhenDropped() {
        var option = linger(l_onoff: 1, l_linger: 0)
        guard let descriptor = socket?.descriptor else { return }
        unsafe setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
    }

    private func readHead() throws -> Int {
        let mark = Array("\r\n\r\n".utf8)
        var searched = 0
        while true {
            if received.count >= 4 {
                for index in searched...(received.count - 4) where received[index] == 13 && Array(received[index..<(index + 4)]) == mark {
                    return index
                }
                searched = received.count - 3
            }
            try receiveMore()
        }
    }

    private func receiveMore() throws {
        switch socket?.receive(into: &received, atMost: 64 << 10) {
        case .bytes: return
        case let outcome:
            throw ClientError(
                "\(outcome.map { "\($0)" } ?? "closed") after \(received.count) bytes of a reply: \(String(decoding: received.prefix(300), as: UTF8.self))"
            )
        }
    }
}
