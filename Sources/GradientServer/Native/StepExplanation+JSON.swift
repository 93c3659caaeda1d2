import Derivation
import RecurrentCell
import TensorText
import Threads

extension StepExplanation {
    /// The explanation as a document: its structure, with each statement as text and as LaTeX.
    func json(like inputs: StepInputs<S>, isSingleResult: Bool) -> [UInt8] {
        var json = JSONWriter()
        json.beginObject()
        json.member("title", derivation.title)
        json.member("activation", cell.activation.rawValue)
        json.member("convention", cell.convention.rawValue)
        json.member("sizes") {
            $0.member("N", derivation.sizes.samples)
            $0.member("D", derivation.sizes.inputs)
            $0.member("H", derivation.sizes.units)
        }
        json.list("notation", derivation.notation) { json, entry in add(entry, to: &json) }
        json.list("chapters", derivation.chapters) { json, chapter in
            json.member("title", chapter.title)
            json.member("introduction", chapter.introduction)
            json.list("steps", chapter.steps) { json, step in add(step, to: &json) }
        }
        if let gradients {
            json.name("gradients")
            var reply = CellReply(numbers: inputs.values.count, team: .alone)
            reply.add(gradients, like: inputs, isSingleResult: isSingleResult)
            json.members(written: reply.finish().joinedBytes)
        }
        json.endObject()
        return json.takeText()
    }

    private func add(_ entry: NotationEntry, to json: inout JSONWriter) {
        json.member("text", entry.notation.text)
        json.member("latex", entry.notation.latex)
        json.member("meaning", entry.meaning)
        if let symbol = entry.symbol, symbol.shape != .number { add(shapeOf: symbol, named: "shape", to: &json) }
    }

    private func add(_ step: Step, to json: inout JSONWriter) {
        json.member("rule", step.rule.name)
        if let identity = step.rule.identity { json.member("identity", identity) }
        add("statement", step.statement.notation, to: &json)
        if let indexForm = step.statement.indexForm { add("index_form", indexForm, to: &json) }
        json.member("reason", step.reason)
        let symbols = step.statement.symbols.filter { $0.shape != .number }
        json.member("shapes") { json in
            for symbol in symbols { add(shapeOf: symbol, named: symbol.name, to: &json) }
        }
        guard gradients != nil else { return }
        json.member("numbers") {
            for name in step.statement.names(in: values) {
                guard let matrix = matrices[name] else { continue }
                $0.name(name)
                $0.matrix(rows: matrix.rows, columns: matrix.columns, matrix.elements.span)
            }
        }
    }

    private func add(_ name: String, _ notation: Notation, to json: inout JSONWriter) {
        json.member(name) {
            $0.member("text", notation.text)
            $0.member("latex", notation.latex)
        }
    }

    /// The counts, rows first.
    private func add(shapeOf symbol: Symbol, named name: String, to json: inout JSONWriter) {
        json.member(name, [derivation.sizes[symbol.shape.rows], derivation.sizes[symbol.shape.columns]])
    }
}

extension JSONWriter {
    /// A list of objects.
    fileprivate mutating func list<Element>(_ name: String, _ elements: [Element], _ members: (inout JSONWriter, Element) -> Void) {
        self.name(name)
        beginArray()
        for element in elements {
            beginObject()
            members(&self, element)
            endObject()
        }
        endArray()
    }
}
