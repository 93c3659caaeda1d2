/// A result as the caller computed it: numbers that claim to be it, in whatever shape they came.
package struct Claim<S: Scalar>: Sendable {
    package var result: StepResult
    /// The extents as they are nested, one to three of them.
    package var shape: [Int]
    /// Row-major; the last index runs fastest.
    package var elements: [S]

    /// - Precondition: `elements.count` is the product of `shape`, which has one to three extents.
    package init(_ result: StepResult, shape: [Int], elements: [S]) {
        precondition((1...3).contains(shape.count) && elements.count == shape.reduce(1, *), "\(elements.count) entries in shape \(shape)")
        self.result = result
        self.shape = shape
        self.elements = elements
    }
}

/// What is to be said of a claim.
package struct Verdict: Equatable, Sendable {
    package let result: StepResult

    /// Whether the shape is right and every entry within its tolerance.
    package let isRight: Bool

    /// The shape that it must have, where it has another.
    package var expectedShape: [Int]?

    /// The numbers beside ours; nil where the shape is wrong or there are none.
    package var comparison: Comparison?

    /// What explains the difference, simplest first; empty where there is none. More than one means that these numbers don't tell them apart.
    package var diagnoses: [Diagnosis] = []
}

/// The caller's numbers beside ours.
package struct Comparison: Equatable, Sendable {
    /// max |theirs - ours|; infinite where one of them is not finite and the other differs.
    package var maximumAbsoluteError = 0.0

    /// max |theirs - ours| / |ours|, entry by entry.
    package var maximumRelativeError = 0.0

    /// The index of the entry that is furthest off, measured by its tolerance; as the caller's lists are nested, from 0.
    package var worstIndex: [Int] = []
    package var theirs = 0.0
    package var ours = 0.0
    package var tolerance = 0.0
}

/// A mistake that explains what the caller has.
package struct Diagnosis: Equatable, Sendable {
    /// Its name: `transposed`.
    package var mistake: String

    /// What is wrong, and which line is right and why.
    package var explanation: String
}

extension Claim {
    /// The numbers as a matrix in the row convention: a list is a row, and of three levels the inner two are laid out in one row.
    func view(_ convention: Convention) -> View<Double> {
        let elements = elements.map { Double($0) }
        switch shape.count {
        case 1: return View(elements, Convention.row.layout(rows: 1, columns: shape[0]))
        case 2:
            let (rows, columns) = convention == .row ? (shape[0], shape[1]) : (shape[1], shape[0])
            return View(elements, convention.layout(rows: rows, columns: columns))
        default:
            let (rows, columns) = convention == .row ? (shape[1], shape[2]) : (shape[2], shape[1])
            let inner = convention.layout(rows: rows, columns: columns)
            let reordered = (0..<elements.count).map { at in
                let (n, entry) = at.quotientAndRemainder(dividingBy: rows * columns)
                return elements[n * rows * columns + inner.index(entry / columns, entry % columns)]
            }
            return View(reordered, Convention.row.layout(rows: shape[0], columns: rows * columns))
        }
    }

    /// Whether the shape is the one that the result must have. One sample may be given as a list; an empty list tells no width.
    func fits(_ extents: Extents, _ convention: Convention) -> Bool {
        let expected = result.shape(extents, convention)
        if shape == expected { return true }
        let isSample = result.isPerSample && extents.samples == 1 && shape == [expected[convention == .row ? 1 : 0]]
        return isSample || shape == [0] && expected.contains(0)
    }

    /// The entry (row, column) of `view` by its place in the caller's lists.
    func index(_ row: Int, _ column: Int, _ convention: Convention) -> [Int] {
        shape.count == 1 ? [column] : convention == .row ? [row, column] : [column, row]
    }
}
