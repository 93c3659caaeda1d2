import Testing

@testable import RecurrentCell

/// The bounds that `Activation.jet(at:)` states, in ulp.
///
/// - Parameter isSubnormal: whether the decaying factor of silu or gelu is.
private func bounds(_ activation: Activation, at o: Double, isSubnormal: Bool) -> [Double] {
    let growth = isSubnormal ? max(abs(o), 1) : 1
    return switch activation {
    case .tanh: [2, 2, 4]
    case .identity, .relu: [0, 0, 0]
    case .sigmoid: [3, 3, 6]
    case .softplus: [2, 3, 3]
    case .elu: [1, 1, 1]
    case .silu: [4 * growth, 6 * growth, 8 * growth]
    case .gelu: [8 * growth, 8 * growth, 8 * growth * growth]
    case .softsign: [2, 5, 8]
    case .sin: [1, 1, 1]
    }
}

@Suite struct `Activations against mpmath at 50 digits` {
    @Test(arguments: Activation.allCases)
    func `f and its two derivatives in float64 are within the stated ulps`(activation: Activation) throws {
        try check(activation, "activations-float64.f64", as: Double.self)
    }

    @Test(arguments: Activation.allCases)
    func `f and its two derivatives in float32 are within the stated ulps`(activation: Activation) throws {
        try check(activation, "activations-float32.f64", as: Float.self)
    }

    private func check<S: Scalar>(_ activation: Activation, _ file: String, as type: S.Type) throws {
        let numbers = try GoldenFiles.numbers(file)
        let index = try #require(Activation.allCases.firstIndex(of: activation))
        let points = numbers.count / 9 / Activation.allCases.count
        let rows = (index * points..<(index + 1) * points).map { Array(numbers[$0 * 9..<$0 * 9 + 9]) }
        let whole = activation.valueAndDerivative(at: rows.map { S($0[0]) })
        for (i, row) in rows.enumerated() {
            let jet = activation.jet(at: S(row[0]))
            let got = [jet.value, jet.derivative, jet.secondDerivative]
            let kernel = [whole.value[i], whole.derivative[i], jet.secondDerivative]
            let scale = [row[1], row[7], row[8]]
            let o = S(row[0])
            let decay = S.exp(activation == .gelu ? -o * o / 2 : -abs(o))
            let allowed = bounds(activation, at: row[0], isSubnormal: decay < 64 * S.leastNormalMagnitude)
            for order in 0..<3 {
                let want = "order \(order) at \(row[0]), want \(row[1 + 2 * order])"
                for got in [got[order], kernel[order]] {
                    let error = abs((Double(got) - row[1 + 2 * order]) - row[2 + 2 * order]) / Double(S(scale[order]).ulp)
                    #expect(error <= allowed[order], "\(want), got \(got)")
                }
            }
        }
    }
}

@Suite struct `Activations at the edges` {
    /// (f, f′, f″) at +∞ and at -∞.
    private static let limits: [(Activation, [Double], [Double])] = [
        (.tanh, [1, 0, 0], [-1, 0, 0]),
        (.identity, [.infinity, 1, 0], [-.infinity, 1, 0]),
        (.relu, [.infinity, 1, 0], [0, 0, 0]),
        (.sigmoid, [1, 0, 0], [0, 0, 0]),
        (.softplus, [.infinity, 1, 0], [0, 0, 0]),
        (.elu, [.infinity, 1, 0], [-1, 0, 0]),
        (.silu, [.infinity, 1, 0], [0, 0, 0]),
        (.gelu, [.infinity, 1, 0], [0, 0, 0]),
        (.softsign, [1, 0, 0], [-1, 0, 0]),
    ]

    @Test(arguments: limits)
    func `an infinite pre-activation gives the limit`(activation: Activation, ahead: [Double], behind: [Double]) {
        func entries<S: Scalar>(_ jet: Jet<S>) -> [Double] { [jet.value, jet.derivative, jet.secondDerivative].map { Double($0) } }
        #expect(entries(activation.jet(at: Double.infinity)) == ahead)
        #expect(entries(activation.jet(at: -Double.infinity)) == behind)
        #expect(entries(activation.jet(at: Float.infinity)) == ahead)
        #expect(entries(activation.jet(at: -Float.infinity)) == behind)
    }

    @Test(arguments: Activation.allCases)
    func `a NaN stays a NaN`(activation: Activation) {
        let jet = activation.jet(at: Double.nan)
        #expect(jet.value.isNaN)
        #expect(activation == .identity || jet.derivative.isNaN && jet.secondDerivative.isNaN)
    }

    @Test func `tanh keeps the sign of zero`() {
        #expect(Activation.tanh.jet(at: -0.0).value.sign == .minus)
    }

    /// float32 against the same h in float64, whose own error is negligible beside it.
    @Test(arguments: Activation.allCases.filter(\.isDeterminedByOutput))
    func `the derivative at an output is within 3 ulp`(activation: Activation) {
        var draw = Draw(seed: 2)
        for _ in 0..<1000 {
            let o: Float = draw.number()
            let h = activation.jet(at: 8 * o).value
            let (got, want) = (Double(activation.derivative(atOutput: h)), activation.derivative(atOutput: Double(h)))
            #expect(abs(got - want) <= 3 * Double(Float(want).ulp), "at h = \(h)")
        }
    }
}
