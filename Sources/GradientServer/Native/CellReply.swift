import RecurrentCell
import TensorText
import Threads

/// The document of a native reply: members in the order in which they are added, each the shape of what it belongs to. Large matrices are written at
/// the end, all side by side by several threads, some rows into a piece of its own; the pieces are sent as they are.
struct CellReply {
    private enum Piece {
        case written([UInt8])
        case rows(@Sendable () -> [UInt8])
    }

    private var json: JSONWriter
    private var pieces: [Piece] = []
    private let team: Team

    /// Numbers of a piece, about.
    private let pieceSize: Int

    /// - Parameter numbers: about how many will be added.
    init(numbers: Int, team: Team) {
        self.team = numbers < Self.worthSharing ? .alone : team
        pieceSize = min(max(numbers / (Self.piecesPerThread * team.size), Self.leastPiece), Self.largestPiece)
        // What is shared out stands in pieces of its own.
        json = JSONWriter(capacity: self.team.size > 1 ? 0 : JSONWriter.capacity(forNumbers: numbers))
        json.beginObject()
    }

    /// Numbers in a reply from which it pays to write them side by side: some 14 µs of them.
    private static let worthSharing = 4 << 10

    /// Pieces few enough that what each costs besides, when written and when sent, is nothing; many enough that the threads end at the same time.
    private static let piecesPerThread = 8
    private static let leastPiece = 4 << 10
    private static let largestPiece = 16 << 10

    /// Adds a matrix, or its entries as one list where it belongs to one sample given alone; nothing where there is none.
    mutating func add<S: WireScalar>(_ name: String, _ matrix: Matrix<S>?, isSingle: Bool = false) {
        guard let matrix else { return }
        json.name(name)
        if isSingle {
            json.vector(matrix.elements.span)
        } else if team.size > 1, matrix.elements.count >= pieceSize / 2 {
            addRows(of: matrix)
        } else {
            json.matrix(rows: matrix.rows, columns: matrix.columns, matrix.elements.span)
        }
    }

    mutating func add<S: WireScalar>(_ name: String, _ vector: [S]?) {
        guard let vector else { return }
        json.name(name)
        json.vector(vector.span)
    }

    /// Adds what was computed of one step's gradients.
    mutating func add<S: WireScalar>(_ gradients: Gradients<S>, like inputs: StepInputs<S>, isSingleResult: Bool) {
        add("dx_t", gradients.dx_t, isSingle: inputs.isSingleInput)
        add("dh_prev", gradients.dh_prev, isSingle: inputs.isSingleState)
        add("dW_x", gradients.dW_x)
        add("dW_h", gradients.dW_h)
        add("db", gradients.db)
        add("h_t", gradients.h_t, isSingle: isSingleResult)
        add("do_t", gradients.do_t, isSingle: isSingleResult)
    }

    /// Adds a block of numbers together with the order of its indices.
    mutating func add<S: WireScalar>(_ name: String, order: String, shape: [Int], _ elements: [S]) {
        json.member(name) {
            $0.member("order", order)
            $0.name("values")
            $0.tensor(shape: shape, elements.span)
        }
    }

    /// Adds a block of numbers of any rank.
    mutating func add<S: WireScalar>(_ name: String, shape: [Int], _ elements: [S]) {
        json.name(name)
        json.tensor(shape: shape, elements.span)
    }

    /// The document, in the pieces in which it was written.
    mutating func finish() -> [[UInt8]] {
        json.endObject()
        if pieces.isEmpty { return [json.takeText()] }
        pieces.append(.written(json.takeText()))
        let pieces = pieces
        return team.map(pieces.count) { index in
            switch pieces[index] {
            case .written(let text): text
            case .rows(let write): write()
            }
        }
    }

    private mutating func addRows<S: WireScalar>(of matrix: Matrix<S>) {
        json.beginArray()
        pieces.append(.written(json.takeText()))
        let rowsPerPiece = max(1, pieceSize / matrix.columns)
        for first in stride(from: 0, to: matrix.rows, by: rowsPerPiece) {
            let rows = first..<min(first + rowsPerPiece, matrix.rows)
            pieces.append(
                .rows {
                    let elements = matrix.elements.span.extracting(rows.lowerBound * matrix.columns..<rows.upperBound * matrix.columns)
                    var writer = JSONWriter(capacity: JSONWriter.capacity(forNumbers: elements.count), isContinuation: first > 0)
                    writer.rows(elements, columns: matrix.columns)
                    return writer.takeText()
                })
        }
        json.endArray()
    }
}
