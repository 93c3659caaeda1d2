/// A dense matrix, rows one after another in contiguous storage.
package struct Matrix<Element: Sendable>: Sendable {
    package var rows: Int
    package var columns: Int

    /// `rows * columns` entries; entry (i, j) is `elements[i * columns + j]`.
    package var elements: [Element]

    /// - Precondition: `elements.count == rows * columns`.
    package init(rows: Int, columns: Int, elements: [Element]) {
        precondition(elements.count == rows * columns, "a \(rows)×\(columns) matrix of \(elements.count) entries")
        self.rows = rows
        self.columns = columns
        self.elements = elements
    }
}

extension Matrix: Equatable where Element: Equatable {}
