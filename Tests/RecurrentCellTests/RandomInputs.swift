@testable import RecurrentCell

/// Multiples of 2⁻²³ in [-1, 1), exact in float32: the generator of `Golden/make_golden.py`.
struct Draw {
    var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func number<S: Scalar>() -> S {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return S(Int(state >> 40) - 1 << 23) / S(1 << 23)
    }

    mutating func numbers<S: Scalar>(_ count: Int) -> [S] {
        (0..<count).map { _ in number() }
    }

    mutating func matrix<S: Scalar>(_ rows: Int, _ columns: Int, scale: S = 1) -> Matrix<S> {
        Matrix(rows: rows, columns: columns, elements: numbers(rows * columns).map { $0 * scale })
    }
}

/// Random inputs and upstream gradient in the row convention.
struct Problem<S: Scalar> {
    var inputs: CellInputs<S>
    var dh: Matrix<S>

    /// - Parameter damping: divides the weights, so that large cells do not only show saturated functions.
    init(N: Int, D: Int, H: Int, seed: UInt64 = 1, damping: Double = 2) {
        var draw = Draw(seed: seed)
        let scale = S(1 / damping)
        inputs = CellInputs(
            x_t: draw.matrix(N, D), h_prev: draw.matrix(N, H), W_x: draw.matrix(D, H, scale: scale), W_h: draw.matrix(H, H, scale: scale),
            b: draw.numbers(H))
        dh = draw.matrix(N, H)
    }
}

extension Matrix {
    var transposed: Matrix {
        let elements = (0..<columns).flatMap { j in (0..<rows).map { i in self.elements[i * columns + j] } }
        return Matrix(rows: columns, columns: rows, elements: elements)
    }
}

extension CellInputs {
    /// The same inputs in the other convention.
    var transposed: CellInputs {
        CellInputs(x_t: x_t.transposed, h_prev: h_prev.transposed, W_x: W_x.transposed, W_h: W_h.transposed, b: b)
    }

    /// The five arrays, in the order in which gradients are listed.
    var arrays: [[S]] { [x_t.elements, h_prev.elements, W_x.elements, W_h.elements, b] }

    /// Itself moved by `step` along `direction`.
    func moved(_ step: S, along direction: CellInputs) -> CellInputs {
        func move(_ a: [S], _ b: [S]) -> [S] { zip(a, b).map { $0 + step * $1 } }
        var moved = self
        moved.x_t.elements = move(x_t.elements, direction.x_t.elements)
        moved.h_prev.elements = move(h_prev.elements, direction.h_prev.elements)
        moved.W_x.elements = move(W_x.elements, direction.W_x.elements)
        moved.W_h.elements = move(W_h.elements, direction.W_h.elements)
        moved.b = move(b, direction.b)
        return moved
    }

    /// A direction in the space of all five inputs.
    static func direction(like inputs: CellInputs, seed: UInt64) -> CellInputs {
        var draw = Draw(seed: seed)
        var direction = inputs
        direction.x_t.elements = draw.numbers(inputs.x_t.elements.count)
        direction.h_prev.elements = draw.numbers(inputs.h_prev.elements.count)
        direction.W_x.elements = draw.numbers(inputs.W_x.elements.count)
        direction.W_h.elements = draw.numbers(inputs.W_h.elements.count)
        direction.b = draw.numbers(inputs.b.count)
        return direction
    }
}

extension Gradients {
    /// Every output by its name; those not asked for are absent.
    var arrays: [(name: String, elements: [S])] {
        let all: [(String, [S]?)] = [
            ("h_t", h_t?.elements), ("do_t", do_t?.elements), ("dx_t", dx_t?.elements), ("dh_prev", dh_prev?.elements),
            ("dW_x", dW_x?.elements), ("dW_h", dW_h?.elements), ("db", db),
        ]
        return all.compactMap { name, elements in elements.map { (name, $0) } }
    }

    /// The five gradients, in the order of `CellInputs.arrays`.
    var gradientArrays: [[S]] { [dx_t?.elements, dh_prev?.elements, dW_x?.elements, dW_h?.elements, db].map { $0 ?? [] } }

    var transposed: Gradients {
        var transposed = self
        transposed.dx_t = dx_t?.transposed
        transposed.dh_prev = dh_prev?.transposed
        transposed.dW_x = dW_x?.transposed
        transposed.dW_h = dW_h?.transposed
        transposed.h_t = h_t?.transposed
        transposed.do_t = do_t?.transposed
        return transposed
    }
}

extension Outputs {
    static let all: Outputs = [.gradients, .h_t, .do_t]
}

func dot<S: Scalar>(_ a: [[S]], _ b: [[S]]) -> S {
    zip(a.joined(), b.joined()).reduce(0) { $0 + $1.0 * $1.1 }
}
