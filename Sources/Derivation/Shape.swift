/// What the rows or the columns of a matrix count.
///
/// Shapes are made of axes and not of numbers. So x_t W_h is refused even where D happens to be H, and a derivation that fits does so for
/// every size.
package enum Axis: Hashable, Sendable {
    case samples, inputs
    /// The H units of the previous step and the H units of this one: as many, but not the same.
    case previousUnits, units
    /// The one column of a vector, and both extents of a number.
    case one

    /// How many there are, as a symbol.
    package var symbol: String {
        switch self {
        case .samples: "N"
        case .inputs: "D"
        case .previousUnits, .units: "H"
        case .one: "1"
        }
    }
}

/// Rows × columns.
package struct Shape: Hashable, Sendable {
    package let rows: Axis
    package let columns: Axis

    package init(_ rows: Axis, _ columns: Axis) {
        self.rows = rows
        self.columns = columns
    }

    /// The shape of a number.
    package static let number = Shape(.one, .one)

    var transposed: Shape { Shape(columns, rows) }

    /// `N×D`
    package var symbols: String { "\(rows.symbol)×\(columns.symbol)" }

    /// `2×3`
    package func counts(_ sizes: Sizes) -> String { "\(sizes[rows])×\(sizes[columns])" }
}

/// The sizes of one request.
package struct Sizes: Hashable, Sendable {
    /// N
    package let samples: Int
    /// D
    package let inputs: Int
    /// H
    package let units: Int

    package init(samples: Int, inputs: Int, units: Int) {
        self.samples = samples
        self.inputs = inputs
        self.units = units
    }

    package subscript(axis: Axis) -> Int {
        switch axis {
        case .samples: samples
        case .inputs: inputs
        case .previousUnits, .units: units
        case .one: 1
        }
    }
}

/// How samples lie in the matrices, and so on which side the weights stand.
package enum SampleLayout: CaseIterable, Sendable {
    /// A sample is a row: y = x W.
    case rows
    /// A sample is a column: y = W x.
    case columns

    func shape(_ rows: Axis, _ columns: Axis) -> Shape {
        self == .rows ? Shape(rows, columns) : Shape(columns, rows)
    }

    /// A layer without bias: the input's product with the weights.
    func layer(_ x: MatrixExpression, _ W: MatrixExpression) -> MatrixExpression {
        self == .rows ? x * W : W * x
    }

    /// One copy of the vector for each sample: its product with ones.
    func copies(of b: MatrixExpression) -> MatrixExpression {
        self == .rows ? .ones * b.transposed : b * MatrixExpression.ones.transposed
    }
}
