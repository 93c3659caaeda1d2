extension Notation {
    /// LaTeX for mathematics mode, within what MathJax and KaTeX understand.
    package var latex: String {
        switch self {
        case .symbol(let symbol): symbol.latex
        case .word(let text): Self.word(text)
        case .function(let name): "\\operatorname{\(name)}"
        case .sign(let sign): Self.signs[sign] ?? sign
        case .prefix(let sign, let operand): "\(Self.signs[sign] ?? sign) \(operand.latex)"
        case .call(let function, let argument): "\(function.latex)\\left( \(argument.latex) \\right)"
        case .row(let parts): parts.map(\.latex).joined(separator: " ")
        case .transposed(let operand): "{\(operand.latex)}^{\\top}"
        case .superscript(let base, let exponent): "{\(base.latex)}^{\(exponent.latex)}"
        case .indexed(let symbol, let indices):
            "\(symbol.needsBracketsForIndices ? "(\(symbol.latex))" : symbol.latex)_{\(indices.joined())}"
        case .fraction(let top, let bottom): "\\frac{\(top.latex)}{\(bottom.latex)}"
        case .squareRoot(let operand): "\\sqrt{\(operand.latex)}"
        case .sum(let letters): "\\sum_{\(letters.joined())}"
        case .fenced(let open, let content, let close):
            "\\left\(Self.brackets[open] ?? open) \(content.latex) \\right\(Self.brackets[close] ?? close)"
        case .cases(let cases):
            "\\begin{cases} \(cases.map { "\($0.value.latex) & \(Self.condition($0.condition))" }.joined(separator: " \\\\ ")) \\end{cases}"
        case .matrix(let numbers): numbers.latex
        case .shaped(let notation, let symbols, let counts):
            "\\underset{\(Self.shape(counts))}{\\underset{\(Self.shape(symbols))}{\(notation.latex)}}"
        }
    }

    private static let signs = ["⊙": "\\odot", "−": "-", "·": "\\cdot", "δ": "\\delta", "d": "\\mathrm{d}", "∂": "\\partial"]
    private static let brackets = ["⟨": "\\langle", "⟩": "\\rangle"]

    private static func word(_ text: String) -> String {
        switch text {
        case "π": "\\pi"
        case "f′": "f'"
        default: text.latexNumber
        }
    }

    private static func condition(_ text: String) -> String { text == "otherwise" ? "\\text{otherwise}" : "\\text{if } \(text)" }

    private static func shape(_ text: String) -> String { text.split(separator: "×").joined(separator: " \\times ") }
}

extension Numbers {
    fileprivate var latex: String {
        let rows = (0..<rows).map { row in (0..<columns).map { self[row, $0].latexNumber }.joined(separator: " & ") }
        return "\\begin{bmatrix} \(rows.joined(separator: " \\\\ ")) \\end{bmatrix}"
    }
}

extension String {
    /// A number with an exponent, and what is none, as text: its letters are no variables.
    fileprivate var latexNumber: String {
        count > 1 && contains { $0.isLetter } ? "\\text{\(self)}" : self
    }
}

extension Symbol {
    fileprivate var latex: String {
        let prefix = [Kind.value: "", .change: "\\delta ", .gradient: "\\mathrm{d}"][kind] ?? ""
        let base = letter == "1" ? "\\mathbf{1}" : letter
        return prefix + base + (setSuffix.map { "_{\($0)}" } ?? "")
    }

    var needsBracketsForIndices: Bool { kind != .value || setSuffix != nil }
}

extension Symbol {
    /// h_prev is set as h with t-1.
    var setSuffix: String? { suffix == "prev" ? "t-1" : suffix }
}
