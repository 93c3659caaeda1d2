/// Lines of text of one width, with a base line at which boxes are set side by side.
struct TextBox {
    var lines: [String]
    var baseline: Int

    init(_ line: String) {
        lines = [line]
        baseline = 0
    }

    /// Lines below each other, each centred.
    init(centred lines: [String], baseline: Int) {
        let width = lines.map(\.count).max() ?? 0
        self.lines = lines.map { $0.centred(in: width) }
        self.baseline = baseline
    }

    /// A matrix between brackets, numbers flush right.
    init(_ numbers: Numbers) {
        let cells = (0..<numbers.rows).map { row in (0..<numbers.columns).map { numbers[row, $0] } }
        let widths = (0..<numbers.columns).map { column in cells.map { $0[column].count }.max() ?? 0 }
        let rows = cells.map { row in zip(row, widths).map { String(repeating: " ", count: $1 - $0.count) + $0 }.joined(separator: "  ") }
        lines = rows.enumerated().map { index, row in
            let (open, close) = Self.brackets(index, of: rows.count)
            return "\(open) \(row) \(close)"
        }
        baseline = (rows.count - 1) / 2
    }

    private static func brackets(_ index: Int, of count: Int) -> (String, String) {
        if count == 1 { return ("[", "]") }
        return index == 0 ? ("⎡", "⎤") : index == count - 1 ? ("⎣", "⎦") : ("⎢", "⎥")
    }

    var width: Int { lines.first?.count ?? 0 }

    /// Side by side at their base lines.
    static func row(_ boxes: [TextBox], gap: Int) -> TextBox {
        let above = boxes.map(\.baseline).max() ?? 0
        let below = boxes.map { $0.lines.count - $0.baseline }.max() ?? 1
        let lines = (0..<(above + below)).map { line in
            boxes.map { box in
                let own = line - above + box.baseline
                return box.lines.indices.contains(own) ? box.lines[own] : String(repeating: " ", count: box.width)
            }.joined(separator: String(repeating: " ", count: gap))
        }
        var box = TextBox("")
        (box.lines, box.baseline) = (lines, above)
        return box
    }

    /// Side by side as far as `width` allows, then further below. A sign stays with what follows it.
    static func wrapped(_ boxes: [(box: TextBox, isSign: Bool)], width: Int) -> [TextBox] {
        var bands: [[TextBox]] = [[]]
        var (used, index) = (0, 0)
        while index < boxes.count {
            let unit = boxes[index].isSign ? boxes[index..<min(index + 2, boxes.count)] : boxes[index..<(index + 1)]
            let needed = unit.reduce(0) { $0 + $1.box.width + 1 }
            if used > 0, used + needed > width {
                bands.append([])
                used = 0
            }
            bands[bands.count - 1] += unit.map(\.box)
            used += needed
            index += unit.count
        }
        return bands.map { .row($0, gap: 1) }
    }
}

extension String {
    fileprivate func centred(in width: Int) -> String {
        let space = width - count
        return String(repeating: " ", count: space / 2) + self + String(repeating: " ", count: space - space / 2)
    }
}
