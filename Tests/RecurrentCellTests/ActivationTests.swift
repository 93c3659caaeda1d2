import Testing

@testable import RecurrentCell

/// The bounds that `Activation.jet(at:)` states, in ulp.
private func bounds(_ activation: Activation, at o: Double, isSubnormalSigmoid: Bool) -> [Double] {
    let tail = 8 + 2 * o * o
    return switch activation {
    case .tanh: [2, 2, 4]
    case .identity, .relu: [0, 0, 0]
    case .sigmoid: [3, 3, 6]
    case .softplus: [2, 3, 3]
    case .elu: [1, 1, 1]
    case .silu: isSubnormalSigmoid ? [abs(o), abs(o), abs(o)] : [4, 6, 8]
    case .gelu: [tail, tail, tail]
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
        for point in index * points..<(index + 1) * points {
            let row = Array(numbers[point * 9..<point * 9 + 9])
            let jet = activation.jet(at: S(row[0]))
            let got = [jet.value, jet.derivative, jet.secondDerivative]
            let scale = [row[1], row[7], row[8]]
            let subnormal = S.exp(-abs(S(row[0]))) < 2 * S.leastNormalMagnitude
            let allowed = bounds(activation, at: row[0], isSubnormalSigmoid: subnormal)
            for order in 0..<3 {
                let error = abs((Double(got[order]) - row[1 + 2 * order]) - row[2 + 2 * order]) / Double(S(scale[order]).ulp)
                #expect(error <= allowed[order], "order \(order) at \(row[0]): got \(got[order]), want \(row[1 + 2 * order])")
            }
        }
    }
}
