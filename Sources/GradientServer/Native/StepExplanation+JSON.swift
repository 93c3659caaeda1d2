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
        json.name("sizes")
        json.beginObject()
        for (name, size) in [("N", derivation.sizes.samples), ("D", derivation.sizes.inputs), ("H", derivation.sizes.units)] {
            json.name(name)
            json.integer(size)
        }
        json.endObject()
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
            json.members(written: Array(reply.finish().joined()))
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
        json.name("shapes")
        json.beginObject()
        for symbol in symbols { add(shapeOf: symbol, named: symbol.name, to: &json) }
        json.endObject()
        guard gradients != nil else { return }
        json.name("numbers")
        json.beginObject()
        for name in step.statement.names(in: values) {
            guard let matrix = matrices[name] else { continue }
            json.name(name)
            json.matrix(rows: matrix.rows, columns: matrix.columns, matrix.elements.span)
        }
        json.endObject()
    }

    private func add(_ name: String, _ notation: Notation, to json: inout JSONWriter) {
        json.name(name)
        json.beginObject()
        json.member("text", notation.text)
        json.member("latex", notation.latex)
        json.endObject()
    }

    /// The counts, rows first.
    private func add(shapeOf symbol: Symbol, named name: String, to json: inout JSONWriter) {
        json.name(name)
        json.beginArray()
        json.integer(derivation.sizes[symbol.shape.rows])
        json.integer(derivation.sizes[symbol.shape.columns])
        json.endArray()
    }
}

extension JSONWriter {
    fileprivate mutating func member(_ name: String, _ value: String) {
        self.name(name)
        string(value)
    }

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
