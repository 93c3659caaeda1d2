import CKernels
import Foundation
import Testing

private let pageSize = Int(getpagesize())

/// A page between two that nobody may touch: a read one entry too far ends the test run.
private func guardedPage() throws -> UnsafeMutableRawPointer {
    let mapped = unsafe mmap(nil, 3 * pageSize, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
    let pages = try unsafe #require(mapped)
    let page = unsafe pages + pageSize
    try #require(unsafe mprotect(page, pageSize, PROT_READ | PROT_WRITE) == 0)
    return unsafe page
}

private func free(guardedPage page: UnsafeMutableRawPointer) {
    unsafe munmap(page - pageSize, 3 * pageSize)
}

/// `count` doubles, all 1, at the end of the page or at its beginning.
private func ones(_ count: Int, in page: UnsafeMutableRawPointer, atEnd: Bool) -> UnsafeMutablePointer<Double> {
    let ones = unsafe (page + (atEnd ? pageSize - 8 * count : 0)).bindMemory(to: Double.self, capacity: count)
    unsafe ones.update(repeating: 1, count: count)
    return unsafe ones
}

struct MemoryTests {
    static let shapes = [(1, 1, 1), (1, 4, 4), (3, 5, 7), (9, 25, 17), (8, 24, 20), (17, 17, 17), (1, 11, 40), (20, 3, 20)]

    @Test(arguments: levels, [true, false]) func `products and activations stay inside their arrays`(level: Int32, atEnd: Bool) throws {
        let (left, right, result) = unsafe (try guardedPage(), try guardedPage(), try guardedPage())
        defer {
            unsafe free(guardedPage: left)
            unsafe free(guardedPage: right)
            unsafe free(guardedPage: result)
        }
        for (m, n, k) in Self.shapes {
            for (b_row, b_column) in [(n, 1), (1, k)] {
                let a = unsafe ones(m * k, in: left, atEnd: atEnd)
                let b = unsafe ones(k * n, in: right, atEnd: atEnd)
                let c = unsafe ones(m * n, in: result, atEnd: atEnd)
                unsafe ck_products(level).multiply_f64(
                    Int64(m), Int64(n), Int64(k), a, Int64(k), 1, b, Int64(b_row), Int64(b_column), c, Int64(n), 1, 0)
                let allRight = (0..<m * n).allSatisfy { unsafe c[$0] == Double(k) }
                #expect(allRight, "m = \(m), n = \(n), k = \(k)")
            }
        }
        for count in 0...70 {
            let o = unsafe ones(count, in: left, atEnd: atEnd)
            let h = unsafe ones(count, in: right, atEnd: atEnd)
            let derivative = unsafe ones(count, in: result, atEnd: atEnd)
            unsafe ck_activations(level).tanh_f64(Int64(count), o, h, derivative)
            let allRight = (0..<count).allSatisfy { unsafe abs(h[$0] - Foundation.tanh(1)) < 1e-15 && derivative[$0] < 0.42 }
            #expect(allRight, "count = \(count)")
        }
    }
}

struct TextMemoryTests {
    /// Texts, how many columns they are said to have, and how many numbers they then begin with: one that ends with the text may go on.
    static let texts = [
        ("1]", 1, 1), ("0.5,-1,2e3]", 2, 2), ("0.5,-1,2e3]", 0, 3), ("1,2],[3,4]]", 2, 4), ("e5,1]", 0, 2), ("1", 0, 0), ("1,", 0, 1),
        ("1 , 2 ]", 2, 2),
        (String(repeating: "0.1234567890123456,", count: 40) + "7]", 41, 41),
    ]

    @Test(.enabled(if: ck_can_read_numbers() != 0), arguments: texts)
    func `numbers are read from no byte outside the text`(text: String, columns: Int, count: Int) throws {
        let page = unsafe try guardedPage()
        defer { unsafe free(guardedPage: page) }
        let size = text.utf8.count
        // The powers of ten are none: values do not matter here.
        let powers = [UInt64](repeating: 1 << 63, count: 2 * 700)
        for offset in [Int(CK_BYTES_BEFORE_RUN), pageSize - size] {
            let start = unsafe (page + offset).bindMemory(to: UInt8.self, capacity: size)
            for (index, byte) in text.utf8.enumerated() { unsafe start[index] = byte }
            var numbers = [Double](repeating: -1, count: 200)
            var left = [ck_left_number](repeating: ck_left_number(), count: Int(CK_NUMBERS_PER_RUN))
            let run = try unsafe powers.withUnsafeBufferPointer { powers in
                let middle = try unsafe #require(powers.baseAddress) + 2 * 342
                return unsafe ck_read_doubles(start, size, columns, 0, middle, &numbers, numbers.count, &left)
            }
            #expect(Int(run.count) == count && Int(run.end) < size)
            #expect(numbers[count...].allSatisfy { $0 == -1 })
        }
    }

    @Test(.enabled(if: ck_can_walk_arrays() != 0), arguments: [1, 2, 63, 64, 65, 127, 128, 129, 1000])
    func `arrays are walked over no byte outside the text`(size: Int) throws {
        let page = unsafe try guardedPage()
        defer { unsafe free(guardedPage: page) }
        let start = unsafe (page + pageSize - size).bindMemory(to: UInt8.self, capacity: size)
        for index in 0..<size { unsafe start[index] = UInt8(ascii: "1") }
        unsafe start[0] = UInt8(ascii: "[")
        let open = unsafe ck_walk_arrays(start, size, 8)
        #expect((open.at, open.depth, open.commas) == (size, 1, 0))
        if size > 2 {
            unsafe start[size - 2] = UInt8(ascii: ",")
            unsafe start[size - 1] = UInt8(ascii: "]")
            let closed = unsafe ck_walk_arrays(start, size, 8)
            #expect((closed.at, closed.depth, closed.commas) == (size, 0, 1))
        }
    }
}
