import CKernels

/// The door to the vector writer, which is C because it is made of intrinsics and chosen at run time. `NumberText` is its reference.
enum VectorWriter {
    /// Whether this CPU has the instructions.
    static let isAvailable = ck_can_write_numbers() != 0

    /// The contract of `WritableScalar.appendRun`.
    @inline(__always)
    static func appendRun<Number: WritableScalar>(
        _ elements: Span<Number>, columns: Int, startingAt column: Int, to text: inout OutputSpan<UInt8>,
        by write: (
            UnsafePointer<Number>, Int, Int, Int, UnsafeMutablePointer<CChar>, UnsafePointer<ck_number_reference>
        ) -> Int
    ) {
        precondition(text.freeCapacity >= NumberText.capacity(forNumbers: elements.count))
        precondition(columns >= 1 && (0..<columns).contains(column))
        unsafe elements.withUnsafeBufferPointer { numbers in
            unsafe text.withUnsafeMutableBufferPointer { buffer, initializedCount in
                guard let first = numbers.baseAddress, let base = UnsafeMutableRawPointer(buffer.baseAddress) else { return }
                let end = unsafe (base + initializedCount).assumingMemoryBound(to: CChar.self)
                unsafe PowersOfTen.significands.withUnsafeBytes { powers in
                    guard let words = unsafe powers.bindMemory(to: UInt64.self).baseAddress else { return }
                    var reference = unsafe ck_number_reference(
                        power_of_ten: words - 2 * PowersOfTen.exponents.lowerBound,
                        write_double: { unsafe NumberText.store($0, at: $1) },
                        write_float: { unsafe NumberText.store($0, at: $1) })
                    initializedCount += unsafe write(first, numbers.count, columns, column, end, &reference)
                }
            }
        }
    }
}
