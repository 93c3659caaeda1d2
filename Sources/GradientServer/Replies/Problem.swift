package import HTTP1
import TensorText

/// What went wrong, told to the client: the one place where errors become replies. RFC 9457 `application/problem+json`.
package struct Problem: Error, Sendable, Equatable {
    package let status: HTTPStatus

    /// One sentence: which field, what came, what was expected.
    package let detail: String

    /// The member at fault, e.g. `W_x` or `W_x[2]`.
    package var field: String?
    package var expected: String?
    package var got: String?

    /// Where in the document, as sent or as inflated.
    package var position: Position?

    /// Fields that the status obliges the reply to carry, such as `Allow`.
    var fields = HeaderFields()

    package struct Position: Sendable, Equatable {
        /// Bytes before the fault.
        package let byte: Int
        /// From 1.
        package let line: Int
        /// From 1, in characters.
        package let column: Int

        package init(byte: Int, line: Int, column: Int) {
            self.byte = byte
            self.line = line
            self.column = column
        }
    }

    package init(
        _ status: HTTPStatus, _ detail: String, field: String? = nil, expected: String? = nil, got: String? = nil, position: Position? = nil
    ) {
        self.status = status
        self.detail = detail
        self.field = field
        self.expected = expected
        self.got = got
        self.position = position
    }

    package static func == (left: Problem, right: Problem) -> Bool {
        left.status == right.status && left.body == right.body
    }

    /// The reply that carries it.
    var response: Response {
        var response = Response(status, contentType: "application/problem+json", body: body)
        for field in fields { response.head.fields.append(field.name, field.value) }
        return response
    }

    /// The problem document.
    package var body: [UInt8] {
        var json = JSONWriter()
        json.beginObject()
        json.member("type", string: "about:blank")
        json.member("title", string: status.reason)
        json.member("status", integer: status.code)
        json.member("detail", string: detail)
        if let field { json.member("field", string: field) }
        if let expected { json.member("expected", string: expected) }
        if let got { json.member("got", string: got) }
        if let position {
            json.name("position")
            json.beginObject()
            json.member("byte", integer: position.byte)
            json.member("line", integer: position.line)
            json.member("column", integer: position.column)
            json.endObject()
        }
        json.endObject()
        return json.takeText()
    }
}

extension JSONWriter {
    fileprivate mutating func member(_ name: String, string value: String) {
        self.name(name)
        string(value)
    }

    fileprivate mutating func member(_ name: String, integer value: Int) {
        self.name(name)
        integer(value)
    }
}
