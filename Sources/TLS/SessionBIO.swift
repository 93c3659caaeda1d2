import COpenSSL

/// The BIO, OpenSSL's word for a channel, through which a session's `SSL` reads from and writes to the buffers of the caller of the moment:
/// `incoming` is a view of them, `outgoing` is theirs by exchange. So ciphertext is copied once each way, and an idle session keeps none.
enum SessionBIO {
    /// The BIO of a session that will own it and so outlive it.
    static func make(for session: TLSSession) throws(TLSError) -> OpaquePointer {
        guard let bio = unsafe BIO_new(method.pointer) else { throw .unavailable(reason: OpenSSLFailure.takeFromQueue().reason) }
        unsafe BIO_set_data(bio, Unmanaged.passUnretained(session).toOpaque())
        unsafe BIO_set_init(bio, 1)
        return unsafe bio
    }

    /// `@unchecked Sendable`: made once for the process, and only read afterwards.
    @safe private struct Method: @unchecked Sendable {
        let pointer = unsafe BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "caller's buffers")

        init() {
            unsafe BIO_meth_set_read_ex(pointer, read)
            unsafe BIO_meth_set_write_ex(pointer, write)
            unsafe BIO_meth_set_ctrl(pointer) { _, command, _, _ in command == BIO_CTRL_FLUSH ? 1 : 0 }
        }
    }

    private static let method = Method()

    private static let read: @convention(c) (OpaquePointer?, UnsafeMutablePointer<CChar>?, Int, UnsafeMutablePointer<Int>?) -> Int32 = {
        bio, target, capacity, readCount in
        guard let session = unsafe session(of: bio), let target = unsafe target else { return 0 }
        let count = min(capacity, unsafe session.incoming.count)
        unsafe copenssl_clear_retry(bio)
        unsafe readCount?.pointee = count
        guard count > 0, let source = unsafe session.incoming.baseAddress else {
            unsafe copenssl_set_retry_read(bio)
            return 0
        }
        unsafe UnsafeMutableRawPointer(target).copyMemory(from: source, byteCount: count)
        unsafe session.incoming = UnsafeBufferPointer(rebasing: session.incoming[count...])
        return 1
    }

    private static let write: @convention(c) (OpaquePointer?, UnsafePointer<CChar>?, Int, UnsafeMutablePointer<Int>?) -> Int32 = {
        bio, source, count, writtenCount in
        guard let session = unsafe session(of: bio) else { return 0 }
        unsafe session.outgoing.append(contentsOf: UnsafeRawBufferPointer(start: source, count: count))
        unsafe writtenCount?.pointee = count
        return 1
    }

    /// What OpenSSL calls with each message, the five bytes before each record and the inner type of each record of TLS 1.3 among them: so it tells
    /// records with data from others.
    static let noteMessage: @convention(c) (Int32, Int32, Int32, UnsafeRawPointer?, Int, OpaquePointer?, UnsafeMutableRawPointer?) -> Void =
        {
            isWritten, _, kind, bytes, count, connection, _ in
            guard isWritten == 0, kind == SSL3_RT_HEADER || kind == SSL3_RT_INNER_CONTENT_TYPE, count > 0, let bytes = unsafe bytes,
                unsafe bytes.load(as: UInt8.self) != UInt8(SSL3_RT_APPLICATION_DATA)
            else { return }
            unsafe session(of: SSL_get_rbio(connection))?.noteRecordWithoutData()
        }

    private static func session(of bio: OpaquePointer?) -> TLSSession? {
        unsafe BIO_get_data(bio).map { unsafe Unmanaged<TLSSession>.fromOpaque($0).takeUnretainedValue() }
    }
}
