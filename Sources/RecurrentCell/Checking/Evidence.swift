/// The caller's numbers beside the right ones.
struct Evidence {
    let theirs: View<Double>
    let ours: Formula
    let rounding: Rounding

    /// The entry that is furthest off, measured by its tolerance; nil where the shapes differ.
    private let worst: (row: Int, column: Int)?

    /// The entries that are looked at.
    private let probes: [(row: Int, column: Int)]

    /// - Parameter probeCount: how many entries to look at. Few enough that a guess that fits is cheap, more than chance or a small wrong part could fit.
    init(_ theirs: View<Double>, _ ours: Formula, _ rounding: Rounding, fits: Bool, probeCount: Int) {
        (self.theirs, self.ours, self.rounding) = (theirs, ours, rounding)
        let (rows, columns) = (theirs.layout.rows, theirs.layout.columns)
        var worst: (row: Int, column: Int)?
        var largest = 0.0
        if fits {
            for i in 0..<rows {
                for j in 0..<columns {
                    let entry = ours.entry(i, j)
                    let error = abs(theirs[i, j] - entry.value) / rounding.tolerance(of: entry)
                    if worst == nil || error > largest || error.isNaN && !largest.isNaN { (worst, largest) = ((i, j), error) }
                }
            }
        }
        self.worst = worst
        // An odd multiplier that shares no factor with the count visits every entry once, and the first of them far apart.
        let count = rows * columns
        let stride = count <= probeCount ? 1 : 2_654_435_769
        probes = (0..<min(count, probeCount)).map { (($0 &* stride) % count / columns, ($0 &* stride) % count % columns) }
    }

    /// Whether all entries are right.
    var isRight: Bool {
        (0..<ours.rows).allSatisfy { i in (0..<ours.columns).allSatisfy { j in rounding.accepts(theirs[i, j], as: ours.entry(i, j)) } }
    }

    /// Whether `guess` gives their numbers: the worst one and the others that are looked at, spread evenly. A guess that is too vague to tell their worst number from
    /// ours explains nothing.
    func isExplained(by guess: Formula) -> Bool {
        guard guess.rows == theirs.layout.rows, guess.columns == theirs.layout.columns else { return false }
        if let worst {
            let entry = guess.entry(worst.row, worst.column)
            let error = abs(theirs[worst.row, worst.column] - ours.entry(worst.row, worst.column).value)
            guard rounding.accepts(theirs[worst.row, worst.column], as: entry), !(rounding.tolerance(of: entry) > error / 2) else {
                return false
            }
        }
        return !probes.isEmpty && probes.allSatisfy { rounding.accepts(theirs[$0.row, $0.column], as: guess.entry($0.row, $0.column)) }
    }

    /// Whether, row by row as the caller has them, their numbers are ours in another shape.
    func hasSameNumbers<S>(as claim: Claim<S>, _ wording: Wording) -> Bool {
        guard claim.elements.count == ours.rows * ours.columns, !claim.elements.isEmpty else { return false }
        let isTurned = wording.cell.convention == .column && wording.result != .db
        return claim.elements.indices.allSatisfy { at in
            let (row, column) = isTurned ? (at % ours.rows, at / ours.rows) : (at / ours.columns, at % ours.columns)
            return rounding.accepts(Double(claim.elements[at]), as: ours.entry(row, column))
        }
    }
}
