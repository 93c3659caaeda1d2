/// What an extent of a shape counts.
enum Axis: Int, CaseIterable {
    case samples
    case steps
    case inputs
    case units
}

/// The extent of each axis; nil where nothing tells it.
struct AxisExtents {
    private var extents: [4 of Int?] = [nil, nil, nil, nil]

    subscript(axis: Axis) -> Int? {
        get { extents[axis.rawValue] }
        set { extents[axis.rawValue] = newValue }
    }
}

/// One array of a request: the shape it came in, and what each of its extents ought to count.
struct Member {
    typealias Dimension = (axis: Axis, extent: Int)

    let name: String

    /// Outermost first, and nil behind the last. In place: a small cell is computed in less time than arrays of its shapes are made.
    private let dimensions: [3 of Dimension?]

    init(_ name: String, _ first: Dimension, _ second: Dimension? = nil, _ third: Dimension? = nil) {
        self.name = name
        dimensions = [first, second, third]
    }

    var axes: [Axis] { dimensions.indices.compactMap { dimensions[$0]?.axis } }
    var shape: [Int] { dimensions.indices.compactMap { dimensions[$0]?.extent } }

    /// Calls `body` with each extent that says something. Behind an extent of 0 a further 0 does not: an empty list of rows (`[]`) has no row to tell a
    /// width by.
    fileprivate func forEachClaim(_ body: (Axis, Int) -> Void) {
        var isEmpty = false
        for index in dimensions.indices {
            guard let (axis, extent) = dimensions[index] else { return }
            if !isEmpty || extent > 0 { body(axis, extent) }
            isEmpty = isEmpty || extent == 0
        }
    }

    fileprivate func agrees(with extents: AxisExtents) -> Bool {
        var agrees = true
        forEachClaim { axis, extent in agrees = agrees && extents[axis] == extent }
        return agrees
    }
}

/// The extent of each axis, if all members that there are agree on it.
///
/// If not, the extent that most members claim is taken to be meant, in a tie that of the member listed first; the first member that differs is to blame.
/// - Throws: `InputError` for that member, quoting a witness for each of its axes.
func extents(of members: [Member?]) throws(InputError) -> AxisExtents {
    var first = AxisExtents()
    for member in members {
        member?.forEachClaim { axis, extent in first[axis] = first[axis] ?? extent }
    }
    if members.allSatisfy({ $0?.agrees(with: first) ?? true }) { return first }

    let members = members.compactMap(\.self)
    let meant = majority(of: members)
    for member in members where !member.agrees(with: meant) {
        throw disagreement(of: member, with: members, meant: meant)
    }
    return meant
}

private func majority(of members: [Member]) -> AxisExtents {
    var meant = AxisExtents()
    for axis in Axis.allCases {
        var claims: [Int] = []
        for member in members {
            member.forEachClaim { if $0 == axis { claims.append($1) } }
        }
        let votes = Dictionary(grouping: claims) { $0 }.mapValues(\.count)
        let most = votes.values.max()
        meant[axis] = claims.first { votes[$0] == most }
    }
    return meant
}

private func disagreement(of member: Member, with members: [Member], meant: AxisExtents) -> InputError {
    let expected = member.axes.map { meant[$0] ?? 0 }
    var witnesses: [Member] = []
    for axis in member.axes {
        let witness = members.first { other in
            var supports = false
            other.forEachClaim { supports = supports || $0 == axis && $1 == meant[axis] }
            return supports && other.name != member.name
        }
        if let witness, !witnesses.contains(where: { $0.name == witness.name }) { witnesses.append(witness) }
    }
    let evidence = witnesses.map { "\($0.name) \(description(of: $0.shape))" }.joined(separator: " and ")
    let must = expected.count == 1 ? "have \(expected[0])" : "be \(product(expected))"
    return InputError(
        field: member.name, got: member.shape, expected: expected,
        detail: "\(member.name) \(description(of: member.shape)), but \(evidence), so it must \(must).")
}

private func description(of shape: [Int]) -> String {
    switch shape.count {
    case 1: "has \(shape[0]) \(shape[0] == 1 ? "entry" : "entries")"
    default: "is \(product(shape))"
    }
}

private func product(_ shape: [Int]) -> String {
    shape.map(String.init).joined(separator: "×")
}
