extension CellDerivation {
    /// For a terminal: Unicode, at most 100 columns where the numbers allow it.
    ///
    /// - Parameter values: the numbers to put into the steps; none where there are too many to read.
    package func plainText(_ values: Values = [:]) -> String {
        var text = PlainText()
        text.line(title)
        text.paragraph(facts)
        text.blank()
        text.heading("Notation", underline: "=")
        text.table(notation.map { [$0.notation.text, $0.shape(sizes), $0.meaning] })
        for (number, chapter) in chapters.enumerated() {
            text.blank()
            text.heading("\(number + 1). \(chapter.title)", underline: "=")
            text.paragraph(chapter.introduction)
            for (index, step) in chapter.steps.enumerated() {
                text.blank()
                text.line("\(number + 1).\(index + 1)  \(step.rule.title)")
                text.step(step, values, sizes)
            }
        }
        return text.text
    }
}

extension Rule {
    /// The name and, where there is one, the identity.
    var title: String { identity.map { "\(name): \($0)" } ?? name }
}

/// Paragraphs, tables and set mathematics, line by line.
private struct PlainText {
    private(set) var text = ""
    private static let width = 100

    mutating func line(_ line: String) {
        text += line + "\n"
    }

    mutating func blank() {
        text += "\n"
    }

    mutating func heading(_ title: String, underline: Character) {
        line(title)
        line(String(repeating: underline, count: title.count))
    }

    mutating func step(_ step: Step, _ values: Values, _ sizes: Sizes) {
        blank()
        mathematics(step.statement.shaped(sizes))
        blank()
        if let indexForm = step.statement.indexForm { labelled("entries", indexForm) }
        paragraph(step.reason, label: "why")
        if let numbers = step.numbers(values) {
            blank()
            mathematics(numbers)
        }
        if let entry = step.firstEntry(values, sizes) {
            blank()
            mathematics(entry)
        }
    }

    private mutating func mathematics(_ notation: Notation) {
        for (index, band) in TextBox.wrapped(notation.boxes, width: Self.width - 8).enumerated() {
            for row in band.lines { line(((index == 0 ? "      " : "        ") + row).trimmingEnd) }
        }
    }

    private mutating func labelled(_ label: String, _ notation: Notation) {
        for (index, band) in TextBox.wrapped(notation.boxes, width: Self.width - 17).enumerated() {
            for row in band.lines { line("   " + (index == 0 ? label : "").padded(to: 9) + row) }
        }
    }

    mutating func paragraph(_ words: String, label: String? = nil) {
        let indent = label == nil ? 0 : 12
        let lines = words.wrapped(to: Self.width - indent)
        for (index, words) in lines.enumerated() {
            let margin = label.map { "   " + (index == 0 ? $0 : "").padded(to: 9) } ?? ""
            line(margin + words)
        }
    }

    /// Columns flush left, the last one wrapped.
    mutating func table(_ rows: [[String]]) {
        let widths = (0..<2).map { column in (rows.map { $0[column].count }.max() ?? 0) + 3 }
        for row in rows {
            let margin = widths.reduce(0, +)
            for (index, words) in row[2].wrapped(to: Self.width - margin).enumerated() {
                line(
                    (index == 0 ? row[0].padded(to: widths[0]) + row[1].padded(to: widths[1]) : String(repeating: " ", count: margin))
                        + words)
            }
        }
    }
}

extension NotationEntry {
    /// `N×D  2×3`, or nothing for a sign.
    func shape(_ sizes: Sizes) -> String {
        symbol.flatMap { $0.shape == .number ? nil : "\($0.shape.symbols)  \($0.shape.counts(sizes))" } ?? ""
    }
}

extension String {
    fileprivate func padded(to width: Int) -> String { self + String(repeating: " ", count: max(0, width - count)) }

    fileprivate var trimmingEnd: String { String(reversed().drop { $0 == " " }.reversed()) }

    /// Lines of whole words.
    fileprivate func wrapped(to width: Int) -> [String] {
        split(separator: " ").reduce(into: [String]()) { lines, word in
            if let last = lines.last, last.count + 1 + word.count <= width {
                lines[lines.count - 1] = last + " " + word
            } else {
                lines.append(String(word))
            }
        }
    }
}
