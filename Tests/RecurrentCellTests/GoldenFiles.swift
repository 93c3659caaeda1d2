import Foundation
import Testing

@testable import RecurrentCell

/// The files that `Golden/make_golden.py` wrote.
enum GoldenFiles {
    /// A file of little-endian float64.
    static func numbers(_ name: String) throws -> [Double] {
        let data = try Data(contentsOf: Bundle.module.bundleURL.appending(path: "Golden/\(name)"))
        return stride(from: 0, to: data.count - 7, by: 8).map { start in
            let bits = data[data.startIndex + start..<data.startIndex + start + 8].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
            return Double(bitPattern: bits)
        }
    }

    static func gradientCases() throws -> [GradientCase] {
        let data = try Data(contentsOf: Bundle.module.bundleURL.appending(path: "Golden/gradients.json"))
        return try JSONDecoder().decode([GradientCase].self, from: data)
    }
}

struct GradientCase: Decodable, CustomTestStringConvertible {
    var N: Int
    var D: Int
    var H: Int
    var activation: String
    var seed: UInt64
    var damping: Double

    var testDescription: String { "\(activation) N=\(N) D=\(D) H=\(H)" }
}
