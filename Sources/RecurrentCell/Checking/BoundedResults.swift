/// All results of a step, as the service computes them in float64, with how far a right computation may be from each entry.
///
/// The bounds of the five gradients are gradients themselves: a sum of k products of which one factor is off by r and which are all rounded is off by
/// at most Σ (r + (k + 2) |do|) |factor|, which is the same sum over magnitudes. So they are what `backward` gives for the identity.
struct BoundedResults {
    let step: Step
    private let values: Gradients<Double>
    private let radii: Gradients<Double>

    init(
        _ cell: Cell, _ inputs: CellInputs<Double>, _ extents: Extents, dh: Matrix<Double>, h_t: Matrix<Double>?, _ rounding: Rounding
    ) throws(InputError) {
        step = Step(cell, inputs, extents, dh: dh, h_t: h_t, rounding)
        var values = try cell.backward(inputs, dh: dh, h_t: h_t, outputs: [.gradients, .do_t])
        values.h_t = try cell.forward(inputs).h_t
        self.values = values

        let (n, h) = (extents.samples, extents.units)
        let layout = cell.convention.layout(rows: n, columns: h)
        var (do_t, h_t, terms) = (dh.elements, dh.elements, dh.elements)
        for i in 0..<n {
            for j in 0..<h {
                let (at, entry) = (layout.index(i, j), step.do_t.entry(i, j))
                do_t[at] = entry.radius
                h_t[at] = step.h_t.entry(i, j).radius
                terms[at] = entry.radius + Double(n + h + 2) * abs(entry.value)
            }
        }
        let linear = Cell(activation: .identity, convention: cell.convention, team: cell.team)
        var radii = try linear.backward(inputs.magnitudes, dh: cell.convention.matrix(terms, rows: n, columns: h))
        radii.do_t = cell.convention.matrix(do_t, rows: n, columns: h)
        radii.h_t = cell.convention.matrix(h_t, rows: n, columns: h)
        self.radii = radii
    }

    /// The result as a matrix in the row convention.
    subscript(result: StepResult) -> Formula {
        Formula(view(result, of: values), radii: view(result, of: radii))
    }

    private func view(_ result: StepResult, of gradients: Gradients<Double>) -> View<Double> {
        result.view(of: result.elements(of: gradients) ?? [], step.extents, step.cell.convention)
    }
}
