/// The upper 128 bits of the powers of five, which `DecimalReadable.nearestBits` multiplies by.
enum PowersOfFive {
    /// Below and above these a significand of 64 bits gives zero or infinity in binary64, and so in binary32.
    static let exponents = -342...308

    /// Entry `i` is 5^q for q = `i + exponents.lowerBound`, scaled by a power of two such that its highest bit is set, and cut to 128
    /// bits; for q from -27 to -1 rounded up instead, so that dividing by a power of five that divides the significand is exact
    /// (Lemire, "Number parsing at a gigabyte per second", 2021, section 5 and appendix).
    ///
    /// Made with exact integers when first used, in less than a millisecond: shorter than 651 literals and open to reading.
    static let table: [UInt128] = {
        var one = [UInt64](repeating: 0, count: 16)
        one[15] = 1 << 63  // 2^1023: dividing it by 5^342 leaves more than 128 bits
        var reciprocals: [UInt128] = []
        for power in 1...(-exponents.lowerBound) {
            divideByFive(&one)  // ⌊⌊a/5⌋/5⌋ = ⌊a/25⌋: no error adds up
            reciprocals.append(leading128Bits(one) + (power <= 27 ? 1 : 0))
        }
        var product = [UInt64](repeating: 0, count: 16)
        product[0] = 1
        var powers = [leading128Bits(product)]
        for _ in 1...exponents.upperBound {
            multiplyByFive(&product)
            powers.append(leading128Bits(product))
        }
        return reciprocals.reversed() + powers
    }()

    private static func divideByFive(_ limbs: inout [UInt64]) {
        var remainder: UInt64 = 0
        for i in limbs.indices.reversed() {
            (limbs[i], remainder) = (5 as UInt64).dividingFullWidth((remainder, limbs[i]))
        }
    }

    private static func multiplyByFive(_ limbs: inout [UInt64]) {
        var carry: UInt64 = 0
        for i in limbs.indices {
            let product = UInt128(limbs[i]) * 5 + UInt128(carry)
            limbs[i] = UInt64(truncatingIfNeeded: product)
            carry = UInt64(truncatingIfNeeded: product >> 64)
        }
    }

    /// The 128 bits from the highest set bit down, of limbs that are not all zero.
    private static func leading128Bits(_ limbs: [UInt64]) -> UInt128 {
        let top = limbs.lastIndex { $0 != 0 } ?? 0
        let limb = { (i: Int) in i < 0 ? 0 : UInt128(limbs[i]) }
        let shift = limbs[top].leadingZeroBitCount
        let leading = (limb(top) << 64 | limb(top - 1)) << shift
        return leading | limb(top - 2) >> (64 - shift)
    }
}
