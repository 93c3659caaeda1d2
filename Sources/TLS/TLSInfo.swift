import COpenSSL

/// What a handshake agreed on.
package struct TLSInfo: Sendable, Equatable {
    /// "TLSv1.2" or "TLSv1.3".
    package let version: String
    /// The cipher suite in OpenSSL's spelling, "ECDHE-ECDSA-AES256-GCM-SHA384" or "TLS_AES_256_GCM_SHA384".
    package let cipher: String
    /// "http/1.1", or `nil` if the client offered no protocols.
    package let applicationProtocol: String?
    /// Whether an earlier session was taken up again, without certificates.
    package let isResumed: Bool
    /// The subject of the client's certificate as RFC 4514 writes it, "CN=alice,O=Example"; `nil` if none was asked for.
    package let clientSubject: String?

    init(_ connection: borrowing Owned) {
        version = unsafe String(cString: SSL_get_version(connection.pointer))
        cipher = unsafe String(cString: SSL_CIPHER_get_name(SSL_get_current_cipher(connection.pointer)))
        isResumed = unsafe SSL_session_reused(connection.pointer) == 1
        var name: UnsafePointer<UInt8>?
        var count: UInt32 = 0
        unsafe SSL_get0_alpn_selected(connection.pointer, &name, &count)
        applicationProtocol = unsafe name.map { unsafe String(decoding: UnsafeBufferPointer(start: $0, count: Int(count)), as: UTF8.self) }
        clientSubject = unsafe SSL_get0_peer_certificate(connection.pointer).flatMap { unsafe subject(of: $0) }
    }
}

private func subject(of certificate: OpaquePointer) -> String? {
    guard let text = unsafe BIO_new(BIO_s_mem()) else { return nil }
    defer { unsafe BIO_free(text) }
    guard unsafe X509_NAME_print_ex(text, X509_get_subject_name(certificate), 0, COPENSSL_NAME_RFC2253) >= 0 else { return nil }
    let count = unsafe BIO_ctrl_pending(text)
    let bytes = unsafe [UInt8](unsafeUninitializedCapacity: count) { target, used in
        unsafe BIO_read_ex(text, target.baseAddress, target.count, &used)
    }
    return String(decoding: bytes, as: UTF8.self)
}
