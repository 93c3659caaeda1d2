import Testing

@testable import Gzip

struct HuffmanCodeTests {
    /// The cost by the textbook: join the two rarest until one is left; each join adds a bit to all below it.
    private func textbookCost(_ frequencies: [Int]) -> Int {
        var weights = frequencies.filter { $0 > 0 }.sorted()
        var cost = 0
        while weights.count > 1 {
            let joined = weights[0] + weights[1]
            cost += joined
            weights.removeFirst(2)
            weights.insert(joined, at: weights.firstIndex { $0 > joined } ?? weights.count)
        }
        return cost
    }

    /// The least cost of all lengths up to `limit` that satisfy Kraft's inequality, by trying them.
    private func leastCost(_ frequencies: ArraySlice<Int>, limit: Int, room: Int) -> Int? {
        guard let first = frequencies.first else { return 0 }
        return (1...limit).compactMap { length in
            let share = 1 << (limit - length)
            guard share <= room, let rest = leastCost(frequencies.dropFirst(), limit: limit, room: room - share) else { return nil }
            return first * length + rest
        }.min()
    }

    private func cost(_ code: HuffmanCode, _ frequencies: [Int]) -> Int {
        zip(code.lengths, frequencies).reduce(0) { $0 + Int($1.0) * $1.1 }
    }

    @Test func `a code without a limit to mind costs what the textbook's does`() {
        var random = SplitMix64(state: 3)
        for count in [2, 3, 5, 17, 100, 257] {
            let frequencies = (0..<count).map { _ in Int.random(in: 1...1000, using: &random) }
            #expect(cost(HuffmanCode(frequencies: frequencies, limit: 15), frequencies) == textbookCost(frequencies))
        }
    }

    @Test(arguments: 2...6)
    func `a limited code is the best of all`(count: Int) {
        var random = SplitMix64(state: 4)
        for limit in 3...4 {
            for _ in 0..<5 {
                let frequencies = (0..<count).map { _ in 1 << Int.random(in: 0...12, using: &random) }
                let least = leastCost(frequencies[...], limit: limit, room: 1 << limit)
                #expect(cost(HuffmanCode(frequencies: frequencies, limit: limit), frequencies) == least)
            }
        }
    }

    @Test func `a code is complete, within its limit, and free of prefixes`() {
        let fibonacci = (0..<30).reduce(into: [1, 1]) { sequence, _ in
            sequence.append(sequence[sequence.count - 1] + sequence[sequence.count - 2])
        }
        for (frequencies, limit) in [(fibonacci, 7), (fibonacci, 13), ([0, 5, 0, 1], 7), (Array(repeating: 1, count: 257), 13)] {
            let code = HuffmanCode(frequencies: frequencies, limit: limit)
            let used = code.lengths.indices.filter { code.lengths[$0] > 0 }
            #expect(used == frequencies.indices.filter { frequencies[$0] > 0 })
            #expect(used.allSatisfy { Int(code.lengths[$0]) <= limit })
            #expect(used.reduce(0) { $0 + 1 << (limit - Int(code.lengths[$1])) } == 1 << limit)
            for one in used {
                for other in used where one != other && code.lengths[one] <= code.lengths[other] {
                    let start = code.bits[other] & (1 << UInt16(code.lengths[one]) - 1)
                    #expect(start != code.bits[one])
                }
            }
        }
    }

    /// The example of RFC 1951, section 3.2.2: lengths 3, 3, 3, 3, 3, 2, 4, 4; here each code's first bit is the lowest.
    @Test func `codes are those of the RFC's example`() {
        let code = HuffmanCode(frequencies: [3, 3, 3, 3, 3, 6, 1, 2], limit: 15)
        #expect(code.lengths == [3, 3, 3, 3, 3, 2, 4, 4])
        #expect(code.bits == [0b010, 0b110, 0b001, 0b101, 0b011, 0b00, 0b0111, 0b1111])
    }
}
