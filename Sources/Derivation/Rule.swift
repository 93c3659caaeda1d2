/// Why a step is allowed, by name; where the rule is an identity, the identity itself.
package struct Rule: Equatable, Sendable {
    package let name: String
    package let identity: String?

    private init(_ name: String, _ identity: String? = nil) {
        self.name = name
        self.identity = identity
    }

    static let definition = Rule("Definition")
    static let gradient = Rule("Definition of the gradient", "δL = ⟨dX, δX⟩ for every small δX")
    static let productRule = Rule("Product rule", "δ(A B) = δA B + A δB")
    static let linearity = Rule("Linearity", "⟨A, B + C⟩ = ⟨A, B⟩ + ⟨A, C⟩")
    static let substitution = Rule("Substitution")
    static let trace = Rule("Frobenius product as a trace", "⟨A, B⟩ = tr(Aᵀ B)")
    static let transposeOfProduct = Rule("Transpose of a product", "(A B)ᵀ = Bᵀ Aᵀ")
    static let cyclic = Rule("Cyclic property of the trace", "tr(A B C) = tr(C A B)")
    static let leftFactor = Rule("The left factor crosses, transposed", "⟨A, B C⟩ = ⟨Bᵀ A, C⟩")
    static let rightFactor = Rule("The right factor crosses, transposed", "⟨A, B C⟩ = ⟨A Cᵀ, B⟩")
    static let bothTransposed = Rule("Both transposed", "⟨A, Bᵀ⟩ = ⟨Aᵀ, B⟩")
    static let readOff = Rule("Read off the gradient", "if δL = ⟨G, δX⟩ for every δX, then dX = G")
    static let diagonal = Rule("The Jacobian of an entrywise function is diagonal")
    static let entrywise = Rule("Entrywise function", "δf(A) = f′(A) ⊙ δA")
    static let hadamard = Rule("A Hadamard factor crosses", "⟨A, B ⊙ C⟩ = ⟨A ⊙ B, C⟩")
    static let derivative = Rule("Derivative of f")
    static let partialDerivative = Rule("Partial derivative")
    static let chainRule = Rule("Chain rule")
    static let kronecker = Rule("[j = k] picks one term", "Σ_j a[j] [j = k] = a[k]")
    static let result = Rule("Result")
}
