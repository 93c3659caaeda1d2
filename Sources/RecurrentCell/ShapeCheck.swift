/// What an extent of a shape counts.
enum Axis: CaseIterable {
    case samples
    case steps
    case inputs
    case units
}

/// One array of a request: the shape it came in, and what each of its extents ought to count.
struct Member {
    var name: String
    var shape: [Int]
    var axes: [Axis]

    init(_ name: String, shape: [Int], axes: [Axis]) {
        self.name = name
        self.shape = shape
        self.axes = axes
    }

    /// The extents that say something. Behind an extent of 0 a further 0 does not: an empty list of rows (`[]`) has no row to tell a width by.
    fileprivate var claims: [(axis: Axis, extent: Int)] {
        let firstZero = shape.firstIndex(of: 0) ?? shape.endIndex
        return zip(axes, shape).enumerated().filter { $0.offset <= firstZero || $0.element.1 > 0 }.map { ($0.element.0, $0.element.1) }
    }

    fileprivate func agrees(with extents: [Axis: Int]) -> Bool {
        claims.allSatisfy { extents[$0.axis] == $0.extent }
    }
}

/// The extent of each axis, if all members agree on it.
///
/// If not, the extent that most members claim is taken to be meant, in a tie that of the member listed first; the first member that differs is to blame.
/// - Throws: `InputError` for that member, quoting a witness for each of its axes.
func extents(of members: [Member]) throws(InputError) -> [Axis: Int] {
    var meant: [Axis: Int] = [:]
    for axis in Axis.allCases {
        let claimed = members.flatMap { $0.claims.filter { $0.axis == axis }.map(\.extent) }
        let votes = Dictionary(grouping: claimed) { $0 }.mapValues(\.count)
        let most = votes.values.max()
        meant[axis] = claimed.first { votes[$0] == most }
    }
    for member in members where !member.agrees(with: meant) {
        throw disagreement(of: member, with: members, meant: meant)
    }
    return meant
}

private func disagreement(of member: Member, with members: [Member], meant: [Axis: Int]) -> InputError {
    let expected = member.axes.map { meant[$0] ?? 0 }
    var witnesses: [Member] = []
    for axis in member.axes {
        let witness = members.first { other in
            other.name != member.name && other.claims.contains { $0.axis == axis && $0.extent == meant[axis] }
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
