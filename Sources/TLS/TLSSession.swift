import COpenSSL

/// One end of a TLS connection, the server's or the client's as its context says: bytes in, bytes out.
///
/// It belongs to whoever owns the connection, and touches no socket: what arrives there goes through ``receive(_:plaintext:reply:)``, what
/// is to leave through ``send(_:ciphertext:)``, and what these append to their last argument is to be written to the socket *even when
/// they throw*, because it holds the alert that tells the peer why.
///
/// A peer may send records without data, to renew keys above all, ``mostRecordsWithoutData`` times: each can cost us more than it, and all that
/// arrive at once are worked off in one call.
///
/// Nothing is kept between calls but the start of a record or handshake message that has not fully arrived, which OpenSSL bounds to 16 KB
/// and about 128 KB; how long a peer may take for its handshake is for the owner to bound.
@safe package final class TLSSession {
    /// Whether the peer has said, by close_notify, that it will send no more.
    package private(set) var peerHasClosed = false

    private let connection: Owned
    private var hasReceived = false
    private var hasClosed = false
    private var failure: TLSError?

    // What OpenSSL reads from and writes to during a call (see SessionBIO); both are empty between calls.
    var incoming = unsafe UnsafeBufferPointer<UInt8>(start: nil, count: 0)
    var outgoing: [UInt8] = []

    /// Records of the peer, those of the handshake included, that held nothing for the application.
    private var recordsWithoutData = 0

    /// A handshake has about ten, and keys serve for 2²⁴ records of data (RFC 8446, 5.5).
    package static let mostRecordsWithoutData = 128

    /// A server's end waits for the handshake; a client's is to ``begin(ciphertext:)`` it.
    package init(_ context: TLSContext) throws(TLSError) {
        ERR_clear_error()
        connection = try unsafe Owned(SSL_new(context.owned.pointer)) { unsafe SSL_free($0) }
        let bio = try unsafe SessionBIO.make(for: self)
        unsafe SSL_set_bio(connection.pointer, bio, bio)
        unsafe SSL_set_msg_callback(connection.pointer, SessionBIO.noteMessage)
        if context.isForClients {
            unsafe SSL_set_connect_state(connection.pointer)
        } else {
            unsafe SSL_set_accept_state(connection.pointer)
        }
    }

    /// Whether the handshake is complete.
    package var isEstablished: Bool { unsafe SSL_is_init_finished(connection.pointer) == 1 }

    /// Whether an earlier session was taken up again, without certificates.
    package var isResumed: Bool { unsafe SSL_session_reused(connection.pointer) == 1 }

    /// Appends a client's first message of the handshake to `ciphertext`.
    package func begin(ciphertext: inout [UInt8]) throws(TLSError) {
        swap(&outgoing, &ciphertext)
        defer { swap(&outgoing, &ciphertext) }
        ERR_clear_error()
        let status = unsafe SSL_do_handshake(connection.pointer)
        guard unsafe SSL_get_error(connection.pointer, status) == SSL_ERROR_WANT_READ else { throw fail(reproach(duringHandshake: true)) }
    }

    /// Takes bytes from the socket; appends what they hold for the application to `plaintext`, and what TLS itself answers to `reply`.
    ///
    /// All of `ciphertext` is used. `plaintext` grows only when it is full, so one with capacity for the whole body is filled in place.
    package func receive(_ ciphertext: Span<UInt8>, plaintext: inout [UInt8], reply: inout [UInt8]) throws(TLSError) {
        if let failure { throw failure }
        guard !ciphertext.isEmpty && !peerHasClosed else { return }
        // A TLS record begins with a number from 20 to 24, an HTTP request with a capital letter (RFC 8446, 5.1; RFC 9112, 3).
        if isServer && !hasReceived && (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(ciphertext[0]) { throw fail(.plaintextHTTP) }
        hasReceived = true
        swap(&outgoing, &reply)
        defer { swap(&outgoing, &reply) }
        try unsafe ciphertext.withUnsafeBufferPointer { (bytes) throws(TLSError) in
            unsafe incoming = bytes
            defer { unsafe incoming = UnsafeBufferPointer(start: nil, count: 0) }
            while try read(into: &plaintext) {}
        }
    }

    /// Says that the socket has ended. Throws unless the peer announced it by close_notify.
    package func receiveEnd() throws(TLSError) {
        if let failure { throw failure }
        if !isEstablished { throw .handshakeAbandoned }
        if !peerHasClosed { throw .truncated }
    }

    /// Appends `plaintext` to `ciphertext` in records of 16 KB, ready for the socket.
    ///
    /// Each record adds 22 bytes (TLS 1.3) or 29 (1.2). A few hundred kilobytes at a time keep the ciphertext in the cache.
    package func send(_ plaintext: Span<UInt8>, ciphertext: inout [UInt8]) throws(TLSError) {
        if let failure { throw failure }
        guard isEstablished && !hasClosed else { throw .notOpen }
        guard !plaintext.isEmpty else { return }
        swap(&outgoing, &ciphertext)
        defer { swap(&outgoing, &ciphertext) }
        ERR_clear_error()
        var written = 0
        // Never partial: what it writes to takes everything.
        let status = unsafe plaintext.withUnsafeBytes { unsafe SSL_write_ex(connection.pointer, $0.baseAddress, $0.count, &written) }
        if status != 1 { throw fail(reproach()) }
    }

    /// Says, by close_notify, that nothing more will be sent; the peer may still send. To be called once the last reply is sent.
    package func close(ciphertext: inout [UInt8]) {
        guard failure == nil && isEstablished && !hasClosed else { return }
        hasClosed = true
        swap(&outgoing, &ciphertext)
        defer { swap(&outgoing, &ciphertext) }
        unsafe SSL_shutdown(connection.pointer)
        ERR_clear_error()
    }

    /// The peer has sent a record without data. After the last one allowed OpenSSL gets no further bytes, and ``receive(_:plaintext:reply:)`` throws.
    func noteRecordWithoutData() {
        recordsWithoutData += 1
        if isTiring { unsafe incoming = UnsafeBufferPointer(start: nil, count: 0) }
    }

    private var isTiring: Bool { recordsWithoutData > Self.mostRecordsWithoutData }

    private var isServer: Bool { unsafe SSL_is_server(connection.pointer) == 1 }

    /// Reads once, a record at most; `false` when there is no more to read until more bytes arrive.
    private func read(into plaintext: inout [UInt8]) throws(TLSError) -> Bool {
        let isHandshake = !isEstablished
        var status: Int32 = 0
        let room = plaintext.capacity - plaintext.count
        ERR_clear_error()
        if room > 0 {
            plaintext.append(addingCapacity: room) { output in
                unsafe output.withUnsafeMutableBufferPointer { target, count in
                    status = unsafe SSL_read_ex(connection.pointer, target.baseAddress, target.count, &count)
                }
            }
        } else {  // do not grow before there is a byte to grow for
            var byte: UInt8 = 0
            var count = 0
            status = unsafe SSL_read_ex(connection.pointer, &byte, 1, &count)
            if status == 1 { plaintext.append(byte) }
        }
        if isTiring { throw fail(.brokenRecord(reason: "too many records without data")) }
        if status == 1 { return true }
        switch unsafe SSL_get_error(connection.pointer, status) {
        case SSL_ERROR_WANT_READ: return false
        case SSL_ERROR_ZERO_RETURN:
            peerHasClosed = true
            return false
        default: throw fail(reproach(duringHandshake: isHandshake))
        }
    }

    /// What OpenSSL holds against the connection.
    private func reproach(duringHandshake: Bool = false) -> TLSError {
        let failure = OpenSSLFailure.takeFromQueue(preferring: Int32(ERR_LIB_SSL))
        if let alert = failure.alert { return .alertReceived(alert) }
        if failure.isOfCertificate {
            let flaw = unsafe String(cString: X509_verify_cert_error_string(SSL_get_verify_result(connection.pointer)))
            return .handshakeFailed(reason: "the client's certificate is not accepted, \(flaw)")
        }
        return duringHandshake ? .handshakeFailed(reason: failure.reason) : .brokenRecord(reason: failure.reason)
    }

    /// Ends the session: whatever is asked of it from now on fails as this did.
    private func fail(_ error: TLSError) -> TLSError {
        failure = error
        return error
    }
}
