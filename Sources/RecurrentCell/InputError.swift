/// An input that has no meaning beside the others: which member, what came, what was expected, and the whole as one sentence for the client.
package struct InputError: Error, Equatable, Sendable {
    /// The member to blame, by its name in a request: `W_x`.
    package var field: String
    /// The shape that came; nil where the complaint is not about a shape.
    package var got: [Int]?
    /// The shape that would have done; nil where the complaint is not about a shape.
    package var expected: [Int]?
    /// "W_x is 3×1, but x_t is 1×2 and b has 1 entry, so it must be 2×1."
    package var detail: String

    package init(field: String, got: [Int]? = nil, expected: [Int]? = nil, detail: String) {
        self.field = field
        self.got = got
        self.expected = expected
        self.detail = detail
    }
}
