/// Which of `names` someone who wrote `name` most likely meant: the one fewest edits away (insertions, deletions, substitutions of a character),
/// where these are at most a third of its length; nil when none is that near.
package func nearestName(to name: String, among names: [String]) -> String? {
    let word = Array(name.prefix(64).lowercased().unicodeScalars)
    let distances = names.map { ($0, editDistance(word, Array($0.lowercased().unicodeScalars))) }
    guard let (nearest, distance) = distances.min(by: { $0.1 < $1.1 }), distance * 3 <= max(word.count, 3) else { return nil }
    return nearest
}

/// Levenshtein's distance, by rows of the table of distances between prefixes.
private func editDistance(_ left: [Unicode.Scalar], _ right: [Unicode.Scalar]) -> Int {
    var above = Array(0...right.count)
    for (row, character) in left.enumerated() {
        var current = [row + 1]
        for (column, other) in right.enumerated() {
            current.append(min(above[column + 1] + 1, current[column] + 1, above[column] + (character == other ? 0 : 1)))
        }
        above = current
    }
    return above[right.count]
}
