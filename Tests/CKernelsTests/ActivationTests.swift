import CKernels
import Foundation
import Testing

struct ActivationTests {
    typealias DoubleFunction = (Int64, UnsafePointer<Double>?, UnsafeMutablePointer<Double>?, UnsafeMutablePointer<Double>?) -> Void
    typealias FloatFunction = (Int64, UnsafePointer<Float>?, UnsafeMutablePointer<Float>?, UnsafeMutablePointer<Float>?) -> Void

    /// f(o) and f'(o) of doubles and floats at a level.
    struct Activation: CustomTestStringConvertible {
        let testDescription: String
        let ofDoubles: DoubleFunction
        let ofFloats: FloatFunction

        func callAsFunction(_ o: [Double]) -> (h: [Double], derivative: [Double]) {
            var (h, derivative) = (o, o)
            unsafe ofDoubles(Int64(o.count), o, &h, &derivative)
            return (h, derivative)
        }

        func callAsFunction(_ o: [Float]) -> (h: [Float], derivative: [Float]) {
            var (h, derivative) = (o, o)
            unsafe ofFloats(Int64(o.count), o, &h, &derivative)
            return (h, derivative)
        }
    }

    static func tanh(_ level: Int32) -> Activation {
        let table = ck_activations(level)
        return unsafe Activation(testDescription: "tanh, level \(level)", ofDoubles: table.tanh_f64, ofFloats: table.tanh_f32)
    }

    static func sigmoid(_ level: Int32) -> Activation {
        let table = ck_activations(level)
        return unsafe Activation(testDescription: "sigmoid, level \(level)", ofDoubles: table.sigmoid_f64, ofFloats: table.sigmoid_f32)
    }

    /// The points of Golden/activations.py, and the true values: the nearest double and how far, in its last place, the truth lies above.
    struct Golden {
        var o: [Double] = []
        var values: [[(nearest: Double, rest: Double)]] = [[], [], [], []]

        init() throws {
            let data = try Data(contentsOf: #require(Bundle.module.url(forResource: "Golden/activations", withExtension: "bin")))
            func double(at offset: Int) -> Double {
                Double(bitPattern: (0..<8).reduce(0) { $0 | UInt64(data[offset + $1]) << (8 * UInt64($1)) })
            }
            for row in stride(from: 0, to: data.count, by: 44) {
                o.append(double(at: row))
                for column in 0..<4 {
                    let offset = row + 8 + 9 * column
                    values[column].append((double(at: offset), Double(Int8(bitPattern: data[offset + 8])) / 256))
                }
            }
        }
    }

    @Test(arguments: levels) func `tanh, sech², σ and σ' are within 0.85 units in the last place of mpmath's, subnormal ones too`(
        level: Int32
    ) throws {
        let golden = try Golden()
        #expect(golden.o.count == 3000)
        let (tanh, sigmoid) = (Self.tanh(level)(golden.o), Self.sigmoid(level)(golden.o))
        for (name, results, column) in [
            ("tanh", tanh.h, 0), ("sech²", tanh.derivative, 1), ("σ", sigmoid.h, 2), ("σ'", sigmoid.derivative, 3),
        ] {
            for (i, o) in golden.o.enumerated() {
                let (nearest, rest) = golden.values[column][i]
                let error = (results[i] - nearest) / nearest.ulp - rest
                #expect(abs(error) < 0.85, "\(name)(\(o)): \(results[i]), not \(nearest)")
            }
        }
    }

    @Test(arguments: levels) func `limits, zeros, NaN and the smallest numbers come out right`(level: Int32) {
        let tiny = Double.leastNonzeroMagnitude
        let o = [0, -0.0, .infinity, -.infinity, .nan, tiny, -tiny, .greatestFiniteMagnitude, -.leastNormalMagnitude, 20, -20, 372, 374]
        let (h, slope) = Self.tanh(level)(o)
        #expect(h.map(\.bitPattern).prefix(4) == [0, -0.0, 1, -1].map(\.bitPattern).prefix(4))
        #expect(h[4].isNaN && slope[4].isNaN)
        #expect(h[5...] == [tiny, -tiny, 1, -.leastNormalMagnitude, 1, -1, 1, 1])
        #expect(slope[..<4] == [1, 1, 0, 0] && slope[5..<9] == [1, 1, 0, 1])
        #expect(
            slope[9] > 1.69e-17 && slope[9] < 1.7e-17 && slope[10] == slope[9] && slope[11] > 0 && slope[11].isSubnormal && slope[12] == 0)
        let (σ, σSlope) = Self.sigmoid(level)(o)
        #expect(σ[..<4] == [0.5, 0.5, 1, 0] && σSlope[..<4] == [0.25, 0.25, 0, 0])
        #expect(σ[4].isNaN && σSlope[4].isNaN)
    }

    @Test(arguments: levels) func `every level gives the bits of the baseline`(level: Int32) throws {
        var random = Seeded(state: 8)
        let o = try Golden().o + (0..<5000).map { _ in Double.random(in: -25...25, using: &random) }
        for (mine, baseline) in [(Self.tanh(level), Self.tanh(0)), (Self.sigmoid(level), Self.sigmoid(0))] {
            #expect(mine(o).h.map(\.bitPattern) == baseline(o).h.map(\.bitPattern))
            #expect(mine(o).derivative.map(\.bitPattern) == baseline(o).derivative.map(\.bitPattern))
        }
    }

    @Test(arguments: levels) func `tanh is odd and its slope even, bit for bit`(level: Int32) throws {
        let o = try Golden().o
        let (positive, negative) = (Self.tanh(level)(o), Self.tanh(level)(o.map { -$0 }))
        #expect(positive.h == negative.h.map { -$0 } && positive.derivative == negative.derivative)
    }

    @Test(arguments: levels) func `a float's result is the double's, rounded`(level: Int32) {
        // Steps through the bit patterns of all floats: both signs, subnormal numbers, infinities and NaN.
        let o = stride(from: UInt32(0), to: .max - 65_521, by: 65_521).map { Float(bitPattern: $0) }
        for activation in [Self.tanh(level), Self.sigmoid(level)] {
            let (floats, doubles) = (activation(o), activation(o.map(Double.init)))
            func same(_ a: [Float], _ b: [Double]) -> Bool {
                zip(a, b).allSatisfy { $0.bitPattern == Float($1).bitPattern || ($0.isNaN && $1.isNaN) }
            }
            #expect(same(floats.h, doubles.h) && same(floats.derivative, doubles.derivative), "\(activation.testDescription)")
        }
    }

    @Test(arguments: levels) func `any count, with and without the derivative, in place or not, gives each entry the same bits`(
        level: Int32
    ) {
        var random = Seeded(state: 9)
        let o = (0..<70).map { _ in Double.random(in: -3...3, using: &random) }
        for activation in [Self.tanh(level), Self.sigmoid(level)] {
            let whole = activation(o)
            for count in 0...70 {
                var (inPlace, derivative) = (o, [Double](repeating: 7, count: 71))
                unsafe inPlace.withUnsafeMutableBufferPointer {
                    unsafe activation.ofDoubles(Int64(count), $0.baseAddress, $0.baseAddress, nil)
                }
                var h = [Double](repeating: 7, count: 71)
                unsafe activation.ofDoubles(Int64(count), o, &h, &derivative)
                #expect(inPlace == whole.h[..<count] + o[count...])
                #expect(h == whole.h[..<count] + Array(repeating: 7, count: 71 - count))
                #expect(derivative == whole.derivative[..<count] + Array(repeating: 7, count: 71 - count))
            }
        }
    }

    @Test func `the functions without a level use the best`() {
        let (o, best): ([Double], Int32) = ([-1, 0.5, 2], ck_best_level())
        var (h, derivative) = (o, o)
        unsafe ck_tanh_f64(3, o, &h, &derivative)
        #expect(h == Self.tanh(best)(o).h && derivative == Self.tanh(best)(o).derivative)
        unsafe ck_sigmoid_f64(3, o, &h, &derivative)
        #expect(h == Self.sigmoid(best)(o).h && derivative == Self.sigmoid(best)(o).derivative)
        let single: [Float] = [-1, 0.5, 2]
        var (singleH, singleDerivative) = (single, single)
        unsafe ck_tanh_f32(3, single, &singleH, &singleDerivative)
        #expect(singleH == Self.tanh(best)(single).h && singleDerivative == Self.tanh(best)(single).derivative)
        unsafe ck_sigmoid_f32(3, single, &singleH, &singleDerivative)
        #expect(singleH == Self.sigmoid(best)(single).h && singleDerivative == Self.sigmoid(best)(single).derivative)
    }

    @Test func `levels have names`() {
        #expect(unsafe levels.compactMap { unsafe ck_level_name($0).map { unsafe String(cString: $0) } }.count == levels.count)
        #expect(unsafe ck_level_name(-1) == nil && ck_level_name(3) == nil)
    }
}
