import COpenSSL

/// What all connections of a server share: its certificate, and what it demands of clients.
///
/// Only TLS 1.2 and 1.3, and of 1.2 only forward secrecy with authenticated encryption (RFC 9325, section 4.2); HTTP/1.1 is what is spoken
/// (RFC 7301). Sessions resume by tickets, so the server keeps none; the key of the tickets lives and dies with the context.
///
/// To renew certificates, make a new context for the connections to come: those open keep theirs alive.
///
/// `@unchecked Sendable`: nothing changes after `init`, and OpenSSL itself guards the counters and ticket keys behind the pointer.
package final class TLSContext: @unchecked Sendable {
    let owned: Owned
    let isForClients: Bool

    /// Reads the server's certificate chain, its own first, and private key, both PEM; throws a sentence about the file that is wrong.
    ///
    /// With `clientCA`, a file of the authorities' certificates in PEM, only clients with a certificate from one of these are served.
    package init(certificateChain: String, privateKey: String, clientCA: String? = nil) throws(TLSError) {
        ERR_clear_error()
        let context = try unsafe Owned(SSL_CTX_new(TLS_server_method())) { unsafe SSL_CTX_free($0) }
        try context.restrictProtocol()
        try context.restrictKeyExchange()
        try context.useCertificateChain(certificateChain)
        try context.usePrivateKey(privateKey, of: certificateChain)
        if let clientCA { try context.requireClientCertificates(from: clientCA) }
        owned = context
        isForClients = false
    }

    /// For a client that does not ask who the server is, as a service that calls itself: no certificate names its loopback address.
    package static func unverifyingClient() throws(TLSError) -> TLSContext {
        ERR_clear_error()
        return TLSContext(forClients: try unsafe Owned(SSL_CTX_new(TLS_client_method())) { unsafe SSL_CTX_free($0) })
    }

    private init(forClients context: consuming Owned) {
        owned = context
        isForClients = true
    }
}

extension Owned {
    fileprivate borrowing func restrictProtocol() throws(TLSError) {
        // The first two are OpenSSL's defaults, which its configuration file may change.
        let options = COPENSSL_OP_NO_RENEGOTIATION | COPENSSL_OP_NO_COMPRESSION | COPENSSL_OP_CIPHER_SERVER_PREFERENCE
        unsafe SSL_CTX_set_options(pointer, options)
        // A connection that waits for its next request gives back the 34 KB of its two record buffers.
        unsafe copenssl_set_mode(pointer, Int(SSL_MODE_RELEASE_BUFFERS))
        unsafe copenssl_set_session_cache_mode(pointer, Int(SSL_SESS_CACHE_OFF))
        unsafe SSL_CTX_set_alpn_select_cb(pointer, selectApplicationProtocol, nil)
        // Without it, a session in which the client showed a certificate is refused when it comes back.
        let sessionContext = Array("cotangent".utf8)
        guard unsafe copenssl_set_min_proto_version(pointer, TLS1_2_VERSION) == 1,
            unsafe copenssl_set_max_proto_version(pointer, TLS1_3_VERSION) == 1,
            unsafe SSL_CTX_set_cipher_list(pointer, "ECDHE+AESGCM:ECDHE+CHACHA20") == 1,
            unsafe SSL_CTX_set_session_id_context(pointer, sessionContext, UInt32(sessionContext.count)) == 1
        else { throw .unavailable(reason: OpenSSLFailure.takeFromQueue().reason) }
    }

    /// The groups that Mozilla's "intermediate" configuration names. OpenSSL would also take finite fields of up to 8192 bits, X448 and P-521,
    /// for a client to choose what costs the server the most.
    fileprivate borrowing func restrictKeyExchange() throws(TLSError) {
        let groups = "X25519:P-256:P-384"
        // Only OpenSSL 3.5 knows the first one, which a quantum computer could not break.
        if unsafe copenssl_set_groups(pointer, "X25519MLKEM768:" + groups) == 1 { return }
        ERR_clear_error()
        guard unsafe copenssl_set_groups(pointer, groups) == 1 else {
            throw .unavailable(reason: OpenSSLFailure.takeFromQueue().reason)
        }
    }

    fileprivate borrowing func useCertificateChain(_ path: String) throws(TLSError) {
        guard unsafe SSL_CTX_use_certificate_chain_file(pointer, path) == 1 else {
            throw .certificateChain(path: path, reason: OpenSSLFailure.takeFromQueue().reason)
        }
    }

    fileprivate borrowing func usePrivateKey(_ path: String, of certificateChain: String) throws(TLSError) {
        guard let file = unsafe BIO_new_file(path, "r") else {
            throw .privateKey(path: path, reason: OpenSSLFailure.takeFromQueue().reason)
        }
        defer { unsafe BIO_free(file) }
        // Without a callback OpenSSL would ask for the passphrase on the terminal, and wait.
        var isEncrypted = false
        let read = unsafe PEM_read_bio_PrivateKey(
            file, nil,
            { _, _, _, wasAsked in
                unsafe wasAsked?.storeBytes(of: true, as: Bool.self)
                return -1
            }, &isEncrypted)
        guard let key = unsafe read else {
            let reason = OpenSSLFailure.takeFromQueue().reason
            throw .privateKey(path: path, reason: isEncrypted ? "it is encrypted with a passphrase" : reason)
        }
        defer { unsafe EVP_PKEY_free(key) }
        guard unsafe X509_check_private_key(SSL_CTX_get0_certificate(pointer), key) == 1 else {
            ERR_clear_error()
            throw .keyMismatch(certificateChain: certificateChain, privateKey: path)
        }
        guard unsafe SSL_CTX_use_PrivateKey(pointer, key) == 1 else {
            throw .privateKey(path: path, reason: OpenSSLFailure.takeFromQueue().reason)
        }
    }

    fileprivate borrowing func requireClientCertificates(from path: String) throws(TLSError) {
        guard unsafe SSL_CTX_load_verify_file(pointer, path) == 1, let names = unsafe SSL_load_client_CA_file(path) else {
            throw .clientCA(path: path, reason: OpenSSLFailure.takeFromQueue().reason)
        }
        unsafe SSL_CTX_set_client_CA_list(pointer, names)
        unsafe SSL_CTX_set_verify(pointer, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nil)
    }
}

/// Chooses HTTP/1.1 from a client's offer. A client that offers others only gets the alert no_application_protocol (RFC 7301, section 3.2);
/// one without an offer does not come here.
private func selectApplicationProtocol(
    _ session: OpaquePointer?, _ selected: UnsafeMutablePointer<UnsafePointer<UInt8>?>?, _ selectedCount: UnsafeMutablePointer<UInt8>?,
    _ offer: UnsafePointer<UInt8>?, _ offerCount: UInt32, _ argument: UnsafeMutableRawPointer?
) -> Int32 {
    let ours: [UInt8] = [8] + "http/1.1".utf8
    var match: UnsafeMutablePointer<UInt8>?
    // The match is a part of the first list, and has to outlive this call: so that is the client's.
    guard unsafe SSL_select_next_proto(&match, selectedCount, offer, offerCount, ours, UInt32(ours.count)) == OPENSSL_NPN_NEGOTIATED else {
        return SSL_TLSEXT_ERR_ALERT_FATAL
    }
    unsafe selected?.pointee = UnsafePointer(match)
    return SSL_TLSEXT_ERR_OK
}
