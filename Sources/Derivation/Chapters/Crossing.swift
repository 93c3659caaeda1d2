/// One factor of a product crosses from the right side of an inner product to the left, so that the other factor stands there alone:
///
///     ⟨a, left right⟩ = ⟨leftᵀ a, right⟩        the left factor crosses and stays on the left
///     ⟨a, left right⟩ = ⟨a rightᵀ, left⟩        the right factor crosses and stays on the right
struct Crossing {
    enum Factor { case left, right }

    let factor: Factor
    let a, left, right: MatrixExpression

    /// What crosses.
    var crossing: MatrixExpression { factor == .left ? left : right }

    /// What is left alone.
    var freed: MatrixExpression { factor == .left ? right : left }

    /// What stands opposite in the end.
    var gradient: MatrixExpression { factor == .left ? left.transposed * a : a * right.transposed }

    var before: MatrixExpression { inner(a, left * right) }
    var after: MatrixExpression { inner(gradient, freed) }
    var rule: Rule { factor == .left ? .leftFactor : .rightFactor }
    var side: String { factor == .left ? "left" : "right" }
}

extension SampleLayout {
    /// In ⟨a, ·⟩ with a layer whose weights change: the input crosses.
    func freeWeights(in a: MatrixExpression, input: MatrixExpression, change: MatrixExpression) -> Crossing {
        self == .rows
            ? Crossing(factor: .left, a: a, left: input, right: change) : Crossing(factor: .right, a: a, left: change, right: input)
    }

    /// In ⟨a, ·⟩ with a layer whose input changes: the weights cross.
    func freeInput(in a: MatrixExpression, weights: MatrixExpression, change: MatrixExpression) -> Crossing {
        self == .rows
            ? Crossing(factor: .right, a: a, left: change, right: weights) : Crossing(factor: .left, a: a, left: weights, right: change)
    }
}
