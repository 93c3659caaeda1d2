import Testing

@testable import Derivation

@Suite struct ExpressionTests {
    private let x = MatrixExpression(Symbol("x", Shape(.samples, .inputs)))
    private let W = MatrixExpression(Symbol("W", Shape(.inputs, .units)))
    private let h = MatrixExpression(Symbol("h", Shape(.samples, .units)))

    @Test func `an expression has the shape that its operations give`() {
        #expect((x * W).shape == Shape(.samples, .units))
        #expect((x * W).transposed.shape == Shape(.units, .samples))
        #expect((x * W ⊙ h).shape == h.shape)
        #expect(inner(h, x * W).shape == .number)
        #expect(trace(h.transposed * h).shape == .number)
        #expect(Entrywise.function(h).shape == h.shape)
    }

    @Test func `a product that does not fit can't be built`() async {
        await #expect(processExitsWith: .failure) {
            _ = MatrixExpression(Symbol("x", Shape(.samples, .inputs))) * MatrixExpression(Symbol("h", Shape(.samples, .units)))
        }
    }

    @Test func `what fits by accident can't be built either, since axes are told apart and not counts`() async {
        await #expect(processExitsWith: .failure) {
            _ =
                MatrixExpression(Symbol("h", Shape(.samples, .previousUnits)))
                * MatrixExpression(Symbol("W", Shape(.units, .previousUnits)))
        }
    }

    @Test func `a Hadamard product, a sum and an inner product need one shape`() async {
        await #expect(processExitsWith: .failure) {
            _ = MatrixExpression(Symbol("x", Shape(.samples, .inputs))) ⊙ MatrixExpression(Symbol("h", Shape(.samples, .units)))
        }
        await #expect(processExitsWith: .failure) {
            _ = MatrixExpression(Symbol("x", Shape(.samples, .inputs))) + MatrixExpression(Symbol("h", Shape(.samples, .units)))
        }
        await #expect(processExitsWith: .failure) {
            _ = inner(MatrixExpression(Symbol("x", Shape(.samples, .inputs))), MatrixExpression(Symbol("h", Shape(.samples, .units))))
        }
    }

    @Test func `a trace needs a square, and a step two sides of one shape`() async {
        await #expect(processExitsWith: .failure) { _ = trace(MatrixExpression(Symbol("x", Shape(.samples, .inputs)))) }
        await #expect(processExitsWith: .failure) {
            let x = MatrixExpression(Symbol("x", Shape(.samples, .inputs)))
            _ = Step(.definition, x, x.transposed, "")
        }
    }

    @Test func `the index form follows from the matrix form`() {
        #expect((x * W).entry.text == "Σ_d x[n,d] W[d,j]")
        #expect((W.transposed * x.transposed).entry.text == "Σ_d W[d,j] x[n,d]")
        #expect(inner(h, x * W).entry.text == "Σ_njd h[n,j] x[n,d] W[d,j]")
        #expect(trace(h.transposed * x * W).entry.text == "Σ_jdn h[n,j] x[n,d] W[d,j]")
        #expect((h.transposed * .ones).entry.text == "Σ_n h[n,j]")
        #expect(Entrywise.derivative(h).entry.text == "f′(h[n,j])")
    }

    @Test func `brackets stand where they must and nowhere else`() {
        #expect(((x * W).transposed * h).text == "(x W)ᵀ h")
        #expect((x * W * h.transposed).text == "x W hᵀ")
        #expect(((h + h) * h.transposed).text == "(h + h) hᵀ")
        #expect((h ⊙ (x * W)).text == "h ⊙ (x W)")
        #expect(inner(h, x * W).text == "⟨h, x W⟩")
    }
}
