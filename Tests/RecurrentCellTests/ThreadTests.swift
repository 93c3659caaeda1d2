import Dispatch
import Testing
import Threads

@testable import RecurrentCell

@Suite struct ThreadTests {
    /// A cell large enough for its products to be shared out, and a generator of its matrices.
    private struct Example {
        let N = 40, D = 300, H = 401
        var convention = Convention.row
        var seed: UInt64 = 1

        mutating func numbers(_ count: Int) -> [Double] {
            (0..<count).map { _ in
                seed = seed &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                return Double(Int64(bitPattern: seed)) / 0x1p63
            }
        }

        mutating func matrix(_ rows: Int, _ columns: Int) -> Matrix<Double> {
            convention.matrix(numbers(rows * columns), rows: rows, columns: columns)
        }

        mutating func inputs() -> CellInputs<Double> {
            CellInputs(x_t: matrix(N, D), h_prev: matrix(N, H), W_x: matrix(D, H), W_h: matrix(H, H), b: numbers(H))
        }

        mutating func tangents() -> CellTangents<Double> {
            CellTangents(x_t: matrix(N, D), h_prev: matrix(N, H), W_x: matrix(D, H), W_h: matrix(H, H), b: numbers(H))
        }
    }

    private func cells(_ convention: Convention, threads: Int) -> (alone: Cell, shared: Cell) {
        (Cell(convention: convention), Cell(convention: convention, team: Team(size: threads, queue: .global())))
    }

    @Test(arguments: Convention.allCases, [2, 3, 16])
    func `change no bit of any gradient`(convention: Convention, threads: Int) throws {
        var example = Example(convention: convention)
        let (inputs, dh) = (example.inputs(), example.matrix(example.N, example.H))
        let all = Outputs(Outputs.names.map(\.output))
        let (alone, shared) = cells(convention, threads: threads)
        #expect(try alone.backward(inputs, dh: dh, outputs: all) == shared.backward(inputs, dh: dh, outputs: all))
    }

    @Test(arguments: Convention.allCases, [2, 3])
    func `change no bit of a product with the Jacobian`(convention: Convention, threads: Int) throws {
        var example = Example(convention: convention)
        let (inputs, tangents) = (example.inputs(), example.tangents())
        let (alone, shared) = cells(convention, threads: threads)
        #expect(try alone.jacobianVectorProduct(inputs, tangents: tangents) == shared.jacobianVectorProduct(inputs, tangents: tangents))
    }

    @Test(arguments: SequenceOrder.allCases, [2, 3])
    func `change no bit of a sequence's gradients`(order: SequenceOrder, threads: Int) throws {
        var example = Example()
        let (N, D, H, T) = (example.N, example.D, example.H, 3)
        let x = Sequences(order: order, samples: N, steps: T, width: D, elements: example.numbers(N * T * D))
        let dh = Sequences(order: order, samples: N, steps: T, width: H, elements: example.numbers(N * T * H))
        let step = example.inputs()
        let inputs = SequenceInputs(x: x, h_0: step.h_prev, W_x: step.W_x, W_h: step.W_h, b: step.b)
        let (alone, shared) = cells(.row, threads: threads)
        #expect(try alone.backwardThroughTime(inputs, dh: dh) == shared.backwardThroughTime(inputs, dh: dh))
    }
}
