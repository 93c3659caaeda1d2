import CKernels
import Foundation
import Testing

let pageSize = Int(getpagesize())

/// A page between two that nobody may touch: a read one entry too far ends the test run.
func guardedPage() throws -> UnsafeMutableRawPointer {
    let mapped = unsafe mmap(nil, 3 * pageSize, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
    let pages = try unsafe #require(mapped)
    let page = unsafe pages + pageSize
    try #require(unsafe mprotect(page, pageSize, PROT_READ | PROT_WRITE) == 0)
    return unsafe page
}

func free(guardedPage page: UnsafeMutableRawPointer) {
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
