/// Something of each axis that a tensor may have, outermost first. In place: a small tensor is read in less time than an array of them is made.
package typealias PerAxis<Something> = [8 of Something]

/// Numbers as they stand in a document: an array of arrays ... of numbers, flattened.
package struct Tensor<Element: Sendable>: Sendable {
    /// How many axes there are; 0 for a single number.
    package let rank: Int

    /// The extent of each axis, and zeros behind the last.
    package let extents: PerAxis<Int>

    /// The entries with the last axis running fastest (row-major); `elements.count` is the product of the extents.
    package var elements: [Element]

    init(rank: Int, extents: PerAxis<Int>, elements: [Element]) {
        self.rank = rank
        self.extents = extents
        self.elements = elements
    }

    package init(shape: [Int], elements: [Element]) {
        self.init(rank: shape.count, extents: .init { $0 < shape.count ? shape[$0] : 0 }, elements: elements)
    }

    /// The extents and nothing behind them. `[[1,2,3],[4,5,6]]` has shape `[2, 3]`.
    package var shape: [Int] { (0..<rank).map { extents[$0] } }
}

extension Tensor: Equatable where Element: Equatable {
    package static func == (left: Tensor, right: Tensor) -> Bool { left.shape == right.shape && left.elements == right.elements }
}
