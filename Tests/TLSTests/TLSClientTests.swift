import COpenSSL
import TLS
import Testing

struct TLSClientTests {
    private static let request = [UInt8]("GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n".utf8)

    @Test(arguments: [1, 7, Int.max])
    func `our two ends talk to each other in pieces of any size, whatever the certificate`(chunk: Int) throws {
        let (folder, identity) = (try PEMFolder(), try Identity("elsewhere.example", hours: 0))
        let server = try TLSSession(
            TLSContext(
                certificateChain: try folder.write(certificatesOf: [identity], to: "chain.pem"),
                privateKey: try folder.write(keyOf: identity, to: "key.pem")))
        let client = try TLSSession(TLSContext.unverifyingClient())
        var (toServer, toClient): ([UInt8], [UInt8]) = ([], [])
        var (serverReceived, clientReceived): ([UInt8], [UInt8]) = ([], [])

        func exchange() throws {
            while !(toServer.isEmpty && toClient.isEmpty) {
                let (fromClient, fromServer) = (Array(toServer.prefix(chunk)), Array(toClient.prefix(chunk)))
                toServer.removeFirst(fromClient.count)
                toClient.removeFirst(fromServer.count)
                try server.receive(fromClient.span, plaintext: &serverReceived, reply: &toClient)
                try client.receive(fromServer.span, plaintext: &clientReceived, reply: &toServer)
            }
        }

        try client.begin(ciphertext: &toServer)
        try exchange()
        #expect(client.isEstablished && server.isEstablished)
        try client.send(Self.request.span, ciphertext: &toServer)
        try exchange()
        #expect(serverReceived == Self.request)
        try server.send(Self.request.span, ciphertext: &toClient)
        server.close(ciphertext: &toClient)
        try exchange()
        #expect(clientReceived == Self.request && client.peerHasClosed)
        #expect(ERR_peek_error() == 0)
    }

    @Test func `a client that is answered in plain HTTP says that the handshake failed`() throws {
        let client = try TLSSession(TLSContext.unverifyingClient())
        var (sealed, plaintext): ([UInt8], [UInt8]) = ([], [])
        try client.begin(ciphertext: &sealed)
        let error = tlsError { () throws(TLSError) in
            try client.receive(Array("HTTP/1.1 400 Bad Request\r\n\r\n".utf8).span, plaintext: &plaintext, reply: &sealed)
        }
        #expect(error == .handshakeFailed(reason: "wrong version number"))
        #expect(plaintext.isEmpty && !client.isEstablished)
    }
}
