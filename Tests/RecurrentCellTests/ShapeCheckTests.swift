import Testing

@testable import RecurrentCell

private func zeros(_ rows: Int, _ columns: Int) -> Matrix<Double> {
    Matrix(rows: rows, columns: columns, elements: [Double](repeating: 0, count: rows * columns))
}

@Suite struct `A shape that does not fit` {
    /// N = 1, D = 2, H = 4, in the row convention, one member of another shape.
    @Test(arguments: [
        ("x_t", [3, 2], [1, 2], "x_t is 3×2, but h_prev is 1×4 and W_x is 2×4, so it must be 1×2."),
        ("h_prev", [1, 5], [1, 4], "h_prev is 1×5, but x_t is 1×2 and b has 4 entries, so it must be 1×4."),
        ("W_x", [3, 4], [2, 4], "W_x is 3×4, but x_t is 1×2 and b has 4 entries, so it must be 2×4."),
        ("W_x", [4, 2], [2, 4], "W_x is 4×2, but x_t is 1×2 and b has 4 entries, so it must be 2×4."),
        ("W_h", [4, 3], [4, 4], "W_h is 4×3, but b has 4 entries, so it must be 4×4."),
        ("W_h", [5, 5], [4, 4], "W_h is 5×5, but b has 4 entries, so it must be 4×4."),
        ("b", [3], [4], "b has 3 entries, but W_h is 4×4, so it must have 4."),
        ("b", [1], [4], "b has 1 entry, but W_h is 4×4, so it must have 4."),
        ("dh", [2, 4], [1, 4], "dh is 2×4, but x_t is 1×2 and b has 4 entries, so it must be 1×4."),
        ("h_t", [4, 1], [1, 4], "h_t is 4×1, but x_t is 1×2 and b has 4 entries, so it must be 1×4."),
    ])
    func `is blamed on the member that differs`(field: String, got: [Int], expected: [Int], detail: String) throws {
        func matrix(_ name: String, _ rows: Int, _ columns: Int) -> Matrix<Double> {
            name == field ? zeros(got[0], got[1]) : zeros(rows, columns)
        }
        let inputs = CellInputs(
            x_t: matrix("x_t", 1, 2), h_prev: matrix("h_prev", 1, 4), W_x: matrix("W_x", 2, 4), W_h: matrix("W_h", 4, 4),
            b: [Double](repeating: 0, count: field == "b" ? got[0] : 4))
        let error = try #require(throws: InputError.self) { try Cell().backward(inputs, dh: matrix("dh", 1, 4), h_t: matrix("h_t", 1, 4)) }
        #expect(error == InputError(field: field, got: got, expected: expected, detail: detail))
        #expect(throws: error) { try Cell().backwardReference(inputs, dh: matrix("dh", 1, 4), h_t: matrix("h_t", 1, 4)) }
    }

    @Test func `is told in the shapes of the column convention`() throws {
        let inputs = CellInputs(x_t: zeros(2, 1), h_prev: zeros(4, 1), W_x: zeros(2, 4), W_h: zeros(4, 4), b: [0, 0, 0, 0])
        let error = #expect(throws: InputError.self) { try Cell(convention: .column).forward(inputs) }
        #expect(error?.detail == "W_x is 2×4, but b has 4 entries and x_t is 2×1, so it must be 4×2.")
    }

    @Test func `is found when every member claims another batch`() throws {
        let inputs = CellInputs(x_t: zeros(1, 2), h_prev: zeros(2, 4), W_x: zeros(2, 4), W_h: zeros(4, 4), b: [0, 0, 0, 0])
        let error = #expect(throws: InputError.self) { try Cell().backward(inputs, dh: zeros(3, 4)) }
        #expect(error?.detail == "h_prev is 2×4, but x_t is 1×2 and b has 4 entries, so it must be 1×4.")
    }

    @Test func `is not seen in an empty list of rows, which has no width`() throws {
        let inputs = CellInputs(x_t: zeros(0, 0), h_prev: zeros(0, 0), W_x: zeros(2, 4), W_h: zeros(4, 4), b: [0, 0, 0, 0])
        #expect(try Cell().backward(inputs, dh: zeros(0, 0)).dx_t == zeros(0, 2))
        let narrow = CellInputs(x_t: zeros(0, 3), h_prev: zeros(0, 0), W_x: zeros(2, 4), W_h: zeros(4, 4), b: [0, 0, 0, 0])
        #expect(throws: InputError.self) { try Cell().backward(narrow, dh: zeros(0, 0)) }
    }
}
