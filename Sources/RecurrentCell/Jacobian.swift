/// An input of the cell, by its name in a request.
package enum CellInput: String, CaseIterable, Sendable {
    case x_t, h_prev, W_x, W_h, b
}

/// A dense Jacobian: the shape of h_t followed by the shape of the input, both in the caller's convention.
package struct Jacobian<S: Scalar>: Equatable, Sendable {
    package var shape: [Int]
    /// Row-major; the last index runs fastest.
    package var elements: [S]
}

extension Cell {
    /// All partial derivatives of h_t in one input. Entry by entry (row convention), every one not listed being 0,
    ///
    ///     ∂h_ni / ∂x_nd      = f′(o_ni) W_x[d, i]         samples do not see each other
    ///     ∂h_ni / ∂h_prev_nj = f′(o_ni) W_h[j, i]
    ///     ∂h_ni / ∂W_x[d, i] = f′(o_ni) x_nd              a unit sees its own column of the weights only
    ///     ∂h_ni / ∂W_h[j, i] = f′(o_ni) h_prev_nj
    ///     ∂h_ni / ∂b_i       = f′(o_ni)
    ///
    /// - Parameter limit: the most entries to make. They are N H times the entries of the input, so a small request can ask for a huge answer:
    ///   prefer `backward` (one row of it) or `jacobianVectorProduct` (one column).
    /// - Throws: `InputError` for a shape that does not fit, or for a Jacobian of more than `limit` entries.
    @specialized(where S == Double)
    @specialized(where S == Float)
    package func jacobian<S: Scalar>(_ inputs: CellInputs<S>, withRespectTo input: CellInput, limit: Int) throws(InputError) -> Jacobian<S>
    {
        let extents = try extents(of: inputs)
        let views = InputViews(inputs, extents, convention)
        let hidden = views.h_prev.layout
        let (shape, at): ([Int], Layout) =
            switch input {
            case .x_t: (convention.shape(views.x_t.layout), views.x_t.layout)
            case .h_prev: (convention.shape(hidden), hidden)
            case .W_x: (convention.shape(views.W_x.layout), views.W_x.layout)
            case .W_h: (convention.shape(views.W_h.layout), views.W_h.layout)
            case .b: ([extents.units], Layout(rows: 1, columns: extents.units, rowStride: 0, columnStride: 1))
            }
        // Rows without entries count as one each: written out, they take as much room.
        let width = max(at.rows, 1) * max(at.columns, 1)
        let (size, overflow) = (hidden.rows * hidden.columns).multipliedReportingOverflow(by: width)
        guard !overflow, size <= limit else {
            throw InputError(
                field: input.rawValue,
                detail:
                    "The Jacobian of h_t in \(input.rawValue) has \(hidden.rows * hidden.columns)×\(width) entries; the limit is \(limit) in all."
            )
        }

        let (_, derivative) = activation.valueAndDerivative(at: preactivation(views))
        var elements = [S](repeating: 0, count: hidden.rows * hidden.columns * at.rows * at.columns)
        for n in 0..<extents.samples {
            for i in 0..<extents.units {
                let slope = derivative[hidden.index(n, i)]
                let row = hidden.index(n, i) * width
                switch input {
                case .x_t: for d in 0..<extents.inputs { elements[row + at.index(n, d)] = slope * views.W_x[d, i] }
                case .h_prev: for j in 0..<extents.units { elements[row + at.index(n, j)] = slope * views.W_h[j, i] }
                case .W_x: for d in 0..<extents.inputs { elements[row + at.index(d, i)] = slope * views.x_t[n, d] }
                case .W_h: for j in 0..<extents.units { elements[row + at.index(j, i)] = slope * views.h_prev[n, j] }
                case .b: elements[row + i] = slope
                }
            }
        }
        return Jacobian(shape: convention.shape(hidden) + shape, elements: elements)
    }
}

extension Convention {
    /// The caller's shape of a matrix at `layout`.
    fileprivate func shape(_ layout: Layout) -> [Int] {
        self == .row ? [layout.rows, layout.columns] : [layout.columns, layout.rows]
    }
}
