import Testing

@testable import HTTP1

/// A small generator with a fixed seed, so that a failure repeats.
struct SplitMix64: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}

/// Whatever comes, it is read or refused, and in the same way however it is divided.
@Suite struct `Bytes changed at random` {
    /// What matters to the grammars, more often than other bytes.
    private static let special = wire("\r\n\r\n :;,=\"\\%?/*\t\u{0}\u{7F}\u{80}\u{FF}0159afAFxX[]@+-")

    private func mutate(_ bytes: [UInt8], with generator: inout SplitMix64) -> [UInt8] {
        var bytes = bytes
        for _ in 0..<Int.random(in: 1...3, using: &generator) {
            let index = Int.random(in: 0..<bytes.count, using: &generator)
            let byte =
                Bool.random(using: &generator)
                ? Self.special.randomElement(using: &generator) ?? 0 : .random(in: 0...255, using: &generator)
            switch Int.random(in: 0..<4, using: &generator) {
            case 0: bytes[index] = byte
            case 1: bytes.insert(byte, at: index)
            case 2: if bytes.count > 1 { bytes.remove(at: index) }
            default: bytes.insert(contentsOf: bytes[index..<min(bytes.count, index + 12)], at: Int.random(in: 0...index, using: &generator))
            }
        }
        return bytes
    }

    @Test(arguments: [
        get("Host: a", "Content-Length: 0", "X: y"), get("Host: [::1]:80", "Transfer-Encoding: chunked", "Expect: 100-continue"),
        "\r\nOPTIONS http://a.b/%7e?q=%20 HTTP/1.0\r\nConnection: close, keep-alive\r\nAccept: */*\r\n\r\n",
    ])
    func `in a head`(_ text: String) {
        var generator = SplitMix64(state: 1)
        let limits = HeadLimits(maximumBytes: 120, maximumFields: 4, maximumTargetBytes: 40)
        var refusals = 0
        for _ in 0..<1500 {
            let bytes = mutate(wire(text), with: &generator) + wire(get("Host: b"))
            let bytewise = read(bytes, pieces: [1], limits: limits)
            for pieces in [[bytes.count], [Int.random(in: 1...9, using: &generator), 5]] {
                let reading = read(bytes, pieces: pieces, limits: limits)
                if !reading.agrees(with: bytewise) { Issue.record("differs in pieces of \(pieces): \(bytes)") }
            }
            refusals += bytewise.error == nil ? 0 : 1
        }
        #expect((300...1490).contains(refusals), "some changes are harmless and many are not: \(refusals)")
    }

    @Test(arguments: ["5;a=\"b\\\"\";c=d\r\nhello\r\nA\r\n0123456789\r\n0\r\nX: y\r\nZ: \r\n\r\n", "1\r\na\r\n2 ; e\r\nbc\r\n0\r\n\r\n"])
    func `in a chunked body`(_ text: String) {
        var generator = SplitMix64(state: 2)
        var refusals = 0
        for _ in 0..<1500 {
            let bytes = mutate(wire(text), with: &generator)
            let bytewise = decode(bytes, size: 1, limit: 40)
            for size in [bytes.count, Int.random(in: 2...9, using: &generator)] {
                let decoding = decode(bytes, size: size, limit: 40)
                // What was consumed before an error depends on the pieces; everything else must not.
                let isSame =
                    decoding.error == bytewise.error && decoding.body == bytewise.body && decoding.isFinished == bytewise.isFinished
                if !isSame || (decoding.error == nil && decoding.consumed != bytewise.consumed) {
                    Issue.record("differs in pieces of \(size): \(bytes)")
                }
            }
            refusals += bytewise.error == nil ? 0 : 1
        }
        #expect((300...1490).contains(refusals), "some changes are harmless and many are not: \(refusals)")
    }
}
