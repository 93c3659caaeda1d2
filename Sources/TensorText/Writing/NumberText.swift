/// Numbers as JSON text, laid out as Python's `repr` and `json.dumps` do: positional for 1e-4 ≤ |x| < 1e16, always with a point
/// (`1.0`, `0.0001`), otherwise `1e-05`, `1.5e+16`. A Float is laid out by the same bounds with its own, shorter digits. What JSON has no
/// number for is a string: `"NaN"`, `"Infinity"`, `"-Infinity"`.
///
/// The hot path has no branch that depends on a number's digits: it writes the whole layout with fixed stores, later ones covering what
/// earlier ones wrote too far, and advances by the length. So a number may touch 35 bytes, whatever its length.
enum NumberText {
    /// What so many numbers and their separators may touch. The longest number is `-2.2250738585072014e-308`, 24 bytes, and `],[` may
    /// follow; the stores of the last one may go up to 35 bytes beyond its start.
    static func capacity(forNumbers count: Int) -> Int { 27 * count + 32 }

    /// Numbers that go through one step together: a number alone is a chain of steps that leaves the CPU waiting.
    private static let block = 32

    /// The reference behind `WritableScalar.appendRun`; that one's contract holds here.
    @inline(__always)
    static func appendRun<Number: WritableScalar>(
        _ elements: Span<Number>, columns: Int, startingAt column: Int, to text: inout OutputSpan<UInt8>
    ) {
        precondition(text.freeCapacity >= capacity(forNumbers: elements.count))
        unsafe text.withUnsafeMutableBufferPointer { buffer, initializedCount in
            guard let base = UnsafeMutableRawPointer(buffer.baseAddress) else { return }
            let start = unsafe base + initializedCount
            initializedCount += unsafe store(elements, columns: columns, startingAt: column, at: start) - start
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
        let (scales, powers, layouts) = (Scale.all, PowersOfTen.significands, DecimalLayout.all)
        var draft = DecimalDraft()
        draft.take(ShortestDecimal(number, scales.span, powers.span))
        draft.split()
        return unsafe withUnsafePointer(to: draft) { draft in
            unsafe store(draft, of: number, at: start, layouts.span) - start - 1
        }
    }

    /// Stores numbers and their separators, and returns their end.
    @inline(__always)
    private static func store<Number: WritableScalar>(
        _ elements: Span<Number>, columns: Int, startingAt column: Int, at start: UnsafeMutableRawPointer
    ) -> UnsafeMutableRawPointer {
        let (scales, powers, layouts) = (Scale.all, PowersOfTen.significands, DecimalLayout.all)
        return unsafe withUnsafeTemporaryAllocation(of: DecimalDraft.self, capacity: min(block, elements.count)) { drafts in
            unsafe drafts.initialize(repeating: DecimalDraft())
            guard let draft = drafts.baseAddress else { return unsafe start }
            var end = unsafe start
            var left = columns - column
            for first in stride(from: 0, to: elements.count, by: block) {
                let some = elements.extracting(first..<min(first + block, elements.count))
                for index in some.indices { unsafe draft[index].take(ShortestDecimal(some[index], scales.span, powers.span)) }
                for index in some.indices { unsafe draft[index].split() }
                for index in some.indices {
                    unsafe end = store(draft + index, of: some[index], at: end, layouts.span)
                    left &-= 1
                    if left == 0 {
                        unsafe end.storeBytes(of: 0x5b_2c_5d, toByteOffset: -1, as: UInt32.self)  // ],[
                        unsafe end += 2
                        left = columns
                    }
                }
            }
            return unsafe end
        }
    }

    /// Stores one number and a comma, and returns their end.
    @inline(__always)
    private static func store<Number: WritableScalar>(
        _ draft: UnsafePointer<DecimalDraft>, of number: Number, at start: UnsafeMutableRawPointer, _ layouts: Span<DecimalLayout>
    ) -> UnsafeMutableRawPointer {
        let layout = unsafe draft.pointee.layout
        guard layouts.indices.contains(layout) else {
            let end = unsafe start + storeSpecial(number, at: start)
            unsafe end.storeBytes(of: UInt8(ascii: ","), as: UInt8.self)
            return unsafe end + 1
        }
        unsafe start.storeBytes(of: UInt8(ascii: "-"), as: UInt8.self)
        return unsafe layouts[layout].store(draft, at: start + (number.sign == .minus ? 1 : 0))
    }

    /// What is not finite.
    @inline(never)
    private static func storeSpecial<Number: WritableScalar>(_ number: Number, at start: UnsafeMutableRawPointer) -> Int {
        let text: StaticString = number.isNaN ? "\"NaN\"" : number.sign == .minus ? "\"-Infinity\"" : "\"Infinity\""
        unsafe start.copyMemory(from: text.utf8Start, byteCount: text.utf8CodeUnitCount)
        return text.utf8CodeUnitCount
    }
}
