import CKernels

/// The door to the writers of runs, which are C because they are made of intrinsics and chosen at run time. `NumberText` is their reference.
enum VectorWriter {
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
                unsafe withReference { reference in
                    initializedCount += unsafe write(first, numbers.count, columns, column, end, reference)
                }
            }
        }
    }

    @inline(__always)
    private static func withReference(_ body: (UnsafePointer<ck_number_reference>) -> Void) {
        unsafe PowersOfTen.significands.withUnsafeBytes { powers in
            unsafe Scale.all.withUnsafeBytes { scales in
                guard let powers = unsafe powers.bindMemory(to: UInt64.self).baseAddress,
                    let scales = unsafe scales.bindMemory(to: UInt64.self).baseAddress
                else { return }
                var reference = unsafe ck_number_reference(
                    power_of_ten: powers - 2 * PowersOfTen.exponents.lowerBound, scales: scales,
                    write_double: { unsafe NumberText.store($0, at: $1) },
                    write_float: { unsafe NumberText.store($0, at: $1) })
                unsafe body(&reference)
            }
        }
    }
}
