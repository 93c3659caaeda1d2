// The activation on whole arrays, entry by entry.
extension Activation {
    /// f(o) and f′(o).
    func valueAndDerivative<S: Scalar>(at o: [S]) -> (value: [S], derivative: [S]) {
        var (value, derivative) = (o, o)
        evaluate(o, o.indices, value: &value, derivative: &derivative)
        return (value, derivative)
    }

    /// f(o) and f′(o) for the entries of `range`, by the C kernel where there is one: same bounds as `jet(at:)`, not the same bits.
    ///
    /// - Precondition: the three arrays hold `range`.
    func evaluate<S: Scalar>(_ o: [S], _ range: Range<Int>, value: inout [S], derivative: inout [S]) {
        precondition(range.upperBound <= min(o.count, value.count, derivative.count))
        if let kernel = unsafe S.kernel(of: self) {
            unsafe o.withUnsafeBufferPointer { o in
                unsafe value.withUnsafeMutableBufferPointer { value in
                    unsafe derivative.withUnsafeMutableBufferPointer { derivative in
                        unsafe kernel(
                            Int64(range.count), o.baseAddress?.advanced(by: range.lowerBound),
                            value.baseAddress?.advanced(by: range.lowerBound),
                            derivative.baseAddress?.advanced(by: range.lowerBound))
                    }
                }
            }
            return
        }
        // A span is known not to be shared; an array asks at every write (5.4 ns an entry against 1.1).
        var values = value.mutableSpan
        var derivatives = derivative.mutableSpan
        for i in range {
            let jet = jet(at: o[i])
            values[i] = jet.value
            derivatives[i] = jet.derivative
        }
    }

    /// f′(o), the same bits as above, and f″(o).
    func derivatives<S: Scalar>(at o: [S]) -> (first: [S], second: [S]) {
        (valueAndDerivative(at: o).derivative, o.map { jet(at: $0).secondDerivative })
    }

    /// f′(o) from h = f(o).
    func derivative<S: Scalar>(atOutput h: [S]) -> [S] {
        h.map { derivative(atOutput: $0) }
    }
}

/// The Hadamard product a ⊙ b: entry by entry, not a matrix product. It takes a's place, where nobody else holds that.
func hadamard<S: Scalar>(_ a: consuming [S], _ b: [S]) -> [S] {
    for i in b.indices { a[i] *= b[i] }
    return a
}
