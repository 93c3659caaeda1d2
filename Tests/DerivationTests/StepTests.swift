import Derivation
import RecurrentCell
import Testing

/// Every equation of every step is evaluated on both sides, with random matrices.
@Suite struct StepTests {
    private let sizes = Sizes(samples: 2, inputs: 3, units: 4)

    private func derivation(_ function: Function, _ layout: SampleLayout, slopeFromOutput: Bool = false) -> CellDerivation {
        CellDerivation(
            function: function, layout: layout, sizes: sizes, gradients: ["dx_t", "dh_prev", "dW_x", "dW_h", "db"],
            slopeFromOutput: slopeFromOutput, note: "")
    }

    @Test(arguments: Function.allCases, SampleLayout.allCases)
    func `both sides of every step are equal`(function: Function, layout: SampleLayout) {
        // The linear layer of the first chapter has no function, so one function is enough for it.
        for (number, chapter) in derivation(function, layout).chapters.enumerated() where number > 0 || function == .tanh {
            let world = World(function, layout, sizes, hasLinearLayer: number == 0, seed: 7)
            for step in chapter.steps { check(step, in: world) }
        }
    }

    private func check(_ step: Step, in world: World) {
        switch step.statement {
        case .matrices(let left, let right):
            let (leftValue, rightValue) = (world.evaluate(left), world.evaluate(right))
            for (a, b) in zip(leftValue.elements, rightValue.elements) { expectClose(a, b, step.statement.notation.text) }
            // The index form says the same of each entry.
            let free = Array(left.entry.freeIndices)
            #expect(left.entry.freeIndices == right.entry.freeIndices)
            for place in world.everyPlace(of: free) {
                expectClose(world.evaluate(left.entry, at: place), world.evaluate(right.entry, at: place), "index form")
            }
            let first = Dictionary(uniqueKeysWithValues: free.map { ($0, 0) })
            expectClose(world.evaluate(left.entry, at: first), leftValue[0, 0], "index form of \(left.text)")
            expectClose(world.evaluate(right.entry, at: first), rightValue[0, 0], "index form of \(right.text)")
        case .entries(let left, let right):
            let free = Array(left.freeIndices.union(right.freeIndices))
            #expect(free.count > 1)
            for place in world.everyPlace(of: free) {
                expectClose(world.evaluate(left, at: place), world.evaluate(right, at: place), step.statement.notation.text)
            }
        case .formula(let function, let variable, let formula):
            for o in [-3, -1.5, -0.3, 0.25, 1, 4] {
                let jet = world.activation.jet(at: o)
                let x = variable == "h" ? jet.value : o
                expectClose(function == .function ? jet.value : jet.derivative, formula.evaluate(at: x), step.statement.notation.text)
            }
        }
    }

    private func expectClose(_ a: Double, _ b: Double, _ what: String) {
        #expect(abs(a - b) <= 2e-8 * max(1, abs(a)), "\(what): \(a) and \(b)")
    }

    @Test func `the functions are those of the cell`() {
        #expect(Function.allCases.map(\.rawValue) == Activation.allCases.map(\.rawValue))
        for function in Function.allCases {
            #expect((function.derivativeFromOutput != nil) == Activation(rawValue: function.rawValue)?.isDeterminedByOutput)
        }
    }

    @Test(arguments: SampleLayout.allCases)
    func `all five gradients are read off, in their own shapes`(layout: SampleLayout) {
        let steps = derivation(.tanh, layout).chapters.flatMap(\.steps)
        let results = steps.filter { $0.rule.name == "Read off the gradient" }.map(\.statement.notation.text)
        let expected =
            layout == .rows
            ? [
                "dW = xᵀ dy", "dx = dy Wᵀ", "do_t = dh ⊙ f′(o_t)", "dx_t = do_t W_xᵀ", "dh_prev = do_t W_hᵀ", "dW_x = x_tᵀ do_t",
                "dW_h = h_prevᵀ do_t", "db = do_tᵀ 1",
            ]
            : [
                "dW = dy xᵀ", "dx = Wᵀ dy", "do_t = dh ⊙ f′(o_t)", "dx_t = W_xᵀ do_t", "dh_prev = W_hᵀ do_t", "dW_x = do_t x_tᵀ",
                "dW_h = do_t h_prevᵀ", "db = do_t 1",
            ]
        #expect(results == expected)
    }

    @Test func `only the gradients asked for are derived`() {
        let one = CellDerivation(
            function: .relu, layout: .rows, sizes: sizes, gradients: ["db"], slopeFromOutput: false, note: "")
        #expect(one.chapters.count == 5)
        #expect(!one.plainText().contains("dW_h") && !one.plainText().contains("all five"))
        #expect(one.chapters.last?.steps.map(\.statement.notation.text) == ["do_t = dh ⊙ f′(o_t)", "db = do_tᵀ 1"])
        let none = CellDerivation(function: .relu, layout: .rows, sizes: sizes, gradients: [], slopeFromOutput: false, note: "")
        #expect(none.chapters.map(\.title).last == "The gradients")
        #expect(none.chapters.count == 4)
    }

    @Test func `where h_t is given, its slope is said to come from it`() {
        let text = { (isGiven: Bool) in derivation(.tanh, .rows, slopeFromOutput: isGiven).plainText() }
        #expect(text(true).contains("You gave h_t"))
        #expect(!text(false).contains("You gave h_t"))
    }

    @Test(arguments: Function.allCases)
    func `no step says again what the one before it has said, unless to say that h_t is used`(function: Function) {
        let statements = derivation(function, .rows).chapters.flatMap(\.steps).map(\.statement.notation.text)
        #expect(zip(statements, statements.dropFirst()).allSatisfy { $0 != $1 })
        #expect(
            derivation(function, .rows, slopeFromOutput: true).plainText().contains("You gave h_t")
                == (function.derivativeFromOutput != nil))
    }

    @Test func `every step has a rule and a reason of whole sentences`() {
        for function in Function.allCases {
            for layout in SampleLayout.allCases {
                for step in derivation(function, layout).chapters.flatMap(\.steps) {
                    #expect(!step.rule.name.isEmpty)
                    #expect(step.reason.hasSuffix(".") && step.reason.count > 20)
                }
            }
        }
    }
}
