import COpenSSL
import TLS
import Testing

struct TLSSessionTests {
    let folder: PEMFolder
    let context: TLSContext

    init() throws {
        folder = try PEMFolder()
        context = try folder.context(for: try Identity("localhost"))
    }

    private static let request = [UInt8]("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n".utf8)
    private static let reply = (0..<100_000).map { UInt8(truncatingIfNeeded: $0 &* 31 >> 3) }

    @Test(arguments: [TLS1_2_VERSION, TLS1_3_VERSION], [1, 2, 3, 5, 7, 64, 1000, Int.max])
    func `a request and its reply pass in pieces of any size`(version: Int32, chunk: Int) throws {
        let connection = try Connection(context, .init(versions: version...version), chunk: chunk)
        #expect(connection.server.info == nil)
        try connection.exchange()
        #expect(connection.client.isEstablished && connection.server.isEstablished)
        connection.client.send(Self.request)
        try connection.exchange()
        #expect(connection.serverReceived == Self.request)
        try connection.serverSends(Self.reply)
        #expect(connection.clientReceived == Self.reply)
        #expect(ERR_peek_error() == 0)
    }

    @Test func `a long body is received whole`() throws {
        let connection = try Connection(context, chunk: 10_000)
        try connection.exchange()
        connection.client.send(Self.reply + Self.reply)
        try connection.exchange()
        #expect(connection.serverReceived == Self.reply + Self.reply)
    }

    @Test func `a body fills the room made for it and no more`() throws {
        let connection = try Connection(context)
        try connection.exchange()
        connection.client.send(Self.reply)
        var plaintext: [UInt8] = []
        var alerts: [UInt8] = []
        plaintext.reserveCapacity(Self.reply.count)
        let room = plaintext.capacity
        try connection.server.receive(connection.client.takeCiphertext().span, plaintext: &plaintext, reply: &alerts)
        #expect(plaintext == Self.reply)
        #expect(plaintext.capacity == room)
    }

    @Test(arguments: [(TLS1_2_VERSION, "TLSv1.2", "ECDHE-ECDSA-AES256-GCM-SHA384"), (TLS1_3_VERSION, "TLSv1.3", "TLS_AES_256_GCM_SHA384")])
    func `the session tells what was agreed on`(version: Int32, name: String, cipher: String) throws {
        let connection = try Connection(context, .init(versions: version...version, protocols: ["h2", "http/1.1"]))
        try connection.exchange()
        let info = try #require(connection.server.info)
        #expect(info.version == name)
        #expect(info.cipher == cipher)
        #expect(info.applicationProtocol == "http/1.1")
        #expect(info.clientSubject == nil)
        #expect(!info.isResumed)
    }

    @Test func `a client that offers no protocol is served`() throws {
        let connection = try Connection(context)
        try connection.exchange()
        #expect(connection.server.info?.applicationProtocol == nil)
        #expect(connection.server.isEstablished)
    }

    @Test(arguments: [["h2"], ["http/1.0"], ["h2", "http/1.10"]])
    func `a client that offers only other protocols is told so`(protocols: [String]) throws {
        let connection = try Connection(context, .init(protocols: protocols))
        #expect(tlsError(connection.exchange) == .handshakeFailed(reason: "no application protocol"))
        #expect(connection.client.failure == "tlsv1 alert no application protocol")
        #expect(ERR_peek_error() == 0)
    }

    @Test(arguments: [TLS1_VERSION, TLS1_1_VERSION])
    func `TLS before 1.2 is refused`(version: Int32) throws {
        let connection = try Connection(context, .init(versions: version...version))
        #expect(tlsError(connection.exchange) == .handshakeFailed(reason: "unsupported protocol"))
        #expect(connection.client.failure == "tlsv1 alert protocol version")
    }

    @Test(arguments: ["ECDHE-ECDSA-AES128-SHA256", "ECDHE-ECDSA-AES256-SHA", "AES128-GCM-SHA256", "DHE-RSA-AES128-GCM-SHA256"])
    func `a TLS 1.2 cipher without forward secrecy or authentication is refused`(cipher: String) throws {
        let connection = try Connection(context, .init(versions: TLS1_2_VERSION...TLS1_2_VERSION, ciphers: cipher))
        #expect(tlsError(connection.exchange) == .handshakeFailed(reason: "no shared cipher"))
    }

    @Test func `the server's order of ciphers counts`() throws {
        let ciphers = "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384"
        let connection = try Connection(context, .init(versions: TLS1_2_VERSION...TLS1_2_VERSION, ciphers: ciphers))
        try connection.exchange()
        #expect(connection.server.info?.cipher == "ECDHE-ECDSA-AES256-GCM-SHA384")
    }

    @Test func `the whole chain is sent, and an alert that answers it is told`() throws {
        let authority = try Identity("authority", isAuthority: true)
        let intermediate = try Identity("intermediate", isAuthority: true, issuer: authority)
        let leaf = try Identity("localhost", key: .rsa, issuer: intermediate)
        let context = try TLSContext(
            certificateChain: folder.write(certificatesOf: [leaf, intermediate], to: "long.pem"),
            privateKey: folder.write(keyOf: leaf, to: "long-key.pem"))
        let trusting = try Connection(context, .init(authority: authority))
        try trusting.exchange()
        #expect(trusting.server.isEstablished)
        let distrusting = try Connection(context, .init(authority: try Identity("other", isAuthority: true)))
        #expect(tlsError(distrusting.exchange) == .alertReceived("unknown CA"))
    }

    @Test func `a client cannot renegotiate`() throws {
        let connection = try Connection(context, .init(versions: TLS1_2_VERSION...TLS1_2_VERSION))
        try connection.exchange()
        unsafe SSL_renegotiate(connection.client.connection)
        unsafe SSL_do_handshake(connection.client.connection)
        try? connection.exchange()
        #expect(connection.client.failure == "no renegotiation")
    }

    @Test(arguments: [TLS1_2_VERSION, TLS1_3_VERSION])
    func `a client comes back with its ticket`(version: Int32) throws {
        let first = try Connection(context, .init(versions: version...version))
        try first.exchange()
        let session = try ResumableSession(of: first.client)
        #expect(unsafe SSL_SESSION_has_ticket(session.pointer) == 1)
        let second = try Connection(context, .init(versions: version...version, session: session))
        try second.exchange()
        #expect(second.server.info?.isResumed == true)
        let renewed = try folder.context(for: try Identity("localhost"))
        let third = try Connection(renewed, .init(versions: version...version, session: session))
        try third.exchange()
        #expect(third.server.info?.isResumed == false)
    }
}

struct TLSClosingTests {
    let folder: PEMFolder
    let context: TLSContext

    init() throws {
        folder = try PEMFolder()
        context = try folder.context(for: try Identity("localhost"))
    }

    @Test(arguments: [TLS1_2_VERSION, TLS1_3_VERSION])
    func `close_notify passes both ways`(version: Int32) throws {
        let connection = try Connection(context, .init(versions: version...version))
        try connection.exchange()
        connection.serverCloses()
        #expect(connection.client.hasReceivedClose)
        #expect(!connection.server.peerHasClosed)
        connection.client.close()
        try connection.exchange()
        #expect(connection.server.peerHasClosed)
        try connection.server.receiveEnd()
        #expect(ERR_peek_error() == 0)
    }

    @Test func `a peer that has closed still gets its reply`() throws {
        let connection = try Connection(context)
        try connection.exchange()
        connection.client.send([1, 2, 3])
        connection.client.close()
        try connection.exchange()
        #expect(connection.serverReceived == [1, 2, 3])
        #expect(connection.server.peerHasClosed)
        try connection.serverSends([4, 5])
        #expect(connection.clientReceived == [4, 5])
    }

    @Test func `an end without close_notify is told from a close`() throws {
        let connection = try Connection(context)
        #expect(tlsError(connection.server.receiveEnd) == .handshakeAbandoned)
        try connection.exchange()
        #expect(tlsError(connection.server.receiveEnd) == .truncated)
        connection.client.close()
        try connection.exchange()
        #expect(tlsError(connection.server.receiveEnd) == nil)
    }

    @Test func `nothing can be sent before the handshake or after closing`() throws {
        let connection = try Connection(context)
        #expect(tlsError { () throws(TLSError) in try connection.serverSends([1]) } == .notOpen)
        try connection.exchange()
        connection.serverCloses()
        #expect(tlsError { () throws(TLSError) in try connection.serverSends([1]) } == .notOpen)
    }

    @Test func `closing twice, or before the handshake, says nothing`() throws {
        let session = try TLSSession(context)
        var ciphertext: [UInt8] = []
        session.close(ciphertext: &ciphertext)
        #expect(ciphertext.isEmpty)
        let connection = try Connection(context)
        try connection.exchange()
        connection.server.close(ciphertext: &ciphertext)
        let once = ciphertext
        #expect(!once.isEmpty)
        connection.server.close(ciphertext: &ciphertext)
        #expect(ciphertext == once)
        #expect(ERR_peek_error() == 0)
    }
}

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

struct MutualTLSTests {
    let folder: PEMFolder
    let authority: Identity
    let context: TLSContext

    init() throws {
        folder = try PEMFolder()
        authority = try Identity("authority", isAuthority: true)
        let clientCA = try folder.write(certificatesOf: [authority], to: "authority.pem")
        context = try folder.context(for: try Identity("localhost"), clientCA: clientCA)
    }

    @Test(arguments: [TLS1_2_VERSION, TLS1_3_VERSION])
    func `a client with the right certificate is known by name`(version: Int32) throws {
        let alice = try Identity("alice", issuer: authority)
        let first = try Connection(context, .init(versions: version...version, identity: alice))
        try first.exchange()
        #expect(first.server.info?.clientSubject == "CN=alice,O=Example")
        let session = try ResumableSession(of: first.client)
        let second = try Connection(context, .init(versions: version...version, identity: alice, session: session))
        try second.exchange()
        #expect(second.server.info?.isResumed == true)
        #expect(second.server.info?.clientSubject == "CN=alice,O=Example")
    }

    @Test(arguments: [TLS1_2_VERSION, TLS1_3_VERSION])
    func `a client without a certificate is refused`(version: Int32) throws {
        let connection = try Connection(context, .init(versions: version...version))
        #expect(tlsError(connection.exchange) == .handshakeFailed(reason: "peer did not return a certificate"))
        #expect(!connection.server.isEstablished)
    }

    @Test(arguments: [TLS1_2_VERSION, TLS1_3_VERSION])
    func `a client with someone else's certificate is refused`(version: Int32) throws {
        let impostor = try Identity("authority", isAuthority: true)
        let mallory = try Identity("alice", issuer: impostor)
        let connection = try Connection(context, .init(versions: version...version, identity: mallory))
        #expect(tlsError(connection.exchange) == refusal("certificate signature failure"))
        #expect(!connection.server.isEstablished)
    }

    @Test func `a client whose certificate has run out is refused`() throws {
        let connection = try Connection(context, .init(identity: try Identity("alice", issuer: authority, hours: 0)))
        #expect(tlsError(connection.exchange) == refusal("certificate has expired"))
    }

    @Test func `a client that signed its own certificate is refused`() throws {
        let connection = try Connection(context, .init(identity: try Identity("alice")))
        #expect(tlsError(connection.exchange) == refusal("self-signed certificate"))
    }

    private func refusal(_ flaw: String) -> TLSError {
        .handshakeFailed(reason: "the client's certificate is not accepted, \(flaw)")
    }
}

extension PEMFolder {
    fileprivate func context(for identity: Identity, clientCA: String? = nil) throws -> TLSContext {
        try TLSContext(
            certificateChain: try write(certificatesOf: [identity], to: "chain.pem"), privateKey: try write(keyOf: identity, to: "key.pem"),
            clientCA: clientCA)
    }
}

/// Leaves a failure in this thread's queue, as a careless user of OpenSSL would.
private func leaveFailureInQueue() {
    #expect(unsafe BIO_new_file("/nonexistent", "r") == nil)
}
