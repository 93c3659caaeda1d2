/// A part of the service that reads what anybody may send, and what must hold whatever that is. Not to crash is a matter of course.
///
/// The fuzzer calls it with inputs that it makes up; the tests with those of `Corpora`, one folder for each target.
package enum FuzzTarget: String, CaseIterable, Sendable {
    case head, chunked, json, gzip

    /// - Throws: `Finding` where something does not hold.
    package func run(_ input: [UInt8]) throws {
        switch self {
        case .head: try fuzzHead(input)
        case .chunked: try fuzzChunked(input)
        case .json: try fuzzJSON(input)
        case .gzip: try fuzzGzip(input)
        }
    }
}

/// What did not hold.
package struct Finding: Error, CustomStringConvertible {
    package let description: String
}

func demand(_ holds: Bool, _ sentence: @autoclosure () -> String) throws {
    if !holds { throw Finding(description: sentence()) }
}

extension [UInt8] {
    /// Places between 1 and `count` to cut an input at, different from one input to the next and always the same for one.
    var cuts: [Int] {
        var state = reduce(into: 0x9E37_79B9 as UInt64) { $0 = ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
        var cuts: [Int] = []
        var at = 0
        while at < count {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            at += 1 + Int(state >> 33) % 7
            cuts.append(Swift.min(at, count))
        }
        return cuts
    }
}
