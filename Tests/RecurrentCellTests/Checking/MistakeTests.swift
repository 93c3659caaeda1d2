import Foundation
import Testing

@testable import RecurrentCell

/// A mistake as somebody makes it.
struct Made: CustomTestStringConvertible, Sendable {
    let name: String
    let results: [StepResult]
    var shape = (N: 3, D: 2, H: 4)
    let make: @Sendable (Paper, StepResult) -> [[Double]]

    var testDescription: String { "\(name) \(shape)" }
}

private let gradients: [StepResult] = [.dx_t, .dh_prev, .dW_x, .dW_h, .db, .do_t]
private let weights: [StepResult] = [.dW_x, .dW_h]
private let states: [StepResult] = [.dx_t, .dh_prev]

private func scaled(_ rows: [[Double]], _ factor: Double) -> [[Double]] { rows.map { $0.map { factor * $0 } } }
private func transposed(_ rows: [[Double]]) -> [[Double]] { rows[0].indices.map { j in rows.map { $0[j] } } }

private let flowMistakes: [Made] = [
    Made(name: "derivative-missing", results: gradients) { p, r in p.line(r, p.dh) },
    Made(name: "derivative-at-state", results: gradients) { p, r in
        p.line(r, p.flow { n, j in 1 - pow(tanh(p.state[n][j]), 2) })
    },
    Made(name: "state-formula-at-preactivation", results: gradients) { p, r in p.line(r, p.flow { n, j in 1 - p.o[n][j] * p.o[n][j] }) },
    Made(name: "derivative-misremembered", results: gradients) { p, r in p.line(r, p.flow { n, j in 1 - p.state[n][j] }) },
    Made(name: "derivative-misremembered", results: gradients) { p, r in p.line(r, p.flow { n, j in 1 + pow(p.state[n][j], 2) }) },
    Made(name: "derivative-twice", results: gradients) { p, r in p.line(r, p.flow { n, j in pow(1 - pow(p.state[n][j], 2), 2) }) },
    Made(name: "state-for-derivative", results: gradients) { p, r in p.line(r, p.flow { n, j in p.state[n][j] }) },
    Made(name: "derivative-of-previous-step", results: gradients) { p, r in p.line(r, p.flow { n, j in 1 - p.h[n][j] * p.h[n][j] }) },
    Made(name: "derivative-of-another-function", results: gradients) { p, r in
        p.line(r, p.flow { n, j in p.state[n][j] * (1 - p.state[n][j]) })
    },
    Made(name: "derivative-of-another-function", results: gradients) { p, r in
        p.line(r, p.flow { n, j in exp(-p.o[n][j]) / pow(1 + exp(-p.o[n][j]), 2) })
    },
    Made(name: "upstream-ignored", results: gradients) { p, r in p.line(r, p.table(p.N, p.H) { n, j in 1 - pow(p.state[n][j], 2) }) },
    Made(name: "inner-product", results: gradients) { p, r in
        p.line(r, p.table(p.N, p.H) { n, _ in p.sum(p.H) { p.dh[n][$0] * (1 - pow(p.state[n][$0], 2)) } })
    },
    Made(name: "matrix-product-for-hadamard", results: gradients, shape: (3, 2, 3)) { p, r in
        p.line(r, p.table(p.N, p.H) { n, j in p.sum(p.H) { p.dh[n][$0] * (1 - pow(p.state[$0][j], 2)) } })
    },
    Made(name: "upstream-of-previous-step", results: gradients) { p, r in
        let previous = p.dhPrev(p.d)
        return p.line(r, p.table(p.N, p.H) { n, j in previous[n][j] * (1 - pow(p.state[n][j], 2)) })
    },
    Made(name: "flowed-too-far", results: weights + [.db]) { p, r in p.line(r, p.dhPrev(p.d)) },
    Made(name: "bias-forgotten", results: gradients + [.h_t]) { p, r in
        var p = p
        p.b = p.b.map { _ in 0 }
        return p.line(r, p.d)
    },
    Made(name: "recurrent-term-forgotten", results: gradients + [.h_t]) { p, r in
        var q = p
        q.h = q.h.map { $0.map { _ in 0 } }
        return r == .h_t ? q.state : p.line(r, q.d)
    },
    Made(name: "input-term-forgotten", results: gradients + [.h_t]) { p, r in
        var q = p
        q.x = q.x.map { $0.map { _ in 0 } }
        return r == .h_t ? q.state : p.line(r, q.d)
    },
    Made(name: "weights-transposed", results: gradients + [.h_t]) { p, r in
        var p = p
        p.Wh = transposed(p.Wh)
        return p.line(r, p.d)
    },
    Made(name: "weights-transposed", results: gradients + [.h_t], shape: (2, 3, 3)) { p, r in
        var p = p
        p.Wx = transposed(p.Wx)
        return p.line(r, p.d)
    },
    Made(name: "new-state-for-previous", results: [.dW_h]) { p, _ in
        let (state, d) = (p.state, p.d)
        return p.table(p.H, p.H) { i, j in p.sum(p.N) { state[$0][i] * d[$0][j] } }
    },
    Made(name: "input-and-state-exchanged", results: weights, shape: (2, 3, 3)) { p, r in r == .dW_x ? p.dWh(p.d) : p.dWx(p.d) },
    Made(name: "weights-exchanged", results: states, shape: (2, 3, 3)) { p, r in r == .dx_t ? p.dhPrev(p.d) : p.dx(p.d) },
    Made(name: "one-sample-only", results: weights + [.db]) { p, r in
        var d = p.d
        for n in 0..<(p.N - 1) { d[n] = d[n].map { _ in 0 } }
        return p.line(r, d)
    },
    Made(name: "one-sample-only", results: weights + [.db]) { p, r in
        var d = p.d
        for n in 1..<p.N { d[n] = d[n].map { _ in 0 } }
        return p.line(r, d)
    },
    Made(name: "upstream-shifted", results: gradients) { p, r in
        var q = p
        q.dh = p.dh.indices.map { p.dh[($0 + 1) % p.N] }
        return p.line(r, q.d)
    },
]

private let lineMistakes: [Made] = [
    Made(name: "factor-not-transposed", results: [.dh_prev]) { p, _ in p.table(p.N, p.H) { n, j in p.sum(p.H) { p.d[n][$0] * p.Wh[$0][j] } }
    },
    Made(name: "factor-not-transposed", results: [.dx_t], shape: (2, 3, 3)) { p, _ in
        p.table(p.N, p.H) { n, j in p.sum(p.H) { p.d[n][$0] * p.Wx[$0][j] } }
    },
    Made(name: "factor-not-transposed", results: [.dW_h], shape: (3, 2, 3)) { p, _ in
        p.table(p.N, p.H) { n, j in p.sum(p.H) { p.h[n][$0] * p.d[$0][j] } }
    },
    Made(name: "factor-not-transposed", results: [.dW_x], shape: (3, 3, 2)) { p, _ in
        p.table(p.N, p.H) { n, j in p.sum(p.D) { p.x[n][$0] * p.d[$0][j] } }
    },
    Made(name: "wrong-product", results: [.dW_h], shape: (3, 2, 3)) { p, _ in
        p.table(p.N, p.N) { n, m in p.sum(p.H) { p.d[n][$0] * p.h[m][$0] } }
    },
    Made(name: "wrong-product", results: [.dh_prev], shape: (3, 2, 3)) { p, _ in
        p.table(p.H, p.H) { i, j in p.sum(p.N) { p.Wh[i][$0] * p.d[$0][j] } }
    },
    Made(name: "other-convention", results: gradients + [.h_t], shape: (3, 3, 3)) { p, r in
        var q = p
        (q.x, q.h, q.Wx, q.Wh, q.dh) = (transposed(p.x), transposed(p.h), transposed(p.Wx), transposed(p.Wh), transposed(p.dh))
        return r == .db ? q.db(q.d) : transposed(q.line(r, q.d))
    },
    Made(name: "other-convention", results: weights, shape: (1, 3, 3)) { p, r in
        var q = p
        (q.Wx, q.Wh) = (transposed(p.Wx), transposed(p.Wh))
        return transposed(q.line(r, q.d))
    },
    Made(name: "weights-missing", results: [.dh_prev]) { p, _ in p.d },
    Made(name: "upstream-itself", results: [.dh_prev]) { p, _ in p.dh },
    Made(name: "derivative-after-weights", results: [.dh_prev]) { p, _ in
        let back = p.dhPrev(p.dh)
        return p.table(p.N, p.H) { n, j in back[n][j] * (1 - pow(p.state[n][j], 2)) }
    },
    Made(name: "one-step-too-far", results: [.dh_prev]) { p, _ in
        let back = p.dhPrev(p.d)
        return p.table(p.N, p.H) { n, j in back[n][j] * (1 - pow(p.h[n][j], 2)) }
    },
    Made(name: "added-to-upstream", results: [.dh_prev]) { p, _ in
        let back = p.dhPrev(p.d)
        return p.table(p.N, p.H) { n, j in back[n][j] + p.dh[n][j] }
    },
    Made(name: "not-summed-over-samples", results: [.db]) { p, _ in p.d },
    Made(name: "summed-over-samples", results: states + [.do_t]) { p, r in
        let right = p.line(r, p.d)
        return [right[0].indices.map { j in p.sum(p.N) { right[$0][j] } }]
    },
    Made(name: "summed-over-units", results: [.db]) { p, _ in [p.d.map { $0.reduce(0, +) }] },
    Made(name: "summed-over-units", results: [.db], shape: (4, 2, 4)) { p, _ in [p.d.map { $0.reduce(0, +) }] },
    Made(name: "summed-over-everything", results: [.db]) { p, _ in [[p.d.joined().reduce(0, +)]]
    },
    Made(name: "hadamard-for-outer-product", results: [.dW_h]) { p, _ in p.table(p.N, p.H) { n, j in p.h[n][j] * p.d[n][j] } },
    Made(name: "activation-forgotten", results: [.h_t]) { p, _ in p.o },
]

private let endMistakes: [Made] = [
    Made(name: "transposed", results: states + weights + [.do_t]) { p, r in transposed(p.line(r, p.d)) },
    Made(name: "sign", results: gradients) { p, r in scaled(p.line(r, p.d), -1) },
    Made(name: "averaged-over-samples", results: gradients) { p, r in scaled(p.line(r, p.d), 1 / Double(p.N)) },
    Made(name: "multiplied-by-samples", results: gradients) { p, r in scaled(p.line(r, p.d), Double(p.N)) },
    Made(name: "averaged-over-entries", results: gradients) { p, r in scaled(p.line(r, p.d), 1 / Double(p.N * p.H)) },
    Made(name: "averaged-over-units", results: gradients) { p, r in scaled(p.line(r, p.d), 1 / Double(p.H)) },
    Made(name: "twice", results: gradients) { p, r in scaled(p.line(r, p.d), 2) },
    Made(name: "half", results: gradients) { p, r in scaled(p.line(r, p.d), 0.5) },
]

private let patterns: [Made] = [
    Made(name: "zero", results: gradients) { p, r in scaled(p.line(r, p.d), 0) },
    Made(name: "constant-factor", results: gradients) { p, r in scaled(p.line(r, p.d), 0.01) },
    Made(name: "printed", results: gradients) { p, r in p.line(r, p.d).map { $0.map { ($0 * 1e4).rounded() / 1e4 } } },
    Made(name: "clipped", results: gradients) { p, r in
        let right = p.line(r, p.d)
        let magnitudes = right.joined().map { abs($0) }.sorted()
        let limit = magnitudes[(magnitudes.count - 1) / 2]
        return right.map { $0.map { min(max($0, -limit), limit) } }
    },
    Made(name: "partly-wrong", results: gradients) { p, r in
        var rows = p.line(r, p.d)
        rows[rows.count - 1][0] += 0.1
        return rows
    },
]

private let all = flowMistakes + lineMistakes + endMistakes + patterns

@Suite struct `Mistakes` {
    @Test(arguments: all, Convention.allCases)
    func `are named in either convention`(made: Made, convention: Convention) throws {
        let problem = Problem<Double>(N: made.shape.N, D: made.shape.D, H: made.shape.H, seed: 3)
        let paper = Paper(problem)
        for result in made.results {
            let rows = made.make(paper, result)
            let verdict = try problem.verdict(result, rows, convention)
            #expect(!verdict.isRight)
            #expect(verdict.diagnoses.map(\.mistake) == [made.name], "\(result) \(verdict)")
        }
    }

    /// At float32's precision, with the default dtype.
    @Test(arguments: all)
    func `are named where the caller computes in float32`(made: Made) throws {
        let problem = Problem<Double>(N: made.shape.N, D: made.shape.D, H: made.shape.H, seed: 4)
        let paper = Paper(problem)
        for result in made.results {
            let rows = made.make(paper, result).map { $0.map { Double(Float($0)) } }
            let names = try problem.verdict(result, rows).diagnoses.map(\.mistake)
            #expect(names == [made.name], "\(result)")
        }
    }

    /// Shapes and numbers for which mistakes coincide, with each other or with the truth.
    @Test(arguments: flowMistakes + lineMistakes + endMistakes)
    func `that make no difference are not mistakes`(made: Made) throws {
        for (N, D, H) in [(1, 1, 1), (1, 2, 2), (2, 2, 2), (2, 1, 1)] {
            for variant in 0..<4 {
                var problem = Problem<Double>(N: N, D: D, H: H, seed: 5)
                switch variant {
                case 1: problem.dh.elements = problem.dh.elements.map { _ in 0 }
                case 2:
                    problem.inputs.W_h.elements = (0..<(H * H)).map { $0 % (H + 1) == 0 ? 1 : 0 }
                    problem.inputs.b = problem.inputs.b.map { _ in 0 }
                case 3: problem.inputs.h_prev.elements = problem.inputs.h_prev.elements.map { _ in 0 }
                default: break
                }
                let paper = Paper(problem)
                for result in made.results where !(made.name == "one-sample-only" && N == 1) {
                    guard made.fits(N, D, H) else { continue }
                    let (rows, right) = (made.make(paper, result), paper.line(result, paper.d))
                    let verdict = try problem.verdict(result, rows)
                    let largest = zip(rows.joined(), right.joined()).reduce(0) { max($0, abs($1.0 - $1.1)) }
                    if rows.map(\.count) == right.map(\.count), largest < 1e-15 {
                        #expect(verdict.isRight, "\(result) \(N) \(D) \(H) variant \(variant)")
                    } else if largest > 1e-6 {
                        #expect(
                            verdict.diagnoses.contains { $0.mistake == made.name }, "\(result) \(N) \(D) \(H) variant \(variant) \(verdict)"
                        )
                    }
                }
            }
        }
    }

    @Test func `are all made above`() {
        let made = Set(all.map(\.name))
        #expect(Set(Mistake.all.map(\.name)).subtracting(made) == ["approximate-gelu"])
        #expect(made.count > 40)
    }

    @Test func `of gelu's approximation by tanh are named`() throws {
        let problem = Problem<Double>(N: 2, D: 3, H: 2, seed: 6)
        let paper = Paper(problem)
        let d = paper.flow { n, j in
            let o = paper.o[n][j]
            func gelu(_ o: Double) -> Double { o / 2 * (1 + tanh(sqrt(2 / Double.pi) * (o + 0.044715 * pow(o, 3)))) }
            // d/do by a difference of high order: right to 1e-12 only, which float32's tolerance has room for.
            let s = 1e-3
            return (8 * (gelu(o + s) - gelu(o - s)) - (gelu(o + 2 * s) - gelu(o - 2 * s))) / (12 * s)
        }
        let verdict = try problem.verdict(.dW_h, paper.dWh(d), activation: .gelu)
        #expect(verdict.diagnoses.map(\.mistake) == ["approximate-gelu"])
    }

    @Test func `made two at once are named both`() throws {
        let problem = Problem<Double>(N: 3, D: 2, H: 4, seed: 7)
        let paper = Paper(problem)
        func names(_ result: StepResult, _ rows: [[Double]]) throws -> [String] {
            try problem.verdict(result, rows).diagnoses.map(\.mistake)
        }
        #expect(try names(.dW_h, scaled(paper.dWh(paper.dh), 1.0 / 3)) == ["derivative-missing", "averaged-over-samples"])
        #expect(try names(.dW_x, transposed(paper.dWx(paper.dh))) == ["derivative-missing", "transposed"])
        let unturned = paper.table(3, 4) { n, j in paper.sum(4) { paper.dh[n][$0] * paper.Wh[$0][j] } }
        #expect(try names(.dh_prev, unturned) == ["derivative-missing", "factor-not-transposed"])
    }
}

extension Made {
    /// Whether the mistake can be made with these shapes.
    fileprivate func fits(_ N: Int, _ D: Int, _ H: Int) -> Bool {
        (shape.N != shape.H || N == H) && (shape.D != shape.H || D == H) && (shape.N != shape.D || N == D)
    }
}
