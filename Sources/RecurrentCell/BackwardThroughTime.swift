// The gradients of a scalar L that depends on all states of a recurrence, given dh_t = ∂L/∂h_t as far as L sees h_t directly.
//
//     h_t = f(h_{t-1} W_h + x_t W_x + b)           t = 1 ... T, one set of weights for all steps
//
// h_t reaches L twice: directly, and through h_{t+1}. So, from the last step to the first, with do_{T+1} = 0,
//
//     do_t = (dh_t + do_{t+1} W_hᵀ) ⊙ f′(o_t)      backward's dh, plus backward's dh_prev of the step after
//
// and since each step uses the same weights, their gradients are the sums over all steps of what `backward` gives for one:
//
//     dx_t = do_t W_xᵀ      dW_x = Σ_t x_tᵀ do_t      dW_h = Σ_t h_{t-1}ᵀ do_t      db = Σ_t Σ_n do_t      dh_0 = do_1 W_hᵀ
//
// Only two products a step depend on the step before (h_{t-1} W_h, do_{t+1} W_hᵀ); those with x run over all steps at once, as N T rows.
extension Cell {
    /// The gradients above. Cost: 6 N T H (D + H) operations; memory grows as N T H (four such arrays), whatever the truncation.
    ///
    /// - Parameters:
    ///   - dh: ∂L/∂h_t for each step, N×T×H or T×N×H, in the order of `x`.
    ///   - truncation: steps k through which a gradient flows: the sequence is cut into pieces of k steps, and h is a constant at each cut, as
    ///     if detached there (truncated backpropagation through time). nil: no cut.
    /// - Throws: `InputError` for the member that does not fit the others.
    @specialized(where S == Double)
    @specialized(where S == Float)
    package func backwardThroughTime<S: Scalar>(
        _ inputs: SequenceInputs<S>, dh: Sequences<S>, truncation: Int? = nil
    ) throws(InputError) -> SequenceGradients<S> {
        let extents = try extents(of: inputs, dh: dh, truncation: truncation)
        let (N, D, H, T) = (extents.cell.samples, extents.cell.inputs, extents.cell.units, extents.steps)
        let pass = SequencePass(cell: self, inputs: inputs, extents: extents)
        let (h, derivative) = pass.forward()
        let do_ = pass.backward(dh.elements, derivative, truncation: truncation ?? max(T, 1))

        let gradient = View(do_, extents.allRows(width: H))
        var dx = [S](zeros: N * T * D)
        multiply(gradient, pass.W_x.transposed, into: &dx, at: extents.allRows(width: D), team: team)
        pass.clearPadding(of: &dx, width: D)

        var dh_0 = [S](zeros: N * H)
        let initial = pass.h_0.layout
        if T > 0 { multiply(View(do_, extents.state(0)), pass.W_h.transposed, into: &dh_0, at: initial, team: team) }
        for n in 0..<N where T > 0 && !pass.counts(n, 0) {
            for j in 0..<H { dh_0[initial.index(n, j)] = 0 }
        }

        return SequenceGradients(
            dx: Sequences(order: extents.order, samples: N, steps: T, width: D, elements: dx),
            dh_0: convention.matrix(dh_0, rows: N, columns: H),
            dW_x: product(pass.x.transposed, gradient),
            dW_h: product(pass.previousStates(h).transposed, gradient),
            db: sumOfRows(gradient),
            h: Sequences(order: extents.order, samples: N, steps: T, width: H, elements: h))
    }
}

/// The two sweeps over the steps. What belongs to the padding is 0, and stays so whatever the rest holds: a product of that 0 with an infinity would be NaN,
/// so the other factor is made 0, too, or the result.
private struct SequencePass<S: Scalar> {
    var cell: Cell
    var extents: SequenceExtents
    var lengths: [Int]?
    /// All steps of all samples, one row each.
    var x: View<S>
    var h_0: View<S>
    var W_x: View<S>
    var W_h: View<S>
    var b: [S]

    init(cell: Cell, inputs: SequenceInputs<S>, extents: SequenceExtents) {
        let (N, D, H) = (extents.cell.samples, extents.cell.inputs, extents.cell.units)
        self.cell = cell
        self.extents = extents
        lengths = inputs.lengths
        x = View(inputs.x.elements, extents.allRows(width: D))
        h_0 = View(inputs.h_0.elements, cell.convention.layout(rows: N, columns: H))
        W_x = View(inputs.W_x.elements, cell.convention.layout(rows: D, columns: H))
        W_h = View(inputs.W_h.elements, cell.convention.layout(rows: H, columns: H))
        b = inputs.b
        clearPadding(of: &x.elements, width: D)
    }

    /// h_1 ... h_T and f′(o_1) ... f′(o_T); both 0 in the padding.
    func forward() -> (h: [S], derivative: [S]) {
        let (H, T) = (extents.cell.units, extents.steps)
        let all = extents.allRows(width: H)
        var o = broadcast(b, all)
        multiply(x, W_x, into: &o, at: all, accumulate: true, team: cell.team)

        var h = [S](zeros: all.rows * H)
        var derivative = h
        for t in 0..<T {
            let previous = t == 0 ? h_0 : View(h, extents.state(t - 1))
            multiply(previous, W_h, into: &o, at: extents.state(t), accumulate: true, team: cell.team)
            for row in rows(at: t) { cell.activation.evaluate(o, row, value: &h, derivative: &derivative) }
        }
        return (h, derivative)
    }

    /// do_1 ... do_T; 0 in the padding, whatever `dh` holds there.
    func backward(_ dh: [S], _ derivative: [S], truncation: Int) -> [S] {
        let (N, H, T) = (extents.cell.samples, extents.cell.units, extents.steps)
        var do_ = [S](zeros: N * T * H)
        for t in (0..<T).reversed() {
            for row in rows(at: t) {
                for i in row { do_[i] = dh[i] }
            }
            if t + 1 < T, (t + 1) % truncation != 0 {
                let layout = Layout(rows: N, columns: H, rowStride: H, columnStride: 1)
                var carried = [S](zeros: N * H)
                multiply(View(do_, extents.state(t + 1)), W_h.transposed, into: &carried, at: layout, team: cell.team)
                let state = extents.state(t)
                for n in 0..<N where counts(n, t + 1) {
                    for j in 0..<H { do_[state.index(n, j)] += carried[layout.index(n, j)] }
                }
            }
            for row in rows(at: t) {
                for i in row { do_[i] *= derivative[i] }
            }
        }
        return do_
    }

    /// h_0 ... h_{T-1}, the rows of `x`'s steps: what each step's W_h was multiplied with.
    func previousStates(_ h: [S]) -> View<S> {
        var previous = [S](zeros: h.count)
        for t in 0..<extents.steps {
            let (source, state) = (t == 0 ? h_0 : View(h, extents.state(t - 1)), extents.state(t))
            for n in 0..<extents.cell.samples where counts(n, t) {
                for j in 0..<extents.cell.units { previous[state.index(n, j)] = source[n, j] }
            }
        }
        return View(previous, extents.allRows(width: extents.cell.units))
    }

    /// Makes the padding 0 in an array of `width` numbers a step.
    func clearPadding(of elements: inout [S], width: Int) {
        guard let lengths else { return }
        for n in 0..<extents.cell.samples {
            for t in lengths[n]..<extents.steps {
                let step = extents.order.layout(step: t, samples: extents.cell.samples, steps: extents.steps, width: width)
                for i in 0..<width { elements[step.index(n, i)] = 0 }
            }
        }
    }

    /// Whether step t of sample n is not padding.
    func counts(_ n: Int, _ t: Int) -> Bool {
        guard let lengths else { return true }
        return t < lengths[n]
    }

    /// Where step t of each sample for which it counts lies.
    private func rows(at t: Int) -> [Range<Int>] {
        let state = extents.state(t)
        return (0..<extents.cell.samples).filter { counts($0, t) }.map { n in state.index(n, 0)..<state.index(n, 0) + state.columns }
    }
}
