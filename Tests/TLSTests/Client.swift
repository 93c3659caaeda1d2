import COpenSSL
import TLS

/// OpenSSL's own client as the other end of the connection under test; it passes its bytes through memory.
@safe final class Client {
    struct Options {
        var versions = TLS1_2_VERSION...TLS1_3_VERSION
        var ciphers: String?
        var groups: String?
        var protocols: [String] = []
        var identity: Identity?
        var session: ResumableSession?
        /// The authority that the server's certificate must come from; any will do if `nil`.
        var authority: Identity?
    }

    let connection: OpaquePointer
    private let context: OpaquePointer
    private let incoming: OpaquePointer
    private let outgoing: OpaquePointer

    init(_ options: Options = Options()) throws {
        unsafe context = try unsafe require(SSL_CTX_new(TLS_client_method()))
        unsafe copenssl_set_min_proto_version(context, options.versions.lowerBound)
        unsafe copenssl_set_max_proto_version(context, options.versions.upperBound)
        // Level 0 lets the client offer what the server must refuse.
        unsafe SSL_CTX_set_cipher_list(context, (options.ciphers ?? "ALL") + ":@SECLEVEL=0")
        if let groups = options.groups { unsafe copenssl_set_groups(context, groups) }
        if let identity = options.identity {
            unsafe SSL_CTX_use_certificate(context, identity.certificate)
            unsafe SSL_CTX_use_PrivateKey(context, identity.key)
        }
        if let authority = options.authority {
            unsafe X509_STORE_add_cert(SSL_CTX_get_cert_store(context), authority.certificate)
            unsafe SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nil)
        }
        unsafe connection = try unsafe require(SSL_new(context))
        unsafe incoming = try unsafe require(BIO_new(BIO_s_mem()))
        unsafe outgoing = try unsafe require(BIO_new(BIO_s_mem()))
        unsafe SSL_set_bio(connection, incoming, outgoing)
        let offer = options.protocols.flatMap { [UInt8($0.utf8.count)] + $0.utf8 }
        if !offer.isEmpty { unsafe SSL_set_alpn_protos(connection, offer, UInt32(offer.count)) }
        if let session = options.session { unsafe SSL_set_session(connection, session.pointer) }
        unsafe SSL_set_connect_state(connection)
    }

    deinit {
        unsafe SSL_free(connection)
        unsafe SSL_CTX_free(context)
    }

    var isEstablished: Bool { unsafe SSL_is_init_finished(connection) == 1 }
    /// What was agreed on, in OpenSSL's words.
    var version: String { unsafe String(cString: SSL_get_version(connection)) }
    var cipher: String { unsafe String(cString: SSL_CIPHER_get_name(SSL_get_current_cipher(connection))) }
    var applicationProtocol: String? {
        var name: UnsafePointer<UInt8>?
        var count: UInt32 = 0
        unsafe SSL_get0_alpn_selected(connection, &name, &count)
        return unsafe name.map { unsafe String(decoding: UnsafeBufferPointer(start: $0, count: Int(count)), as: UTF8.self) }
    }

    var hasReceivedClose: Bool { unsafe SSL_get_shutdown(connection) & SSL_RECEIVED_SHUTDOWN != 0 }

    /// The reason of the first failure since the last call, as OpenSSL words it.
    private(set) var failure: String?

    /// Takes bytes from the server and returns what they hold for the application.
    func receive(_ ciphertext: some Collection<UInt8>) -> [UInt8] {
        let ciphertext = Array(ciphertext)
        if !ciphertext.isEmpty { unsafe BIO_write(incoming, ciphertext, Int32(ciphertext.count)) }
        var plaintext: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 1 << 14)
        var count = 0
        ERR_clear_error()
        while unsafe SSL_read_ex(connection, &buffer, buffer.count, &count) == 1 { plaintext += buffer[..<count] }
        let code = ERR_get_error()
        if code != 0 { failure = unsafe failure ?? ERR_reason_error_string(code).map { unsafe String(cString: $0) } }
        ERR_clear_error()
        return plaintext
    }

    func send(_ plaintext: [UInt8]) {
        var count = 0
        unsafe SSL_write_ex(connection, plaintext, plaintext.count, &count)
    }

    func close() { unsafe SSL_shutdown(connection) }

    /// The bytes that are to reach the server.
    func takeCiphertext() -> [UInt8] {
        let count = unsafe BIO_ctrl_pending(outgoing)
        return unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, used in
            unsafe BIO_read_ex(outgoing, buffer.baseAddress, buffer.count, &used)
        }
    }

}

/// What a client needs to come back: its session, once the ticket has come.
@safe final class ResumableSession {
    let pointer: OpaquePointer

    init(of client: Client) throws { unsafe pointer = try unsafe require(SSL_get1_session(client.connection)) }

    deinit { unsafe SSL_SESSION_free(pointer) }
}

/// The session under test and a client, joined by a wire that carries `chunk` bytes at a time.
final class Connection {
    let server: TLSSession
    let client: Client
    let chunk: Int
    /// What each end's application has received.
    private(set) var serverReceived: [UInt8] = []
    private(set) var clientReceived: [UInt8] = []

    init(_ context: TLSContext, _ options: Client.Options = Client.Options(), chunk: Int = .max) throws {
        server = try TLSSession(context)
        client = try Client(options)
        self.chunk = chunk
    }

    /// Carries bytes both ways until neither end has more to say.
    func exchange() throws(TLSError) {
        clientReceived += client.receive([])
        while case let ciphertext = client.takeCiphertext(), !ciphertext.isEmpty {
            for piece in pieces(of: ciphertext) {
                var reply: [UInt8] = []
                defer { deliver(reply) }
                try server.receive(Array(piece).span, plaintext: &serverReceived, reply: &reply)
            }
        }
    }

    func serverSends(_ plaintext: [UInt8]) throws(TLSError) {
        var ciphertext: [UInt8] = []
        try server.send(plaintext.span, ciphertext: &ciphertext)
        deliver(ciphertext)
    }

    func serverCloses() {
        var ciphertext: [UInt8] = []
        server.close(ciphertext: &ciphertext)
        deliver(ciphertext)
    }

    private func deliver(_ ciphertext: [UInt8]) {
        for piece in pieces(of: ciphertext) { clientReceived += client.receive(piece) }
    }

    private func pieces(of bytes: [UInt8]) -> [ArraySlice<UInt8>] {
        let step = min(chunk, max(bytes.count, 1))
        return stride(from: 0, to: bytes.count, by: step).map { bytes[$0..<min($0 + step, bytes.count)] }
    }
}

/// The error that a call ends with, `nil` if it succeeds.
func tlsError<Result>(_ body: () throws(TLSError) -> Result) -> TLSError? {
    do throws(TLSError) {
        _ = try body()
        return nil
    } catch {
        return error
    }
}
