/// The part of JSON Schema 2020-12 that openapi.yaml uses. A word that isn't known here is a fault, so that nothing in the document goes
/// unchecked.
struct Schema {
    let document: JSON
    let root: JSON

    /// - Parameter pointer: such as `#/components/schemas/Problem`.
    init(_ pointer: String, of document: JSON) {
        self.document = document
        root = .object(["$ref": .string(pointer)])
    }

    init(_ root: JSON, of document: JSON) {
        self.document = document
        self.root = root
    }

    /// What is wrong with `value`, each with its path; empty where it is valid.
    func faults(of value: JSON) -> [String] {
        faults(of: value, by: root, at: "")
    }

    /// The schema of a member of an object, references followed.
    func property(_ name: String) -> JSON? {
        resolved(root)["properties"]?[name]
    }

    private func resolved(_ schema: JSON) -> JSON {
        guard let pointer = schema["$ref"]?.string, let target = document[pointer: pointer] else { return schema }
        return resolved(target)
    }

    private func faults(of value: JSON, by schema: JSON, at path: String) -> [String] {
        schema.members.flatMap { word, rule in faults(of: value, word, rule, in: schema, at: path) }
    }

    private func faults(of value: JSON, _ word: String, _ rule: JSON, in schema: JSON, at path: String) -> [String] {
        let fault = ["\(path): \(value.text.prefix(60)) breaks \(word) \(rule.text.prefix(60))"]
        switch word {
        case "description", "default", "examples", "example", "title", "format": return []
        case "$ref":
            guard let pointer = rule.string, let target = document[pointer: pointer] else { return ["\(path): no \(rule.text)"] }
            return faults(of: value, by: target, at: path)
        case "type": return hasType(rule.string, value) ? [] : fault
        case "const": return value == rule ? [] : fault
        case "enum": return rule.entries.contains(value) ? [] : fault
        case "required": return rule.entries.allSatisfy { value[$0.string ?? ""] != nil } ? [] : fault
        case "properties":
            return rule.members.flatMap { name, rule in value[name].map { faults(of: $0, by: rule, at: "\(path).\(name)") } ?? [] }
        case "additionalProperties":
            let further = value.members.filter { schema["properties"]?[$0.key] == nil }
            if rule == .bool(false) { return further.isEmpty ? [] : fault }
            return further.flatMap { name, value in faults(of: value, by: rule, at: "\(path).\(name)") }
        case "unevaluatedProperties":
            guard rule == .bool(false) else { return ["\(path): unevaluatedProperties must be false"] }
            return value.members.keys.allSatisfy(propertyNames(of: schema).contains) ? [] : fault
        case "items": return value.entries.enumerated().flatMap { faults(of: $1, by: rule, at: "\(path)[\($0)]") }
        case "uniqueItems": return value.entries.indices.allSatisfy { !value.entries[..<$0].contains(value.entries[$0]) } ? [] : fault
        case "minItems": return value.entries.count >= Int(rule.number ?? 0) ? [] : fault
        case "maxItems": return value.entries.count <= Int(rule.number ?? 0) ? [] : fault
        case "minimum": return value.number ?? .infinity >= rule.number ?? .nan ? [] : fault
        case "maximum": return value.number ?? -.infinity <= rule.number ?? .nan ? [] : fault
        case "oneOf": return rule.entries.count { faults(of: value, by: $0, at: path).isEmpty } == 1 ? [] : fault
        case "anyOf": return rule.entries.contains { faults(of: value, by: $0, at: path).isEmpty } ? [] : fault
        case "not": return faults(of: value, by: rule, at: path).isEmpty ? fault : []
        case "allOf": return rule.entries.flatMap { faults(of: value, by: $0, at: path) }
        default: return ["\(path): \(word) is a word that these tests don't know"]
        }
    }

    /// The members that a schema speaks of, also by way of the schemas that it is made of.
    private func propertyNames(of schema: JSON) -> Set<String> {
        let parts = ["allOf", "anyOf", "oneOf"].flatMap { schema[$0]?.entries ?? [] }
        let referred = schema["$ref"]?.string.flatMap { document[pointer: $0] }
        let own = Set(schema["properties"]?.members.keys.map(\.self) ?? [])
        return (parts + (referred.map { [$0] } ?? [])).reduce(own) { $0.union(propertyNames(of: $1)) }
    }

    private func hasType(_ name: String?, _ value: JSON) -> Bool {
        switch (name, value) {
        case ("null", .null), ("boolean", .bool), ("number", .number), ("string", .string), ("array", .array), ("object", .object): true
        case ("integer", .number(let number)): number == number.rounded()
        default: false
        }
    }
}
