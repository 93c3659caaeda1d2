import COpenSSL

/// Owns one object of OpenSSL's, from its making to its one and only release, whatever is thrown in between.
@safe struct Owned: ~Copyable {
    let pointer: OpaquePointer
    private let release: (OpaquePointer) -> Void

    /// Takes what OpenSSL made; it is `nil` when there was no memory for it.
    init(_ object: OpaquePointer?, release: @escaping (OpaquePointer) -> Void) throws(TLSError) {
        guard let object = unsafe object else { throw .unavailable(reason: OpenSSLFailure.takeFromQueue().reason) }
        unsafe pointer = object
        unsafe self.release = unsafe release
    }

    deinit {
        unsafe release(pointer)
    }
}

/// A failure as OpenSSL tells it, in a queue that each thread has one of.
///
/// A connection's failure that stayed in the queue would be taken for that of the next connection on the same thread: so the queue is
/// emptied before each call whose failure is looked at, and by each look.
struct OpenSSLFailure {
    private let code: UInt

    /// Empties the queue. Of its failures the oldest is the cause of the others; with `library`, the oldest of that library, if any.
    static func takeFromQueue(preferring library: Int32? = nil) -> OpenSSLFailure {
        let oldest = ERR_get_error()
        var code = oldest
        if let library {
            while code != 0 && ERR_GET_LIB(code) != library { code = ERR_get_error() }
        }
        ERR_clear_error()
        return OpenSSLFailure(code: code != 0 ? code : oldest)
    }

    /// In words: the last part of "error:0A000102:SSL routines::unsupported protocol".
    var reason: String {
        guard code != 0 else { return "no reason given" }
        let text = unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: 256) { buffer in
            unsafe ERR_error_string_n(code, buffer.baseAddress, buffer.count)
            return unsafe buffer.baseAddress.map { unsafe String(cString: $0) } ?? ""
        }
        return text.split(separator: ":", maxSplits: 4, omittingEmptySubsequences: false).last.map(String.init) ?? text
    }

    /// The name of the alert, if the failure is that the peer sent one.
    var alert: String? {
        guard ERR_GET_LIB(code) == ERR_LIB_SSL, case let number = ERR_GET_REASON(code) - SSL_AD_REASON_OFFSET, number >= 0 else {
            return nil
        }
        // OpenSSL 3.0 has no name for it.
        if number == TLS13_AD_CERTIFICATE_REQUIRED { return "certificate required" }
        return unsafe String(cString: SSL_alert_desc_string_long(number))
    }

    /// Whether the peer's certificate was found wanting.
    var isOfCertificate: Bool {
        ERR_GET_LIB(code) == ERR_LIB_SSL && ERR_GET_REASON(code) == SSL_R_CERTIFICATE_VERIFY_FAILED
    }
}
