extension Cell {
    /// Judges results that a caller has computed, and names the mistakes that explain those that are wrong.
    ///
    /// Everything is computed in float64. An entry is right if it is within its tolerance, a bound on what rounding can do to any right computation in
    /// the precision S: u times the magnitudes of all terms that make up the entry, from the pre-activation on, times the number of roundings (`Bounded`,
    /// `BoundedResults`). So a right result is never accused, however it was computed, and a wrong one is found unless rounding alone could make it.
    ///
    /// All of it costs two passes of `backward` and one over the entries; a wrong result also some entries for each known mistake.
    ///
    /// - Parameters:
    ///   - dh: ∂L/∂h_t, N×H.
    ///   - h_t: the result of the forward pass, if f′ is to be taken from it, as `backward` does.
    /// - Throws: `InputError` for the member whose shape does not fit the others'. A claim of a wrong shape is wrong, but no error.
    @specialized(where S == Double)
    @specialized(where S == Float)
    package func check<S: Scalar>(
        _ claims: [Claim<S>], of inputs: CellInputs<S>, dh: Matrix<S>, h_t: Matrix<S>? = nil
    ) throws(InputError) -> [Verdict] {
        let extents = try extents(of: inputs, dh: dh, h_t: h_t)
        let (wide, wideGradient, wideState) = (inputs.widened, dh.widened, h_t?.widened)
        let rounding = Rounding(S.self)
        let ours = try BoundedResults(self, wide, extents, dh: wideGradient, h_t: wideState, rounding)

        var levels = [ours]
        var verdicts: [Verdict] = []
        for claim in claims {
            let right = ours[claim.result].mapped { Bounded(value: Double(S($0.value)), radius: $0.radius) }
            var verdict = Verdict(claim, right, extents, convention, rounding)
            if !verdict.isRight {
                if levels.count == 1, S.self == Double.self {
                    levels.append(try BoundedResults(self, wide, extents, dh: wideGradient, h_t: wideState, Rounding(Float.self)))
                }
                let search = Search(
                    wording: Wording(result: claim.result, cell: self, extents: extents), theirs: claim.view(convention),
                    fits: verdict.expectedShape == nil, levels: levels)
                verdict.diagnoses = search.diagnoses(reshaping: claim)
            }
            verdicts.append(verdict)
        }
        return verdicts
    }
}

extension Verdict {
    fileprivate init<S>(_ claim: Claim<S>, _ ours: Formula, _ extents: Extents, _ convention: Convention, _ rounding: Rounding) {
        result = claim.result
        guard claim.fits(extents, convention) else {
            isRight = false
            expectedShape = claim.result.shape(extents, convention)
            return
        }
        let theirs = claim.view(convention)
        var isRight = true
        var comparison = Comparison()
        var worst = -1.0
        for i in 0..<ours.rows {
            for j in 0..<ours.columns {
                let (their, our) = (theirs[i, j], ours.entry(i, j))
                let isAccepted = rounding.accepts(their, as: our)
                isRight = isRight && isAccepted
                let error = Self.error(their, our.value)
                comparison.maximumAbsoluteError = max(comparison.maximumAbsoluteError, error)
                comparison.maximumRelativeError = max(comparison.maximumRelativeError, error == 0 ? 0 : error / abs(our.value))
                let tolerance = rounding.tolerance(of: our)
                // A wrong entry is worse than any that is right, be its tolerance infinite or its error.
                let badness = isAccepted ? min(error / tolerance, 1) : max(error / tolerance, 1).nextUp
                if badness > worst || worst < 0 {
                    worst = badness
                    (comparison.worstIndex, comparison.theirs) = (claim.index(i, j, convention), their)
                    (comparison.ours, comparison.tolerance) = (our.value, tolerance)
                }
            }
        }
        self.isRight = isRight
        self.comparison = worst < 0 ? nil : comparison
    }

    private static func error(_ theirs: Double, _ ours: Double) -> Double {
        if theirs == ours || theirs.isNaN && ours.isNaN { return 0 }
        let error = abs(theirs - ours)
        return error.isNaN ? .infinity : error
    }
}

extension CellInputs {
    /// The same numbers in float64.
    var widened: CellInputs<Double> {
        CellInputs<Double>(x_t: x_t.widened, h_prev: h_prev.widened, W_x: W_x.widened, W_h: W_h.widened, b: b.map { Double($0) })
    }
}

extension Matrix where Element: Scalar {
    /// The same numbers in float64.
    var widened: Matrix<Double> {
        Matrix<Double>(rows: rows, columns: columns, elements: elements.map { Double($0) })
    }
}
