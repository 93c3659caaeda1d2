/// The powers of ten that numbers are scaled by on their way from text and to it, as 128-bit significands:
/// 10ⁿ = (g + θ)·2^(⌊n·log₂10⌋ - 127) with 2¹²⁷ ≤ g < 2¹²⁸ and 0 ≤ θ < 1.
///
/// Made once, at first use, by exact long arithmetic (about 10⁴ word operations), so there is no table of constants to trust.
enum PowersOfTen {
    /// Every n that a Double needs; a Float's lie inside. Below 10⁻³⁴² a significand of 64 bits reads as zero; to be written, the smallest
    /// number is scaled by 10³²³.
    static let exponents = -342...323

    /// g for each n of `exponents`, in their order.
    static let significands: [UInt128] = negative.reversed() + nonnegative

    /// 10ⁿ and 5ⁿ have the same significand, and 5ⁿ is the shorter to compute with.
    private static var nonnegative: [UInt128] {
        var power: [UInt64] = [1]
        return (0...exponents.upperBound).map { _ in
            defer { multiplyByFive(&power) }
            return leadingBits(of: power)
        }
    }

    /// ⌊2⁹⁶⁰/5ⁿ⌋ by repeated division: the floor of a floor is the floor of the whole, and 5³⁴² < 2⁷⁹⁵ leaves 165 bits at the end.
    private static var negative: [UInt128] {
        var quotient = [UInt64](repeating: 0, count: 15) + [1]
        return (1...(-exponents.lowerBound)).map { _ in
            divideByFive(&quotient)
            return leadingBits(of: quotient)
        }
    }

    /// The 128 bits that begin with the highest set one; words are stored lowest first, and the highest is not zero.
    private static func leadingBits(of words: [UInt64]) -> UInt128 {
        let top = (words.suffix(3).reversed() + [0, 0]).prefix(3).map { UInt128($0) }
        let shift = top[0].leadingZeroBitCount - 64
        return (top[0] << 64 | top[1]) << shift | (top[2] << shift) >> 64
    }

    private static func multiplyByFive(_ words: inout [UInt64]) {
        var carry: UInt64 = 0
        for index in words.indices {
            let product = words[index].multipliedFullWidth(by: 5)
            let (low, overflow) = product.low.addingReportingOverflow(carry)
            words[index] = low
            carry = product.high + (overflow ? 1 : 0)
        }
        if carry > 0 { words.append(carry) }
    }

    private static func divideByFive(_ words: inout [UInt64]) {
        var remainder: UInt64 = 0
        for index in words.indices.reversed() {
            (words[index], remainder) = UInt64(5).dividingFullWidth((remainder, words[index]))
        }
        while words.last == 0 { words.removeLast() }
    }
}
