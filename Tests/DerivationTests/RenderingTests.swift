import Derivation
import Testing

@Suite struct RenderingTests {
    private let names = ["dx_t", "dh_prev", "dW_x", "dW_h", "db"]

    private func derivation(_ function: Function = .tanh, _ layout: SampleLayout = .rows) -> CellDerivation {
        CellDerivation(
            function: function, layout: layout, sizes: Sizes(samples: 2, inputs: 3, units: 2), gradients: names, slopeFromOutput: false,
            note: "A note.")
    }

    /// Numbers for the linear layer of the first chapter.
    private let values: Values = [
        "x": Numbers(rows: 2, columns: 3, entries: ["1.0", "2.0", "3.0", "-1.0", "0.5", "0.0"]),
        "dy": Numbers(rows: 2, columns: 2, entries: ["1.0", "-1.0", "0.5", "1e-05"]),
        "dW": Numbers(rows: 3, columns: 2, entries: ["0.5", "-1.00001", "2.25", "NaN", "3.0", "-3.0"]),
    ]

    private func step(_ statement: String) throws -> Step {
        try #require(derivation().chapters.flatMap(\.steps).first { $0.statement.notation.text == statement })
    }

    @Test func `text shows shapes under factors, the index form, the reason, the numbers and one entry`() {
        let expected = """
            1.8  Read off the gradient: if δL = ⟨G, δX⟩ for every δX, then dX = G

                  dW  = xᵀ  dy
                  D×H   D×N N×H
                  3×2   3×2 2×2

               entries  dW[d,j] = Σ_n x[n,d] dy[n,j]
               why      While x stands still, δL is this inner product, and by definition it is ⟨dW, δW⟩. Both
                        hold for every δW, so the matrices opposite it are equal.

                  ⎡  0.5  -1.00001 ⎤   ⎡ 1.0  -1.0 ⎤
                  ⎢ 2.25       NaN ⎥ = ⎢ 2.0   0.5 ⎥ ⎡ 1.0   -1.0 ⎤
                  ⎣  3.0      -3.0 ⎦   ⎣ 3.0   0.0 ⎦ ⎣ 0.5  1e-05 ⎦

                  dW[1,1] = 1.0 · 1.0 + (-1.0) · 0.5 = 0.5

            """
        #expect(derivation().plainText(values).contains(expected))
    }

    @Test(arguments: Function.allCases, SampleLayout.allCases)
    func `text keeps within 100 columns and ends no line with a space`(function: Function, layout: SampleLayout) {
        for line in derivation(function, layout).plainText().split(separator: "\n") {
            #expect(line.count <= 100, "\(line)")
            #expect(line.last != " ", "\(line)")
        }
    }

    @Test func `a wide equation goes on in the next lines, a sign with what follows it`() {
        let wide = Numbers(rows: 2, columns: 2, entries: [String](repeating: "-0.12345678901234567", count: 4))
        let text = derivation().plainText(["do_t": wide, "dh": wide, "f′(o_t)": wide])
        let expected = """
                  ⎡ -0.12345678901234567  -0.12345678901234567 ⎤
                  ⎣ -0.12345678901234567  -0.12345678901234567 ⎦
                    = ⎡ -0.12345678901234567  -0.12345678901234567 ⎤
                      ⎣ -0.12345678901234567  -0.12345678901234567 ⎦
                    ⊙ ⎡ -0.12345678901234567  -0.12345678901234567 ⎤
                      ⎣ -0.12345678901234567  -0.12345678901234567 ⎦

            """
        #expect(text.contains(expected))
    }

    @Test func `without numbers there are symbols and shapes only`() {
        let text = derivation().plainText()
        #expect(!text.contains("⎡"))
        #expect(!text.contains("[1,1]"))
        #expect(text.contains("2×3"))
    }

    @Test(arguments: [
        ("dW = xᵀ dy", "\\mathrm{d}W = {x}^{\\top} \\mathrm{d}y"),
        (
            "⟨do_t, h_prev δW_h⟩ = ⟨h_prevᵀ do_t, δW_h⟩",
            "\\left\\langle \\mathrm{d}o_{t} , h_{t-1} \\delta W_{h} \\right\\rangle = \\left\\langle {h_{t-1}}^{\\top} \\mathrm{d}o_{t} , \\delta W_{h} \\right\\rangle"
        ),
        (
            "∂o_t[n,j] / ∂W_x[d,k] = x_t[n,d] [j = k]",
            "\\frac{\\partial (o_{t})_{nj}}{\\partial (W_{x})_{dk}} = (x_{t})_{nd} \\left[ j = k \\right]"
        ),
        ("f′(o) = 1 − tanh(o)²", "f'\\left( o \\right) = 1 - {\\operatorname{tanh}\\left( o \\right)}^{2}"),
    ])
    func `a statement is the same in text and in LaTeX`(text: String, latex: String) throws {
        #expect(try step(text).statement.notation.latex == latex)
    }

    @Test(arguments: [
        (Function.tanh, "f(o) = tanh(o)", "f′(o) = 1 − tanh(o)²"), (.identity, "f(o) = o", "f′(o) = 1"),
        (.relu, "f(o) = o if o > 0, 0 otherwise", "f′(o) = 1 if o > 0, 0 otherwise"),
        (.sigmoid, "f(o) = 1 / (1 + e^(−o))", "f′(o) = e^(−o) / (1 + e^(−o))²"),
        (.softplus, "f(o) = log(1 + e^o)", "f′(o) = 1 / (1 + e^(−o))"),
        (.elu, "f(o) = o if o > 0, e^o − 1 otherwise", "f′(o) = 1 if o > 0, e^o otherwise"),
        (.silu, "f(o) = o / (1 + e^(−o))", "f′(o) = 1 / (1 + e^(−o)) + (o e^(−o)) / (1 + e^(−o))²"),
        (.gelu, "f(o) = (o / 2) (1 + erf(o / √2))", "f′(o) = (1 + erf(o / √2)) / 2 + (o e^(−o² / 2)) / √(2 π)"),
        (.softsign, "f(o) = o / (1 + |o|)", "f′(o) = 1 / (1 + |o|)²"), (.sin, "f(o) = sin(o)", "f′(o) = cos(o)"),
    ])
    func `each function is given with its slope`(function: Function, value: String, slope: String) {
        let text = derivation(function).plainText()
        #expect(text.contains("      \(value)\n"))
        #expect(text.contains("      \(slope)\n"))
    }

    @Test(arguments: SampleLayout.allCases)
    func `Markdown has its mathematics in blocks, and braces in pairs`(layout: SampleLayout) {
        let blocks = derivation(.gelu, layout).markdown(values).split(separator: "$$", omittingEmptySubsequences: false)
        #expect(blocks.count > 100 && blocks.count % 2 == 1)
        for block in blocks.enumerated().filter({ $0.offset % 2 == 1 }).map(\.element) {
            #expect(block.count(where: { $0 == "{" }) == block.count(where: { $0 == "}" }))
            #expect(block.components("\\left") == block.components("\\right"))
            #expect(block.components("\\begin") == block.components("\\end"))
        }
    }

    @Test func `a number that is none, or has an exponent, is text in LaTeX`() {
        let markdown = derivation().markdown(values)
        #expect(markdown.contains("\\text{NaN}"))
        #expect(markdown.contains("\\text{1e-05}"))
    }

    @Test(arguments: Function.allCases, SampleLayout.allCases)
    func `HTML closes every element that it opens, and has no script`(function: Function, layout: SampleLayout) {
        let page = derivation(function, layout).html(values)
        #expect(page.hasPrefix("<!DOCTYPE html>\n<html lang=\"en\">"))
        #expect(!page.contains("<script") && !page.contains("http"))
        var open: [Substring] = []
        for piece in page.split(separator: "<").dropFirst(1) {
            let name = piece.prefix { $0 != ">" && $0 != " " }
            if name.hasPrefix("/") {
                let opened = open.popLast()
                #expect(opened == name.dropFirst())
            } else if !["meta", "!DOCTYPE"].contains(name) {
                open.append(name)
            }
        }
        #expect(open == [])
    }

    /// How many children these elements of MathML must have.
    @Test(arguments: Function.allCases)
    func `MathML elements with a fixed number of children have it`(function: Function) {
        let arity: [Substring: Int] = ["msup": 2, "msub": 2, "munder": 2, "mfrac": 2, "msqrt": 1]
        var open: [(name: Substring, children: Int)] = []
        for piece in derivation(function).html(values).split(separator: "<").dropFirst(1) {
            let name = piece.prefix { $0 != ">" && $0 != " " }
            if name.hasPrefix("/") {
                if let closed = open.popLast(), let expected = arity[closed.name] { #expect(closed.children == expected, "\(closed.name)") }
            } else if !["meta", "!DOCTYPE"].contains(name) {
                if !open.isEmpty { open[open.count - 1].children += 1 }
                open.append((name, 0))
            }
        }
    }
}

extension Substring {
    /// How often `part` occurs.
    fileprivate func components(_ part: String) -> Int { split(separator: part, omittingEmptySubsequences: false).count }
}
