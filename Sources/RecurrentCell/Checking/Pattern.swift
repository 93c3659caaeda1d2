// What can be said of the errors where no known mistake explains them.
extension Evidence {
    /// A relation between their numbers and ours that holds for every entry. nil if there is none.
    func pattern(_ wording: Wording) -> Diagnosis? {
        notFinite(wording) ?? printed(wording) ?? clipped(wording) ?? factor(wording)
    }

    private var indices: [(row: Int, column: Int)] {
        (0..<ours.rows).flatMap { i in (0..<ours.columns).map { (i, $0) } }
    }

    private func everyEntry(_ holds: (_ theirs: Double, _ ours: Bounded) -> Bool) -> Bool {
        (0..<ours.rows).allSatisfy { i in (0..<ours.columns).allSatisfy { j in holds(theirs[i, j], ours.entry(i, j)) } }
    }

    /// Nothing is simpler, so it is said first, though relu's f′ and others may give zeros too.
    func zero(_ wording: Wording) -> Diagnosis? {
        guard everyEntry({ theirs, _ in theirs == 0 }) else { return nil }
        return Diagnosis(
            mistake: "zero",
            explanation: "It is 0 everywhere: never computed, cut off from the loss, or reset after it was. \(wording.chain).")
    }

    private func notFinite(_ wording: Wording) -> Diagnosis? {
        guard everyEntry({ theirs, _ in !theirs.isFinite }) else { return nil }
        return Diagnosis(
            mistake: "not-finite",
            explanation:
                "None of it is a finite number: something overflowed, was divided by 0 or was never set, here or before. \(wording.chain).")
    }

    /// Right numbers as a print shows them.
    private func printed(_ wording: Wording) -> Diagnosis? {
        guard largest(where: { theirs, _ in abs(theirs) }) > 0 else { return nil }
        for (digits, unit) in [(2, 1e-2), (3, 1e-3), (4, 1e-4), (5, 1e-5), (6, 1e-6), (7, 1e-7), (8, 1e-8)] {
            let isRounded = everyEntry { theirs, ours in
                let decimal = (theirs / unit).rounded() * unit
                return abs(theirs - decimal) <= 4 * rounding.unit * abs(theirs) && unit > 64 * rounding.unit * abs(theirs)
                    && abs(theirs - ours.value) <= 0.5 * unit + rounding.tolerance(of: ours)
            }
            guard isRounded else { continue }
            return Diagnosis(
                mistake: "printed",
                explanation:
                    "These are the right numbers, rounded to \(digits) decimals, as printing does. Send all digits (17 for float64, 9 for float32) "
                    + "to have them checked.")
        }
        return nil
    }

    /// Right numbers, limited to [-c, c].
    private func clipped(_ wording: Wording) -> Diagnosis? {
        let limit = largest { theirs, _ in abs(theirs) }
        // One clipped number alone would be whatever it is.
        guard limit > 0, limit.isFinite, indices.count(where: { abs(ours.entry($0.row, $0.column).value) > limit }) > 1 else { return nil }
        let holds = everyEntry { theirs, ours in
            abs(ours.value) > limit ? theirs == (ours.value < 0 ? -limit : limit) : rounding.accepts(theirs, as: ours)
        }
        guard holds, largest(where: { theirs, _ in abs(theirs) < limit ? abs(theirs) : 0 }) > 0 else { return nil }
        return Diagnosis(
            mistake: "clipped",
            explanation:
                "These are the right numbers, clipped to ±\(limit). Clip after the check: what is clipped is no longer the gradient. \(wording.line)."
        )
    }

    /// A constant multiple; one number alone would always be one.
    private func factor(_ wording: Wording) -> Diagnosis? {
        let top = largest { _, ours in abs(ours) }
        guard top > 0, top.isFinite, indices.count(where: { ours.entry($0.row, $0.column).value != 0 }) > 1,
            let at = indices.first(where: { abs(ours.entry($0.row, $0.column).value) == top })
        else { return nil }
        let pivot = ours.entry(at.row, at.column)
        let factor = theirs[at.row, at.column] / pivot.value
        let ratio = Bounded(value: factor, radius: abs(factor) * (pivot.radius / top + 2))
        guard factor.isFinite, factor != 0, everyEntry({ rounding.accepts($0, as: ratio * $1) }) else { return nil }
        return Diagnosis(
            mistake: "constant-factor",
            explanation:
                "It is \(rounded(factor)) times the right one, everywhere. Look for a learning rate, a loss scale, a norm to which gradients are "
                + "clipped, or the constant of a loss, which belongs to dh. \(wording.line).")
    }

    /// Where the wrong entries are, if at least half of the rows or columns have none, or nine of ten entries are right.
    func partial(_ wording: Wording) -> Diagnosis? {
        let wrong = indices.filter { !rounding.accepts(theirs[$0.row, $0.column], as: ours.entry($0.row, $0.column)) }
        let rows = Set(wrong.map(\.row)).sorted()
        let columns = Set(wrong.map(\.column)).sorted()
        let isRow = wording.cell.convention == .row
        let place: String
        if rows.count * 2 <= ours.rows, rows.count <= columns.count {
            place = name(rows, isRow ? "row" : "column")
        } else if columns.count * 2 <= ours.columns {
            place = wording.result == .db ? name(columns, "entry") : name(columns, isRow ? "column" : "row")
        } else if wrong.count * 10 <= indices.count {
            place = "\(wrong.count) of the \(indices.count) entries"
        } else {
            return nil
        }
        let what = wrong.contains { !theirs[$0.row, $0.column].isFinite } ? " (not all of these are numbers)" : ""
        return Diagnosis(
            mistake: "partly-wrong",
            explanation:
                "All is right except \(place)\(what). The line is right then; look at what is done to that part alone. \(wording.line).")
    }

    private func largest(where magnitude: (_ theirs: Double, _ ours: Double) -> Double) -> Double {
        indices.reduce(0) { max($0, magnitude(theirs[$1.row, $1.column], ours.entry($1.row, $1.column).value)) }
    }

    /// "rows 2 and 5 (counted from 0)".
    private func name(_ numbers: [Int], _ noun: String) -> String {
        let shown = numbers.prefix(5).map(String.init)
        let plural = noun == "entry" ? "entries" : "\(noun)s"
        let rest = numbers.count - shown.count
        let list = rest > 0 ? "\(shown.joined(separator: ", ")) and \(rest) more" : Self.list(shown)
        return "\(numbers.count == 1 ? noun : plural) \(list) (counted from 0)"
    }

    private static func list(_ words: [String]) -> String {
        words.count < 2 ? words.joined() : "\(words.dropLast().joined(separator: ", ")) and \(words[words.count - 1])"
    }

    /// To six digits, or to as many as tell it from 1.
    private func rounded(_ number: Double) -> String {
        var scale = 1.0
        while abs(number) * scale < 1e5 && scale < 1e200 || abs((number * scale).rounded()) == scale && scale < 1e16 { scale *= 10 }
        return String((number * scale).rounded() / scale)
    }
}
