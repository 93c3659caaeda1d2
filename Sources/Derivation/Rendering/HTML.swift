extension CellDerivation {
    /// A page that needs nothing else: mathematics in MathML, no script.
    package func html(_ values: Values = [:]) -> String {
        var page = Self.head(title)
        page += "<h1>\(title.escaped)</h1>\n<p>\(facts.escaped)</p>\n<h2>Notation</h2>\n<table class=\"notation\">\n"
        for entry in notation {
            page +=
                "<tr><td>\(math(entry.notation, isBlock: false))</td><td>\(entry.shape(sizes))</td><td>\(entry.meaning.escaped)</td></tr>\n"
        }
        page += "</table>\n"
        for (number, chapter) in chapters.enumerated() {
            page += "<h2>\(number + 1). \(chapter.title.escaped)</h2>\n<p>\(chapter.introduction.escaped)</p>\n"
            for (index, step) in chapter.steps.enumerated() {
                page += "<section>\n<h3><span>\(number + 1).\(index + 1)</span> \(step.rule.title.escaped)</h3>\n"
                page += math(step.statement.shaped(sizes)) + "\n"
                if let indexForm = step.statement.indexForm { page += "<p class=\"label\">Entry by entry:</p>\n\(math(indexForm))\n" }
                page += "<p>\(step.reason.escaped)</p>\n"
                page += numbers(of: step, values)
                page += "</section>\n"
            }
        }
        return page + "</main>\n</body>\n</html>\n"
    }

    private func numbers(of step: Step, _ values: Values) -> String {
        let equations = [step.numbers(values), step.firstEntry(values, sizes)].compactMap(\.self)
        return equations.map { equation in
            let pieces = equation.pieces.map { "<span>\($0.map { math($0, isBlock: false) }.joined(separator: "&nbsp;"))</span>" }
            return "<p class=\"numbers\">\(pieces.joined(separator: "\n"))</p>\n"
        }.joined()
    }

    private func math(_ notation: Notation, isBlock: Bool = true) -> String {
        "<math\(isBlock ? " display=\"block\"" : "")>\(notation.mathML)</math>"
    }

    private static func head(_ title: String) -> String {
        """
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>\(title.escaped)</title>
        <style>
        :root { color-scheme: light dark; }
        body { font: 1rem/1.5 system-ui, sans-serif; margin: 0 1rem; }
        main { max-width: 52rem; margin: 0 auto; padding: 1rem 0 4rem; }
        h1 { font-size: 1.5rem; } h2 { font-size: 1.25rem; margin-top: 3rem; } h3 { font-size: 1rem; margin: 0 0 1rem; }
        h3 span { color: GrayText; font-weight: normal; margin-right: .5rem; }
        section { border-top: 1px solid color-mix(in srgb, currentColor 20%, transparent); padding: 1rem 0; overflow-x: auto; }
        math { font: 1.15rem "STIX Two Math", "Latin Modern Math", "Cambria Math", math; } math[display="block"] { margin: .75rem 0; }
        .notation td { padding: .1rem 1.5rem .1rem 0; vertical-align: baseline; }
        .notation td:nth-child(2) { white-space: pre; }
        .label { margin: .75rem 0 0; color: GrayText; }
        .numbers { text-align: center; overflow-x: auto; } .numbers span { white-space: nowrap; }
        .numbers math { font-size: .95rem; margin: .15rem 0; }
        .shape { font: .75rem/1 system-ui, sans-serif; color: GrayText; } .shape mtd { padding: .1rem .2rem; }
        .matrix mtd { padding: .2rem .4rem; text-align: right; text-align: -webkit-right; }
        .cases mtd { padding: .1rem .4rem; text-align: left; text-align: -webkit-left; }
        .ones { font-weight: bold; }
        </style>
        </head>
        <body>
        <main>

        """
    }
}

extension Notation {
    /// Pieces between which a line may break: each but the first is a sign and what follows it.
    fileprivate var pieces: [[Notation]] {
        guard case .row(let parts) = self else { return [[self]] }
        var pieces: [[Notation]] = [[.row([])]]
        for part in parts.flattened {
            if case .sign(let sign) = part, sign != "·" {
                pieces.append([part, .row([])])
            } else if case .row(let operand) = pieces[pieces.count - 1].removeLast() {
                pieces[pieces.count - 1].append(.row(operand + [part]))
            }
        }
        return pieces
    }
}
