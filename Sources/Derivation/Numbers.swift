/// The numbers of one matrix, as text that reads back to the same bits. This target only shows numbers: where they come from is its
/// caller's part.
package struct Numbers: Equatable, Sendable {
    package let rows: Int
    package let columns: Int
    /// Row by row.
    package let entries: [String]

    /// - Precondition: `entries.count == rows * columns`.
    package init(rows: Int, columns: Int, entries: [String]) {
        precondition(entries.count == rows * columns, "\(entries.count) entries for \(rows)×\(columns)")
        self.rows = rows
        self.columns = columns
        self.entries = entries
    }

    subscript(row: Int, column: Int) -> String { entries[row * columns + column] }

    var transposed: Numbers {
        let entries = (0..<columns).flatMap { column in (0..<rows).map { row in self[row, column] } }
        return Numbers(rows: columns, columns: rows, entries: entries)
    }
}

/// The numbers of a request, by the names of what they belong to: `W_x`, `do_t`, `f′(o_t)`.
package typealias Values = [String: Numbers]

extension MatrixExpression {
    /// The numbers of an atom.
    func numbers(in values: Values) -> Numbers? {
        let numbers = isAtom ? values[nameOfNumbers] : nil
        return if case .transpose = form { numbers?.transposed } else { numbers }
    }

    /// The name of an atom's numbers: a transposed symbol has those of the symbol.
    var nameOfNumbers: String {
        if case .transpose(let operand) = form { operand.text } else { text }
    }

    /// The atoms of it that have numbers.
    func atoms(in values: Values) -> [MatrixExpression] {
        if isAtom { return numbers(in: values) == nil ? [] : [self] }
        return switch form {
        case .symbol: []
        case .transpose(let operand), .trace(let operand), .applied(_, let operand): operand.atoms(in: values)
        case .product(let left, let right), .hadamard(let left, let right), .inner(let left, let right):
            left.atoms(in: values) + right.atoms(in: values)
        case .sum(let terms): terms.flatMap { $0.atoms(in: values) }
        }
    }
}

extension EntryExpression {
    /// The expression written out for certain indices, sums term by term, with numbers for entries; nil where one has no number.
    ///
    /// - Parameter at: which place each index stands at, from 0.
    func writtenOut(_ values: Values, _ sizes: Sizes, at places: [Index: Int]) -> Notation? {
        switch self {
        case .entry(let symbol, let indices):
            return values[symbol.name].map { .word($0.entry(indices.map { places[$0] ?? 0 }, of: symbol.shape)) }
        case .applied(let function, .entry(let symbol, let indices)):
            let place = indices.map { places[$0] ?? 0 }
            if let numbers = values["\(function.rawValue)(\(symbol.name))"] { return .word(numbers.entry(place, of: symbol.shape)) }
            return values[symbol.name].map { .call(.word(function.rawValue), .word($0.entry(place, of: symbol.shape))) }
        case .product(let factors):
            let written = factors.compactMap { $0.writtenOut(values, sizes, at: places)?.factor }
            guard written.count == factors.count else { return nil }
            return .row(Array(written.map { [$0] }.joined(separator: [.sign("·")])))
        case .plus(let terms):
            let written = terms.compactMap { $0.writtenOut(values, sizes, at: places) }
            return written.count == terms.count ? .terms(written).flat : nil
        case .sum(let indices, let body):
            guard let index = indices.first else { return body.writtenOut(values, sizes, at: places) }
            let rest = EntryExpression.sum(over: Array(indices.dropFirst()), body)
            let written = (0..<sizes[index.axis]).compactMap { place in
                rest.writtenOut(values, sizes, at: places.merging([index: place]) { $1 })
            }
            return written.count == sizes[index.axis] ? .terms(written).flat : nil
        case .partial, .same, .applied: return nil
        }
    }
}

extension Numbers {
    /// The entry at places for the axes that `shape` has: a vector takes one.
    fileprivate func entry(_ places: [Int], of shape: Shape) -> String {
        let row = shape.rows == .one ? 0 : places.first ?? 0
        let column = shape.columns == .one ? 0 : places.last ?? 0
        return self[row, column]
    }
}

extension Notation {
    /// Terms of terms as one row.
    fileprivate var flat: Notation {
        if case .row(let parts) = self { .row(parts.flattened) } else { self }
    }

    /// A negative number between brackets.
    fileprivate var factor: Notation {
        if case .word(let text) = self, text.hasPrefix("-") { .fenced("(", self, ")") } else { self }
    }
}
