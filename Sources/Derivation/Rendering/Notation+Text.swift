extension MatrixExpression {
    /// In one line of Unicode: `⟨xᵀ dy, δW⟩`.
    package var text: String { notation().text }
}

extension EntryExpression {
    /// In one line of Unicode: `Σ_n x[n,d] dy[n,j]`.
    package var text: String { notation.text }
}

extension Notation {
    /// In one line of Unicode; numbers of a matrix excepted, which need more.
    package var text: String { box.lines.joined(separator: "\n") }

    /// Laid out for a terminal.
    var box: TextBox {
        switch self {
        case .symbol(let symbol): return TextBox(symbol.name)
        case .word(let text), .function(let text), .sign(let text): return TextBox(text)
        case .prefix(let sign, let operand): return .row([TextBox(sign), operand.box], gap: 0)
        case .call(let function, let argument): return .row([function.box, TextBox("("), argument.box, TextBox(")")], gap: 0)
        case .row(let parts): return Self.row(parts)
        case .transposed(let operand): return .row([operand.box, TextBox("ᵀ")], gap: 0)
        case .superscript(let base, let exponent): return .row([base.box, TextBox(Self.superscript(exponent))], gap: 0)
        case .indexed(let symbol, let indices): return TextBox("\(symbol.name)[\(indices.joined(separator: ","))]")
        case .fraction(let top, let bottom): return TextBox("\(top.operand) / \(bottom.operand)")
        case .squareRoot(let operand): return TextBox("√\(operand.operand)")
        case .sum(let letters): return TextBox("Σ_\(letters.joined())")
        case .fenced(let open, let content, let close): return .row([TextBox(open), content.box, TextBox(close)], gap: 0)
        case .cases(let cases):
            return TextBox(
                cases.map { "\($0.value.text) \($0.condition == "otherwise" ? "" : "if ")\($0.condition)" }.joined(separator: ", "))
        case .matrix(let numbers): return TextBox(numbers)
        case .shaped(let notation, let symbols, let counts):
            return TextBox(centred: [notation.text, symbols, counts], baseline: 0)
        }
    }

    /// The parts of a row, to be set side by side or wrapped.
    var boxes: [(box: TextBox, isSign: Bool)] {
        guard case .row(let parts) = self else { return [(box, false)] }
        let flat = parts.flattened
        return flat.indices.map { (Self.box(of: flat, at: $0), flat[$0].isSign) }
    }

    /// Parts with a space between them, but none before a comma.
    private static func row(_ parts: [Notation]) -> TextBox {
        var boxes: [TextBox] = []
        for (index, part) in parts.enumerated() {
            if index > 0, !part.isComma { boxes.append(TextBox(" ")) }
            boxes.append(box(of: parts, at: index))
        }
        return .row(boxes, gap: 0)
    }

    /// A part of a row; a fraction among factors needs brackets, which it does not when set in two dimensions.
    private static func box(of parts: [Notation], at index: Int) -> TextBox {
        guard case .fraction = parts[index] else { return parts[index].box }
        let isFactor = (index > 0 && !parts[index - 1].isSign) || (index + 1 < parts.count && !parts[index + 1].isSign)
        return isFactor ? TextBox(parts[index].operand) : parts[index].box
    }

    private var isSign: Bool { if case .sign = self { true } else { false } }

    private var isComma: Bool { if case .word(",") = self { true } else { false } }

    private static func superscript(_ exponent: Notation) -> String {
        exponent.text == "2" ? "²" : "^\(exponent.operand)"
    }

    /// With brackets where one line of text needs them and two-dimensional setting does not.
    private var operand: String {
        switch self {
        case .row, .fraction, .prefix("−", _): "(\(text))"
        default: text
        }
    }
}
