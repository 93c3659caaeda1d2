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

    /// `JSONPosition` for whoever does not import `TensorText`.
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
        json.member("type", "about:blank")
        json.member("title", status.reason)
        json.member("status", status.code)
        json.member("detail", detail)
        if let field { json.member("field", field) }
        if let expected { json.member("expected", expected) }
        if let got { json.member("got", got) }
        if let position {
            json.member("position") {
                $0.member("byte", position.byte)
                $0.member("line", position.line)
                $0.member("column", position.column)
            }
        }
        json.endObject()
        return json.takeText()
    }
}
