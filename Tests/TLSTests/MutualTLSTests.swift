import COpenSSL
import TLS
import Testing

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
    func `a client with the right certificate is served, and comes back`(version: Int32) throws {
        let alice = try Identity("alice", issuer: authority)
        let first = try Connection(context, .init(versions: version...version, identity: alice))
        try first.exchange()
        #expect(first.server.isEstablished)
        let session = try ResumableSession(of: first.client)
        let second = try Connection(context, .init(versions: version...version, identity: alice, session: session))
        try second.exchange()
        #expect(second.server.isResumed)
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
