extension JSONWriter {
    /// A tensor of any rank as nested arrays, the last axis innermost; rank 0 is a number alone. An axis of no extent is `[]`.
    ///
    /// - Precondition: `elements.count` is the product of `shape`.
    package mutating func tensor<Scalar: WritableScalar>(shape: [Int], _ elements: Span<Scalar>) {
        precondition(elements.count == shape.reduce(1, *), "\(elements.count) elements in shape \(shape)")
        nested(shape[...], elements)
    }

    package mutating func vector<Scalar: WritableScalar>(_ elements: Span<Scalar>) {
        if elements.count > 0 { rows(elements, columns: elements.count) } else { tensor(shape: [0], elements) }
    }

    /// A list of `rows` lists of `columns` numbers; `[]` without rows, `[[],[]]` for two rows without columns.
    package mutating func matrix<Scalar: WritableScalar>(rows: Int, columns: Int, _ elements: Span<Scalar>) {
        guard elements.count > 0 else { return tensor(shape: [rows, columns], elements) }
        precondition(elements.count == rows * columns, "\(elements.count) elements in \(rows) rows of \(columns)")
        beginArray()
        self.rows(elements, columns: columns)
        endArray()
    }

    /// Some rows of a matrix, as members of an array that is begun and ended around them.
    ///
    /// - Precondition: `columns` is at least 1, and `elements` holds whole rows.
    package mutating func rows<Scalar: WritableScalar>(_ elements: Span<Scalar>, columns: Int) {
        guard elements.count > 0 else { return }
        begin("[")
        var start = 0
        while start < elements.count {
            let end = min(start + Self.numbersPerBlock, elements.count)
            text.append(addingCapacity: NumberText.capacity(forNumbers: end - start)) { spare in
                let block = elements.extracting(start..<end)
                Scalar.appendRun(block, columns: columns, startingAt: start % columns, to: &spare, by: .best)
            }
            start = end
        }
        // The last number's separator is `],[`; only its bracket stands.
        text.removeLast(2)
        needsComma = true
    }

    /// Enough to make the calls free, few enough that what a block may need at most (27 KB) fits the first level of cache.
    private static var numbersPerBlock: Int { 1024 }

    private mutating func nested<Scalar: WritableScalar>(_ shape: ArraySlice<Int>, _ elements: Span<Scalar>) {
        guard let extent = shape.first else { return number(elements[0]) }
        let inner = shape.dropFirst()
        if inner.isEmpty && extent > 0 { return rows(elements, columns: extent) }
        beginArray()
        if inner.count == 1, let columns = inner.first, columns > 0 {
            rows(elements, columns: columns)
        } else {
            let size = inner.reduce(1, *)
            for index in 0..<extent { nested(inner, elements.extracting(index * size..<(index + 1) * size)) }
        }
        endArray()
    }
}
