import Testing

@testable import HTTP1

@Suite struct `A head is refused` {
    @Test(arguments: RefusedHeads.requestLine)
    func `for its request line`(_ head: RefusedHead) { expectRefusal(of: head) }

    @Test(arguments: RefusedHeads.target)
    func `for its target`(_ head: RefusedHead) { expectRefusal(of: head) }

    @Test(arguments: RefusedHeads.fieldLines)
    func `for its field lines`(_ head: RefusedHead) { expectRefusal(of: head) }

    @Test(arguments: RefusedHeads.host)
    func `for its Host`(_ head: RefusedHead) { expectRefusal(of: head) }

    @Test(arguments: RefusedHeads.framing)
    func `for its framing or expectation`(_ head: RefusedHead) { expectRefusal(of: head) }

    /// The fault must be found with the byte that makes it certain, in the same way however the bytes arrive, whatever follows.
    private func expectRefusal(of head: RefusedHead) {
        let parts = head.text.split(separator: "▲", omittingEmptySubsequences: false).map { wire(String($0)) }
        let text = Array(parts.joined())
        let reading = readEveryWay(text)
        #expect(reading.error?.status.code == head.status)
        #expect(reading.error?.detail.contains(head.detail) == true, "\(reading.error?.detail ?? "no error")")
        #expect(reading.arrived == parts[0].count, "refused as soon as the fault is certain")
        #expect(reading.heads.isEmpty)
        let before = wire("GET /before HTTP/1.1\r\nHost: a\r\n\r\n")
        let pipelined = readEveryWay(before + text + before)
        #expect(pipelined.error == reading.error)
        #expect(pipelined.heads.map(\.path) == ["/before"])
    }
}

@Suite struct `A limit of the head` {
    private let limits = HeadLimits(maximumBytes: 60, maximumFields: 3, maximumTargetBytes: 10)

    @Test func `lets a head of exactly that many bytes pass and refuses one more`() {
        let head = wire(get("Host: a", "X: ")).dropLast(4)
        let full = head + [UInt8](repeating: 0x62, count: 60 - head.count - 4) + wire("\r\n\r\n")
        #expect(full.count == 60)
        #expect(readEveryWay(Array(full), limits: limits).heads.count == 1)
        let over = full[..<50] + [0x62] + full[50...]
        let reading = readEveryWay(Array(over), limits: limits)
        #expect(reading.error?.status == .requestHeaderFieldsTooLarge)
        #expect(reading.error?.detail.contains("60 bytes") == true)
        #expect(reading.arrived == 60, "a head that is not over with its last byte cannot end within the limit")
    }

    @Test func `stops a head that never ends`() {
        let endless = wire("GET / HTTP/1.1\r\nX: ") + [UInt8](repeating: 0x61, count: 100_000)
        #expect(read(endless, pieces: [endless.count]).error?.status == .requestHeaderFieldsTooLarge)
        #expect(read(endless, pieces: [1000]).arrived == 17_000)
    }

    @Test func `bounds the number of fields`() {
        #expect(readEveryWay(wire(get("Host: a", "B:", "C:")), limits: limits).heads.count == 1)
        let reading = readEveryWay(wire(get("Host: a", "B:", "C:", "D:")), limits: limits)
        #expect(reading.error?.status == .requestHeaderFieldsTooLarge)
        #expect(reading.error?.detail.contains("3 fields") == true)
    }

    @Test func `bounds the target before it ends`() {
        #expect(readEveryWay(wire("GET /123456789 HTTP/1.0\r\n\r\n"), limits: limits).heads.count == 1)
        let reading = readEveryWay(wire("GET /1234567890"), limits: limits)
        #expect(reading.error?.status == .uriTooLong)
        #expect(reading.error?.detail.contains("10 bytes") == true)
    }

    @Test func `has defaults that serve browsers and stop others`() {
        let limits = HeadLimits()
        #expect(limits.maximumBytes == 16384 && limits.maximumFields == 100 && limits.maximumTargetBytes == 8192)
    }
}
