import CKernels

/// How large a tensor a reader is ready to accept.
package struct TensorLimits: Equatable, Sendable {
    /// Levels of nesting, and no more than `PerAxis` has room for.
    package var rank: Int

    /// Entries, empty arrays counting as one each.
    package var count: Int

    package init(rank: Int = 8, count: Int = .max) {
        self.rank = rank
        self.count = count
    }
}

/// One level of nesting.
private struct Level {
    /// Of the array that is open there: how many entries it has so far, which is also the index of the current one.
    var count = 0

    /// How many entries an array has there, once one has been closed.
    var extent: Int?
}

/// Reads nested arrays of numbers into one block, checking grammar and shape in the same pass.
///
/// The first number, or the first empty array, decides the rank; the first array of each level decides that level's extent.
struct TensorReader<Element: VectorReadable> {
    private let text: JSONText
    private let root: String
    private let end: Int
    private let limits: TensorLimits
    private let form: TextForm
    private let decimals = FastDecimal<Element>()

    private var rank: Int?

    private var levels: PerAxis<Level> = .init(repeating: Level())

    /// How many arrays are open, each inside the one before.
    private var depth = 0

    private init(_ value: borrowing JSONValue, limits: TensorLimits, form: TextForm) {
        text = value.text
        root = value.path
        end = value.range.upperBound
        self.limits = limits
        self.form = form
    }

    /// One allocation of exactly the entries there can be: one more than the commas.
    static func read(
        _ value: JSONValue, limits: TensorLimits, by form: TextForm = .best
    ) throws(JSONError) -> Tensor<Element> {
        let commas = value.extent.commas
        guard commas < limits.count else {
            throw value.error(
                .tooLarge, "\(value.path) has more than \(limits.count) entries.", expected: "at most \(limits.count) entries",
                got: "\(commas + 1)")
        }
        var reader = TensorReader(value, limits: limits, form: form)
        guard value.kind == .array else {
            return Tensor(shape: [], elements: [try reader.readAny(at: value.range.lowerBound, index: 0).value])
        }
        let start = value.range.lowerBound
        var elements: [Element] = []
        try elements.append(addingCapacity: commas + 1) { (elements: inout OutputSpan<Element>) throws(JSONError) in
            try reader.readArray(at: start, into: &elements)
        }
        return Tensor(rank: reader.rank ?? 0, extents: .init { reader.levels[$0].extent ?? 0 }, elements: elements)
    }

    /// A loop, not a recursion: brackets open until a row is reached, and close after it.
    private mutating func readArray(at offset: Int, into elements: inout OutputSpan<Element>) throws(JSONError) {
        var at = offset
        while true {
            if text.byte(at: at) == UInt8(ascii: "[") {
                try open(at: at)
                at = text.skipWhiteSpace(from: at + 1)
                if text.byte(at: at) != UInt8(ascii: "]") { continue }
                rank = rank ?? depth
            } else {
                if let rank, rank != depth {
                    throw try misplaced(at: at, expected: "an array", path: path(indices))
                }
                rank = depth
                at = try readRow(at: at, into: &elements)
            }
            at = try closeArrays(at: at)
            if depth == 0 { return }
        }
    }

    private mutating func open(at offset: Int) throws(JSONError) {
        guard depth != rank, depth < min(limits.rank, levels.count) else {
            throw try misplaced(at: offset, expected: "a number", path: path(indices))
        }
        levels[depth].count = 0
        depth += 1
    }

    /// Closes the array that ends at `offset`, and those around it that end there too; returns the offset of the next value.
    private mutating func closeArrays(at offset: Int) throws(JSONError) -> Int {
        var at = offset
        while text.byte(at: at) == UInt8(ascii: "]") {
            depth -= 1
            let count = levels[depth].count
            let extent = levels[depth].extent ?? count
            guard count == extent else {
                let entries = "\(count) \(count == 1 ? "entry" : "entries")"
                throw error(.shape, at: at, path(indices), "has \(entries), but those before it have \(extent)", "\(extent)", "\(count)")
            }
            levels[depth].extent = extent
            guard depth > 0 else { return at + 1 }
            levels[depth - 1].count += 1
            at = text.skipWhiteSpace(from: at + 1)
        }
        guard text.byte(at: at) == UInt8(ascii: ",") else { throw text.unexpected(at: at, expected: ", or ]") }
        return text.skipWhiteSpace(from: at + 1)
    }

    /// Reads numbers and the commas between them, and whole rows where vectors can; returns the offset of what follows the last number:
    /// `]` or an error.
    private mutating func readRow(at offset: Int, into elements: inout OutputSpan<Element>) throws(JSONError) -> Int {
        var rowStart = elements.count
        var at = offset
        while true {
            let column = elements.count - rowStart
            if let run = readRun(at: at, column: column, into: &elements) {
                rowStart += passRows(column: column, count: run.count)
                at = run.end
            } else {
                // Behind a number that is read alone the vectors may go on, if enough of them are left.
                let isSingle = form != .scalar && elements.freeCapacity > VectorReader.leastCount
                let end = decimals.appendRun(text, at: at, isSingle: isSingle, to: &elements)
                at = end > 0 ? end : try appendAny(at: at, index: column, to: &elements)
            }
            if text.byte(at: at) != UInt8(ascii: ",") {
                at = text.skipWhiteSpace(from: at)
                if text.byte(at: at) != UInt8(ascii: ",") { break }
            }
            at = text.skipWhiteSpace(from: at + 1)
        }
        levels[depth - 1].count = elements.count - rowStart
        return at
    }

    /// Reads many numbers at once, with rows that end and begin between them; returns how many, and the offset after the last. Nil where
    /// the scalar way has to go on. Mutating only so that the reader is not copied for it.
    @inline(__always)
    private mutating func readRun(at offset: Int, column: Int, into elements: inout OutputSpan<Element>) -> (count: Int, end: Int)? {
        guard form != .scalar, offset >= CK_BYTES_BEFORE_RUN, elements.freeCapacity >= VectorReader.leastCount else { return nil }
        let level = depth - 1
        let columns = levels[level].extent
        guard isWorthARun(columns: columns, column: column, level: level) else { return nil }
        let place = VectorReader.Place(range: offset..<end, columns: columns ?? 0, column: column)
        // Without the levels, which would be copied for each.
        let (text, decimals) = (text, decimals)
        let run = Element.appendRun(text, place, by: form, to: &elements) { Self.readQuietly(text, in: $0, decimals) }
        return run.count > 0 ? run : nil
    }

    /// Counts the rows that have ended before the last of so many numbers; returns how many numbers of these are in them.
    @inline(__always)
    private mutating func passRows(column: Int, count: Int) -> Int {
        guard let columns = levels[depth - 1].extent, column + count > columns else { return 0 }
        let rows = (column + count - 1) / columns
        levels[depth - 2].count += rows
        return rows * columns
    }

    /// Whether a run can begin in this row, and is likely to be longer than what it costs to begin one.
    @inline(__always)
    private func isWorthARun(columns: Int?, column: Int, level: Int) -> Bool {
        // As long as the length of a row isn't known, a run ends with it, and it may be short.
        guard let columns else { return level == 0 || column >= VectorReader.leastCount / 2 }
        if level > 1, let rows = levels[level - 1].extent, rows * columns < VectorReader.leastCount { return false }
        return column < columns
    }

    /// Reads what stands between separators, if it is an entry, as programs write it, and no more.
    @specialized(where Element == Double)
    @specialized(where Element == Float)
    private static func readQuietly(_ text: JSONText, in range: Range<Int>, _ decimals: FastDecimal<Element>) -> Element? {
        if text.byte(at: range.lowerBound) == UInt8(ascii: "\"") { return nonFinite(text.bytes[range]) }
        let (value, end) = decimals.read(unsafe text.bytes.span.bytes, at: range.lowerBound)
        if end == range.upperBound { return value }
        guard let (number, end) = try? text.decimal(at: range.lowerBound), end == range.upperBound else { return nil }
        return Element(number, in: text, at: range, powers: decimals.powers.span)
    }

    private func appendAny(at offset: Int, index: Int, to elements: inout OutputSpan<Element>) throws(JSONError) -> Int {
        let (value, end) = try readAny(at: offset, index: index)
        elements.append(value)
        return end
    }

    /// Reads an entry of any spelling, or says what is wrong with it.
    @inline(never)
    private func readAny(at offset: Int, index: Int) throws(JSONError) -> (value: Element, end: Int) {
        switch text.byte(at: offset) {
        case UInt8(ascii: "["):
            throw try misplaced(at: offset, expected: "a number", path: entryPath(index))
        case UInt8(ascii: "\""), UInt8(ascii: "{"), UInt8(ascii: "t"), UInt8(ascii: "f"), UInt8(ascii: "n"):
            let range = try text.extent(at: offset, maximumDepth: JSONText.deepest).range
            if text.byte(at: offset) == UInt8(ascii: "\""), let value = Self.nonFinite("\"\(text.string(in: range))\"".utf8) {
                return (value, range.upperBound)
            }
            let numbers = "a number or one of the strings \"NaN\", \"Infinity\", \"-Infinity\""
            let expected = depth == 0 ? "a number or an array of numbers" : numbers
            throw try misplaced(at: offset, expected: expected, path: entryPath(index))
        default:
            let (number, end) = try text.decimal(at: offset)
            guard let value = Element(number, in: text, at: offset..<end, powers: decimals.powers.span) else {
                throw outOfRange(at: offset..<end, path: entryPath(index))
            }
            return (value, end)
        }
    }

    /// JSON has no numbers for these; the strings, here with their quotes, are those of protobuf's JSON mapping.
    private static func nonFinite(_ string: some Collection<UInt8>) -> Element? {
        if string.elementsEqual("\"NaN\"".utf8) { return .nan }
        if string.elementsEqual("\"Infinity\"".utf8) { return .infinity }
        if string.elementsEqual("\"-Infinity\"".utf8) { return -.infinity }
        return nil
    }
}

// MARK: Errors

extension TensorReader {
    private func entryPath(_ index: Int) -> String {
        depth == 0 ? root : path(indices.dropLast() + [index])
    }

    /// Where the reader stands: the index of the current entry in each of the arrays that are open.
    private var indices: [Int] { (0..<depth).map { levels[$0].count } }

    private func path(_ indices: [Int]) -> String {
        root + indices.map { "[\($0)]" }.joined()
    }

    /// The error for a value of another kind than its place demands: a matter of shape where arrays are unevenly deep, else of type.
    private func misplaced(at offset: Int, expected: String, path: String) throws(JSONError) -> JSONError {
        let extent = try text.extent(at: offset, maximumDepth: JSONText.deepest)
        let value = JSONValue(text: text, extent: extent, limits: JSONLimits(), path: path)
        var error = value.mismatch(expected: expected)
        if (value.kind, expected) == (.array, "a number") || (value.kind, expected) == (.number, "an array") { error.kind = .shape }
        return error
    }

    private func outOfRange(at range: Range<Int>, path: String) -> JSONError {
        let digits = text.bytes[range].prefix(40)
        let got = String(decoding: digits, as: UTF8.self) + (digits.count < range.count ? "…" : "")
        let expected = "a magnitude of at most \(Element.greatestFiniteMagnitude)"
        return error(.outOfRange, at: range.lowerBound, path, "is \(got), but must have \(expected)", expected, got)
    }

    private func error(
        _ kind: JSONError.Kind, at offset: Int, _ field: String, _ what: String, _ expected: String, _ got: String
    ) -> JSONError {
        text.error(kind, at: offset, "\(field) \(what).", field: field, expected: expected, got: got)
    }
}
