import Transport

struct ClientError: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}

/// A reply as it stood on the wire. The little parsing that tests need is written here anew: the service's own parser is under test.
struct Reply {
    let statusLine: String
    let fields: [(name: String, value: String)]
    var body: [UInt8]

    var status: Int { Int(statusLine.split(separator: " ").dropFirst().first ?? "") ?? 0 }
    var text: String { String(decoding: body, as: UTF8.self) }

    subscript(name: String) -> String? {
        fields.first { $0.name.lowercased() == name.lowercased() }?.value
    }
}

/// A blocking client on a raw socket.
final class Client {
    private let socket: Socket
    private var received: [UInt8] = []

    init(_ socket: consuming Socket) {
        self.socket = socket
    }

    func send(_ text: String) throws {
        try send(Array(text.utf8))
    }

    func send(_ bytes: [UInt8]) throws {
        var offset = 0
        while offset < bytes.count {
            guard case .bytes(let count) = socket.send(bytes, from: offset) else { throw ClientError("sending failed") }
            offset += count
        }
    }

    func finishSending() {
        socket.finishSending()
    }

    /// One reply; its body by Content-Length, or none where the request was a HEAD or the status has none.
    func readReply(toHead isHead: Bool = false) throws -> Reply {
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

    /// Whether the server closes the connection without sending anything more.
    func isClosedByServer() -> Bool {
        var bytes: [UInt8] = []
        return received.isEmpty && socket.receive(into: &bytes, atMost: 1) == .endOfStream
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
        switch socket.receive(into: &received, atMost: 64 << 10) {
        case .bytes: return
        case let outcome:
            throw ClientError(
                "\(outcome) after \(received.count) bytes of a reply: \(String(decoding: received.prefix(300), as: UTF8.self))")
        }
    }
}
