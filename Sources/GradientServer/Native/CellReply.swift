import RecurrentCell
import TensorText

/// The document of a native reply: members in the order in which they are added, each the shape of what it belongs to.
struct CellReply {
    private var json: JSONWriter

    /// - Parameter numbers: about how many will be added.
    init(numbers: Int) {
        json = JSONWriter(capacity: JSONWriter.capacity(forNumbers: numbers))
        json.beginObject()
    }

    /// Adds a matrix, or its entries as one list where it belongs to one sample given alone; nothing where there is none.
    mutating func add<S: WireScalar>(_ name: String, _ matrix: Matrix<S>?, isSingle: Bool = false) {
        guard let matrix else { return }
        json.name(name)
        if isSingle {
            json.vector(matrix.elements.span)
        } else {
            json.matrix(rows: matrix.rows, columns: matrix.columns, matrix.elements.span)
        }
    }

    mutating func add<S: WireScalar>(_ name: String, _ vector: [S]?) {
        guard let vector else { return }
        json.name(name)
        json.vector(vector.span)
    }

    mutating func finish() -> [UInt8] {
        json.endObject()
        return json.takeText()
    }
}
