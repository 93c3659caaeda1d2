/// Numbers as they stand in a document: an array of arrays ... of numbers, flattened.
package struct Tensor<Element: Sendable>: Sendable {
    /// The extent of each axis, outermost first; empty for a single number. `[[1,2,3],[4,5,6]]` has shape `[2, 3]`.
    package var shape: [Int]

    /// The entries with the last axis running fastest (row-major); `elements.count` is the product of `shape`.
    package var elements: [Element]

    package init(shape: [Int], elements: [Element]) {
        self.shape = shape
        self.elements = elements
    }
}

extension Tensor: Equatable where Element: Equatable {}
