/// A Huffman code as DEFLATE wants it: canonical, so that the lengths alone define it (RFC 1951, section 3.2.2).
struct HuffmanCode {
    /// The number of bits of each symbol, 0 for those that do not occur.
    let lengths: [UInt8]
    /// The bits of each symbol in the order in which they are sent, from the lowest.
    let bits: [UInt16]

    /// The code with the fewest bits in all for symbols of these frequencies, none longer than `limit`. At least two symbols must occur.
    init(frequencies: [Int], limit: Int) {
        lengths = Self.optimalLengths(frequencies, limit: limit)
        bits = Self.canonicalBits(lengths)
    }

    /// The package-merge algorithm (Larmore and Hirschberg, 1990), in O(limit · symbols) after sorting.
    ///
    /// Each symbol has a coin, worth its frequency, of each of `limit` denominations. From the smallest on, the coins of a denomination are
    /// packed by cheapest pairs, and the packages join the coins of the next. The cheapest 2 (n - 1) of the last buy the code: a symbol is as
    /// long as the number of its coins among them.
    private static func optimalLengths(_ frequencies: [Int], limit: Int) -> [UInt8] {
        let symbols = frequencies.indices.filter { frequencies[$0] > 0 }.sorted { frequencies[$0] < frequencies[$1] }
        let coins = symbols.map { Item(value: frequencies[$0], isPackage: false) }
        var denominations: [[Item]] = [coins]
        while denominations.count < limit {
            let last = denominations[denominations.count - 1]
            let packages = stride(from: 1, to: last.count, by: 2).map { Item(value: last[$0 - 1].value + last[$0].value, isPackage: true) }
            denominations.append(merge(coins, packages))
        }
        var lengths = [UInt8](repeating: 0, count: frequencies.count)
        var bought = 2 * (symbols.count - 1)
        for items in denominations.reversed() {
            let packages = items[..<bought].count { $0.isPackage }
            for symbol in symbols[..<(bought - packages)] { lengths[symbol] += 1 }
            bought = 2 * packages
        }
        return lengths
    }

    private struct Item {
        let value: Int
        let isPackage: Bool
    }

    /// Two lists in ascending order as one.
    private static func merge(_ coins: [Item], _ packages: [Item]) -> [Item] {
        var merged: [Item] = []
        merged.reserveCapacity(coins.count + packages.count)
        var next = 0
        for coin in coins {
            while next < packages.count && packages[next].value < coin.value {
                merged.append(packages[next])
                next += 1
            }
            merged.append(coin)
        }
        return merged + packages[next...]
    }

    private static func canonicalBits(_ lengths: [UInt8]) -> [UInt16] {
        var counts = [UInt16](repeating: 0, count: 16)
        for length in lengths where length > 0 { counts[Int(length)] += 1 }
        var next = [UInt16](repeating: 0, count: 16)  // the next code of each length, its first bit the highest
        for length in 1..<16 { next[length] = (next[length - 1] + counts[length - 1]) << 1 }
        return lengths.map { length in
            defer { next[Int(length)] += 1 }
            return (0..<UInt16(length)).reduce(0) { $0 << 1 | next[Int(length)] >> $1 & 1 }
        }
    }
}
