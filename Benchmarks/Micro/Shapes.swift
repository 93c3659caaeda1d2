import Glibc

/// A repeatable sequence of random bits (S. Vigna's SplitMix64).
struct SplitMix64: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ z >> 30) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ z >> 27) &* 0x94D0_49BB_1331_11EB
        return z ^ z >> 31
    }

    /// A standard normal number, by the polar method.
    mutating func normal() -> Double {
        while true {
            let x = Double.random(in: -1...1, using: &self)
            let y = Double.random(in: -1...1, using: &self)
            let s = x * x + y * y
            if s > 0, s < 1 { return x * (-2 * log(s) / s).squareRoot() }
        }
    }

    mutating func digits(_ count: Int) -> String {
        String((0..<count).map { _ in Character(Unicode.Scalar(UInt8(48 + next() % 10))) })
    }
}

/// Numbers of one kind: the cost of one must not depend much on which.
struct Shape {
    let name: String
    let values: [Double]

    static func all(_ count: Int) -> [Shape] {
        var random = SplitMix64(state: 1)
        let normal = (0..<count).map { _ in random.normal() }
        let before = [2, 5, 9, 13, 15, 16].map { digits in
            Shape(name: "\(digits) digits before the point", values: normal.map { $0 * pow(10, Double(digits - 1)) })
        }
        return [
            Shape(name: "17 digits", values: normal),
            Shape(name: "4 decimals", values: normal.map { ($0 * 1e4).rounded() / 1e4 }),
            Shape(name: "integers below 1000", values: normal.map { ($0 * 300).rounded() }),
            Shape(name: "zeros", values: normal.map { $0 * 0 }),
            Shape(name: "float32 values", values: normal.map { Double(Float($0)) }),
            // As of a layer of 512: about one in 600 is written with an exponent.
            Shape(name: "weights", values: normal.map { $0 / 512.squareRoot() }),
        ] + before + [
            Shape(name: "integers of 17 digits", values: normal.map { ($0 * 1e16).rounded() }),
            Shape(name: "half with exponents", values: normal.enumerated().map { $1 * pow(10, Double($0 % 10 - 9)) }),
            Shape(name: "exponents of 2 digits", values: normal.enumerated().map { $1 * pow(10, Double($0 % 60 - 80)) }),
            Shape(name: "exponents of 3 digits", values: normal.enumerated().map { $1 * pow(10, Double(110 + $0 % 190)) }),
            Shape(name: "subnormal", values: normal.map { Double(bitPattern: $0.bitPattern >> 12) }),
            Shape(name: "random bits", values: normal.map { _ in finite(random.next()) }),
        ]
    }

    private static func finite(_ bits: UInt64) -> Double {
        let value = Double(bitPattern: bits)
        return value.isFinite ? value : 0
    }
}

/// The shape that the other figures, of whole documents, are made with.
func normalNumbers(_ count: Int) -> [Double] { Shape.all(count)[0].values }
