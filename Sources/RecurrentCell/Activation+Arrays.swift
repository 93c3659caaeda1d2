// The activation on whole arrays, entry by entry.
extension Activation {
    /// f(o) and f′(o).
    func valueAndDerivative<S: Scalar>(at o: [S]) -> (value: [S], derivative: [S]) {
        var (value, derivative) = (o, o)
        for i in o.indices {
            let jet = jet(at: o[i])
            value[i] = jet.value
            derivative[i] = jet.derivative
        }
        return (value, derivative)
    }

    /// f′(o) from h = f(o).
    func derivative<S: Scalar>(atOutput h: [S]) -> [S] {
        h.map { derivative(atOutput: $0) }
    }
}

/// The Hadamard product a ⊙ b: entry by entry, not a matrix product.
func hadamard<S: Scalar>(_ a: [S], _ b: [S]) -> [S] {
    var product = a
    for i in a.indices { product[i] = a[i] * b[i] }
    return product
}
