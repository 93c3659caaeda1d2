extension CellDerivation {
    /// Markdown with LaTeX between dollars.
    package func markdown(_ values: Values = [:]) -> String {
        var lines = ["# \(title)", "", facts, "", "## Notation", "", "| | shape | |", "|---|---|---|"]
        lines += notation.map { "| $\($0.notation.latex)$ | \($0.shape(sizes).isEmpty ? "" : $0.shape(sizes)) | \($0.meaning.cell) |" }
        for (number, chapter) in chapters.enumerated() {
            lines += ["", "## \(number + 1). \(chapter.title)", "", chapter.introduction]
            for (index, step) in chapter.steps.enumerated() {
                lines += ["", "### \(number + 1).\(index + 1) \(step.rule.title)", ""]
                lines += block(step.statement.shaped(sizes))
                if let indexForm = step.statement.indexForm { lines += ["", "Entry by entry:", ""] + block(indexForm) }
                lines += ["", step.reason]
                if let numbers = step.numbers(values) { lines += [""] + block(numbers) }
                if let entry = step.firstEntry(values, sizes) { lines += [""] + block(entry) }
            }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private func block(_ notation: Notation) -> [String] { ["$$", notation.latex, "$$"] }
}

extension String {
    /// Within a table a bar ends the cell.
    fileprivate var cell: String { split(separator: "|", omittingEmptySubsequences: false).joined(separator: "\\|") }
}
