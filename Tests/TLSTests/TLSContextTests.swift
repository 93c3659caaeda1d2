import COpenSSL
import TLS
import Testing

struct TLSContextTests {
    let folder: PEMFolder
    let identity: Identity
    let chain: String
    let key: String

    init() throws {
        folder = try PEMFolder()
        identity = try Identity("localhost")
        chain = try folder.write(certificatesOf: [identity], to: "chain.pem")
        key = try folder.write(keyOf: identity, to: "key.pem")
    }

    private func error(chain: String? = nil, key: String? = nil, clientCA: String? = nil) -> TLSError? {
        let error = tlsError { () throws(TLSError) in
            try TLSContext(certificateChain: chain ?? self.chain, privateKey: key ?? self.key, clientCA: clientCA)
        }
        #expect(ERR_peek_error() == 0, "a failure stays for the next connection")
        return error
    }

    @Test func `a certificate and its key make a context`() {
        #expect(error() == nil)
    }

    @Test func `a missing file is named`() {
        let missing = folder.path("missing.pem")
        #expect(error(chain: missing) == .certificateChain(path: missing, reason: "No such file or directory"))
        #expect(error(key: missing) == .privateKey(path: missing, reason: "No such file or directory"))
        #expect(error(clientCA: missing) == .clientCA(path: missing, reason: "No such file or directory"))
    }

    @Test func `a file without PEM is named`() throws {
        let text = try folder.write("no PEM here\n", to: "text.pem")
        guard case .certificateChain(text, _) = error(chain: text) else { throw OpenSSLFailed() }
        guard case .privateKey(text, _) = error(key: text) else { throw OpenSSLFailed() }
        guard case .clientCA(text, _) = error(clientCA: text) else { throw OpenSSLFailed() }
    }

    @Test func `files in each other's place are named`() throws {
        guard case .certificateChain(key, _) = error(chain: key) else { throw OpenSSLFailed() }
        guard case .privateKey(chain, _) = error(key: chain) else { throw OpenSSLFailed() }
    }

    @Test(arguments: [Identity.KeyKind.ec, .rsa])
    func `another certificate's key is refused`(kind: Identity.KeyKind) throws {
        let other = try folder.write(keyOf: try Identity("other", key: kind), to: "other.pem")
        #expect(error(key: other) == .keyMismatch(certificateChain: chain, privateKey: other))
    }

    @Test func `a key behind a passphrase is refused and nobody is asked for it`() throws {
        let secret = try folder.write(keyOf: identity, to: "secret.pem", passphrase: "opensesame")
        #expect(error(key: secret) == .privateKey(path: secret, reason: "it is encrypted with a passphrase"))
    }

    @Test func `an error is one sentence`() {
        #expect(
            TLSError.privateKey(path: "k.pem", reason: "No such file or directory").description
                == "The private key in k.pem cannot be used: No such file or directory.")
        #expect(
            TLSError.keyMismatch(certificateChain: "c.pem", privateKey: "k.pem").description
                == "The private key in k.pem does not belong to the certificate in c.pem.")
    }
}
