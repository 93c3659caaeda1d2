/// A mistake that people make, with what one gets by it. To teach the service another one, add an entry to one of the tables: f′ (`derivatives`),
/// what else flows back (`flow`), what a line does with it (`lines`), what happens to the result (`ends`).
struct Mistake: Sendable {
    /// A gradient comes about in three stages, and a mistake is made in one of them.
    enum Change: Sendable {
        /// Another array stands where the lines take theirs from, `do_t` above all; nil where the shapes don't allow it.
        case flow(@Sendable (Step) -> Step?)

        /// Another line stands where the right one should; nil where it is no mistake of this result, or the shapes don't allow it.
        case line(@Sendable (Step, StepResult) -> Formula?)

        /// Something is done to the result; nil where that changes nothing.
        case end(@Sendable (Formula, Extents) -> Formula?)
    }

    /// Its name in a reply. Mistakes may share one: those of one name are one mistake, made with different things.
    let name: String

    /// What is wrong, and which line is right and why: one or two sentences.
    let explanation: @Sendable (Wording) -> String

    let change: Change

    private init(_ name: String, _ change: Change, _ explanation: @escaping @Sendable (Wording) -> String) {
        self.name = name
        self.change = change
        self.explanation = explanation
    }

    static func flow(
        _ name: String, _ change: @escaping @Sendable (Step) -> Step?, _ explanation: @escaping @Sendable (Wording) -> String
    ) -> Mistake {
        Mistake(name, .flow(change), explanation)
    }

    static func line(
        _ name: String, _ change: @escaping @Sendable (Step, StepResult) -> Formula?, _ explanation: @escaping @Sendable (Wording) -> String
    ) -> Mistake {
        Mistake(name, .line(change), explanation)
    }

    static func end(
        _ name: String, _ change: @escaping @Sendable (Formula, Extents) -> Formula?, _ explanation: @escaping @Sendable (Wording) -> String
    ) -> Mistake {
        Mistake(name, .end(change), explanation)
    }
}

extension Mistake {
    /// All of them, simplest first: where several explain the same numbers, they are named in this order.
    static let all = ends + derivatives + flow + lines

    /// What `result` becomes by this mistake alone; nil where it can't be made.
    func guess(at result: StepResult, in step: Step) -> Formula? {
        switch change {
        case .flow: flow(step)?.formula(for: result)
        case .line(let change): change(step, result)
        case .end: step.formula(for: result).flatMap { end($0, step.extents) }
        }
    }

    /// The step in which what flows back is wrong; nil where that is another mistake.
    func flow(_ step: Step) -> Step? {
        if case .flow(let change) = change { change(step) } else { nil }
    }

    /// The result with the last stage wrong; nil where that is another mistake.
    func end(_ result: Formula, _ extents: Extents) -> Formula? {
        if case .end(let change) = change { change(result, extents) } else { nil }
    }
}
