import Testing

@testable import RecurrentCell

private let shapes = [(1, 1, 1), (1, 3, 2), (2, 1, 4), (4, 3, 3), (3, 5, 1), (7, 2, 6), (2, 17, 9), (0, 2, 3), (2, 0, 2), (64, 3, 2)]

private func claims<S: Scalar>(_ gradients: Gradients<some Scalar>, _ extents: Extents, _ convention: Convention) -> [Claim<S>] {
    StepResult.allCases.compactMap { result in
        result.elements(of: gradients).map { Claim(result, shape: result.shape(extents, convention), elements: $0.map { S($0) }) }
    }
}

@Suite struct `Right gradients` {
    @Test(arguments: Activation.allCases, Convention.allCases)
    func `are never accused, in either precision`(activation: Activation, convention: Convention) throws {
        let cell = Cell(activation: activation, convention: convention)
        for (index, (N, D, H)) in shapes.enumerated() {
            let extents = Extents(samples: N, inputs: D, units: H)
            for damping in [0.02, 2.0] {
                let problem = Problem<Double>(N: N, D: D, H: H, seed: UInt64(20 + index), damping: damping)
                let (inputs, dh) = (problem.inputs(convention), problem.dh(convention))
                let reference = try cell.backwardReference(inputs, dh: dh)
                for verdict in try cell.check(claims(reference, extents, convention) as [Claim<Double>], of: inputs, dh: dh) {
                    #expect(verdict.isRight && verdict.diagnoses.isEmpty, "\(verdict) \(N) \(D) \(H)")
                }
                let narrow = Problem<Float>(N: N, D: D, H: H, seed: UInt64(20 + index), damping: damping)
                let (single, singleGradient) =
                    convention == .row ? (narrow.inputs, narrow.dh) : (narrow.inputs.transposed, narrow.dh.transposed)
                let rounded = try cell.backwardReference(single, dh: singleGradient)
                for verdict in try cell.check(claims(rounded, extents, convention) as [Claim<Float>], of: single, dh: singleGradient) {
                    #expect(verdict.isRight, "float32 \(verdict) \(N) \(D) \(H)")
                }
            }
        }
    }

    @Test(arguments: Activation.allCases)
    func `to float32 rounding only are said to be just that`(activation: Activation) throws {
        let cell = Cell(activation: activation)
        for (N, D, H) in shapes where N * D * H > 10 {
            let problem = Problem<Double>(N: N, D: D, H: H, seed: 30)
            let narrow = Problem<Float>(N: N, D: D, H: H, seed: 30)
            let extents = Extents(samples: N, inputs: D, units: H)
            let rounded = try cell.backward(narrow.inputs, dh: narrow.dh, outputs: .all)
            for verdict in try cell.check(claims(rounded, extents, .row) as [Claim<Double>], of: problem.inputs, dh: problem.dh) {
                #expect(verdict.isRight || verdict.diagnoses.map(\.mistake) == ["float32-rounding"], "\(verdict)")
            }
            #expect(
                try !cell.check(claims(rounded, extents, .row) as [Claim<Double>], of: problem.inputs, dh: problem.dh).allSatisfy(\.isRight)
            )
        }
    }

    /// 1 - h² is 0 where tanh saturates; that is how nearly everyone computes it.
    @Test func `may come from 1 - h² where it saturates`() throws {
        for damping in [2, 0.1, 0.01, 0.001] {
            let problem = Problem<Double>(N: 3, D: 4, H: 5, seed: 31, damping: damping)
            let paper = Paper(problem)
            for result in StepResult.allCases {
                let verdict = try problem.verdict(result, paper.line(result, paper.d))
                #expect(verdict.isRight, "\(verdict)")
            }
        }
    }

    @Test func `may be on either side of relu's kink where it is met`() throws {
        let problem = Problem<Double>(N: 1, D: 1, H: 1)
        var atKink = problem
        atKink.inputs.x_t.elements = [0]
        atKink.inputs.h_prev.elements = [0]
        atKink.inputs.b = [0]
        for slope in [0, 0.5, 1] {
            #expect(try atKink.verdict(.db, [[slope * problem.dh.elements[0]]], activation: .relu).isRight)
        }
        // Beyond both sides nothing is right, and guesses that are as vague as the right one explain nothing.
        let beyond = try atKink.verdict(.db, [[2.5 * problem.dh.elements[0]]], activation: .relu)
        #expect(!beyond.isRight && beyond.diagnoses.map(\.mistake) == ["unknown"], "\(beyond)")
    }

    @Test func `are those that backward gives where it is given h_t`() throws {
        let problem = Problem<Double>(N: 2, D: 3, H: 4)
        let extents = Extents(samples: 2, inputs: 3, units: 4)
        var h_t = try Cell().forward(problem.inputs).h_t
        h_t.elements[0] = 0.25
        let gradients = try Cell().backward(problem.inputs, dh: problem.dh, h_t: h_t)
        let claims: [Claim<Double>] = claims(gradients, extents, .row)
        #expect(try Cell().check(claims, of: problem.inputs, dh: problem.dh, h_t: h_t).allSatisfy(\.isRight))
        #expect(try !Cell().check(claims, of: problem.inputs, dh: problem.dh).allSatisfy(\.isRight))
    }

    @Test func `that aren't finite must be the same`() throws {
        var problem = Problem<Double>(N: 2, D: 2, H: 2)
        problem.dh.elements[0] = .infinity
        problem.inputs.x_t.elements[2] = .nan
        let gradients = try Cell().backwardReference(problem.inputs, dh: problem.dh)
        let extents = Extents(samples: 2, inputs: 2, units: 2)
        let claims: [Claim<Double>] = claims(gradients, extents, .row)
        for verdict in try Cell().check(claims, of: problem.inputs, dh: problem.dh) { #expect(verdict.isRight, "\(verdict)") }
        let verdict = try problem.verdict(.db, [[1, 1]])
        #expect(!verdict.isRight)
        #expect(verdict.comparison?.maximumAbsoluteError == .infinity)
    }

    /// The bounds are made of the same analysis as those of the tests, and must not be far above what rounding really does.
    @Test func `have bounds that a relative error of 1e-12 passes`() throws {
        let problem = Problem<Double>(N: 8, D: 16, H: 16, seed: 33)
        let paper = Paper(problem)
        for result in StepResult.allCases {
            var rows = paper.line(result, paper.d)
            let largest = rows.joined().map { abs($0) }.max() ?? 0
            rows[0][0] += 1e-12 * largest
            #expect(try !problem.verdict(result, rows).isRight)
        }
    }
}

@Suite struct `Verdicts` {
    @Test(arguments: Convention.allCases)
    func `point at the worst entry as the caller's lists are nested`(convention: Convention) throws {
        let problem = Problem<Double>(N: 3, D: 2, H: 4)
        let paper = Paper(problem)
        var rows = paper.dWx(paper.d)
        let right = rows[1][3]
        rows[1][3] += 0.5
        rows[0][0] += 0.25
        let comparison = try #require(try problem.verdict(.dW_x, rows, convention).comparison)
        #expect(comparison.worstIndex == (convention == .row ? [1, 3] : [3, 1]))
        #expect(comparison.theirs == rows[1][3])
        #expect(abs(comparison.ours - right) < 1e-14)
        #expect(abs(comparison.maximumAbsoluteError - 0.5) < 1e-14)
        #expect(comparison.tolerance > 0 && comparison.tolerance < 1e-13)
    }

    @Test(arguments: [
        (StepResult.db, [1, 4], "The numbers are right, but not their shape."), (.dW_x, [8], "The numbers are right, but not their shape."),
        (.dW_x, [4, 2], "The numbers are right, but not their shape."), (.dW_x, [3, 3], "It is 3×3, but a gradient has the shape"),
        (.dx_t, [7], "It is 7 entries, but a gradient has the shape"),
    ])
    func `of wrong shapes say which is right`(result: StepResult, shape: [Int], sentence: String) throws {
        let problem = Problem<Double>(N: 3, D: 2, H: 4)
        let paper = Paper(problem)
        let numbers = paper.line(result, paper.d).joined() + [9, 9, 9, 9]
        let claim = Claim(result, shape: shape, elements: Array(numbers.prefix(shape.reduce(1, *))))
        let verdict = try Cell().check([claim], of: problem.inputs, dh: problem.dh)[0]
        #expect(!verdict.isRight && verdict.comparison == nil)
        #expect(verdict.expectedShape == result.shape(Extents(samples: 3, inputs: 2, units: 4), .row))
        #expect(verdict.diagnoses.map(\.mistake) == ["shape"])
        #expect(verdict.diagnoses.first?.explanation.hasPrefix(sentence) == true, "\(verdict.diagnoses)")
    }

    @Test(arguments: Convention.allCases)
    func `of one matrix for each sample say that they are to be summed`(convention: Convention) throws {
        let problem = Problem<Double>(N: 3, D: 2, H: 4)
        let paper = Paper(problem)
        let (rows, columns) = convention == .row ? (2, 4) : (4, 2)
        var each: [Double] = []
        for n in 0..<3 {
            for i in 0..<rows {
                for j in 0..<columns { each.append(convention == .row ? paper.x[n][i] * paper.d[n][j] : paper.x[n][j] * paper.d[n][i]) }
            }
        }
        let claim = Claim(.dW_x, shape: [3, rows, columns], elements: each)
        let cell = Cell(convention: convention)
        let verdict = try cell.check([claim], of: problem.inputs(convention), dh: problem.dh(convention))[0]
        #expect(verdict.diagnoses.map(\.mistake) == ["not-summed-over-samples"])
    }

    @Test func `accept one sample as a list or as a row`() throws {
        let problem = Problem<Double>(N: 1, D: 2, H: 4)
        let paper = Paper(problem)
        for isList in [true, false] {
            for convention in Convention.allCases {
                #expect(try problem.verdict(.dx_t, paper.dx(paper.d), convention, isList: isList).isRight)
            }
        }
    }

    @Test func `speak in the caller's convention`() throws {
        let problem = Problem<Double>(N: 3, D: 2, H: 4)
        let paper = Paper(problem)
        let row = try problem.verdict(.dW_h, paper.dWh(paper.dh), .row).diagnoses[0].explanation
        let column = try problem.verdict(.dW_h, paper.dWh(paper.dh), .column).diagnoses[0].explanation
        #expect(row.contains("dW_h = h_prevᵀ do_t"))
        #expect(column.contains("dW_h = do_t h_prevᵀ"))
    }

    @Test func `of numbers that nothing explains give the right line`() throws {
        let problem = Problem<Double>(N: 3, D: 2, H: 4)
        var draw = Draw(seed: 40)
        for result in StepResult.allCases {
            let (rows, columns) = result.extents(Extents(samples: 3, inputs: 2, units: 4))
            let noise: Matrix<Double> = draw.matrix(rows, columns)
            let verdict = try problem.verdict(result, noise.lists)
            #expect(verdict.diagnoses.map(\.mistake) == ["unknown"])
        }
    }

    /// What relu's f′ gives then too, and half a dozen others.
    @Test func `of zeros say that they are zeros before all else that gives them`() throws {
        var problem = Problem<Double>(N: 3, D: 2, H: 4)
        problem.inputs.b = [-90, -91, -92, -93]
        let zeros = [[Double]](repeating: [0, 0, 0, 0], count: 4)
        let names = try problem.verdict(.dW_h, zeros, activation: .softsign).diagnoses.map(\.mistake)
        #expect(names.first == "zero")
        #expect(names.contains("derivative-of-another-function"))
    }

    @Test(arguments: [
        (1.000001, "1.000001"), (-1.000001, "-1.000001"), (0.99999999, "0.99999999"), (1 + 0x1p-40, "1.000000000001"), (0.01, "0.01"),
        (1 / 7.0, "0.142857"), (1e-5 / 3, "3.33333e-06"), (123456.7, "123457.0"),
    ])
    func `of a constant factor tell it from 1`(factor: Double, text: String) throws {
        let problem = Problem<Double>(N: 3, D: 2, H: 4)
        let paper = Paper(problem)
        let diagnosis = try problem.verdict(.dW_x, paper.dWx(paper.d).map { $0.map { $0 * factor } }).diagnoses[0]
        #expect(diagnosis.mistake == "constant-factor")
        #expect(diagnosis.explanation.hasPrefix("It is \(text) times the right one, everywhere."))
    }

    @Test(arguments: [[Double.nan], [.infinity], [-.infinity, .nan]])
    func `of numbers none of which is finite say so`(numbers: [Double]) throws {
        let problem = Problem<Double>(N: 3, D: 2, H: 4)
        let rows = (0..<4).map { i in (0..<4).map { numbers[(i + $0) % numbers.count] } }
        #expect(try problem.verdict(.dW_h, rows).diagnoses.map(\.mistake) == ["not-finite"])
    }

    @Test func `name the rows that are wrong`() throws {
        let problem = Problem<Double>(N: 5, D: 2, H: 4)
        let paper = Paper(problem)
        var rows = paper.dx(paper.d)
        rows[2] = [.nan, 1]
        rows[4] = [7, 8]
        let text = try problem.verdict(.dx_t, rows).diagnoses[0].explanation
        #expect(text.hasPrefix("All is right except rows 2 and 4 (counted from 0) (not all of these are numbers)."))
        let column = try problem.verdict(.dx_t, rows, .column).diagnoses[0].explanation
        #expect(column.hasPrefix("All is right except columns 2 and 4"))
    }

    @Test func `refuse shapes of the inputs that don't fit`() {
        let problem = Problem<Double>(N: 1, D: 2, H: 1)
        let error = #expect(throws: InputError.self) { try Cell().check([], of: problem.inputs, dh: problem.inputs.W_x) }
        #expect(error?.field == "dh")
    }
}

@Suite struct `Our own gradients` {
    @Test(arguments: Activation.allCases, Convention.allCases)
    func `stand the Taylor test and the adjoint identity`(activation: Activation, convention: Convention) throws {
        let cell = Cell(activation: activation, convention: convention)
        for (index, (N, D, H)) in shapes.enumerated() {
            for damping in [0.2, 2] {
                let problem = Problem<Double>(N: N, D: D, H: H, seed: UInt64(50 + index), damping: damping)
                let checks = try cell.selfCheck(StepResult.allCases, of: problem.inputs(convention), dh: problem.dh(convention))
                #expect(checks.map(\.result) == [.dx_t, .dh_prev, .dW_x, .dW_h, .db])
                for check in checks { #expect(check.isRight, "\(check) \(N) \(D) \(H)") }
                let narrow = Problem<Float>(N: N, D: D, H: H, seed: UInt64(50 + index), damping: damping)
                let (single, dh) = convention == .row ? (narrow.inputs, narrow.dh) : (narrow.inputs.transposed, narrow.dh.transposed)
                for check in try cell.selfCheck(StepResult.allCases, of: single, dh: dh) { #expect(check.isRight, "float32 \(check)") }
            }
        }
    }

    @Test func `have remainders of slope 2`() throws {
        let problem = Problem<Double>(N: 3, D: 4, H: 5, seed: 60)
        for check in try Cell().selfCheck(StepResult.allCases, of: problem.inputs, dh: problem.dh) {
            let slope = try #require(check.slope)
            #expect(abs(slope - 2) < 0.1, "\(check)")
        }
        for check in try Cell(activation: .identity).selfCheck(StepResult.allCases, of: problem.inputs, dh: problem.dh) {
            #expect(check.slope == nil)
        }
    }

    /// A relative error of 1e-4 is far above what the smallest step resolves; the adjoint identity finds 1e-11.
    @Test(arguments: [1e-4, 1e-11]) func `would fail if they were wrong`(error: Double) throws {
        let problem = Problem<Double>(N: 3, D: 4, H: 5, seed: 61)
        var gradients = try Cell().backward(problem.inputs, dh: problem.dh)
        let wrong = gradients.dW_h?.elements.map { $0 * (1 + error) } ?? []
        gradients.dW_h?.elements = wrong
        let checks = try Cell().selfCheck(gradients, StepResult.allCases, of: problem.inputs, dh: problem.dh, h_t: nil)
        #expect(checks.filter { !$0.isRight }.map(\.result) == [.dW_h])
        let failed = try #require(checks.first { $0.result == .dW_h })
        #expect(failed.remainders.contains { $0.size > $0.bound } == (error > 1e-6))
        #expect(abs(failed.left - failed.right) > failed.tolerance)
    }
}
