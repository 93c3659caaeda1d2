package import Threads

/// How samples lie in the matrices, and so on which side the weights stand.
package enum Convention: String, CaseIterable, Sendable {
    /// A sample is a row: h_t = f(h_prev W_h + x_t W_x + b), x_t N×D, h_prev N×H, W_x D×H.
    case row
    /// A sample is a column: h_t = f(W_h h_prev + W_x x_t + b), x_t D×N, h_prev H×N, W_x H×D.
    case column
}

/// A recurrent cell: which function, and how its matrices are laid out. Its operations are in a file each: `forward`, `backward`, ...
package struct Cell: Sendable {
    package var activation: Activation
    package var convention: Convention

    /// Who shares out a large product. The results do not depend on it, bit for bit.
    package var team: Team

    package init(activation: Activation = .tanh, convention: Convention = .row, team: Team = .alone) {
        self.activation = activation
        self.convention = convention
        self.team = team
    }
}

/// What h_t is a function of; shapes in the row convention (the column convention has all matrices transposed).
package struct CellInputs<S: Scalar>: Sendable {
    /// The input, N×D.
    package var x_t: Matrix<S>
    /// The previous hidden state, N×H.
    package var h_prev: Matrix<S>
    /// The weights of the input, D×H.
    package var W_x: Matrix<S>
    /// The weights of the hidden state, H×H.
    package var W_h: Matrix<S>
    /// The bias, H.
    package var b: [S]

    package init(x_t: Matrix<S>, h_prev: Matrix<S>, W_x: Matrix<S>, W_h: Matrix<S>, b: [S]) {
        self.x_t = x_t
        self.h_prev = h_prev
        self.W_x = W_x
        self.W_h = W_h
        self.b = b
    }
}

/// What `backward` is to return; what is not asked for is not computed.
package struct Outputs: OptionSet, Sendable {
    package let rawValue: UInt8
    package init(rawValue: UInt8) { self.rawValue = rawValue }

    package static let dx_t = Outputs(rawValue: 1 << 0)
    package static let dh_prev = Outputs(rawValue: 1 << 1)
    package static let dW_x = Outputs(rawValue: 1 << 2)
    package static let dW_h = Outputs(rawValue: 1 << 3)
    package static let db = Outputs(rawValue: 1 << 4)
    package static let h_t = Outputs(rawValue: 1 << 5)
    package static let do_t = Outputs(rawValue: 1 << 6)

    /// The five gradients, which are what is returned unless something else is asked for.
    package static let gradients: Outputs = [.dx_t, .dh_prev, .dW_x, .dW_h, .db]

    /// Every output with its name in a request and a reply, in the order of the reply.
    package static let names: [(output: Outputs, name: String)] = [
        (.dx_t, "dx_t"), (.dh_prev, "dh_prev"), (.dW_x, "dW_x"), (.dW_h, "dW_h"), (.db, "db"), (.h_t, "h_t"), (.do_t, "do_t"),
    ]
}

/// What `backward` returns: each gradient has the shape of what it is the gradient of; nil where it was not asked for.
package struct Gradients<S: Scalar>: Equatable, Sendable {
    package var dx_t: Matrix<S>?
    package var dh_prev: Matrix<S>?
    package var dW_x: Matrix<S>?
    package var dW_h: Matrix<S>?
    package var db: [S]?
    /// The hidden state itself.
    package var h_t: Matrix<S>?
    /// ∂L/∂o_t, the gradient at the pre-activation.
    package var do_t: Matrix<S>?

    package init() {}
}
