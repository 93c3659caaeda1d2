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
        #expect(!connection.server.isEstablished)
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
    func `the strongest cipher and HTTP 1.1 are agreed on`(version: Int32, name: String, cipher: String) throws {
        let connection = try Connection(context, .init(versions: version...version, protocols: ["h2", "http/1.1"]))
        try connection.exchange()
        #expect(connection.client.version == name)
        #expect(connection.client.cipher == cipher)
        #expect(connection.client.applicationProtocol == "http/1.1")
        #expect(!connection.server.isResumed)
    }

    @Test func `a client that offers no protocol is served`() throws {
        let connection = try Connection(context)
        try connection.exchange()
        #expect(connection.client.applicationProtocol == nil)
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

    @Test(arguments: ["X448", "P-521", "ffdhe2048", "ffdhe8192"])
    func `a key exchange that costs the server much is refused`(group: String) throws {
        let connection = try Connection(context, .init(versions: TLS1_3_VERSION...TLS1_3_VERSION, groups: group))
        #expect(tlsError(connection.exchange) == .handshakeFailed(reason: "no suitable key share"))
    }

    @Test(arguments: ["X25519", "P-256", "P-384"])
    func `a client that knows one of the usual groups is served`(group: String) throws {
        let connection = try Connection(context, .init(groups: "X448:\(group)"))
        try connection.exchange()
        #expect(connection.server.isEstablished)
    }

    @Test func `the server's order of ciphers counts`() throws {
        let ciphers = "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384"
        let connection = try Connection(context, .init(versions: TLS1_2_VERSION...TLS1_2_VERSION, ciphers: ciphers))
        try connection.exchange()
        #expect(connection.client.cipher == "ECDHE-ECDSA-AES256-GCM-SHA384")
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

    @Test func `a client changes its keys and asks for the server's to change`() throws {
        let connection = try Connection(context)
        try connection.exchange()
        for _ in 0..<3 {
            unsafe SSL_key_update(connection.client.connection, SSL_KEY_UPDATE_REQUESTED)
            connection.client.send(Self.request)
            try connection.exchange()
            try connection.serverSends(Self.reply)
        }
        #expect(connection.serverReceived == Self.request + Self.request + Self.request)
        #expect(connection.clientReceived == Self.reply + Self.reply + Self.reply)
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
        #expect(second.server.isResumed)
        let renewed = try folder.context(for: try Identity("localhost"))
        let third = try Connection(renewed, .init(versions: version...version, session: session))
        try third.exchange()
        #expect(!third.server.isResumed)
    }
}
