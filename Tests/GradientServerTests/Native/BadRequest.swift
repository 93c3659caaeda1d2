import GradientServer
import HTTP1
import Testing

/// A body that POST /backward refuses, with the whole of what it must answer.
struct BadRequest: Sendable, CustomTestStringConvertible {
    let body: [UInt8]
    let problem: Problem

    var testDescription: String { String(decoding: body.prefix(120), as: UTF8.self) }

    /// What is right, for the table to spoil.
    private static let parts = [
        ("x_t", "[[1,2]]"), ("h_prev", "[[0.5]]"), ("W_x", "[[0.5],[-0.25]]"), ("W_h", "[[2]]"), ("b", "[0]"), ("dh", "[[1]]"),
    ]

    static let valid = object(parts)

    /// The right body with another value of one member.
    static func put(_ name: String, _ value: String) -> String {
        object(parts.map { $0.0 == name ? (name, value) : $0 })
    }

    static func without(_ names: String...) -> String {
        object(parts.filter { !names.contains($0.0) })
    }

    /// A body with more behind its last member.
    static func plus(_ members: String, to body: String = valid) -> String {
        "\(body.dropLast()),\(members)}"
    }

    private static func object(_ members: [(String, String)]) -> String {
        "{" + members.map { "\"\($0)\":\($1)" }.joined(separator: ",") + "}"
    }
}

// The sentences that many rows share.

extension BadRequest {
    private init(
        _ status: HTTPStatus, _ body: some Bytes, _ detail: String, field: String? = nil, expected: String? = nil, got: String? = nil,
        at byte: Int? = nil, line: Int = 1, column: Int? = nil
    ) {
        self.body = body.bytes
        problem = Problem(
            status, detail, field: field, expected: expected, got: got,
            position: byte.map { Problem.Position(byte: $0, line: line, column: column ?? $0 + 1) })
    }

    /// 400 with a sentence of its own.
    static func malformed(
        _ body: some Bytes, _ detail: String, field: String? = nil, expected: String? = nil, at byte: Int? = nil, line: Int = 1,
        column: Int? = nil
    ) -> Self {
        Self(.badRequest, body, detail, field: field, expected: expected, at: byte, line: line, column: column)
    }

    /// 422 with a sentence of its own.
    static func meaningless(
        _ body: String, _ detail: String, field: String? = nil, expected: String? = nil, got: String? = nil, at byte: Int? = nil
    ) -> Self {
        Self(.unprocessableContent, body, detail, field: field, expected: expected, got: got, at: byte)
    }

    /// JSON, but no object.
    static func notAnObject(_ body: String, but got: String) -> Self {
        Self(
            .unprocessableContent, body, "The document must be an object, not \(got).", expected: "an object", got: got, at: 0)
    }

    /// The text does not go on as JSON's grammar demands.
    static func unexpected(
        _ body: some Bytes, _ got: String, where expected: String, at byte: Int, line: Int = 1, column: Int? = nil
    ) -> Self {
        Self(
            .badRequest, body, "Found \(got) where \(expected) was expected.", expected: expected, got: got, at: byte, line: line,
            column: column)
    }

    /// The text ends too early.
    static func ends(_ body: String, where expected: String) -> Self {
        Self(
            .badRequest, body, "The document ends where \(expected) was expected.", expected: expected, got: "the end",
            at: body.utf8.count)
    }

    /// A number beyond the largest finite one.
    static func tooLarge(_ body: String, _ field: String, _ got: String, limit: String, at byte: Int) -> Self {
        let expected = "a magnitude of at most \(limit)"
        return Self(
            .badRequest, body, "\(field) is \(got), but must have \(expected).", field: field, expected: expected, got: got, at: byte)
    }

    /// A value of another kind than its place demands.
    static func mismatch(_ body: String, _ field: String, _ expected: String, not got: String, at byte: Int) -> Self {
        Self(
            .unprocessableContent, body, "\(field) must be \(expected), not \(got).", field: field, expected: expected, got: got, at: byte)
    }

    /// Rows of different lengths.
    static func ragged(_ body: String, _ field: String, has got: Int, others expected: Int, at byte: Int) -> Self {
        Self(
            .unprocessableContent, body,
            "\(field) has \(got) \(got == 1 ? "entry" : "entries"), but those before it have \(expected).", field: field,
            expected: "\(expected)", got: "\(got)", at: byte)
    }

    /// A shape that does not fit the others.
    static func misfit(_ body: String, _ field: String, _ got: String, since reason: String, mustBe expected: String) -> Self {
        Self(
            .unprocessableContent, body, "\(field) is \(got), but \(reason), so it must be \(expected).", field: field, expected: expected,
            got: got)
    }

    /// A member that is not known; `hint` is the name that it was probably meant to be.
    static func unknown(_ body: String, _ name: String, nearest hint: String? = nil) -> Self {
        Self(
            .unprocessableContent, body,
            "\"\(name)\" is not a member of this request\(hint.map { "; \($0) is the nearest" } ?? "").", field: name,
            expected: "x_t, h_prev, W_x, W_h, b, dh, convention, activation, dtype, h_t, outputs")
    }
}

/// A body as text, or as bytes that are none.
protocol Bytes {
    var bytes: [UInt8] { get }
}

extension String: Bytes {
    var bytes: [UInt8] { Array(utf8) }
}

extension [UInt8]: Bytes {
    var bytes: [UInt8] { self }
}
