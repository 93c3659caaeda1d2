import Dispatch
import Testing
import Threads

@testable import RecurrentCell

@Suite struct `Several threads` {
    @Test(arguments: Convention.allCases, [2, 3, 16])
    func `change no bit of any gradient`(convention: Convention, threads: Int) throws {
        let (N, D, H) = (40, 300, 401)
        var seed: UInt64 = 1
        func matrix(_ rows: Int, _ columns: Int) -> Matrix<Double> {
            let elements = (0..<rows * columns).map { _ in
                seed = seed &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                return Double(Int64(bitPattern: seed)) / 0x1p63
            }
            return convention == .row
                ? Matrix(rows: rows, columns: columns, elements: elements) : Matrix(rows: columns, columns: rows, elements: elements)
        }
        let inputs = CellInputs(
            x_t: matrix(N, D), h_prev: matrix(N, H), W_x: matrix(D, H), W_h: matrix(H, H), b: matrix(1, H).elements)
        let dh = matrix(N, H)
        let team = Team(size: threads, queue: .global())
        let all = Outputs(Outputs.names.map(\.output))
        let alone = try Cell(convention: convention).backward(inputs, dh: dh, outputs: all)
        let shared = try Cell(convention: convention, team: team).backward(inputs, dh: dh, outputs: all)
        #expect(alone == shared)
    }
}
