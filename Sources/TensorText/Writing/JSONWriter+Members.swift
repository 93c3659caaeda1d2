// Members of an object: a name and its value.
extension JSONWriter {
    package mutating func member(_ name: String, _ value: String) {
        self.name(name)
        string(value)
    }

    package mutating func member(_ name: String, _ value: Bool) {
        self.name(name)
        bool(value)
    }

    package mutating func member(_ name: String, _ value: Int) {
        self.name(name)
        integer(value)
    }

    package mutating func member(_ name: String, _ value: some WritableScalar) {
        self.name(name)
        number(value)
    }

    /// A list of whole numbers.
    package mutating func member(_ name: String, _ values: [Int]) {
        self.name(name)
        beginArray()
        for value in values { integer(value) }
        endArray()
    }

    /// An object, whose members `members` writes.
    package mutating func member(_ name: String, _ members: (inout JSONWriter) -> Void) {
        self.name(name)
        beginObject()
        members(&self)
        endObject()
    }
}
