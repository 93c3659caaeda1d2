import TensorText

/// Where a block of numbers is read, each number is what it is when it is read alone, and written, by every form alike, it reads back to the same
/// bits; and where all members are, the document is well-formed.
func fuzzJSON(_ input: [UInt8]) throws {
    let isWellFormed = (try? JSONDocument.checkGrammar(of: input)) != nil
    guard let document = try? JSONDocument(input) else { return }
    try demand(isWellFormed || !document.names.allSatisfy { isRead(document[$0]) }, "a document that is read whole is not well-formed")
    for name in document.names {
        guard let value = document[name] else { throw Finding(description: "\(name) is listed, but not there") }
        try compare(value, as: Double.self)
        try compare(value, as: Float.self)
        _ = try? value.string()
        _ = try? value.integer()
        _ = try? value.integers()
        if let nested = try? value.object() { _ = nested.names.map { nested[$0]?.summary } }
    }
}

private func isRead(_ value: JSONValue?) -> Bool { (try? value?.tensor(of: Double.self)) != nil }

private func compare<Element: DecimalReadable & WritableScalar>(_ value: JSONValue, as type: Element.Type) throws {
    let tensors = TextForm.available.map { try? value.tensor(of: type, by: $0) }
    guard let tensor = tensors[0] else { return try demand(tensors.allSatisfy { $0 == nil }, "\(value.path) is read by some forms only") }
    for other in tensors {
        try demand(
            other.map { $0.shape == tensor.shape && areSame($0.elements, tensor.elements) } ?? false,
            "\(value.path) reads as \(tensor), and as \(String(describing: other))")
    }
    try demand(tensor.elements.count == tensor.shape.reduce(1, *), "\(tensor.elements.count) numbers in \(tensor.shape)")
    let alone = try leaves(of: value, as: type)
    try demand(areSame(tensor.elements, alone), "\(value.path) reads as \(tensor.elements), its numbers alone as \(alone)")

    let texts = TextForm.available.map { text(of: tensor.elements, columns: max(1, tensor.shape.last ?? 1), by: $0) }
    try demand(texts.allSatisfy { $0 == texts[0] }, "\(tensor.elements) is written by its forms as \(texts)")
    var writer = JSONWriter()
    writer.beginObject()
    writer.name("a")
    writer.tensor(shape: tensor.shape, tensor.elements.span)
    writer.endObject()
    let again = try JSONDocument(writer.takeText())["a"]?.tensor(of: type)
    try demand(
        again.map { areSame($0.elements, tensor.elements) } ?? false, "\(tensor.elements) reads back as \(String(describing: again))")
}

private func text<Element: WritableScalar>(of elements: [Element], columns: Int, by form: TextForm) -> [UInt8] {
    var text: [UInt8] = []
    text.append(addingCapacity: JSONWriter.capacity(forNumbers: elements.count)) { (span: inout OutputSpan<UInt8>) in
        Element.appendRun(elements.span, columns: columns, startingAt: 0, to: &span, by: form)
    }
    return text
}

/// The numbers of nested arrays, each read by itself.
private func leaves<Element: DecimalReadable>(of value: JSONValue, as type: Element.Type) throws -> [Element] {
    guard value.kind == .array else { return try value.tensor(of: type).elements }
    return try value.entries(maximumCount: .max).flatMap { try leaves(of: $0, as: type) }
}

private func areSame<Element: BinaryFloatingPoint>(_ a: [Element], _ b: [Element]) -> Bool {
    a.count == b.count && zip(a, b).allSatisfy { $0 == $1 && $0.sign == $1.sign || $0.isNaN && $1.isNaN }
}
