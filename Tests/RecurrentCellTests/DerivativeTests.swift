import Testing

@testable import RecurrentCell

private let shapes = [(1, 1, 1), (3, 2, 4), (2, 7, 3), (5, 1, 6)]

extension CellTangents {
    /// `direction`, or only one of its five parts.
    init(_ direction: CellInputs<S>, only part: CellInput? = nil) {
        self.init()
        if part == nil || part == .x_t { x_t = direction.x_t }
        if part == nil || part == .h_prev { h_prev = direction.h_prev }
        if part == nil || part == .W_x { W_x = direction.W_x }
        if part == nil || part == .W_h { W_h = direction.W_h }
        if part == nil || part == .b { b = direction.b }
    }

    /// The same, the parts that stay where they are as zeros.
    func filled(like inputs: CellInputs<S>) -> CellInputs<S> {
        var filled = inputs.moved(-1, along: inputs)
        filled.x_t = x_t ?? filled.x_t
        filled.h_prev = h_prev ?? filled.h_prev
        filled.W_x = W_x ?? filled.W_x
        filled.W_h = W_h ?? filled.W_h
        filled.b = b ?? filled.b
        return filled
    }
}

@Suite struct `Derivatives` {
    /// f(o) is within `roundingBounds` of its exact value, and o is linear in each single input, so
    /// |difference - derivative| ≤ (rounding of ⟨dh, h_t⟩) / step + step² max|f‴| Σ|dh ȯ³| / 6, with |f‴| ≤ 6 for every activation.
    @Test(arguments: Activation.allCases, CellInput.allCases)
    func `agree with central differences`(activation: Activation, input: CellInput) throws {
        for (N, D, H) in shapes {
            let problem = Problem<Double>(N: N, D: D, H: H, seed: 5)
            let cell = Cell(activation: activation)
            let tangents = CellTangents(.direction(like: problem.inputs, seed: 6), only: input)
            let direction = tangents.filled(like: problem.inputs)
            let step = 0x1p-17

            let gradients = try cell.backward(problem.inputs, dh: problem.dh)
            let ahead = try cell.forward(problem.inputs.moved(step, along: direction)).h_t
            let behind = try cell.forward(problem.inputs.moved(-step, along: direction)).h_t
            let difference = dot([problem.dh.elements], [zip(ahead.elements, behind.elements).map { ($0 - $1) / (2 * step) }])

            let rate = try cell.jacobianVectorProduct(problem.inputs, tangents: tangents)
            let slope = try Cell(activation: .identity).jacobianVectorProduct(problem.inputs, tangents: tangents)
            let rounding = roundingBounds(problem, activation, unit: .ulpOfOne).h_t?.elements ?? []
            let bound = zip(problem.dh.elements, zip(rounding, slope.elements)).reduce(0) { sum, entry in
                let (dh, (rounding, slope)) = entry
                return sum + abs(dh) * (rounding / step + step * step * abs(slope * slope * slope))
            }
            #expect(abs(dot(gradients.gradientArrays, direction.arrays) - difference) <= bound)
            #expect(abs(dot([problem.dh.elements], [rate.elements]) - difference) <= bound)
        }
    }

    @Test(arguments: Activation.analytic)
    func `agree with complex steps, first and second`(activation: Activation) throws {
        for (N, D, H) in shapes {
            let problem = Problem<Double>(N: N, D: D, H: H, seed: 7)
            for part in [nil] + CellInput.allCases.map(Optional.some) {
                let tangents = CellTangents(.direction(like: problem.inputs, seed: 8), only: part)
                let direction = tangents.filled(like: problem.inputs)
                let cell = Cell(activation: activation)
                let want = complexStep(problem, direction, activation)
                let bounds = try secondOrderBounds(problem, direction, activation)
                var got = try cell.hessianVectorProduct(problem.inputs, dh: problem.dh, tangents: tangents, outputs: .all)
                #expect(disagreement(got, want, within: bounds) == nil, "\(part?.rawValue ?? "all") N=\(N) D=\(D) H=\(H)")
                got.h_t = try cell.jacobianVectorProduct(problem.inputs, tangents: tangents)
                #expect(disagreement(got, want, within: bounds) == nil)
            }
        }
    }

    @Test(arguments: Activation.allCases)
    func `backward is the transpose of the Jacobian-vector product`(activation: Activation) throws {
        for (N, D, H) in shapes {
            let problem = Problem<Double>(N: N, D: D, H: H, seed: 9)
            let direction = CellInputs.direction(like: problem.inputs, seed: 10)
            let cell = Cell(activation: activation)
            let gradients = try cell.backward(problem.inputs, dh: problem.dh)
            let rate = try cell.jacobianVectorProduct(problem.inputs, tangents: CellTangents(direction))
            // Both sides sum the same N H (D + H + 1) products, in another order.
            let bounds = roundingBounds(problem, activation, unit: .ulpOfOne).gradientArrays
            let magnitude = dot(gradients.gradientArrays.map { $0.map { abs($0) } }, direction.arrays.map { $0.map { abs($0) } })
            let terms = Double(N * (D + H) + (D + H + 1) * H) * .ulpOfOne * magnitude
            let bound = 2 * dot(bounds, direction.arrays.map { $0.map { abs($0) } }) + terms
            #expect(abs(dot([problem.dh.elements], [rate.elements]) - dot(gradients.gradientArrays, direction.arrays)) <= bound)
        }
    }

    @Test(arguments: Activation.allCases)
    func `the Hessian is symmetric`(activation: Activation) throws {
        for (N, D, H) in shapes {
            let problem = Problem<Double>(N: N, D: D, H: H, seed: 11)
            let (v, w) = (CellInputs.direction(like: problem.inputs, seed: 12), CellInputs.direction(like: problem.inputs, seed: 13))
            let cell = Cell(activation: activation)
            let Hv = try cell.hessianVectorProduct(problem.inputs, dh: problem.dh, tangents: CellTangents(v)).gradientArrays
            let Hw = try cell.hessianVectorProduct(problem.inputs, dh: problem.dh, tangents: CellTangents(w)).gradientArrays
            func magnitudes(_ a: [[Double]]) -> [[Double]] { a.map { $0.map { abs($0) } } }
            let bound =
                try dot(secondOrderBounds(problem, v, activation).gradientArrays, magnitudes(w.arrays))
                + dot(secondOrderBounds(problem, w, activation).gradientArrays, magnitudes(v.arrays))
            #expect(abs(dot(Hv, w.arrays) - dot(Hw, v.arrays)) <= bound)
        }
    }

    @Test(arguments: Activation.allCases)
    func `all operations take the same f′, bit for bit`(activation: Activation) throws {
        let problem = Problem<Double>(N: 40, D: 3, H: 10, damping: 0.25)
        let tangents = CellTangents<Double>(b: [Double](repeating: 1, count: 10))
        let cell = Cell(activation: activation)
        let slope = try cell.forward(problem.inputs).dh_do
        #expect(try cell.jacobianVectorProduct(problem.inputs, tangents: tangents) == slope)
        #expect(try cell.hessianVectorProduct(problem.inputs, dh: problem.dh, tangents: tangents, outputs: .h_t).h_t == slope)
        let ones = Matrix(rows: 40, columns: 10, elements: [Double](repeating: 1, count: 400))
        #expect(try cell.backward(problem.inputs, dh: ones, outputs: .do_t).do_t == slope)
    }

    @Test func `a tiny dh loses no digits before a large tangent makes up for it`() throws {
        func moved(dh: Double, tangent: Double) throws -> [Double]? {
            var problem = Problem<Double>(N: 1, D: 1, H: 1)
            problem.dh.elements = [dh]
            return try Cell().hessianVectorProduct(problem.inputs, dh: problem.dh, tangents: CellTangents(b: [tangent])).db
        }
        #expect(try moved(dh: 0x1p-1060, tangent: 0x1p60) == moved(dh: 0x1p-1000, tangent: 1))
    }

    @Test(arguments: Activation.allCases)
    func `the column convention gives the transposes, bit for bit`(activation: Activation) throws {
        let problem = Problem<Float>(N: 3, D: 2, H: 4)
        let direction = CellInputs.direction(like: problem.inputs, seed: 14)
        let (row, column) = (Cell(activation: activation), Cell(activation: activation, convention: .column))
        let (tangents, transposed) = (CellTangents(direction), CellTangents(direction.transposed))
        let rate = try row.jacobianVectorProduct(problem.inputs, tangents: tangents)
        #expect(try column.jacobianVectorProduct(problem.inputs.transposed, tangents: transposed) == rate.transposed)
        let product = try row.hessianVectorProduct(problem.inputs, dh: problem.dh, tangents: tangents, outputs: .all)
        let other = try column.hessianVectorProduct(
            problem.inputs.transposed, dh: problem.dh.transposed, tangents: transposed, outputs: .all)
        #expect(other == product.transposed)
    }

    @Test func `a tangent of another shape than its input is refused by name`() throws {
        let problem = Problem<Double>(N: 1, D: 2, H: 1)
        let error = #expect(throws: InputError.self) {
            try Cell().jacobianVectorProduct(problem.inputs, tangents: CellTangents(W_x: problem.inputs.x_t))
        }
        #expect(error?.field == "tangents.W_x")
        #expect(error?.detail == "tangents.W_x is 1×2, but x_t is 1×2 and b has 1 entry, so it must be 2×1.")
    }
}

@Suite struct `Dense Jacobians` {
    @Test(arguments: CellInput.allCases, Convention.allCases)
    func `hold backward in their rows and the Jacobian-vector product in their columns`(input: CellInput, convention: Convention) throws {
        let problem = Problem<Double>(N: 2, D: 3, H: 4)
        let inputs = convention == .row ? problem.inputs : problem.inputs.transposed
        let direction = CellInputs.direction(like: inputs, seed: 3)
        let cell = Cell(convention: convention)
        let jacobian = try cell.jacobian(inputs, withRespectTo: input, limit: 1000)
        let index = try #require(CellInput.allCases.firstIndex(of: input))
        let width = inputs.arrays[index].count
        #expect(jacobian.shape == (convention == .row ? [2, 4] : [4, 2]) + shape(inputs, input))
        #expect(jacobian.elements.count == 8 * width)

        for entry in 0..<8 {
            var dh = try cell.forward(inputs).h_t
            dh.elements = (0..<8).map { $0 == entry ? 1 : 0 }
            let row = Array(jacobian.elements[entry * width..<(entry + 1) * width])
            // One product, no sum: the same bits.
            #expect(try row == cell.backward(inputs, dh: dh).gradientArrays[index])
        }
        let rate = try cell.jacobianVectorProduct(inputs, tangents: CellTangents(direction, only: input))
        for entry in 0..<8 {
            let terms = zip(jacobian.elements[entry * width..<(entry + 1) * width], direction.arrays[index]).map { $0 * $1 }
            let bound = Double(width + 4) * .ulpOfOne * terms.reduce(0) { $0 + abs($1) }
            #expect(abs(terms.reduce(0, +) - rate.elements[entry]) <= bound)
        }
    }

    private func shape(_ inputs: CellInputs<Double>, _ input: CellInput) -> [Int] {
        switch input {
        case .x_t: [inputs.x_t.rows, inputs.x_t.columns]
        case .h_prev: [inputs.h_prev.rows, inputs.h_prev.columns]
        case .W_x: [inputs.W_x.rows, inputs.W_x.columns]
        case .W_h: [inputs.W_h.rows, inputs.W_h.columns]
        case .b: [inputs.b.count]
        }
    }

    @Test func `are refused above the limit and made at it`() throws {
        let problem = Problem<Double>(N: 2, D: 3, H: 4)
        #expect(try Cell().jacobian(problem.inputs, withRespectTo: .W_x, limit: 96).elements.count == 96)
        let error = #expect(throws: InputError.self) { try Cell().jacobian(problem.inputs, withRespectTo: .W_x, limit: 95) }
        #expect(error?.detail == "The Jacobian of h_t in W_x has 8×12 entries; the limit is 95 in all.")
    }
}
