import Testing

@testable import RecurrentCell

private struct SequenceProblem {
    var inputs: SequenceInputs<Double>
    var dh: Sequences<Double>

    init(_ order: SequenceOrder, _ convention: Convention, N: Int, T: Int, D: Int, H: Int, lengths: [Int]? = nil) {
        var draw = Draw(seed: 4)
        func oriented(_ matrix: Matrix<Double>) -> Matrix<Double> { convention == .row ? matrix : matrix.transposed }
        inputs = SequenceInputs(
            x: Sequences(order: order, samples: N, steps: T, width: D, elements: draw.numbers(N * T * D)),
            h_0: oriented(draw.matrix(N, H)), W_x: oriented(draw.matrix(D, H, scale: 0.5)), W_h: oriented(draw.matrix(H, H, scale: 0.5)),
            b: draw.numbers(H), lengths: lengths)
        dh = Sequences(order: order, samples: N, steps: T, width: H, elements: draw.numbers(N * T * H))
    }
}

extension SequenceGradients {
    fileprivate var arrays: [[S]] { [dx.elements, dh_0.elements, dW_x.elements, dW_h.elements, db, h.elements] }
}

@Suite struct `Backward through time` {
    @Test(arguments: SequenceOrder.allCases, Convention.allCases)
    func `agrees with one cell after another`(order: SequenceOrder, convention: Convention) throws {
        for activation in Activation.allCases {
            for (lengths, truncation) in [(nil, nil), (nil, 2), ([5, 0, 3], nil), ([1, 5, 4], 3), (nil, 1)] as [([Int]?, Int?)] {
                let problem = SequenceProblem(order, convention, N: 3, T: 5, D: 2, H: 4, lengths: lengths)
                let cell = Cell(activation: activation, convention: convention)
                let got = try cell.backwardThroughTime(problem.inputs, dh: problem.dh, truncation: truncation)
                let want = try cell.backwardThroughTimeReference(problem.inputs, dh: problem.dh, truncation: truncation)
                // Here every number is of order 1, and an error grows at most by the norm of W_h f′, < 2·1.1, a step: 2.2⁵ (N T + D + H) u, both sides.
                for (got, want) in zip(got.arrays, want.arrays) {
                    #expect(got.count == want.count)
                    #expect(zip(got, want).allSatisfy { abs($0 - $1) <= 2 * 52 * 21 * .ulpOfOne }, "\(activation) \(truncation ?? 0)")
                }
            }
        }
    }

    @Test func `agrees with complex steps through the whole sequence`() throws {
        let (N, T, D, H) = (2, 6, 3, 4)
        let problem = SequenceProblem(.batchFirst, .row, N: N, T: T, D: D, H: H)
        let inputs = problem.inputs
        let got = try Cell().backwardThroughTime(inputs, dh: problem.dh)
        var draw = Draw(seed: 20)
        func step(_ a: [Double]) -> (point: [Complex], direction: [Double]) {
            let direction: [Double] = draw.numbers(a.count)
            return (zip(a, direction).map { Complex(real: $0, imaginary: Complex.step * $1) }, direction)
        }
        let (x, h_0, W_x, W_h, b) = (
            step(inputs.x.elements), step(inputs.h_0.elements), step(inputs.W_x.elements), step(inputs.W_h.elements), step(inputs.b)
        )
        var loss = Complex(real: 0, imaginary: 0)
        for n in 0..<N {
            var h = Array(h_0.point[n * H..<(n + 1) * H])
            for t in 0..<T {
                h = (0..<H).map { j in
                    var o = b.point[j]
                    for d in 0..<D { o = o + x.point[(n * T + t) * D + d] * W_x.point[d * H + j] }
                    for i in 0..<H { o = o + h[i] * W_h.point[i * H + j] }
                    return o.tanh
                }
                for j in 0..<H { loss = loss + Complex(real: problem.dh.elements[(n * T + t) * H + j], imaginary: 0) * h[j] }
            }
        }
        let gradients = [got.dx.elements, got.dh_0.elements, got.dW_x.elements, got.dW_h.elements, got.db]
        let directions = [x.direction, h_0.direction, W_x.direction, W_h.direction, b.direction]
        let magnitude = dot(gradients.map { $0.map { abs($0) } }, directions.map { $0.map { abs($0) } })
        // As above; the scalar is a sum over all entries of all gradients.
        #expect(abs(dot(gradients, directions) - loss.imaginary / Complex.step) <= 2 * 114 * 26 * .ulpOfOne * magnitude)
    }

    @Test(arguments: SequenceOrder.allCases)
    func `of one step is backward`(order: SequenceOrder) throws {
        let sequences = SequenceProblem(order, .row, N: 3, T: 1, D: 2, H: 4)
        let (inputs, x) = (sequences.inputs, sequences.inputs.x)
        let through = try Cell().backwardThroughTime(inputs, dh: sequences.dh)
        let cell = CellInputs(
            x_t: Matrix(rows: 3, columns: 2, elements: x.elements), h_prev: inputs.h_0, W_x: inputs.W_x, W_h: inputs.W_h, b: inputs.b)
        let dh = Matrix(rows: 3, columns: 4, elements: sequences.dh.elements)
        let once = try Cell().backward(cell, dh: dh, outputs: .all)
        var got = once
        got.h_t = Matrix(rows: 3, columns: 4, elements: through.h.elements)
        got.dx_t = Matrix(rows: 3, columns: 2, elements: through.dx.elements)
        (got.dh_prev, got.dW_x, got.dW_h, got.db) = (through.dh_0, through.dW_x, through.dW_h, through.db)
        // The order of the two products in o differs.
        var problem = Problem<Double>(N: 3, D: 2, H: 4)
        (problem.inputs, problem.dh) = (cell, dh)
        let bounds = roundingBounds(problem, .tanh, unit: .ulpOfOne)
        #expect(disagreement(got, once, within: bounds) == nil)
    }

    @Test(arguments: SequenceOrder.allCases)
    func `does not read the padding`(order: SequenceOrder) throws {
        var problem = SequenceProblem(order, .row, N: 2, T: 3, D: 2, H: 2, lengths: [1, 3])
        let want = try Cell().backwardThroughTime(problem.inputs, dh: problem.dh)
        for t in 1..<3 {
            let layout = order.layout(step: t, samples: 2, steps: 3, width: 2)
            for d in 0..<2 {
                problem.inputs.x.elements[layout.index(0, d)] = .nan
                problem.dh.elements[layout.index(0, d)] = .infinity
                #expect(want.dx.elements[layout.index(0, d)] == 0)
                #expect(want.h.elements[layout.index(0, d)] == 0)
            }
        }
        #expect(try Cell().backwardThroughTime(problem.inputs, dh: problem.dh) == want)
    }

    @Test func `lets nothing infinite act on the padding`() throws {
        // The true part is one step, at infinite states or none; wherever a 0 of the padding met an infinity, it would make a NaN.
        func check(_ activation: Activation, lengths: [Int], _ spoil: (inout SequenceInputs<Double>) -> Void) throws {
            var problem = SequenceProblem(.batchFirst, .row, N: 2, T: 3, D: 1, H: 1, lengths: lengths)
            spoil(&problem.inputs)
            let cell = Cell(activation: activation)
            let got = try cell.backwardThroughTime(problem.inputs, dh: problem.dh)
            let want = try cell.backwardThroughTimeReference(problem.inputs, dh: problem.dh)
            #expect(zip(got.arrays, want.arrays).allSatisfy { $0.elementsEqual($1, by: { $0 == $1 || $0.isNaN && $1.isNaN }) }, "\(got)")
        }
        try check(.tanh, lengths: [1, 1]) { $0.W_h.elements = [.infinity] }
        try check(.relu, lengths: [1, 1]) { $0.b = [.infinity] }
        try check(.tanh, lengths: [0, 1]) { ($0.h_0.elements, $0.W_h.elements) = ([.infinity, 1], [.infinity]) }
        try check(.tanh, lengths: [0, 1]) { $0.W_x.elements = [.infinity] }
    }

    /// 0.1 is off by the same rounding each time it is added, so one sum from the first step to the last drifts: by 2000 u and more here.
    @Test(arguments: [(1, 20_000), (10_000, 2)], SequenceOrder.allCases)
    func `sums its weight gradients over many steps as well as over many samples`(extents: (N: Int, T: Int), order: SequenceOrder) throws {
        let (N, T) = extents
        func sequences(_ value: Float) -> Sequences<Float> {
            Sequences(order: order, samples: N, steps: T, width: 1, elements: [Float](repeating: value, count: N * T))
        }
        func one(_ value: Float) -> Matrix<Float> { Matrix(rows: 1, columns: 1, elements: [value]) }
        let inputs = SequenceInputs(
            x: sequences(0.1), h_0: Matrix(rows: N, columns: 1, elements: [Float](repeating: 0.1, count: N)), W_x: one(1), W_h: one(0),
            b: [0])
        let got = try Cell(activation: .identity).backwardThroughTime(inputs, dh: sequences(1))
        let want = Double(Float(0.1)) * Double(N * T)
        let bound = Double(256 + N * T / 256 + 2) * Double(Float.ulpOfOne) / 2 * want
        #expect(abs(Double(got.dW_x.elements[0]) - want) <= bound)
        #expect(abs(Double(got.dW_h.elements[0]) - want) <= bound)
        #expect(got.db == [Float(N * T)])
    }

    @Test(arguments: [(0, 3), (2, 0), (0, 0)])
    func `of nothing is zero`(N: Int, T: Int) throws {
        let problem = SequenceProblem(.batchFirst, .row, N: N, T: T, D: 2, H: 3)
        let got = try Cell().backwardThroughTime(problem.inputs, dh: problem.dh)
        #expect(got.arrays.allSatisfy { $0.allSatisfy { $0 == 0 } })
        #expect(got.dW_x.elements.count == 6)
        #expect(got.dh_0.rows == N)
    }

    @Test func `refuses what does not fit`() throws {
        func detail(_ problem: SequenceProblem, truncation: Int? = nil) -> String? {
            #expect(throws: InputError.self) { try Cell().backwardThroughTime(problem.inputs, dh: problem.dh, truncation: truncation) }?
                .detail
        }
        let fine = SequenceProblem(.batchFirst, .row, N: 2, T: 3, D: 1, H: 2)
        #expect(detail(fine, truncation: 0) == "bptt_steps is 0, but a gradient flows through at least 1 step.")
        var problem = fine
        problem.inputs.lengths = [1, 4]
        #expect(detail(problem) == "lengths has 4, but the sequences have 3 steps, so it must be 0 to 3.")
        problem.inputs.lengths = [1]
        #expect(detail(problem) == "lengths has 1 entry, but x is 2×3×1, so it must have 2.")
        problem = fine
        problem.dh.order = .timeFirst
        #expect(detail(problem) == "dh is time-first, but x is batch-first; both must be the same.")
    }
}
