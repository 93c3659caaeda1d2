import CKernels
import Foundation
import Testing

/// The forms of the readers and the writers that this CPU has the instructions for.
private enum Form: CaseIterable {
    case words, vectors

    static let available = allCases.filter { ($0 == .words ? ck_can_use_words() : ck_can_read_numbers()) != 0 }
    static let ofWriters = allCases.filter { ($0 == .words ? ck_can_use_words() : ck_can_write_numbers()) != 0 }
}

/// What one call has read.
private struct Outcome: Equatable {
    var count, end: UInt32
    var left: [UInt32]
    var bits: [UInt64]

    /// The powers of ten are none: values need only be the same wherever the text stands.
    private static let powers = (0..<2 * 700).map { UInt64(1) << 63 | UInt64($0) << 40 }

    init(_ text: UnsafePointer<UInt8>, size: Int, columns: Int, by form: Form) throws {
        var numbers = [Double](repeating: -1, count: 200)
        var list = [ck_left_number](repeating: ck_left_number(), count: Int(CK_NUMBERS_PER_RUN))
        let run = try unsafe Self.powers.withUnsafeBufferPointer { powers in
            let middle = try unsafe #require(powers.baseAddress) + 2 * 342
            let read = unsafe form == .vectors ? ck_read_doubles : ck_read_doubles_by_words
            return unsafe read(text, size, columns, 0, middle, &numbers, numbers.count, &list)
        }
        (count, end) = (run.count, run.end)
        left = list.prefix(Int(run.left_count)).flatMap { [$0.index, $0.previous_end, $0.start, $0.end] }
        for number in list.prefix(Int(run.left_count)) { numbers[Int(number.index)] = 0 }
        #expect(numbers.dropFirst(Int(count)).allSatisfy { $0 == -1 })
        bits = numbers.prefix(Int(count)).map(\.bitPattern)
    }
}

struct TextMemoryTests {

    /// Texts, how many columns they are said to have, and how many numbers they then begin with: one that ends with the text may go on.
    static let texts = [
        ("1]", 1, 1), ("0.5,-1,2e3]", 2, 2), ("0.5,-1,2e3]", 0, 3), ("1,2],[3,4]]", 2, 4), ("e5,1]", 0, 2), ("1", 0, 0), ("1,", 0, 1),
        ("1 , 2 ]", 2, 2),
        (String(repeating: "0.1234567890123456,", count: 40) + "7]", 41, 41),
    ]

    @Test(.enabled(if: !Form.available.isEmpty), arguments: texts)
    func `numbers are read from no byte outside the text`(text: String, columns: Int, count: Int) throws {
        let page = unsafe try guardedPage()
        defer { unsafe free(guardedPage: page) }
        let size = text.utf8.count
        for offset in [Int(CK_BYTES_BEFORE_RUN), pageSize - size] {
            let start = unsafe (page + offset).bindMemory(to: UInt8.self, capacity: size)
            for (index, byte) in text.utf8.enumerated() { unsafe start[index] = byte }
            for form in Form.available {
                let outcome = try unsafe Outcome(start, size: size, columns: columns, by: form)
                #expect(Int(outcome.count) == count && Int(outcome.end) < size)
            }
        }
    }

    static let mixtures = [
        "0.25,-1e-05,17,4.9e-324,123456789.125,\"NaN\",-0.1234567890123456789012,7E+300,1.,00,5e,-,12 34,0.5,1",
        "[1,2,3]", "1,2,3,4],[5,6,7,8],[9,10,11,12]", "1 ,\n  -2.5e7 ,\n  3]", String(repeating: "1234567,", count: 20),
        String(repeating: "1,", count: 140), "1\u{e9},2,3",
    ]

    /// Cut at every length, at the end of a page, and at every alignment between bytes that would change the numbers.
    @Test(.enabled(if: !Form.available.isEmpty), arguments: mixtures)
    func `numbers are read alike wherever the text stands and whatever stands around it`(text: String) throws {
        let page = unsafe try guardedPage()
        defer { unsafe free(guardedPage: page) }
        let bytes = Array(text.utf8)
        for size in 1...bytes.count {
            for (columns, form) in [0, 4].flatMap({ columns in Form.available.map { (columns, $0) } }) {
                let end = unsafe (page + pageSize - size).bindMemory(to: UInt8.self, capacity: size)
                for index in 0..<size { unsafe end[index] = bytes[index] }
                let outcome = try unsafe Outcome(end, size: size, columns: columns, by: form)
                for filler in Array("1.-e, ".utf8) {
                    var around = [UInt8](repeating: filler, count: 200 + size)
                    let start = 40 + size % 64
                    around[start - 1] = UInt8(ascii: ",")
                    around.replaceSubrange(start..<start + size, with: bytes[..<size])
                    let between = try unsafe around.withUnsafeBufferPointer { buffer in
                        try unsafe Outcome(#require(buffer.baseAddress) + start, size: size, columns: columns, by: form)
                    }
                    #expect(between == outcome, "\(size) bytes of \(text) in rows of \(columns)")
                }
            }
        }
    }

    /// What is left to the reference is written as long as it may be: 24 bytes.
    @Test(.enabled(if: !Form.ofWriters.isEmpty), arguments: [1, 3, 16, 17, 1000], Form.ofWriters)
    fileprivate func `numbers are written into no byte outside their room and read from none outside the array`(
        columns: Int, form: Form
    ) throws {
        let writeDoubles = unsafe form == .vectors ? ck_write_doubles : ck_write_doubles_by_words
        let writeFloats = unsafe form == .vectors ? ck_write_floats : ck_write_floats_by_words
        let (source, target) = unsafe (try guardedPage(), try guardedPage())
        defer {
            unsafe free(guardedPage: source)
            unsafe free(guardedPage: target)
        }
        let powers = [UInt64](repeating: 1 << 63, count: 2 * 2046)
        try unsafe powers.withUnsafeBufferPointer { powers in
            var reference = unsafe ck_number_reference(
                power_of_ten: try #require(powers.baseAddress) + 2 * 342, scales: try #require(powers.baseAddress),
                write_double: { _, text in
                    unsafe text.initializeMemory(as: UInt8.self, repeating: 57, count: 24)
                    return 24
                },
                write_float: { _, text in
                    unsafe text.initializeMemory(as: UInt8.self, repeating: 57, count: 24)
                    return 24
                })
            for count in 0...70 {
                let room = 27 * count + 32
                let numbers = unsafe (source + pageSize - 8 * count).bindMemory(to: Double.self, capacity: count)
                let text = unsafe (target + pageSize - room).bindMemory(to: CChar.self, capacity: room)
                for numbersAreLeft in [false, true] {
                    for index in 0..<count { unsafe numbers[index] = numbersAreLeft ? .infinity : -0.1 * Double(index) }
                    let size = unsafe writeDoubles(numbers, count, columns, columns - 1, text, &reference)
                    #expect(size <= 27 * count && (!numbersAreLeft || size >= 25 * count))
                    let floats = unsafe (source + pageSize - 4 * count).bindMemory(to: Float.self, capacity: count)
                    for index in 0..<count { unsafe floats[index] = numbersAreLeft ? .infinity : 0.1 * Float(index) }
                    #expect(unsafe writeFloats(floats, count, columns, 0, text, &reference) <= 27 * count)
                }
            }
        }
    }

    @Test(.enabled(if: !Form.available.isEmpty), arguments: [1, 2, 63, 64, 65, 127, 128, 129, 1000], Form.available)
    fileprivate func `arrays are walked over no byte outside the text`(size: Int, form: Form) throws {
        let walk = unsafe form == .vectors ? ck_walk_arrays : ck_walk_arrays_by_words
        let page = unsafe try guardedPage()
        defer { unsafe free(guardedPage: page) }
        let start = unsafe (page + pageSize - size).bindMemory(to: UInt8.self, capacity: size)
        for index in 0..<size { unsafe start[index] = UInt8(ascii: "1") }
        unsafe start[0] = UInt8(ascii: "[")
        let open = unsafe walk(start, size, 8)
        #expect((open.at, open.depth, open.commas) == (size, 1, 0))
        if size > 2 {
            unsafe start[size - 2] = UInt8(ascii: ",")
            unsafe start[size - 1] = UInt8(ascii: "]")
            let closed = unsafe walk(start, size, 8)
            #expect((closed.at, closed.depth, closed.commas) == (size, 0, 1))
        }
    }
}
