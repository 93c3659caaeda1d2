import Dispatch
import Testing
import Threads

@Suite struct LockTests {
    @Test func `many threads that count together lose nothing`() {
        let count = Lock(0)
        DispatchQueue.concurrentPerform(iterations: 8) { _ in
            for _ in 0..<1000 { count.withLock { $0 += 1 } }
        }
        #expect(count.withLock { $0 } == 8000)
    }
}
