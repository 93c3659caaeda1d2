import CKernels

/// A floating-point type that can be written as text: `Double` or `Float`.
package protocol WritableScalar: BinaryFloatingPoint, BitwiseCopyable, Sendable {
    /// Appends each element and, after it, its separator: `,` within a row, `],[` at the end of one. The last element too is followed by
    /// its separator, so that runs which follow one another can be written apart.
    ///
    /// - Parameters:
    ///   - columns: elements in a row, at least 1.
    ///   - column: where in its row the first element stands, `0 ..< columns`.
    ///   - text: must have room for `JSONWriter.capacity(forNumbers: elements.count)`.
    ///   - form: one of `TextForm.available`, which changes nothing but the time.
    static func appendRun(
        _ elements: Span<Self>, columns: Int, startingAt column: Int, to text: inout OutputSpan<UInt8>, by form: TextForm)
}

extension Double: WritableScalar {
    package static func appendRun(
        _ elements: Span<Double>, columns: Int, startingAt column: Int, to text: inout OutputSpan<UInt8>, by form: TextForm
    ) {
        switch form {
        case .scalar: NumberText.appendRun(elements, columns: columns, startingAt: column, to: &text)
        case .words:
            unsafe VectorWriter.appendRun(elements, columns: columns, startingAt: column, to: &text, by: ck_write_doubles_by_words)
        case .vectors: unsafe VectorWriter.appendRun(elements, columns: columns, startingAt: column, to: &text, by: ck_write_doubles)
        }
    }
}

extension Float: WritableScalar {
    package static func appendRun(
        _ elements: Span<Float>, columns: Int, startingAt column: Int, to text: inout OutputSpan<UInt8>, by form: TextForm
    ) {
        switch form {
        case .scalar: NumberText.appendRun(elements, columns: columns, startingAt: column, to: &text)
        case .words:
            unsafe VectorWriter.appendRun(elements, columns: columns, startingAt: column, to: &text, by: ck_write_floats_by_words)
        case .vectors: unsafe VectorWriter.appendRun(elements, columns: columns, startingAt: column, to: &text, by: ck_write_floats)
        }
    }
}

extension WritableScalar {
    /// A normal number is (significand with its hidden bit)·2^(exponent field - this): 1075 for Double, 150 for Float.
    @inline(__always)
    static var exponentOffset: Int { (1 << (exponentBitCount - 1)) - 1 + significandBitCount }

    /// Normal and no power of two: both neighbours are equally far, and there are 16 or 17 digits (6 to 9 for Float) at most.
    @inline(__always)
    var hasEvenNeighbours: Bool {
        let (field, infinite) = (Int(truncatingIfNeeded: exponentBitPattern), (1 << Self.exponentBitCount) - 1)
        return UInt(truncatingIfNeeded: field &- 1) < UInt(truncatingIfNeeded: infinite - 1) && significandBitPattern != 0
    }
}
