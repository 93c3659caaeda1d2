extension Cell {
    /// `backwardThroughTime` by its definition: each sample on its own, one cell a step, every step's gradients by `backwardReference`, added up.
    package func backwardThroughTimeReference<S: Scalar>(
        _ inputs: SequenceInputs<S>, dh: Sequences<S>, truncation: Int? = nil
    ) throws(InputError) -> SequenceGradients<S> {
        let extents = try extents(of: inputs, dh: dh, truncation: truncation)
        let (N, D, H, T) = (extents.cell.samples, extents.cell.inputs, extents.cell.units, extents.steps)
        var total = SequenceGradients(
            dx: Sequences(order: extents.order, samples: N, steps: T, width: D, elements: [S](repeating: 0, count: N * T * D)),
            dh_0: convention.matrix([S](repeating: 0, count: N * H), rows: N, columns: H),
            dW_x: convention.matrix([S](repeating: 0, count: D * H), rows: D, columns: H),
            dW_h: convention.matrix([S](repeating: 0, count: H * H), rows: H, columns: H),
            db: [S](repeating: 0, count: H),
            h: Sequences(order: extents.order, samples: N, steps: T, width: H, elements: [S](repeating: 0, count: N * T * H)))

        for n in 0..<N {
            func sample(_ row: [S]) -> Matrix<S> { convention.matrix(row, rows: 1, columns: row.count) }
            let initial = convention.layout(rows: N, columns: H)
            let steps = inputs.lengths?[n] ?? T

            var cells: [CellInputs<S>] = []
            var state = (0..<H).map { inputs.h_0.elements[initial.index(n, $0)] }
            for t in 0..<steps {
                cells.append(
                    CellInputs(x_t: sample(inputs.x.vector(n, t)), h_prev: sample(state), W_x: inputs.W_x, W_h: inputs.W_h, b: inputs.b))
                state = try forward(cells[t]).h_t.elements
                total.h.set(n, t, state)
            }

            var carried = [S](repeating: 0, count: H)
            for t in (0..<steps).reversed() {
                let upstream = zip(dh.vector(n, t), carried).map { $0 + $1 }
                let gradients = try backwardReference(cells[t], dh: sample(upstream))
                total.dx.set(n, t, gradients.dx_t?.elements ?? [])
                total.dW_x.add(gradients.dW_x)
                total.dW_h.add(gradients.dW_h)
                total.db = zip(total.db, gradients.db ?? []).map { $0 + $1 }
                carried = gradients.dh_prev?.elements ?? []
                if t == 0 {
                    for j in 0..<H { total.dh_0.elements[initial.index(n, j)] = carried[j] }
                }
                if let truncation, t % truncation == 0 { carried = [S](repeating: 0, count: H) }
            }
        }
        return total
    }
}

extension Sequences {
    fileprivate func range(_ n: Int, _ t: Int) -> Range<Int> {
        let start = (order == .batchFirst ? n * steps + t : t * samples + n) * width
        return start..<start + width
    }

    fileprivate func vector(_ n: Int, _ t: Int) -> [S] { Array(elements[range(n, t)]) }

    fileprivate mutating func set(_ n: Int, _ t: Int, _ vector: [S]) {
        elements.replaceSubrange(range(n, t), with: vector)
    }
}

extension Matrix where Element: Scalar {
    fileprivate mutating func add(_ other: Matrix?) {
        guard let other else { return }
        elements = zip(elements, other.elements).map { $0 + $1 }
    }
}
