import HTTP1
import RecurrentCell
import TensorText
import Threads

/// A number type that can be read, computed with and written.
typealias WireScalar = DecimalReadable & RecurrentCell.Scalar & WritableScalar

/// The document of a native request: the readings that all native endpoints share. What one doesn't know is refused, never ignored: a misspelt
/// `actvation` must not quietly give gradients of another function.
struct CellRequest {
    private let document: JSONDocument

    /// Large tensors that have been read already, each a `Tensor<S>`, by where they stand.
    private var readAhead: [Int: any Sendable] = [:]

    /// - Parameters required, optional: the names that the endpoint knows. `h_<t-1>` may stand for `h_prev`.
    init(_ body: [UInt8], required: [String], optional: [String]) throws(Problem) {
        try self.init(
            Problem.translating { () throws(JSONError) in try JSONDocument(body) }, path: "", required: required, optional: optional)
    }

    private init(_ document: JSONDocument, path: String, required: [String], optional: [String]) throws(Problem) {
        self.document = document
        var requiredCount = 0
        for name in self.document.names {
            let known = name == Self.alias ? "h_prev" : name
            if required.contains(known) {
                requiredCount += 1
            } else if !optional.contains(known) {
                throw Problem.unknownMember(name, at: path, known: required + optional)
            }
        }
        if self.document.contains(Self.alias), self.document.contains("h_prev") {
            throw Problem(.badRequest, "h_prev is given twice: by that name and as \(Self.alias).", field: Self.alias)
        }
        guard requiredCount == required.count else { throw missingMembers(of: required) }
    }

    private func missingMembers(of required: [String]) -> Problem { .missingMembers(required.filter { !has($0) }) }

    private static let alias = "h_<t-1>"

    /// Reads the large tensors side by side, for whoever asks for them later; the largest first, so that the others fill the time beside it. One
    /// with an error in it is left to be read again in its turn, so that errors are told in the same order as without.
    mutating func readAhead<S: WireScalar>(as scalar: S.Type, team: Team) {
        guard team.size > 1 else { return }
        let large = document.values.filter { $0.kind == .array && $0.maximumCount >= Self.worthSharing }
            .sorted { $0.maximumCount > $1.maximumCount }
        guard large.count > 1 else { return }
        let tensors: [Tensor<S>?] = team.map(large.count) { index in
            try? large[index].tensor(of: S.self, limits: TensorLimits(rank: Self.deepestRank))
        }
        for (value, tensor) in zip(large, tensors) { readAhead[value.offset] = tensor }
    }

    /// Numbers from which it pays to read a tensor beside others: some 6 µs of them.
    private static let worthSharing = 1 << 10

    /// The deepest nesting of numbers that any member has: a list of sequences.
    private static let deepestRank = 3

    func value(_ name: String) -> JSONValue? {
        document[name] ?? (name == "h_prev" ? document[Self.alias] : nil)
    }

    func has(_ name: String) -> Bool {
        document.contains(name) || (name == "h_prev" && document.contains(Self.alias))
    }

    private func required(_ name: String) throws(Problem) -> JSONValue {
        guard let value = value(name) else { throw Problem.missingMembers([name]) }
        return value
    }

    /// A member that is itself an object with members, some of `optional`.
    func nested(_ name: String, optional: [String]) throws(Problem) -> CellRequest {
        let value = try required(name)
        let document = try Problem.translating { () throws(JSONError) in try value.object() }
        return try CellRequest(document, path: name, required: [], optional: optional)
    }

    /// A whole number; nil where the member is left out.
    func integer(_ name: String, in range: ClosedRange<Int>) throws(Problem) -> Int? {
        guard let value = value(name) else { return nil }
        return try Problem.translating { () throws(JSONError) in try value.integer(in: range) }
    }

    /// A list of whole numbers; nil where the member is left out.
    func integers(_ name: String, in range: ClosedRange<Int>) throws(Problem) -> [Int]? {
        guard let value = value(name) else { return nil }
        return try Problem.translating { () throws(JSONError) in try value.integers(in: range) }
    }

    /// One of a few words; `fallback` where the member is left out.
    func choice<Choice: RawRepresentable<String> & CaseIterable>(_ name: String, default fallback: Choice) throws(Problem) -> Choice {
        guard let value = value(name) else { return fallback }
        let known = Choice.allCases.map(\.rawValue)
        let word = try Problem.translating { () throws(JSONError) in try value.string() }
        guard let choice = Choice.allCases.first(where: { $0.rawValue.hasSameBytes(as: word) }) else {
            throw Problem(value.mismatch(expected: "one of \(known.joined(separator: ", "))"))
        }
        return choice
    }

    /// A list of words that are the names of some of `known`, each at most once; nil where the member is left out.
    func words(_ name: String, among known: [String]) throws(Problem) -> [String]? {
        guard let value = value(name) else { return nil }
        return try Problem.translating { () throws(JSONError) in
            guard value.kind == .array else { throw value.mismatch(expected: "a list of strings") }
            var words: [String] = []
            for entry in try value.entries(maximumCount: known.count) {
                let word = try entry.string()
                guard known.contains(where: word.hasSameBytes(as:)) else {
                    throw entry.mismatch(expected: "one of \(known.joined(separator: ", "))")
                }
                guard !words.contains(word) else { throw entry.mismatch(expected: "a name not yet in the list") }
                words.append(word)
            }
            return words
        }
    }

    /// A list of numbers.
    func vector<S: WireScalar>(_ name: String) throws(Problem) -> [S] {
        try tensor(required(name), rank: 1, "a list of numbers").elements
    }

    /// A list of rows. `columns` are those of a matrix without rows, which `[]` does not tell.
    func matrix<S: WireScalar>(_ name: String, columns: Int) throws(Problem) -> Matrix<S> {
        let value = try required(name)
        let tensor: Tensor<S> = try tensor(value, rank: 2, "a list of rows")
        if tensor.rank == 1, tensor.elements.isEmpty { return Matrix(rows: 0, columns: columns, elements: []) }
        guard tensor.rank == 2 else {
            throw Problem(
                .unprocessableContent, "\(value.path) must be a list of rows, not a list of numbers.", field: value.path,
                expected: "a list of rows", got: "a list of numbers")
        }
        return Matrix(rows: tensor.extents[0], columns: tensor.extents[1], elements: tensor.elements)
    }

    /// The samples of a batch, or one sample alone as a list of numbers. `[]` is a batch of none.
    func samples<S: WireScalar>(_ name: String, entries: Int, _ convention: Convention) throws(Problem) -> Samples<S> {
        let tensor: Tensor<S> = try tensor(required(name), rank: 2, "a list of numbers or of rows")
        let (rows, columns, isSingle) =
            switch (tensor.rank, tensor.elements.count) {
            case (1, 0): (0, entries, false)
            case (1, let count): (1, count, true)
            default: (tensor.extents[0], tensor.extents[1], false)
            }
        let isTurned = convention == .column && tensor.rank == 1
        return Samples(
            matrix: Matrix(rows: isTurned ? columns : rows, columns: isTurned ? rows : columns, elements: tensor.elements),
            isSingle: isSingle)
    }

    /// Sequences of lists of numbers. `width` is that of a list, which a batch without any does not tell.
    func sequences<S: WireScalar>(_ name: String, width: Int, _ order: SequenceOrder) throws(Problem) -> Sequences<S> {
        let tensor: Tensor<S> = try tensor(required(name), rank: 3, "a list of sequences")
        guard tensor.rank == 3 || tensor.elements.isEmpty else {
            throw Problem(
                .unprocessableContent, "\(name) must be nested three deep, \(order.axes), not \(tensor.rank) deep.", field: name,
                expected: "lists of lists of lists of numbers")
        }
        let (samples, steps) = order == .batchFirst ? (tensor.extents[0], tensor.extents[1]) : (tensor.extents[1], tensor.extents[0])
        return Sequences(
            order: order, samples: samples, steps: steps, width: tensor.rank == 3 ? tensor.extents[2] : width,
            elements: tensor.elements)
    }

    private func tensor<S: WireScalar>(_ value: JSONValue, rank: Int, _ expected: String) throws(Problem) -> Tensor<S> {
        try Problem.translating { () throws(JSONError) in
            guard value.kind == .array else { throw value.mismatch(expected: expected) }
            if let tensor = readAhead[value.offset] as? Tensor<S>, tensor.rank <= rank { return tensor }
            return try value.tensor(of: S.self, limits: TensorLimits(rank: rank))
        }
    }
}

extension String {
    /// Equality without Unicode's: that one would first bring a string of megabytes into normal form.
    fileprivate func hasSameBytes(as other: String) -> Bool { utf8.count == other.utf8.count && utf8.elementsEqual(other.utf8) }
}

/// Samples as they were given: a matrix for the computation, and whether it was one sample alone, so that results can be given back alike.
struct Samples<S: WireScalar> {
    var matrix: Matrix<S>
    var isSingle: Bool
}

extension SequenceOrder {
    /// The axes as they are nested.
    fileprivate var axes: String { self == .batchFirst ? "sample by sample and step by step" : "step by step and sample by sample" }
}

/// The precision in which numbers are read, computed and written.
enum Precision: String, CaseIterable {
    case float64, float32
}
