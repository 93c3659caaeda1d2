import COpenSSL
import Foundation
import TLS

/// A key and its certificate, made for one test.
@safe final class Identity {
    enum KeyKind: String { case ec = "EC", rsa = "RSA" }

    let key: OpaquePointer
    let certificate: OpaquePointer

    /// Signed by `issuer`, or by itself; valid from an hour ago for `hours`.
    init(_ name: String, key kind: KeyKind = .ec, isAuthority: Bool = false, issuer: Identity? = nil, hours: Int = 2) throws {
        unsafe key = try unsafe Self.makeKey(kind)
        unsafe certificate = try unsafe require(X509_new())
        unsafe X509_set_version(certificate, 2)
        unsafe ASN1_INTEGER_set(X509_get_serialNumber(certificate), Int.random(in: 1...(1 << 60)))
        unsafe X509_gmtime_adj(X509_getm_notBefore(certificate), -3600)
        unsafe X509_gmtime_adj(X509_getm_notAfter(certificate), (hours - 1) * 3600)
        unsafe X509_set_pubkey(certificate, key)
        let subject = unsafe X509_get_subject_name(certificate)
        unsafe X509_NAME_add_entry_by_txt(subject, "O", Int32(MBSTRING_UTF8), Array("Example".utf8), 7, -1, 0)
        unsafe X509_NAME_add_entry_by_txt(subject, "CN", Int32(MBSTRING_UTF8), Array(name.utf8), Int32(name.utf8.count), -1, 0)
        unsafe X509_set_issuer_name(certificate, issuer.map { unsafe X509_get_subject_name($0.certificate) } ?? subject)
        let constraint = unsafe X509V3_EXT_conf_nid(nil, nil, NID_basic_constraints, isAuthority ? "critical,CA:TRUE" : "CA:FALSE")
        unsafe X509_add_ext(certificate, constraint, -1)
        unsafe X509_EXTENSION_free(constraint)
        unsafe X509_sign(certificate, issuer?.key ?? key, EVP_sha256())
    }

    deinit {
        unsafe X509_free(certificate)
        unsafe EVP_PKEY_free(key)
    }

    private static func makeKey(_ kind: KeyKind) throws -> OpaquePointer {
        let context = try unsafe require(EVP_PKEY_CTX_new_from_name(nil, kind.rawValue, nil))
        defer { unsafe EVP_PKEY_CTX_free(context) }
        unsafe EVP_PKEY_keygen_init(context)
        if kind == .ec { unsafe EVP_PKEY_CTX_set_group_name(context, "P-256") }
        var key: OpaquePointer?
        unsafe EVP_PKEY_generate(context, &key)
        return try unsafe require(key)
    }
}

/// A folder of PEM files that lives as long as its test.
final class PEMFolder {
    let url = FileManager.default.temporaryDirectory.appending(path: "cotangent-tls-\(UUID().uuidString)")

    init() throws {
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    }

    deinit {
        try? FileManager.default.removeItem(at: url)
    }

    /// The path of a file of that name, whether it exists or not.
    func path(_ name: String) -> String { url.appending(path: name).path }

    func write(certificatesOf identities: [Identity], to name: String) throws -> String {
        let file = try unsafe require(BIO_new_file(path(name), "w"))
        defer { unsafe BIO_free(file) }
        for identity in identities { unsafe PEM_write_bio_X509(file, identity.certificate) }
        return path(name)
    }

    func write(keyOf identity: Identity, to name: String, passphrase: String? = nil) throws -> String {
        let file = try unsafe require(BIO_new_file(path(name), "w"))
        defer { unsafe BIO_free(file) }
        let cipher = unsafe passphrase == nil ? nil : EVP_aes_256_cbc()
        unsafe PEM_write_bio_PKCS8PrivateKey(file, identity.key, cipher, passphrase, Int32(passphrase?.utf8.count ?? 0), nil, nil)
        return path(name)
    }

    /// A server's context with this certificate.
    func context(for identity: Identity, clientCA: String? = nil) throws -> TLSContext {
        try TLSContext(
            certificateChain: try write(certificatesOf: [identity], to: "chain.pem"), privateKey: try write(keyOf: identity, to: "key.pem"),
            clientCA: clientCA)
    }

    func write(_ text: String, to name: String) throws -> String {
        try text.write(toFile: path(name), atomically: true, encoding: .utf8)
        return path(name)
    }
}

struct OpenSSLFailed: Error {}

/// What OpenSSL made, or an error for the test to fail with.
func require(_ object: OpaquePointer?) throws -> OpaquePointer {
    guard let object = unsafe object else { throw OpenSSLFailed() }
    return unsafe object
}
