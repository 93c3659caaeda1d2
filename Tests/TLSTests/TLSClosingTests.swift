import COpenSSL
import TLS
import Testing

struct TLSClosingTests {
    let folder: PEMFolder
    let context: TLSContext

    init() throws {
        folder = try PEMFolder()
        context = try folder.context(for: try Identity("localhost"))
    }

    @Test(arguments: [TLS1_2_VERSION, TLS1_3_VERSION])
    func `close_notify passes both ways`(version: Int32) throws {
        let connection = try Connection(context, .init(versions: version...version))
        try connection.exchange()
        connection.serverCloses()
        #expect(connection.client.hasReceivedClose)
        #expect(!connection.server.peerHasClosed)
        connection.client.close()
        try connection.exchange()
        #expect(connection.server.peerHasClosed)
        try connection.server.receiveEnd()
        #expect(ERR_peek_error() == 0)
    }

    @Test func `a peer that has closed still gets its reply`() throws {
        let connection = try Connection(context)
        try connection.exchange()
        connection.client.send([1, 2, 3])
        connection.client.close()
        try connection.exchange()
        #expect(connection.serverReceived == [1, 2, 3])
        #expect(connection.server.peerHasClosed)
        try connection.serverSends([4, 5])
        #expect(connection.clientReceived == [4, 5])
    }

    @Test func `an end without close_notify is told from a close`() throws {
        let connection = try Connection(context)
        #expect(tlsError(connection.server.receiveEnd) == .handshakeAbandoned)
        try connection.exchange()
        #expect(tlsError(connection.server.receiveEnd) == .truncated)
        connection.client.close()
        try connection.exchange()
        #expect(tlsError(connection.server.receiveEnd) == nil)
    }

    @Test func `nothing can be sent before the handshake or after closing`() throws {
        let connection = try Connection(context)
        #expect(tlsError { () throws(TLSError) in try connection.serverSends([1]) } == .notOpen)
        try connection.exchange()
        connection.serverCloses()
        #expect(tlsError { () throws(TLSError) in try connection.serverSends([1]) } == .notOpen)
    }

    @Test func `closing twice, or before the handshake, says nothing`() throws {
        let session = try TLSSession(context)
        var ciphertext: [UInt8] = []
        session.close(ciphertext: &ciphertext)
        #expect(ciphertext.isEmpty)
        let connection = try Connection(context)
        try connection.exchange()
        connection.server.close(ciphertext: &ciphertext)
        let once = ciphertext
        #expect(!once.isEmpty)
        connection.server.close(ciphertext: &ciphertext)
        #expect(ciphertext == once)
        #expect(ERR_peek_error() == 0)
    }
}
