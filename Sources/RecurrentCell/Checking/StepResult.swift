/// What a caller can have computed of one step, by its name in a request.
package enum StepResult: String, CaseIterable, Sendable {
    case dx_t, dh_prev, dW_x, dW_h, db, do_t, h_t

    /// What it is the gradient of; nil for what is no gradient in an input.
    package var input: CellInput? {
        switch self {
        case .dx_t: .x_t
        case .dh_prev: .h_prev
        case .dW_x: .W_x
        case .dW_h: .W_h
        case .db: .b
        case .do_t, .h_t: nil
        }
    }

    /// Whether there is one for each sample.
    var isPerSample: Bool {
        switch self {
        case .dx_t, .dh_prev, .do_t, .h_t: true
        case .dW_x, .dW_h, .db: false
        }
    }

    /// The product of two matrices that it is, in the row convention; nil where it is none.
    var line: Line? {
        switch self {
        case .dx_t: Line(Factor(.do_t), Factor(.W_x, isTransposed: true))
        case .dh_prev: Line(Factor(.do_t), Factor(.W_h, isTransposed: true))
        case .dW_x: Line(Factor(.x_t, isTransposed: true), Factor(.do_t))
        case .dW_h: Line(Factor(.h_prev, isTransposed: true), Factor(.do_t))
        case .db, .do_t, .h_t: nil
        }
    }

    /// Rows and columns in the row convention; db is one row.
    func extents(_ extents: Extents) -> (rows: Int, columns: Int) {
        let (n, d, h) = (extents.samples, extents.inputs, extents.units)
        return switch self {
        case .dx_t: (n, d)
        case .dh_prev, .do_t, .h_t: (n, h)
        case .dW_x: (d, h)
        case .dW_h: (h, h)
        case .db: (1, h)
        }
    }

    /// The shape in which the caller must have it.
    func shape(_ extents: Extents, _ convention: Convention) -> [Int] {
        let (rows, columns) = self.extents(extents)
        if self == .db { return [columns] }
        return convention == .row ? [rows, columns] : [columns, rows]
    }

    /// The entries in the caller's layout; nil where the gradients lack it.
    func elements<S>(of gradients: Gradients<S>) -> [S]? {
        switch self {
        case .dx_t: gradients.dx_t?.elements
        case .dh_prev: gradients.dh_prev?.elements
        case .dW_x: gradients.dW_x?.elements
        case .dW_h: gradients.dW_h?.elements
        case .db: gradients.db
        case .do_t: gradients.do_t?.elements
        case .h_t: gradients.h_t?.elements
        }
    }

    /// The same entries as a matrix in the row convention.
    func view(of elements: [Double], _ extents: Extents, _ convention: Convention) -> View<Double> {
        let (rows, columns) = self.extents(extents)
        return View(
            elements, self == .db ? Convention.row.layout(rows: 1, columns: columns) : convention.layout(rows: rows, columns: columns))
    }
}

/// A matrix of the step that takes part in a product.
struct Factor: Equatable {
    enum Quantity: String {
        case x_t, h_prev, W_x, W_h, do_t
    }

    var quantity: Quantity
    var isTransposed: Bool

    init(_ quantity: Quantity, isTransposed: Bool = false) {
        self.quantity = quantity
        self.isTransposed = isTransposed
    }

    var text: String { quantity.rawValue + (isTransposed ? "ᵀ" : "") }

    func formula(_ step: Step) -> Formula {
        let matrix =
            switch quantity {
            case .x_t: step.x_t
            case .h_prev: step.h_prev
            case .W_x: step.W_x
            case .W_h: step.W_h
            case .do_t: step.do_t
            }
        return isTransposed ? matrix.transposed : matrix
    }
}

/// A product of two matrices, as it stands in the row convention.
struct Line: Equatable {
    var left: Factor
    var right: Factor

    init(_ left: Factor, _ right: Factor) {
        self.left = left
        self.right = right
    }

    /// In the column convention every matrix is the transpose, and (A B)ᵀ = Bᵀ Aᵀ: the factors change places, and their marks stay.
    func text(_ convention: Convention) -> String {
        convention == .row ? "\(left.text) \(right.text)" : "\(right.text) \(left.text)"
    }

    /// nil where the shapes don't fit.
    func formula(_ step: Step) -> Formula? {
        left.formula(step).times(right.formula(step))
    }
}
