/// What goes wrong with TLS: in the files a server starts with, or on a connection. `description` is one sentence.
package enum TLSError: Error, Equatable, CustomStringConvertible {
    /// The file with the server's certificates could not be used.
    case certificateChain(path: String, reason: String)
    /// The file with the server's private key could not be used.
    case privateKey(path: String, reason: String)
    /// The private key belongs to another certificate.
    case keyMismatch(certificateChain: String, privateKey: String)
    /// The file with the authorities that client certificates must come from could not be used.
    case clientCA(path: String, reason: String)
    /// OpenSSL could not be set up: no memory, or an installation that lacks what is asked of it.
    case unavailable(reason: String)

    /// The client speaks plain HTTP on a port for TLS. Nothing has been sent: a plain answer may be.
    case plaintextHTTP
    /// No connection came about: no version, cipher or protocol in common, no valid client certificate, or no TLS at all.
    case handshakeFailed(reason: String)
    /// The peer gave up with an alert (RFC 8446, section 6.2).
    case alertReceived(String)
    /// The peer broke the protocol on an open connection, or someone changed its bytes.
    case brokenRecord(reason: String)
    /// The bytes ended without the peer's close_notify, so that what was received may lack its end (RFC 8446, section 6.1).
    case truncated
    /// The bytes ended before the handshake did.
    case handshakeAbandoned
    /// There is no open connection to send on: before the handshake's end, or after `close`.
    case notOpen

    package var description: String {
        switch self {
        case .certificateChain(let path, let reason): "The certificate chain in \(path) cannot be used: \(reason)."
        case .privateKey(let path, let reason): "The private key in \(path) cannot be used: \(reason)."
        case .keyMismatch(let chain, let key): "The private key in \(key) does not belong to the certificate in \(chain)."
        case .clientCA(let path, let reason): "The client authorities in \(path) cannot be used: \(reason)."
        case .unavailable(let reason): "TLS cannot be set up: \(reason)."
        case .plaintextHTTP: "This port speaks HTTPS, but the request is plain HTTP."
        case .handshakeFailed(let reason): "The TLS handshake failed: \(reason)."
        case .alertReceived(let alert): "The peer ended the TLS connection with the alert \"\(alert)\"."
        case .brokenRecord(let reason): "The TLS connection broke: \(reason)."
        case .truncated: "The TLS connection was cut: it ended without close_notify."
        case .handshakeAbandoned: "The peer left during the TLS handshake."
        case .notOpen: "The TLS connection is not open for sending."
        }
    }
}
