import Dispatch
import Testing

@testable import Transport

@Suite struct SocketAddressTests {
    @Test(arguments: [
        ("127.0.0.1", "127.0.0.1:80"), ("0.0.0.0", "0.0.0.0:80"), ("localhost", "localhost:80"), ("::1", "[::1]:80"), ("::", "[::]:80"),
        ("2001:db8::7", "[2001:db8::7]:80"),
    ])
    func `an address in numbers is understood, and told with its port`(host: String, description: String) {
        #expect(SocketAddress(host: host, port: 80)?.description == description)
    }

    @Test(arguments: ["", "example.org", "127.0.0", "127.0.0.256", "1.2.3.4.5", "[::1]", "::g", "127.0.0.1:80", " 127.0.0.1", "127.1"])
    func `a name, or half an address, is none`(host: String) {
        #expect(SocketAddress(host: host, port: 80) == nil)
    }
}

@Suite struct MonotonicTimeTests {
    @Test func `time goes forward, and adding to it does not overflow`() {
        let now = MonotonicTime.now
        #expect(now > .zero)
        #expect((now + 1.5).seconds(since: now) == 1.5)
        #expect(now.seconds(since: now + 1) == 0)
        #expect(now + -5 == now)
        #expect(MonotonicTime.distantFuture + 10 == .distantFuture)
        #expect(now + .infinity > now)
    }
}

@Suite struct SerialQueueTests {
    private actor Counter {
        private let executor = SerialQueue(label: "test")
        private var count = 0

        nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe executor.asUnownedSerialExecutor() }

        func add() -> Int {
            dispatchPrecondition(condition: .onQueue(executor.queue))
            count += 1
            return count
        }

        /// As a Dispatch source does it: on the queue, outside of any task.
        nonisolated func addFromQueue() -> Int {
            executor.queue.sync {
                assumeIsolated { counter in
                    counter.count += 1
                    return counter.count
                }
            }
        }
    }

    @Test func `an actor on a queue runs there, and code on that queue is inside the actor`() async {
        let counter = Counter()
        #expect(await counter.add() == 1)
        #expect(counter.addFromQueue() == 2)
        #expect(await counter.add() == 3)
    }
}
