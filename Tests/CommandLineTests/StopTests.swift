import Glibc
import TestSupport
import Testing

/// The service as an orchestrator starts and stops it. A request in flight is one whose body has not come whole: the test decides when it does.
@Suite struct StopTests {
    private let body = #"{"x_t":[1],"h_prev":[0],"W_x":[[1]],"W_h":[[0]],"b":[0],"dh":[1],"activation":"identity"}"#
    private let health = "GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n"

    /// A client whose request lacks its last byte, and one that is idle after a reply.
    private func clients(of service: ServiceProcess) throws -> (busy: Client, idle: Client) {
        let busy = try service.connect()
        try busy.send("POST /backward HTTP/1.1\r\nHost: localhost\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body.dropLast())")
        // Sockets are served in the order in which something came: when this is answered, the other is being read.
        let idle = try service.connect()
        try idle.send(health)
        guard try idle.readReply().status == 200 else { throw ClientError("the service is not healthy") }
        return (busy, idle)
    }

    @Test(arguments: [SIGTERM, SIGINT])
    func `a signal lets the request in flight end, closes who is idle, lets nobody in, and exits 0`(number: Int32) throws {
        let service = try ServiceProcess()
        let (busy, idle) = try clients(of: service)
        service.signal(number)
        #expect(idle.isClosedByServer())
        #expect(throws: (any Error).self) { _ = try service.connect() }
        try busy.send(String(body.suffix(1)))
        let reply = try busy.readReply()
        #expect(reply.text == #"{"dx_t":[1.0],"dh_prev":[0.0],"dW_x":[[1.0]],"dW_h":[[0.0]],"db":[1.0]}"#)
        #expect(reply["Connection"] == "close")
        #expect(busy.isClosedByServer())
        busy.close()
        #expect(try service.exitCode() == 0)
    }

    @Test func `a service without requests ends at once`() throws {
        // The signal may come as soon as the service says that it listens.
        for _ in 0..<10 {
            let service = try ServiceProcess()
            service.signal(SIGTERM)
            #expect(try service.exitCode() == 0)
        }
    }

    @Test(arguments: [(SIGTERM, SIGTERM), (SIGTERM, SIGINT), (SIGINT, SIGTERM)])
    func `a second signal ends the service at once, with 1`(first: Int32, second: Int32) throws {
        let service = try ServiceProcess()
        let (busy, idle) = try clients(of: service)
        service.signal(first)
        #expect(idle.isClosedByServer())
        service.signal(second)
        #expect(try service.exitCode() == 1)
        #expect(throws: (any Error).self) { _ = try busy.readReply() }
    }

    @Test func `what is not done when the time to drain is over is cut off`() throws {
        let service = try ServiceProcess(["--drain-timeout", "0.1"])
        let (busy, _) = try clients(of: service)
        service.signal(SIGTERM)
        #expect(throws: (any Error).self) { _ = try busy.readReply() }
        try service.readLog(until: "1 connection")
        #expect(try service.exitCode() == 0)
    }

    @Test func `a log that nobody reads any more does not end the service`() throws {
        let service = try ServiceProcess()
        try service.stopReadingLog()
        service.signal(SIGTERM)
        #expect(try service.exitCode() == 0)
    }
}

@Suite struct DescriptorTests {
    private let health = "GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n"

    @Test func `without a descriptor left a client is told to come back, and the service recovers`() throws {
        let service = try ServiceProcess(descriptors: 40)
        do {
            var open: [Client] = []
            var refused = 0
            // More than the process can hold; each either is served and kept or is told that there is no room.
            for _ in 0..<60 {
                let client = try service.connect()
                try client.send(health)
                let reply = try client.readReply()
                if reply.status == 200 { open.append(client) } else { refused += 1 }
                if reply.status != 200 {
                    #expect(reply.status == 503)
                    #expect(reply["Retry-After"] == "1")
                    #expect(reply.text.contains(#""detail":"The service has no file descriptor left.""#))
                }
            }
            #expect(open.count > 10 && refused > 10)
            // Those inside are served on.
            for client in open {
                try client.send(health)
                #expect(try client.readReply().status == 200)
            }
            for client in open {
                client.finishSending()
                #expect(client.isClosedByServer())
            }
        }
        for _ in 0..<60 {
            let client = try service.connect()
            try client.send(health)
            #expect(try client.readReply().status == 200)
            client.finishSending()
            #expect(client.isClosedByServer())
        }
        service.signal(SIGTERM)
        #expect(try service.exitCode() == 0)
    }
}
