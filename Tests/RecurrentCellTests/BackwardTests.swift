import Testing

@testable import RecurrentCell

@Suite struct `Backward` {
    @Test func `a 1×1 cell agrees with the calculation by hand`() throws {
        // o = 0.5·0.25 + 2·0.75 - 1 = 0.625, f′ = 0.625 > 0 ? 1 : 0, so do = dh = 3.
        let inputs = CellInputs(
            x_t: Matrix(rows: 1, columns: 1, elements: [2.0]), h_prev: Matrix(rows: 1, columns: 1, elements: [0.5]),
            W_x: Matrix(rows: 1, columns: 1, elements: [0.75]), W_h: Matrix(rows: 1, columns: 1, elements: [0.25]), b: [-1])
        let gradients = try Cell(activation: .relu).backward(inputs, dh: Matrix(rows: 1, columns: 1, elements: [3]), outputs: .all)
        let got = gradients.arrays.map { "\($0.name) \($0.elements[0])" }
        #expect(got == ["h_t 0.625", "do_t 3.0", "dx_t 2.25", "dh_prev 0.75", "dW_x 6.0", "dW_h 1.5", "db 3.0"])
    }

    @Test func `it agrees with NumPy in 80-bit precision for every golden shape, type and convention`() throws {
        var numbers = try GoldenFiles.numbers("gradients.f64")[...]
        for golden in try GoldenFiles.gradientCases() {
            let (N, D, H) = (golden.N, golden.D, golden.H)
            func take(_ rows: Int, _ columns: Int) -> Matrix<Double> {
                defer { numbers = numbers.dropFirst(rows * columns) }
                return Matrix(rows: rows, columns: columns, elements: Array(numbers.prefix(rows * columns)))
            }
            var want = Gradients<Double>()
            (want.h_t, want.do_t, want.dx_t, want.dh_prev) = (take(N, H), take(N, H), take(N, D), take(N, H))
            (want.dW_x, want.dW_h, want.db) = (take(D, H), take(H, H), take(1, H).elements)
            let activation = try #require(Activation(rawValue: golden.activation))
            try compare(golden, activation, want, as: Double.self)
            try compare(golden, activation, want, as: Float.self)
        }
        #expect(numbers.isEmpty)
    }

    private func compare<S: Scalar>(_ golden: GradientCase, _ activation: Activation, _ want: Gradients<Double>, as type: S.Type) throws {
        func problem<T: Scalar>(_ type: T.Type) -> Problem<T> {
            Problem<T>(N: golden.N, D: golden.D, H: golden.H, seed: golden.seed, damping: golden.damping)
        }
        let bounds = roundingBounds(problem(Double.self), activation, unit: Double(S.ulpOfOne) / 2)
        let (inputs, dh) = (problem(S.self).inputs, problem(S.self).dh)
        let row = try Cell(activation: activation).backward(inputs, dh: dh, outputs: .all)
        #expect(disagreement(row, want, within: bounds) == nil, "\(golden) \(type)")
        let column = try Cell(activation: activation, convention: .column).backward(inputs.transposed, dh: dh.transposed, outputs: .all)
        #expect(column == row.transposed, "the column convention gives the transpose, bit for bit: \(golden) \(type)")
    }

    @Test(arguments: [1, 2, 3, 7, 17, 64])
    func `it agrees with the plain loops for all shapes`(N: Int) throws {
        for D in [1, 2, 3, 7, 17, 64] {
            for H in [1, 2, 3, 7, 17, 64] {
                let problem = Problem<Double>(N: N, D: D, H: H, damping: Double(D + H).squareRoot().rounded())
                let got = try Cell().backward(problem.inputs, dh: problem.dh, outputs: .all)
                let want = try Cell().backwardReference(problem.inputs, dh: problem.dh)
                // Both sides round.
                #expect(disagreement(got, want, within: roundingBounds(problem, .tanh, unit: .ulpOfOne)) == nil, "N=\(N) D=\(D) H=\(H)")
            }
        }
    }

    @Test(arguments: Activation.allCases.filter(\.isDeterminedByOutput), Convention.allCases)
    func `a given h_t takes the place of the forward pass`(activation: Activation, convention: Convention) throws {
        let problem = Problem<Double>(N: 3, D: 4, H: 5)
        let cell = Cell(activation: activation, convention: convention)
        let inputs = convention == .row ? problem.inputs : problem.inputs.transposed
        let dh = convention == .row ? problem.dh : problem.dh.transposed
        let h_t = try cell.forward(inputs).h_t
        var silent = inputs  // b is not even read
        silent.b = silent.b.map { _ in .nan }
        let got = try cell.backward(silent, dh: dh, h_t: h_t, outputs: .all)
        let want = try cell.backward(inputs, dh: dh, outputs: .all)
        let bounds = roundingBounds(problem, activation, unit: .ulpOfOne)
        #expect(disagreement(got, want, within: convention == .row ? bounds : bounds.transposed) == nil)
        #expect(got.h_t == h_t)
        let reference = try cell.backwardReference(silent, dh: dh, h_t: h_t)
        #expect(disagreement(got, reference, within: convention == .row ? bounds : bounds.transposed) == nil)
    }

    @Test(arguments: Activation.allCases.filter { !$0.isDeterminedByOutput })
    func `an h_t that does not determine the derivative is refused`(activation: Activation) throws {
        let problem = Problem<Double>(N: 1, D: 1, H: 1)
        let error = #expect(throws: InputError.self) {
            try Cell(activation: activation).backward(problem.inputs, dh: problem.dh, h_t: problem.dh)
        }
        #expect(error?.field == "h_t")
    }

    @Test func `only what is asked for is returned, and the same as in company`() throws {
        let problem = Problem<Double>(N: 2, D: 3, H: 4)
        let all = try Cell().backward(problem.inputs, dh: problem.dh, outputs: .all)
        for (output, name) in Outputs.names {
            let alone = try Cell().backward(problem.inputs, dh: problem.dh, outputs: output)
            #expect(alone.arrays.map(\.name) == [name])
            #expect(alone.arrays.first?.elements == all.arrays.first { $0.name == name }?.elements)
        }
        #expect(try Cell().backward(problem.inputs, dh: problem.dh).arrays.map(\.name) == ["dx_t", "dh_prev", "dW_x", "dW_h", "db"])
    }

    @Test(arguments: Convention.allCases)
    func `an empty batch has zero gradients of the right shapes`(convention: Convention) throws {
        let problem = Problem<Double>(N: 0, D: 2, H: 3)
        let inputs = convention == .row ? problem.inputs : problem.inputs.transposed
        let dh = convention == .row ? problem.dh : problem.dh.transposed
        let gradients = try Cell(convention: convention).backward(inputs, dh: dh, outputs: .all)
        let zeros = Problem<Double>(N: 0, D: 2, H: 3).inputs.moved(-1, along: problem.inputs)
        var want = Gradients<Double>()
        (want.dx_t, want.dh_prev, want.dW_x, want.dW_h, want.db) = (zeros.x_t, zeros.h_prev, zeros.W_x, zeros.W_h, zeros.b)
        (want.h_t, want.do_t) = (problem.dh, problem.dh)
        #expect(gradients == (convention == .row ? want : want.transposed))
    }

    @Test(arguments: [(2, 0, 3), (2, 3, 0), (0, 0, 0), (2, 0, 0)])
    func `an extent of 0 is an empty sum`(N: Int, D: Int, H: Int) throws {
        let problem = Problem<Double>(N: N, D: D, H: H)
        let got = try Cell().backward(problem.inputs, dh: problem.dh, outputs: .all)
        let want = try Cell().backwardReference(problem.inputs, dh: problem.dh)
        #expect(disagreement(got, want, within: roundingBounds(problem, .tanh, unit: .ulpOfOne)) == nil)
        #expect(got.dx_t == Matrix(rows: N, columns: D, elements: [Double](repeating: 0, count: N * D)) || H > 0)
    }

    @Test func `a NaN in one sample spoils its own rows and all sums over the batch, nothing else`() throws {
        var problem = Problem<Double>(N: 2, D: 2, H: 2)
        problem.inputs.x_t.elements[0] = .nan
        let gradients = try Cell().backward(problem.inputs, dh: problem.dh)
        #expect(gradients.dx_t?.elements.map(\.isNaN) == [true, true, false, false])
        #expect(gradients.dh_prev?.elements.map(\.isNaN) == [true, true, false, false])
        #expect(gradients.db?.map(\.isNaN) == [true, true])
    }

    @Test func `an infinite pre-activation is saturated`() throws {
        var problem = Problem<Double>(N: 1, D: 1, H: 2)
        problem.inputs.b = [.infinity, -.infinity]
        let gradients = try Cell().backward(problem.inputs, dh: problem.dh, outputs: .all)
        #expect(gradients.h_t?.elements == [1, -1])
        #expect(gradients.db == [0, 0])
    }

    @Test func `an infinite upstream gradient stays infinite`() throws {
        var problem = Problem<Float>(N: 1, D: 1, H: 1)
        problem.dh.elements = [.infinity]
        #expect(try Cell().backward(problem.inputs, dh: problem.dh).db == [.infinity])
    }
}
