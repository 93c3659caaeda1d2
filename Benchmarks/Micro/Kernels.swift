import CKernels
import Floors
import GradientServer
import HTTP1
import RecurrentCell

/// N, D, H of the shapes that the results speak of.
private let shapes = [("S", 1, 4, 4), ("M", 32, 64, 128), ("L", 64, 256, 512), ("XL", 128, 1024, 1024)]

func benchmarkKernels(_ report: Report) {
    report.section("The cell's backward pass, for each multiply-add; GFLOP/s of its six products")
    let rounds: Int64 = report.isSmoke ? 100 : 1_000_000
    let operations = Int(floors_multiply_add_f64(rounds))
    report.line("floor: multiply-add, float64", items: operations / 2, amount: operations, unit: "GFLOP/s") {
        _ = floors_multiply_add_f64(rounds)
    }
    let narrowOperations = Int(floors_multiply_add_f32(rounds))
    report.line("floor: multiply-add, float32", items: narrowOperations / 2, amount: narrowOperations, unit: "GFLOP/s") {
        _ = floors_multiply_add_f32(rounds)
    }
    for (name, samples, inputs, units) in report.isSmoke ? Array(shapes.prefix(2)) : shapes {
        let operations = 6 * samples * units * (inputs + units)
        backward(report, "float64, \(name)", samples, inputs, units, operations, as: Double.self)
        backward(report, "float32, \(name)", samples, inputs, units, operations, as: Float.self)
    }
    activations(report)
}

private func backward<S: Scalar>(
    _ report: Report, _ name: String, _ samples: Int, _ inputs: Int, _ units: Int, _ operations: Int, as type: S.Type
) where S.RawSignificand: FixedWidthInteger {
    func matrix(_ rows: Int, _ columns: Int) -> Matrix<S> {
        Matrix(rows: rows, columns: columns, elements: (0..<rows * columns).map { _ in S.random(in: -1...1) / S(units) })
    }
    let values = CellInputs(
        x_t: matrix(samples, inputs), h_prev: matrix(samples, units), W_x: matrix(inputs, units), W_h: matrix(units, units),
        b: matrix(1, units).elements)
    let dh = matrix(samples, units)
    report.line(name, items: operations / 2, amount: operations, unit: "GFLOP/s") {
        do throws(InputError) {
            _ = try Cell().backward(values, dh: dh)
        } catch {
            preconditionFailure(error.detail)
        }
    }
}

private func activations(_ report: Report) {
    report.section("tanh and its derivative together, for each entry; GB/s of input")
    let count = report.isSmoke ? 1000 : 131_072
    let o = (0..<count).map { _ in Double.random(in: -4...4) }
    var h = [Double](repeating: 0, count: count)
    var derivative = h
    report.line("float64", items: count, amount: 8 * count, unit: "GB/s") {
        unsafe ck_tanh_f64(Int64(count), o, &h, &derivative)
    }
    let narrow = o.map(Float.init)
    var narrowValue = [Float](repeating: 0, count: count)
    var narrowDerivative = narrowValue
    report.line("float32", items: count, amount: 4 * count, unit: "GB/s") {
        unsafe ck_tanh_f32(Int64(count), narrow, &narrowValue, &narrowDerivative)
    }
}

func benchmarkProtocol(_ report: Report) {
    report.section("HTTP, for each request; GB/s of head")
    let head = Array(
        "POST /backward HTTP/1.1\r\nHost: localhost:8080\r\nUser-Agent: curl/7.88.1\r\nAccept: */*\r\nContent-Length: 200\r\n\r\n".utf8)
    let requests = report.isSmoke ? 10 : 10_000
    report.line("parse a head", items: requests, amount: requests * head.count, unit: "GB/s") {
        for _ in 0..<requests {
            var parser = RequestParser()
            precondition((try? parser.parse(head.span)) != nil)
        }
    }
    let body = Array(smallRequest.utf8)
    report.line("from JSON to JSON, N, D, H = 1, 4, 4", items: requests, amount: requests * body.count, unit: "GB/s") {
        for _ in 0..<requests { precondition((try? Route.reply(to: body, at: "/backward")) != nil) }
    }
}

/// A request of shape S, its numbers with the digits that a program writes.
private let smallRequest: String = {
    func row(_ count: Int, _ seed: Int) -> String {
        "[" + (0..<count).map { "\(1 / Double(3 + 7 * $0 + seed) - 0.05)" }.joined(separator: ",") + "]"
    }
    func matrix(_ rows: Int, _ seed: Int) -> String { "[" + (0..<rows).map { row(4, seed + 5 * $0) }.joined(separator: ",") + "]" }
    return #"{"x_t":\#(matrix(1, 1)),"h_prev":\#(matrix(1, 2)),"W_x":\#(matrix(4, 3)),"W_h":\#(matrix(4, 4)),"#
        + #""b":\#(row(4, 5)),"dh":\#(matrix(1, 6))}"#
}()
