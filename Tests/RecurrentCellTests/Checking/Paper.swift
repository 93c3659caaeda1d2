import Foundation

@testable import RecurrentCell

/// One step as one writes it on paper: lists of rows, one loop an index, tanh by name. Shares nothing with the code under test.
struct Paper {
    var N, D, H: Int
    var x, h, Wx, Wh: [[Double]]
    var b: [Double]
    var dh: [[Double]]

    init(_ problem: Problem<Double>) {
        (N, D, H) = (problem.inputs.x_t.rows, problem.inputs.x_t.columns, problem.inputs.b.count)
        x = problem.inputs.x_t.lists
        h = problem.inputs.h_prev.lists
        Wx = problem.inputs.W_x.lists
        Wh = problem.inputs.W_h.lists
        b = problem.inputs.b
        dh = problem.dh.lists
    }

    func table(_ rows: Int, _ columns: Int, _ entry: (Int, Int) -> Double) -> [[Double]] {
        (0..<rows).map { i in (0..<columns).map { j in entry(i, j) } }
    }

    func sum(_ count: Int, _ term: (Int) -> Double) -> Double {
        var sum = 0.0
        for p in 0..<count { sum += term(p) }
        return sum
    }

    var o: [[Double]] {
        table(N, H) { n, j in sum(H) { h[n][$0] * Wh[$0][j] } + sum(D) { x[n][$0] * Wx[$0][j] } + b[j] }
    }

    var state: [[Double]] { o.map { $0.map { tanh($0) } } }

    /// dh times a derivative, entry by entry.
    func flow(_ derivative: (Int, Int) -> Double) -> [[Double]] {
        table(N, H) { n, j in dh[n][j] * derivative(n, j) }
    }

    /// The right do_t, with the derivative as it is mostly written.
    var d: [[Double]] {
        let state = state
        return flow { n, j in 1 - state[n][j] * state[n][j] }
    }

    func dx(_ d: [[Double]]) -> [[Double]] { table(N, D) { n, i in sum(H) { d[n][$0] * Wx[i][$0] } } }
    func dhPrev(_ d: [[Double]]) -> [[Double]] { table(N, H) { n, i in sum(H) { d[n][$0] * Wh[i][$0] } } }
    func dWx(_ d: [[Double]]) -> [[Double]] { table(D, H) { i, j in sum(N) { x[$0][i] * d[$0][j] } } }
    func dWh(_ d: [[Double]]) -> [[Double]] { table(H, H) { i, j in sum(N) { h[$0][i] * d[$0][j] } } }
    func db(_ d: [[Double]]) -> [[Double]] { [(0..<H).map { j in sum(N) { d[$0][j] } }] }

    /// One of the results by its right line.
    func line(_ result: StepResult, _ d: [[Double]]) -> [[Double]] {
        switch result {
        case .dx_t: dx(d)
        case .dh_prev: dhPrev(d)
        case .dW_x: dWx(d)
        case .dW_h: dWh(d)
        case .db: db(d)
        case .do_t: d
        case .h_t: state
        }
    }
}

extension Matrix<Double> {
    var lists: [[Double]] { (0..<rows).map { i in (0..<columns).map { elements[i * columns + $0] } } }
}

extension Problem<Double> {
    /// The same in the other convention, or in float32, where its numbers are exact.
    func inputs(_ convention: Convention) -> CellInputs<Double> { convention == .row ? inputs : inputs.transposed }
    func dh(_ convention: Convention) -> Matrix<Double> { convention == .row ? dh : dh.transposed }

    /// A claim of rows, as the convention has them; one row of db is a list.
    func verdict(
        _ result: StepResult, _ rows: [[Double]], _ convention: Convention = .row, activation: Activation = .tanh, isList: Bool? = nil
    ) throws -> Verdict {
        let width = rows.first?.count ?? 0
        let claim: Claim<Double>
        if isList ?? (result == .db && rows.count == 1) {
            claim = Claim(result, shape: [width], elements: rows[0])
        } else {
            let matrix = Matrix(rows: rows.count, columns: width, elements: Array(rows.joined()))
            let turned = convention == .row ? matrix : matrix.transposed
            claim = Claim(result, shape: [turned.rows, turned.columns], elements: turned.elements)
        }
        let cell = Cell(activation: activation, convention: convention)
        return try cell.check([claim], of: inputs(convention), dh: dh(convention))[0]
    }
}
