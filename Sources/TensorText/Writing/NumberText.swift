/// Numbers as JSON text, laid out as Python's `repr` and `json.dumps` do: positional for 1e-4 ≤ |x| < 1e16, always with a point
/// (`1.0`, `0.0001`), otherwise `1e-05`, `1.5e+16`. A Float is laid out by the same bounds with its own, shorter digits. What JSON has no
/// number for is a string: `"NaN"`, `"Infinity"`, `"-Infinity"`.
///
/// The hot path has no branch that depends on a number's digits: it writes the whole layout with fixed stores, later ones covering what
/// earlier ones wrote too far, and advances by the length. So a number may touch 32 bytes, whatever its length.
enum NumberText {
    /// What so many numbers and their separators may touch. The longest number is `-2.2250738585072014e-308`, 24 bytes, and `],[` may
    /// follow; the stores of the last one may go up to 32 bytes beyond its start.
    static func capacity(forNumbers count: Int) -> Int { 27 * count + 32 }

    /// The reference behind `WritableScalar.appendRun`; that one's contract holds here.
    @inline(__always)
    static func appendRun<Number: WritableScalar>(
        _ elements: Span<Number>, columns: Int, startingAt column: Int, to text: inout OutputSpan<UInt8>
    ) {
        precondition(text.freeCapacity >= capacity(forNumbers: elements.count))
        let (powers, layouts) = (PowersOfTen.significands, DecimalLayout.all)
        unsafe text.withUnsafeMutableBufferPointer { buffer, initializedCount in
            guard elements.count > 0, let base = UnsafeMutableRawPointer(buffer.baseAddress) else { return }
            var end = unsafe base + initializedCount
            var left = columns - column
            // The next number's decimals are sought while this one's are laid out: one number alone is a chain that leaves the CPU waiting.
            var decimal = ShortestDecimal(elements[0], scaledBy: powers.span)
            for index in elements.indices {
                let next = ShortestDecimal(elements[min(index &+ 1, elements.count &- 1)], scaledBy: powers.span)
                unsafe end += store(decimal, of: elements[index], at: end, layouts.span)
                decimal = next
                left &-= 1
                if left == 0 {
                    unsafe end.storeBytes(of: 0x5b_2c_5d, as: UInt32.self)  // ],[
                    unsafe end += 3
                    left = columns
                } else {
                    unsafe end.storeBytes(of: UInt8(ascii: ","), as: UInt8.self)
                    unsafe end += 1
                }
            }
            initializedCount = unsafe end - base
        }
    }

    /// Appends one number alone. `text` must have room for `capacity(forNumbers: 1)`.
    static func append<Number: WritableScalar>(_ number: Number, to text: inout OutputSpan<UInt8>) {
        precondition(text.freeCapacity >= capacity(forNumbers: 1))
        unsafe text.withUnsafeMutableBufferPointer { buffer, initializedCount in
            guard let base = UnsafeMutableRawPointer(buffer.baseAddress) else { return }
            initializedCount += unsafe store(number, at: base + initializedCount)
        }
    }

    /// Stores one number and returns its length. At `start` there must be room for `capacity(forNumbers: 1)`.
    static func store<Number: WritableScalar>(_ number: Number, at start: UnsafeMutableRawPointer) -> Int {
        let (powers, layouts) = (PowersOfTen.significands, DecimalLayout.all)
        return unsafe store(ShortestDecimal(number, scaledBy: powers.span), of: number, at: start, layouts.span)
    }

    /// The same for a number whose decimal is known.
    @inline(__always)
    private static func store<Number: WritableScalar>(
        _ decimal: ShortestDecimal, of number: Number, at start: UnsafeMutableRawPointer, _ layouts: Span<DecimalLayout>
    ) -> Int {
        guard decimal.leading != 0 else { return unsafe storeSpecial(number, at: start) }
        unsafe start.storeBytes(of: UInt8(ascii: "-"), as: UInt8.self)
        let signLength = number.sign == .minus ? 1 : 0
        return unsafe signLength &+ decimal.store(at: start + signLength, layouts)
    }

    /// Zero and what is not finite.
    @inline(never)
    private static func storeSpecial<Number: WritableScalar>(_ number: Number, at start: UnsafeMutableRawPointer) -> Int {
        let isNegative = number.sign == .minus
        let text: StaticString =
            number.isNaN ? "\"NaN\"" : number.isInfinite ? (isNegative ? "\"-Infinity\"" : "\"Infinity\"") : isNegative ? "-0.0" : "0.0"
        unsafe start.copyMemory(from: text.utf8Start, byteCount: text.utf8CodeUnitCount)
        return text.utf8CodeUnitCount
    }
}
