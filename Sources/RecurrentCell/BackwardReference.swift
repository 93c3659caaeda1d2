extension Cell {
    /// `backward` as its sums are written on paper: one loop an index, no matrix products, no views, every output. The definition that the fast one is
    /// compared with, and the place to read first.
    package func backwardReference<S: Scalar>(
        _ inputs: CellInputs<S>, dh: Matrix<S>, h_t: Matrix<S>? = nil
    ) throws(InputError) -> Gradients<S> {
        let extents = try extents(of: inputs, dh: dh, h_t: h_t)
        let (N, D, H) = (extents.samples, extents.inputs, extents.units)
        let x_t = Entries(inputs.x_t, N, D, convention)
        let h_prev = Entries(inputs.h_prev, N, H, convention)
        let W_x = Entries(inputs.W_x, D, H, convention)
        let W_h = Entries(inputs.W_h, H, H, convention)
        let dh = Entries(dh, N, H, convention)
        let given = h_t.map { Entries($0, N, H, convention) }
        if given != nil { try requireDerivativeFromOutput() }

        var (h_t, do_t) = (Entries<S>(N, H), Entries<S>(N, H))
        var (dx_t, dh_prev, dW_x, dW_h) = (Entries<S>(N, D), Entries<S>(N, H), Entries<S>(D, H), Entries<S>(H, H))
        var db = [S](repeating: 0, count: H)

        for n in 0..<N {
            for j in 0..<H {
                var o = inputs.b[j]
                for i in 0..<H { o += h_prev[n, i] * W_h[i, j] }
                for d in 0..<D { o += x_t[n, d] * W_x[d, j] }
                h_t[n, j] = given?[n, j] ?? activation.jet(at: o).value

                let derivative = (given?[n, j]).map { activation.derivative(atOutput: $0) } ?? activation.jet(at: o).derivative
                do_t[n, j] = dh[n, j] * derivative
                for d in 0..<D { dx_t[n, d] += do_t[n, j] * W_x[d, j] }
                for d in 0..<D { dW_x[d, j] += do_t[n, j] * x_t[n, d] }
                for i in 0..<H { dh_prev[n, i] += do_t[n, j] * W_h[i, j] }
                for i in 0..<H { dW_h[i, j] += do_t[n, j] * h_prev[n, i] }
                db[j] += do_t[n, j]
            }
        }

        var gradients = Gradients<S>()
        gradients.dx_t = dx_t.matrix(convention)
        gradients.dh_prev = dh_prev.matrix(convention)
        gradients.dW_x = dW_x.matrix(convention)
        gradients.dW_h = dW_h.matrix(convention)
        gradients.db = db
        gradients.h_t = h_t.matrix(convention)
        gradients.do_t = do_t.matrix(convention)
        return gradients
    }
}

/// A matrix by its entries in the row convention, copied out of the caller's and back.
private struct Entries<S: Scalar> {
    var rows: Int
    var columns: Int
    var elements: [S]

    init(_ rows: Int, _ columns: Int) {
        self.rows = rows
        self.columns = columns
        elements = [S](repeating: 0, count: rows * columns)
    }

    init(_ matrix: Matrix<S>, _ rows: Int, _ columns: Int, _ convention: Convention) {
        self.init(rows, columns)
        for i in 0..<rows {
            for j in 0..<columns {
                self[i, j] = matrix.elements[convention == .row ? i * columns + j : j * rows + i]
            }
        }
    }

    subscript(i: Int, j: Int) -> S {
        get { elements[i * columns + j] }
        set { elements[i * columns + j] = newValue }
    }

    func matrix(_ convention: Convention) -> Matrix<S> {
        guard convention == .column else { return Matrix(rows: rows, columns: columns, elements: elements) }
        let transposed = (0..<columns).flatMap { j in (0..<rows).map { i in self[i, j] } }
        return Matrix(rows: columns, columns: rows, elements: transposed)
    }
}
