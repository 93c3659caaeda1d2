import Derivation
import Foundation
import RecurrentCell

extension World {
    func evaluate(_ expression: MatrixExpression) -> Matrix {
        switch expression.form {
        case .symbol(let symbol): value(of: symbol)
        case .transpose(let operand): evaluate(operand).transposed
        case .product(let left, let right): evaluate(left).times(evaluate(right))
        case .hadamard(let left, let right): evaluate(left).combined(with: evaluate(right), *)
        case .sum(let terms): terms.dropFirst().reduce(evaluate(terms[0])) { $0.combined(with: evaluate($1), +) }
        case .inner(let left, let right): Matrix(evaluate(left).combined(with: evaluate(right), *).sum)
        case .trace(let operand): Matrix((0..<evaluate(operand).rows).reduce(0) { $0 + evaluate(operand)[$1, $1] })
        case .applied(let function, let operand): evaluate(operand).map { apply(function, $0) }
        }
    }

    func evaluate(_ expression: EntryExpression, at places: [Index: Int]) -> Double {
        switch expression {
        case .entry(let symbol, let indices):
            let (row, column) = place(of: indices, in: symbol, places)
            return value(of: symbol)[row, column]
        case .partial(let symbol, let indices, let other, let otherIndices):
            let (row, column) = place(of: indices, in: symbol, places)
            let (otherRow, otherColumn) = place(of: otherIndices, in: other, places)
            return partial(symbol.name, row, column, by: other.name, otherRow, otherColumn)
        case .same(let left, let right): return places[left] == places[right] ? 1 : 0
        case .product(let factors): return factors.reduce(1) { $0 * evaluate($1, at: places) }
        case .plus(let terms): return terms.reduce(0) { $0 + evaluate($1, at: places) }
        case .sum(let indices, let body):
            return everyPlace(of: indices).reduce(0) { $0 + evaluate(body, at: places.merging($1) { $1 }) }
        case .applied(let function, let operand): return apply(function, evaluate(operand, at: places))
        }
    }

    /// Every combination of places of some indices.
    func everyPlace(of indices: [Index]) -> [[Index: Int]] {
        indices.reduce([[:]]) { places, index in
            places.flatMap { place in (0..<sizes[index.axis]).map { place.merging([index: $0]) { $1 } } }
        }
    }

    private func apply(_ function: Entrywise, _ o: Double) -> Double {
        let jet = activation.jet(at: o)
        return function == .function ? jet.value : jet.derivative
    }

    private func place(of indices: [Index], in symbol: Symbol, _ places: [Index: Int]) -> (Int, Int) {
        var indices = indices.map { places[$0] ?? -1 }[...]
        return (symbol.shape.rows == .one ? 0 : indices.removeFirst(), symbol.shape.columns == .one ? 0 : indices.removeFirst())
    }
}

extension EntryExpression {
    /// The indices that are not summed over.
    var freeIndices: Set<Index> {
        switch self {
        case .entry(_, let indices): Set(indices)
        case .partial(_, let indices, _, let others): Set(indices + others)
        case .same(let left, let right): [left, right]
        case .product(let parts), .plus(let parts): parts.reduce(into: []) { $0.formUnion($1.freeIndices) }
        case .sum(let indices, let body): body.freeIndices.subtracting(indices)
        case .applied(_, let operand): operand.freeIndices
        }
    }
}

extension Formula {
    func evaluate(at x: Double) -> Double {
        switch self {
        case .variable: x
        case .integer(let value): Double(value)
        case .pi: .pi
        case .negative(let operand): -operand.evaluate(at: x)
        case .sum(let left, let right): left.evaluate(at: x) + right.evaluate(at: x)
        case .difference(let left, let right): left.evaluate(at: x) - right.evaluate(at: x)
        case .product(let left, let right): left.evaluate(at: x) * right.evaluate(at: x)
        case .quotient(let left, let right): left.evaluate(at: x) / right.evaluate(at: x)
        case .square(let operand): operand.evaluate(at: x) * operand.evaluate(at: x)
        case .squareRoot(let operand): operand.evaluate(at: x).squareRoot()
        case .magnitude(let operand): abs(operand.evaluate(at: x))
        case .exponential(let exponent): exp(exponent.evaluate(at: x))
        case .named(let name, let operand): Self.known[name]?(operand.evaluate(at: x)) ?? .nan
        case .split(let positive, let otherwise): x > 0 ? positive.evaluate(at: x) : otherwise.evaluate(at: x)
        }
    }

    private static let known: [String: @Sendable (Double) -> Double] = [
        "tanh": { tanh($0) }, "sin": { sin($0) }, "cos": { cos($0) }, "log": { log($0) }, "erf": { erf($0) },
    ]
}
