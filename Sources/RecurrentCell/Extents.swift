/// The three extents that all shapes of a cell are made of, and how its matrices lie. Any of the three may be 0: an empty batch (N = 0) has zero
/// gradients of the right shapes, and a sum over nothing is 0.
package struct Extents: Equatable, Sendable {
    /// N, the samples of the batch.
    package var samples: Int
    /// D, the entries of one input.
    package var inputs: Int
    /// H, the entries of one hidden state.
    package var units: Int

    package init(samples: Int, inputs: Int, units: Int) {
        self.samples = samples
        self.inputs = inputs
        self.units = units
    }
}

extension Convention {
    /// A matrix of the caller, seen in the row convention: this is all that the column convention costs. One calculus does for both.
    ///
    /// - Parameters rows, columns: the shape in the row convention.
    func layout(rows: Int, columns: Int) -> Layout {
        switch self {
        case .row: Layout(rows: rows, columns: columns, rowStride: columns, columnStride: 1)
        case .column: Layout(rows: rows, columns: columns, rowStride: 1, columnStride: rows)
        }
    }

    /// The caller's matrix from its entries; the inverse of looking at it with `layout(rows:columns:)`.
    func matrix<S: Scalar>(_ elements: [S], rows: Int, columns: Int) -> Matrix<S> {
        switch self {
        case .row: Matrix(rows: rows, columns: columns, elements: elements)
        case .column: Matrix(rows: columns, columns: rows, elements: elements)
        }
    }
}

extension Cell {
    /// a b, plus a second product where there is one; views in the row convention, the result laid out as the caller's matrices are.
    func product<S: Scalar>(_ a: View<S>, _ b: View<S>, plus second: (View<S>, View<S>)? = nil) -> Matrix<S> {
        let (rows, columns) = (a.layout.rows, b.layout.columns)
        let layout = convention.layout(rows: rows, columns: columns)
        var elements = multiply(a, b, at: layout, team: team)
        if let second { multiply(second.0, second.1, into: &elements, at: layout, accumulate: true, team: team) }
        return convention.matrix(elements, rows: rows, columns: columns)
    }
}
