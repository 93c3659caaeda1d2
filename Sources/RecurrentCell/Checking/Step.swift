/// One step of the cell in the row convention, as formulas that a mistake can exchange. What depends on an exchanged one follows only where a function below
/// says so.
struct Step {
    let cell: Cell
    let extents: Extents
    let rounding: Rounding
    var x_t: Formula
    var h_prev: Formula
    var W_x: Formula
    var W_h: Formula
    /// The bias of each sample: N equal rows.
    var b: Formula
    var dh: Formula
    var o_t: Formula
    var h_t: Formula
    /// f′(o_t).
    var slope: Formula
    var do_t: Formula

    /// The result by its right line; nil where a mistake has left shapes that don't fit.
    func formula(for result: StepResult) -> Formula? {
        switch result {
        case .dx_t, .dh_prev, .dW_x, .dW_h: result.line?.formula(self)
        case .db: do_t.sumOfRows
        case .do_t: do_t
        case .h_t: h_t
        }
    }

    /// The step with another gradient at the pre-activation.
    func flowing(_ do_t: Formula?) -> Step? {
        guard let do_t else { return nil }
        var step = self
        step.do_t = do_t.remembered
        return step
    }

    /// The step with another derivative of f.
    func sloped(_ slope: Formula) -> Step? {
        flowing(dh.hadamard(slope))
    }

    /// The step with f′ by another function of one of its arrays.
    func sloped(_ argument: Formula, _ f: @escaping (Double) -> Double) -> Step? {
        sloped(argument.mapped(rounding, f))
    }

    /// The step with another pre-activation, and all that follows from it.
    func preactivated(_ o_t: Formula?) -> Step? {
        guard let o_t else { return nil }
        var step = self
        step.o_t = o_t
        step.h_t = o_t.mapped(rounding) { [activation = cell.activation] in activation.jet(at: $0).value }
        step.slope = o_t.mapped(rounding) { [activation = cell.activation] in activation.jet(at: $0).derivative }
        return step.sloped(step.slope)
    }

    /// The step with other matrices, and all that follows from them.
    func recomputed(_ change: (inout Step) -> Void) -> Step? {
        var step = self
        change(&step)
        return step.preactivated(step.h_prev.times(step.W_h)?.plus(step.b).flatMap { step.x_t.times(step.W_x)?.plus($0) })
    }
}

extension Step {
    /// The right step. The arrays are the caller's, in the caller's convention, and fit `extents`.
    ///
    /// - Parameter given: h_t where the caller gave it: f′ then comes from it.
    init(
        _ cell: Cell, _ inputs: CellInputs<Double>, _ extents: Extents, dh: Matrix<Double>, h_t given: Matrix<Double>?, _ rounding: Rounding
    ) {
        let (n, d, h) = (extents.samples, extents.inputs, extents.units)
        let views = InputViews(inputs, extents, cell.convention)
        let states = cell.convention.layout(rows: n, columns: h)
        let bias = inputs.b

        // Each of the D + H + 1 terms has two factors that are off by a roundoff, and is rounded itself.
        let magnitudes = cell.preactivation(InputViews(inputs.magnitudes, extents, cell.convention))
        let radii = magnitudes.map { Double(d + h + 4) * $0 }
        let o_t = Formula(View(cell.preactivation(views), states), radii: View(radii, states))
        let h_t = o_t.mapped(rounding) { [activation = cell.activation] in activation.jet(at: $0).value }
        let slope: Formula
        if let given {
            let view = View(given.elements, states)
            let state = Formula(rows: n, columns: h) { Bounded(value: view[$0, $1], radius: h_t.entry($0, $1).radius) }
            slope = state.mapped(rounding) { [activation = cell.activation] in activation.derivative(atOutput: $0) }
        } else {
            slope = o_t.mapped(rounding) { [activation = cell.activation] in activation.jet(at: $0).derivative }
        }
        let upstream = Formula(given: View(dh.elements, states))

        self.init(
            cell: cell, extents: extents, rounding: rounding, x_t: Formula(given: views.x_t), h_prev: Formula(given: views.h_prev),
            W_x: Formula(given: views.W_x), W_h: Formula(given: views.W_h),
            b: Formula(rows: n, columns: h) { Bounded(given: bias[$1]) }, dh: upstream, o_t: o_t, h_t: h_t, slope: slope,
            do_t: Formula(rows: n, columns: h) { upstream.entry($0, $1) * slope.entry($0, $1) })
        do_t = stored(do_t, states)
    }

    /// The formula with its entries computed once: all products read do_t again and again.
    private func stored(_ formula: Formula, _ layout: Layout) -> Formula {
        var values = [Double](repeating: 0, count: layout.rows * layout.columns)
        var radii = values
        for i in 0..<layout.rows {
            for j in 0..<layout.columns {
                let entry = formula.entry(i, j)
                values[layout.index(i, j)] = entry.value
                radii[layout.index(i, j)] = entry.radius + rounding.tiny / rounding.unit
            }
        }
        return Formula(View(values, layout), radii: View(radii, layout))
    }
}

extension CellInputs<Double> {
    /// The absolute values of all entries.
    var magnitudes: CellInputs {
        CellInputs(x_t: x_t.magnitudes, h_prev: h_prev.magnitudes, W_x: W_x.magnitudes, W_h: W_h.magnitudes, b: b.map { abs($0) })
    }
}

extension Matrix<Double> {
    var magnitudes: Matrix { Matrix(rows: rows, columns: columns, elements: elements.map { abs($0) }) }
}
