import CKernels

/// The door to the readers of runs, which are C because they are made of intrinsics and chosen at run time. `TensorReader` reads the same
/// without them.
enum VectorReader {
    /// Goes through nested arrays of numbers, from the `[` at `offset` on, as far as `ck_walk_arrays` does; in the scalar form nowhere.
    static func walkArrays(_ text: JSONText, from offset: Int, maximumDepth: Int, by form: TextForm) -> ck_array_walk {
        if form == .scalar { return ck_array_walk() }
        precondition((0..<text.count).contains(offset))
        return unsafe text.bytes.withUnsafeBufferPointer { bytes in
            guard let start = bytes.baseAddress else { return ck_array_walk() }
            let walk = unsafe form == .vectors ? ck_walk_arrays : ck_walk_arrays_by_words
            return unsafe walk(start + offset, bytes.count - offset, maximumDepth)
        }
    }

    /// Below so many numbers the scalar way is as fast: a run has a fixed cost.
    static let leastCount = 16

    /// What the vectors may read of the text, and what they have to go by.
    struct Place {
        /// From a number on, behind `[`, a comma or white space, and at least `CK_BYTES_BEFORE_RUN` bytes behind the beginning of the text.
        var range: Range<Int>
        /// How many numbers a row has; 0 where that isn't known yet.
        var columns: Int
        /// Where in its row the first number stands.
        var column: Int
    }

    /// The contract of `VectorReadable.appendRun`.
    @inline(__always)
    static func appendRun<Element: VectorReadable>(
        _ text: JSONText, _ place: Place, to elements: inout OutputSpan<Element>, readOther: (Range<Int>) -> Element?,
        by read: (
            UnsafePointer<UInt8>, Int, Int, Int, UnsafePointer<UInt64>, UnsafeMutablePointer<Element>, Int,
            UnsafeMutablePointer<ck_left_number>
        ) -> ck_number_run
    ) -> (count: Int, end: Int) {
        precondition(place.range.lowerBound >= CK_BYTES_BEFORE_RUN && place.range.upperBound <= text.count)
        precondition(place.columns == 0 || place.column < place.columns)
        let before = text.byte(at: place.range.lowerBound - 1)
        precondition(before == UInt8(ascii: ",") || before == UInt8(ascii: "[") || isWhiteSpace(before))
        return unsafe text.bytes.withUnsafeBufferPointer { bytes in
            unsafe PowersOfTen.significands.withUnsafeBytes { powers in
                unsafe elements.withUnsafeMutableBufferPointer { buffer, initializedCount in
                    unsafe withUnsafeTemporaryAllocation(of: ck_left_number.self, capacity: Int(CK_LEFT_PER_RUN)) { left in
                        guard let start = bytes.baseAddress, let numbers = buffer.baseAddress, let list = left.baseAddress,
                            let words = unsafe powers.bindMemory(to: UInt64.self).baseAddress
                        else { return (0, 0) }
                        let offset = place.range.lowerBound
                        let run = unsafe read(
                            start + offset, place.range.count, place.columns, place.column, words - 2 * PowersOfTen.exponents.lowerBound,
                            numbers + initializedCount, buffer.count - initializedCount, list)
                        var (count, end) = (Int(run.count), offset + Int(run.end))
                        for index in 0..<Int(run.left_count) {
                            let number = unsafe list[index]
                            let range = offset + Int(number.start)..<offset + Int(number.end)
                            guard let value = readOther(range) else {
                                (count, end) = (Int(number.index), offset + Int(number.previous_end))
                                break
                            }
                            unsafe numbers[initializedCount + Int(number.index)] = value
                        }
                        initializedCount += count
                        return (count, end)
                    }
                }
            }
        }
    }
}

/// A type that the vectors read.
protocol VectorReadable: DecimalReadable {
    /// Appends the numbers at `place`: as many as follow one another in whole rows, up to `CK_NUMBERS_PER_RUN`. Returns how many these
    /// are, and where the last one's text ends. `readOther` reads what the vectors do not; the run ends before one that it declines.
    ///
    /// - Precondition: `form` is available and not scalar.
    static func appendRun(
        _ text: JSONText, _ place: VectorReader.Place, by form: TextForm, to elements: inout OutputSpan<Self>,
        readOther: (Range<Int>) -> Self?
    ) -> (count: Int, end: Int)
}

extension Double: VectorReadable {
    static func appendRun(
        _ text: JSONText, _ place: VectorReader.Place, by form: TextForm, to elements: inout OutputSpan<Double>,
        readOther: (Range<Int>) -> Double?
    ) -> (count: Int, end: Int) {
        let read = unsafe form == .vectors ? ck_read_doubles : ck_read_doubles_by_words
        return unsafe VectorReader.appendRun(text, place, to: &elements, readOther: readOther, by: read)
    }
}

extension Float: VectorReadable {
    static func appendRun(
        _ text: JSONText, _ place: VectorReader.Place, by form: TextForm, to elements: inout OutputSpan<Float>,
        readOther: (Range<Int>) -> Float?
    ) -> (count: Int, end: Int) {
        let read = unsafe form == .vectors ? ck_read_floats : ck_read_floats_by_words
        return unsafe VectorReader.appendRun(text, place, to: &elements, readOther: readOther, by: read)
    }
}
