import Dispatch
import Synchronization
import Testing
import Threads

@Suite struct TeamTests {
    /// Of a class that nobody else uses, and so on threads of its own: other tests may block those there are.
    private static let queue = DispatchQueue(label: "test", qos: .userInteractive, attributes: .concurrent)

    @Test(arguments: [1, 2, 3, 16], [0, 1, 2, 7, 1000])
    func `every index has its turn once, and results come in order`(size: Int, count: Int) {
        let team = Team(size: size, queue: Self.queue)
        let turns = Lock([Int](repeating: 0, count: count))
        #expect(
            team.map(count) { index in
                turns.withLock { $0[index] += 1 }
                return index * index
            } == (0..<count).map { $0 * $0 })
        #expect(turns.withLock { $0 } == [Int](repeating: 1, count: count))
        team.dismiss()
    }

    @Test func `parts one after another are each done before the next begins`() {
        let team = Team(size: 4, queue: Self.queue)
        let sum = Atomic(0)
        for part in 1...2000 {
            team.share(8) { _ in sum.wrappingAdd(1, ordering: .relaxed) }
            #expect(sum.load(ordering: .relaxed) == 8 * part)
        }
        team.dismiss()
    }

    @Test func `a helper works beside the one who shares`() {
        let team = Team(size: 2, queue: Self.queue)
        #expect(Self.meet(in: team))
        team.dismiss()
    }

    /// Whether two threads come together, each of which waits for the other.
    private static func meet(in team: Team) -> Bool {
        let arrivals = [DispatchSemaphore(value: 0), DispatchSemaphore(value: 0)]
        return team.map(2) { index in
            arrivals[index].signal()
            return arrivals[1 - index].wait(timeout: .now() + .seconds(20)) == .success
        } == [true, true]
    }

    @Test func `nobody waits for helpers that do not come`() {
        let busy = DispatchQueue(label: "test.suspended", attributes: .concurrent)
        busy.suspend()
        let team = Team(size: 3, queue: busy)
        #expect(team.map(5) { $0 } == [0, 1, 2, 3, 4])
        team.dismiss()
        busy.resume()
    }

    @Test func `a team that was dismissed still does its work, and its helpers are gone`() {
        let team = Team(size: 2, queue: Self.queue)
        #expect(Self.meet(in: team))
        team.dismiss()
        Self.queue.sync(flags: .barrier) {}
        #expect(team.map(3) { $0 } == [0, 1, 2])
    }

    @Test func `helpers with nothing to do go by themselves, and come back for more`() {
        let queue = DispatchQueue(label: "test.patience", qos: .userInteractive, attributes: .concurrent)
        let team = Team(size: 2, queue: queue)
        #expect(Self.meet(in: team))
        // Returns once no helper is there.
        queue.sync(flags: .barrier) {}
        #expect(Self.meet(in: team))
        team.dismiss()
    }
}
