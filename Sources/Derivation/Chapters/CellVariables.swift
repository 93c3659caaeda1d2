/// What the chapters speak of, in the shapes of one layout.
struct CellVariables {
    let layout: SampleLayout

    /// The linear layer of the first chapter.
    let x, W, y: Variable

    let x_t, h_prev, W_x, W_h, b, o_t, h_t: Variable

    /// δL
    let δL = MatrixExpression(Symbol.loss.of(kind: .change))

    init(_ layout: SampleLayout) {
        self.layout = layout
        x = Variable("x", layout.shape(.samples, .inputs))
        W = Variable("W", layout.shape(.inputs, .units))
        y = Variable("y", layout.shape(.samples, .units))
        x_t = Variable("x", suffix: "t", layout.shape(.samples, .inputs))
        h_prev = Variable("h", suffix: "prev", layout.shape(.samples, .previousUnits))
        W_x = Variable("W", suffix: "x", layout.shape(.inputs, .units))
        W_h = Variable("W", suffix: "h", layout.shape(.previousUnits, .units))
        b = Variable("b", Shape(.units, .one))
        o_t = Variable("o", suffix: "t", layout.shape(.samples, .units))
        h_t = Variable("h", suffix: "t", layout.shape(.samples, .units), gradientSuffix: nil)
    }

    /// `row` or `column`: what a sample is.
    var line: String { layout == .rows ? "row" : "column" }

    /// Indices of a matrix that has a sample in each line, in the order of its axes.
    func indices(_ sample: Index, _ entry: Index) -> [Index] { layout == .rows ? [sample, entry] : [entry, sample] }
}

extension CellVariables {
    /// The symbols and signs, in the order in which the chapters meet them.
    var notation: [NotationEntry] {
        [
            (x_t, "the input, one sample in each \(line)"), (h_prev, "the previous hidden state, h at t-1"),
            (W_x, "the weights of the input"), (W_h, "the weights of the hidden state"), (b, "the bias"),
            (o_t, "the pre-activation"), (h_t, "the new hidden state"),
        ].map { NotationEntry(notation: .symbol($0.symbol), symbol: $0.symbol, meaning: $1) } + [
            NotationEntry(notation: .symbol(.ones), symbol: .ones, meaning: "ones, one for each sample"),
            sign(.symbol(.loss), "the loss: one number, computed from h_t in whatever way"),
            sign(.prefix("d", A), "the gradient of L in A: the shape of A, with ∂L/∂A[i,j] as entry i,j; dh is the gradient in h_t"),
            sign(.prefix("δ", A), "a small change of A, any, of the shape of A; not the gradient dA"),
            sign(.row([A, B]), "the matrix product: entry i,j is Σ_k A[i,k] B[k,j]"),
            sign(
                .row([A, .sign("⊙"), B]), "the Hadamard product: entry i,j is A[i,j] B[i,j]; all have one shape"),
            sign(
                .fenced("⟨", .row([A, .word(","), B]), "⟩"),
                "the Frobenius or inner product: the number Σ_ij A[i,j] B[i,j]; A and B have one shape"),
            sign(.call(.function("tr"), A), "the trace: the number Σ_i A[i,i]"),
            sign(.transposed(A), "the transpose: entry i,j is A[j,i]"),
            sign(.call(.word("f"), A), "f of each entry"),
            sign(.fenced("[", .equation(.word("j"), .word("k")), "]"), "1 where j = k, else 0"),
        ]
    }

    private var A: Notation { .word("A") }
    private var B: Notation { .word("B") }

    private func sign(_ notation: Notation, _ meaning: String) -> NotationEntry {
        NotationEntry(notation: notation, symbol: nil, meaning: meaning)
    }
}
