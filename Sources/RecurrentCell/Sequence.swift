/// Which index of a batch of sequences runs slowest.
package enum SequenceOrder: String, CaseIterable, Sendable {
    /// N×T×K: one whole sequence after another.
    case batchFirst = "batch-first"
    /// T×N×K: the whole batch, step after step.
    case timeFirst = "time-first"
}

/// N sequences of T steps of K numbers each.
package struct Sequences<S: Scalar>: Equatable, Sendable {
    package var order: SequenceOrder
    /// N.
    package var samples: Int
    /// T.
    package var steps: Int
    /// K: D for inputs, H for states.
    package var width: Int
    /// `samples * steps * width` numbers, in the shape that `order` says, row-major.
    package var elements: [S]

    /// - Precondition: `elements.count == samples * steps * width`.
    package init(order: SequenceOrder, samples: Int, steps: Int, width: Int, elements: [S]) {
        precondition(
            elements.count == samples * steps * width,
            "\(samples) sequences of \(steps) steps of \(width) numbers: \(elements.count) entries")
        self.order = order
        self.samples = samples
        self.steps = steps
        self.width = width
        self.elements = elements
    }

    /// The extents as they stand in the array.
    package var shape: [Int] {
        switch order {
        case .batchFirst: [samples, steps, width]
        case .timeFirst: [steps, samples, width]
        }
    }
}

extension SequenceOrder {
    /// One step of all sequences, as an N×K matrix inside the array.
    func layout(step: Int, samples: Int, steps: Int, width: Int) -> Layout {
        switch self {
        case .batchFirst: Layout(offset: step * width, rows: samples, columns: width, rowStride: steps * width, columnStride: 1)
        case .timeFirst: Layout(offset: step * samples * width, rows: samples, columns: width, rowStride: width, columnStride: 1)
        }
    }
}

/// What the states h_1 ... h_T are a function of. The matrices follow the cell's convention, the sequences their own order.
package struct SequenceInputs<S: Scalar>: Sendable {
    /// The inputs, N×T×D or T×N×D.
    package var x: Sequences<S>
    /// The state before the first step, N×H.
    package var h_0: Matrix<S>
    /// D×H.
    package var W_x: Matrix<S>
    /// H×H.
    package var W_h: Matrix<S>
    /// H.
    package var b: [S]
    /// How many steps of each sequence count, 0...T; nil where all do. What lies behind is padding: it is not read, and its states and gradients are 0.
    package var lengths: [Int]?

    package init(x: Sequences<S>, h_0: Matrix<S>, W_x: Matrix<S>, W_h: Matrix<S>, b: [S], lengths: [Int]? = nil) {
        self.x = x
        self.h_0 = h_0
        self.W_x = W_x
        self.W_h = W_h
        self.b = b
        self.lengths = lengths
    }
}

/// What `backwardThroughTime` returns: each gradient has the shape of what it is the gradient of.
package struct SequenceGradients<S: Scalar>: Equatable, Sendable {
    package var dx: Sequences<S>
    package var dh_0: Matrix<S>
    package var dW_x: Matrix<S>
    package var dW_h: Matrix<S>
    package var db: [S]
    /// The states h_1 ... h_T themselves, N×T×H or T×N×H.
    package var h: Sequences<S>
}
