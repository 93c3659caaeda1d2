import COpenSSL
import TLS
import Testing

struct TLSHostilePeerTests {
    let folder: PEMFolder
    let context: TLSContext

    init() throws {
        folder = try PEMFolder()
        context = try folder.context(for: try Identity("localhost"))
    }

    /// What the session answers, and with which error, to a connection that begins with `bytes`.
    private func answer(to bytes: [UInt8]) throws -> (error: TLSError?, plaintext: [UInt8], reply: [UInt8]) {
        let session = try TLSSession(context)
        var plaintext: [UInt8] = []
        var reply: [UInt8] = []
        let error = tlsError { () throws(TLSError) in try session.receive(bytes.span, plaintext: &plaintext, reply: &reply) }
        #expect(ERR_peek_error() == 0, "a failure stays for the next connection")
        return (error, plaintext, reply)
    }

    @Test(arguments: ["GET / HTTP/1.1\r\n\r\n", "POST /backward HTTP/1.1\r\n", "OPTIONS * HTTP/1.1", "P"])
    func `plain HTTP is recognised and nothing is sent`(request: String) throws {
        let answer = try answer(to: Array(request.utf8))
        #expect(answer.error == .plaintextHTTP)
        #expect(answer.reply.isEmpty)
    }

    @Test func `garbage is refused with an alert`() throws {
        for first: UInt8 in [0, 10, 13, 20, 21, 23, 24, 0x61, 0x80, 0xff] {
            let answer = try answer(to: [first] + [UInt8](repeating: 0x2a, count: 100))
            guard case .handshakeFailed = answer.error else {
                Issue.record("\(first): \(String(describing: answer.error))")
                continue
            }
            #expect(answer.plaintext.isEmpty)
        }
    }

    @Test func `a failed session stays failed`() throws {
        let session = try TLSSession(context)
        var plaintext: [UInt8] = []
        var reply: [UInt8] = []
        let garbage = [UInt8](repeating: 0, count: 64)
        let receive = { () throws(TLSError) in try session.receive(garbage.span, plaintext: &plaintext, reply: &reply) }
        let first = tlsError(receive)
        #expect(first != nil)
        #expect(tlsError(receive) == first)
        #expect(tlsError(session.receiveEnd) == first)
    }

    @Test func `a flipped bit in a record breaks the connection and gives no plaintext`() throws {
        let connection = try Connection(context)
        try connection.exchange()
        connection.client.send([UInt8](repeating: 7, count: 100))
        var record = connection.client.takeCiphertext()
        record[record.count - 30] ^= 1
        var plaintext: [UInt8] = []
        var reply: [UInt8] = []
        let error = tlsError { () throws(TLSError) in
            try connection.server.receive(record.span, plaintext: &plaintext, reply: &reply)
        }
        #expect(error == .brokenRecord(reason: "decryption failed or bad record mac"))
        #expect(plaintext.isEmpty)
        _ = connection.client.receive(reply)
        #expect(connection.client.failure?.contains("alert bad record mac") == true)
    }

    @Test func `one connection's failure is not another's`() throws {
        let good = try Connection(context)
        let bad = try TLSSession(context)
        var plaintext: [UInt8] = []
        var reply: [UInt8] = []
        let error = tlsError { () throws(TLSError) in
            try bad.receive([UInt8](repeating: 0, count: 64).span, plaintext: &plaintext, reply: &reply)
        }
        #expect(error != nil)
        try good.exchange()
        #expect(good.server.isEstablished)
        // Left by someone else on this thread: it must not be taken for the session's own.
        leaveFailureInQueue()
        good.client.send([1])
        let ciphertext = good.client.takeCiphertext()
        leaveFailureInQueue()
        try good.server.receive(ciphertext.span, plaintext: &plaintext, reply: &reply)
        #expect(plaintext == [1])
    }

    @Test(arguments: [SSL_KEY_UPDATE_NOT_REQUESTED, SSL_KEY_UPDATE_REQUESTED])
    func `a client may change its keys, but not do nothing else`(kind: Int32) throws {
        let connection = try Connection(context)
        try connection.exchange()
        let changeKeys = { (count: Int) in
            for _ in 0..<count {
                #expect(unsafe SSL_key_update(connection.client.connection, kind) == 1)
                #expect(unsafe SSL_do_handshake(connection.client.connection) == 1)
            }
        }
        changeKeys(10)
        connection.client.send([1, 2, 3])
        try connection.exchange()
        #expect(connection.serverReceived == [1, 2, 3])
        changeKeys(10_000)
        connection.client.send([4])
        let error = tlsError { () throws(TLSError) in try connection.exchange() }
        #expect(error == .brokenRecord(reason: "too many records without data"))
        #expect(connection.serverReceived == [1, 2, 3])
    }

    @Test func `a handshake that never ends keeps no more than a message`() throws {
        let session = try TLSSession(context)
        var plaintext: [UInt8] = []
        var reply: [UInt8] = []
        // Handshake records of 16 KB that promise a ClientHello of 16 MB.
        var record: [UInt8] = [22, 3, 1, 0x40, 0] + [1, 0xff, 0xff, 0xff] + [UInt8](repeating: 0, count: 0x4000 - 4)
        var count = 0
        var error: TLSError?
        while error == nil && count < 20 {
            error = tlsError { () throws(TLSError) in try session.receive(record.span, plaintext: &plaintext, reply: &reply) }
            record.replaceSubrange(5..<9, with: [0, 0, 0, 0])
            count += 1
        }
        #expect(error == .handshakeFailed(reason: "excessive message size"))
    }
}

/// Leaves a failure in this thread's queue, as a careless user of OpenSSL would.
private func leaveFailureInQueue() {
    #expect(unsafe BIO_new_file("/nonexistent", "r") == nil)
}
