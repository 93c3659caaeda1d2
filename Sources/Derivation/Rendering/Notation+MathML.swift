extension Notation {
    /// Presentation MathML, within MathML Core.
    var mathML: String {
        switch self {
        case .symbol(let symbol): symbol.mathML
        case .word(","): "<mo separator=\"true\">,</mo>"
        case .word(let text): text.isMathNumber ? "<mn>\(text)</mn>" : "<mi>\(text)</mi>"
        case .function(let name): "<mi>\(name)</mi><mo>&#x2061;</mo>"
        case .sign(let sign): "<mo>\(sign)</mo>"
        case .prefix(let sign, let operand): "<mrow>\(sign == "−" ? "<mo form=\"prefix\">−</mo>" : Self.letter(sign))\(operand.mathML)</mrow>"
        case .row(let parts): "<mrow>\(Self.row(parts))</mrow>"
        case .transposed(let operand): "<msup>\(operand.mathML)<mi mathvariant=\"normal\">T</mi></msup>"
        case .superscript(let base, let exponent): "<msup>\(base.mathML)\(exponent.mathML)</msup>"
        case .indexed(let symbol, let indices):
            "<msub>\(symbol.needsBracketsForIndices ? "<mrow><mo>(</mo>\(symbol.mathML)<mo>)</mo></mrow>" : symbol.mathML)\(Self.indices(indices))</msub>"
        case .fraction(let top, let bottom): "<mfrac>\(top.mathML)\(bottom.mathML)</mfrac>"
        case .squareRoot(let operand): "<msqrt>\(operand.mathML)</msqrt>"
        case .sum(let letters): "<munder><mo largeop=\"true\" movablelimits=\"false\">∑</mo>\(Self.indices(letters))</munder>"
        case .fenced(let open, let content, let close):
            "<mrow><mo form=\"prefix\">\(open)</mo>\(content.mathML)<mo form=\"postfix\">\(close)</mo></mrow>"
        case .cases(let cases):
            "<mrow><mo form=\"prefix\">{</mo><mtable class=\"cases\">\(cases.map(Self.row).joined())</mtable></mrow>"
        case .matrix(let numbers): numbers.mathML
        case .shaped(let notation, let symbols, let counts):
            "<munder>\(notation.mathML)<mtable class=\"shape\"><mtr><mtd><mtext>\(symbols)</mtext></mtd></mtr><mtr><mtd><mtext>\(counts)</mtext></mtd></mtr></mtable></munder>"
        }
    }

    /// Parts with a space between factors.
    private static func row(_ parts: [Notation]) -> String {
        parts.enumerated().map { index, part in
            let followsFactor = index > 0 && parts[index - 1].isFactor && part.isFactor
            return (followsFactor ? "<mspace width=\"0.2em\"></mspace>" : "") + part.mathML
        }.joined()
    }

    private var isFactor: Bool {
        switch self {
        case .symbol, .transposed, .indexed, .shaped, .superscript, .fraction, .matrix: true
        default: false
        }
    }

    private static func row(_ value: Notation, _ condition: String) -> String {
        "<mtr><mtd>\(value.mathML)</mtd><mtd><mtext>\(condition == "otherwise" ? "" : "if ")\(condition.escaped)</mtext></mtd></mtr>"
    }

    private static func letter(_ text: String) -> String { text == "d" ? "<mi mathvariant=\"normal\">d</mi>" : "<mi>\(text)</mi>" }

    private static func indices(_ indices: [String]) -> String {
        let isWordy = indices.contains { $0.count > 1 }
        let set = indices.map { $0.isMathNumber ? "<mn>\($0)</mn>" : "<mi>\($0)</mi>" }
        return "<mrow>\(set.joined(separator: isWordy ? "<mo separator=\"true\">,</mo>" : ""))</mrow>"
    }
}

extension Numbers {
    fileprivate var mathML: String {
        let rows = (0..<rows).map { row in "<mtr>\((0..<columns).map { "<mtd><mn>\(self[row, $0])</mn></mtd>" }.joined())</mtr>" }
        return "<mrow><mo form=\"prefix\">[</mo><mtable class=\"matrix\">\(rows.joined())</mtable><mo form=\"postfix\">]</mo></mrow>"
    }
}

extension Symbol {
    fileprivate var mathML: String {
        let prefix = [Kind.value: "", .change: "<mi>δ</mi>", .gradient: "<mi mathvariant=\"normal\">d</mi>", .partial: "<mo>∂</mo>"][kind] ?? ""
        let base = letter == "1" ? "<mn class=\"ones\">1</mn>" : "<mi>\(letter)</mi>"
        let main = setSuffix.map { "<msub>\(base)\($0 == "t-1" ? "<mrow><mi>t</mi><mo>−</mo><mn>1</mn></mrow>" : "<mi>\($0)</mi>")</msub>" } ?? base
        return prefix.isEmpty ? main : "<mrow>\(prefix)\(main)</mrow>"
    }
}

extension String {
    fileprivate var isMathNumber: Bool { first.map { $0.isNumber || $0 == "-" } ?? false }

    /// For text and attributes of HTML.
    var escaped: String {
        reduce(into: "") { result, character in
            switch character {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            default: result.append(character)
            }
        }
    }
}
