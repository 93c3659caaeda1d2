import HTTP1
import Testing
import Transport

@testable import GradientServer

@Suite struct BodyReaderTests {
    @Test(arguments: [0, 10, 16 << 10], [1 << 20, 17 << 20, 64 << 20])
    func `the room for a body grows with what has come of it, and few bytes are copied for that`(early: Int, length: Int) throws {
        let piece = [UInt8](repeating: 32, count: 64 << 10)
        var body = BodyReader(framing: .length(length), limit: length)
        #expect(try body.take(from: piece.span.extracting(first: early)) == early)
        var (copied, capacity, excess) = (0, 0, 0)
        while !body.isComplete {
            let before = body.count
            let outcome = body.receive { storage, count in
                excess = max(excess, storage.capacity - 32 * (before + piece.count))
                if storage.capacity != capacity { copied += before }
                capacity = storage.capacity
                storage.append(contentsOf: piece.prefix(count))
                return .bytes(min(count, piece.count))
            }
            guard case .bytes = outcome else { break }
        }
        #expect(body.count == length && copied <= length / 31)
        // Less than a page is what the allocator rounds up.
        #expect(excess < 4096)
    }
}
