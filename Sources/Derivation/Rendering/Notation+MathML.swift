extension Notation {
    /// Presentation MathML, within MathML Core.
    var mathML: String {
        switch self {
        case .symbol(let symbol): symbol.mathML
        case .word(","): "<mo separator=\"true\">,</mo>"
        case .word("f′"): "<msup><mi>f</mi><mo>′</mo></msup>"
        case .word(let text): text.isMathNumber ? "<mn>\(text)</mn>" : "<mi>\(text)</mi>"
        case .function(let name): "<mi>\(name)</mi>"
        case .sign(let sign): "<mo form=\"infix\">\(sign)</mo>"
        case .prefix(let sign, let operand):
            "<mrow>\(Self.prefix(sign))\(operand.mathML)</mrow>"
        case .call(let function, let argument):
            "<mrow>\(function.mathML)<mo>&#x2061;</mo>\(argument.between("(", ")"))</mrow>"
        case .row(let parts): "<mrow>\(Self.row(parts))</mrow>"
        case .transposed(let operand): "<msup>\(operand.mathML)<mi mathvariant=\"normal\">T</mi></msup>"
        case .superscript(let base, let exponent): "<msup>\(base.mathML)\(exponent.mathML)</msup>"
        case .indexed(let symbol, let indices):
            "<msub>\(Self.base(symbol))\(Self.indices(indices))</msub>"
        case .fraction(let top, let bottom): "<mfrac>\(top.mathML)\(bottom.mathML)</mfrac>"
        case .squareRoot(let operand): "<msqrt>\(operand.mathML)</msqrt>"
        case .sum(let letters): "<munder><mo largeop=\"true\" movablelimits=\"false\">∑</mo>\(Self.indices(letters))</munder>"
        case .fenced(let open, let content, let close): content.between(open, close)
        case .cases(let cases):
            "<mrow><mo form=\"prefix\">{</mo><mtable class=\"cases\">\(cases.map(Self.row).joined())</mtable></mrow>"
        case .matrix(let numbers): numbers.mathML
        case .shaped(let notation, let symbols, let counts):
            "<munder>\(notation.mathML)<mtable class=\"shape\">\([symbols, counts].map(Self.shapeRow).joined())</mtable></munder>"
        }
    }

    /// Between brackets, which grow with what is tall and would look coarse around what is not.
    private func between(_ open: String, _ close: String) -> String {
        let stretch = isTall ? "" : " stretchy=\"false\""
        return "<mrow><mo form=\"prefix\"\(stretch)>\(open)</mo>\(mathML)<mo form=\"postfix\"\(stretch)>\(close)</mo></mrow>"
    }

    /// Higher than a line.
    private var isTall: Bool {
        switch self {
        case .matrix, .fraction, .cases: true
        case .row(let parts): parts.contains(where: \.isTall)
        case .fenced(_, let content, _), .call(_, let content), .transposed(let content), .prefix(_, let content), .squareRoot(let content),
            .superscript(let content, _):
            content.isTall
        case .symbol, .word, .function, .sign, .indexed, .sum, .shaped: false
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
        case .symbol, .transposed, .indexed, .shaped, .superscript, .fraction, .matrix, .call: true
        default: false
        }
    }

    private static func row(_ value: Notation, _ condition: String) -> String {
        "<mtr><mtd>\(value.mathML)</mtd><mtd><mtext>\(condition == "otherwise" ? "" : "if ")\(condition.escaped)</mtext></mtd></mtr>"
    }

    private static func shapeRow(_ shape: String) -> String { "<mtr><mtd><mtext>\(shape)</mtext></mtd></mtr>" }

    private static func base(_ symbol: Symbol) -> String {
        symbol.needsBracketsForIndices ? Notation.symbol(symbol).between("(", ")") : symbol.mathML
    }

    private static func prefix(_ sign: String) -> String {
        switch sign {
        case "d": "<mi mathvariant=\"normal\">d</mi>"
        case "δ": "<mi>δ</mi>"
        default: "<mo form=\"prefix\">\(sign)</mo>"
        }
    }

    private static func indices(_ indices: [String]) -> String {
        "<mrow>\(indices.map { $0.isMathNumber ? "<mn>\($0)</mn>" : "<mi>\($0)</mi>" }.joined())</mrow>"
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
        let prefix =
            [Kind.value: "", .change: "<mi>δ</mi>", .gradient: "<mi mathvariant=\"normal\">d</mi>"][kind] ?? ""
        let base = letter == "1" ? "<mn class=\"ones\">1</mn>" : "<mi>\(letter)</mi>"
        let main =
            setSuffix.map { "<msub>\(base)\($0 == "t-1" ? "<mrow><mi>t</mi><mo>−</mo><mn>1</mn></mrow>" : "<mi>\($0)</mi>")</msub>" }
            ?? base
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
