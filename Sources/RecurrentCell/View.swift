/// Where the entries of a matrix lie in an array: entry (i, j) at `offset + i * rowStride + j * columnStride`.
package struct Layout: Sendable {
    package var offset = 0
    package var rows: Int
    package var columns: Int
    package var rowStride: Int
    package var columnStride: Int

    package init(offset: Int = 0, rows: Int, columns: Int, rowStride: Int, columnStride: Int) {
        self.offset = offset
        self.rows = rows
        self.columns = columns
        self.rowStride = rowStride
        self.columnStride = columnStride
    }

    /// The same entries with rows and columns exchanged; nothing moves.
    package var transposed: Layout {
        Layout(offset: offset, rows: columns, columns: rows, rowStride: columnStride, columnStride: rowStride)
    }

    /// Whether every entry lies in an array of `count` elements. Strides and offset are never negative.
    package func fits(_ count: Int) -> Bool {
        rows == 0 || columns == 0 || index(rows - 1, columns - 1) < count
    }

    @inline(__always)
    package func index(_ row: Int, _ column: Int) -> Int {
        offset + row * rowStride + column * columnStride
    }
}

/// An array read as a matrix.
package struct View<S: Scalar>: Sendable {
    package var elements: [S]
    package var layout: Layout

    package init(_ elements: [S], _ layout: Layout) {
        self.elements = elements
        self.layout = layout
    }

    @inline(__always)
    package subscript(row: Int, column: Int) -> S { elements[layout.index(row, column)] }

    /// Some of the rows, as another view of the same array.
    func rows(_ rows: Range<Int>) -> View {
        var part = self
        part.layout.offset = layout.index(rows.lowerBound, 0)
        part.layout.rows = rows.count
        return part
    }

    /// The transpose, as another view of the same array.
    package var transposed: View { View(elements, layout.transposed) }
}

extension Array where Element: Scalar {
    /// So many zeros. `init(repeating:count:)` does the same, but asks the runtime for the array's type each time, which takes longer than to
    /// multiply small matrices.
    init(zeros count: Int) {
        self.init()
        append(addingCapacity: count) { $0.append(repeating: 0, count: count) }
    }
}

/// A matrix at `layout` of which every row is `row`; its entries are all that the array holds.
func broadcast<S: Scalar>(_ row: [S], _ layout: Layout) -> [S] {
    var elements = [S](zeros: layout.rows * layout.columns)
    for i in 0..<layout.rows {
        for j in 0..<layout.columns { elements[layout.index(i, j)] = row[j] }
    }
    return elements
}
