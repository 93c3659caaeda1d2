import CKernels
import Foundation
import Testing

struct ActivationTests {
    enum Activation: CaseIterable {
        case tanh, sigmoid

        /// h and derivative of the first `count` entries of o; a 7 stands where the kernel wrote nothing.
        func of(_ o: [Double], count: Int? = nil, level: Int32) -> (h: [Double], derivative: [Double]) {
            let table = ck_activations(level)
            let count = Int64(count ?? o.count)
            var h = [Double](repeating: 7, count: o.count)
            var derivative = h
            switch self {
            case .tanh: unsafe table.tanh_f64(count, o, &h, &derivative)
            case .sigmoid: unsafe table.sigmoid_f64(count, o, &h, &derivative)
            }
            return (h, derivative)
        }

        func of(_ o: [Float], level: Int32) -> (h: [Float], derivative: [Float]) {
            let table = ck_activations(level)
            var (h, derivative) = (o, o)
            switch self {
            case .tanh: unsafe table.tanh_f32(Int64(o.count), o, &h, &derivative)
            case .sigmoid: unsafe table.sigmoid_f32(Int64(o.count), o, &h, &derivative)
            }
            return (h, derivative)
        }

        func inPlace(_ o: [Double], count: Int, level: Int32) -> [Double] {
            let table = ck_activations(level)
            var (h, derivative) = (o, o)
            unsafe h.withUnsafeMutableBufferPointer { h in
                switch self {
                case .tanh: unsafe table.tanh_f64(Int64(count), h.baseAddress, h.baseAddress, &derivative)
                case .sigmoid: unsafe table.sigmoid_f64(Int64(count), h.baseAddress, h.baseAddress, &derivative)
                }
            }
            return h
        }
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
        let (tanh, sigmoid) = (Activation.tanh.of(golden.o, level: level), Activation.sigmoid.of(golden.o, level: level))
        for (name, results, column) in [
            ("tanh", tanh.h, 0), ("sech²", tanh.derivative, 1), ("σ", sigmoid.h, 2), ("σ'", sigmoid.derivative, 3),
        ] {
            let errors = golden.o.indices.map { i in
                let (nearest, rest) = golden.values[column][i]
                return abs((results[i] - nearest) / nearest.ulp - rest)
            }
            let worst = errors.indices.max { !(errors[$0] >= errors[$1]) } ?? 0  // NaN is the worst
            #expect(errors[worst] < 0.85, "\(name)(\(golden.o[worst])) = \(results[worst])")
        }
    }

    @Test(arguments: levels) func `limits, zeros, NaN and the smallest numbers come out right`(level: Int32) {
        let tiny = Double.leastNonzeroMagnitude
        let o = [0, -0.0, .infinity, -.infinity, .nan, tiny, -tiny, .greatestFiniteMagnitude, -.leastNormalMagnitude, 20, -20, 372, 374]
        let (h, slope) = Activation.tanh.of(o, level: level)
        #expect(h.map(\.bitPattern).prefix(4) == [0, -0.0, 1, -1].map(\.bitPattern).prefix(4))
        #expect(h[4].isNaN && slope[4].isNaN)
        #expect(h[5...] == [tiny, -tiny, 1, -.leastNormalMagnitude, 1, -1, 1, 1])
        #expect(slope[..<4] == [1, 1, 0, 0] && slope[5..<9] == [1, 1, 0, 1])
        #expect(
            slope[9] > 1.69e-17 && slope[9] < 1.7e-17 && slope[10] == slope[9] && slope[11] > 0 && slope[11].isSubnormal && slope[12] == 0)
        let (σ, σSlope) = Activation.sigmoid.of(o, level: level)
        #expect(σ[..<4] == [0.5, 0.5, 1, 0] && σSlope[..<4] == [0.25, 0.25, 0, 0])
        #expect(σ[4].isNaN && σSlope[4].isNaN)
    }

    @Test(arguments: levels) func `every level gives the bits of the baseline`(level: Int32) throws {
        var random = Seeded(state: 8)
        let o = try Golden().o + (0..<5000).map { _ in Double.random(in: -25...25, using: &random) }
        for activation in Activation.allCases {
            let (mine, baseline) = (activation.of(o, level: level), activation.of(o, level: 0))
            #expect(mine.h.map(\.bitPattern) == baseline.h.map(\.bitPattern))
            #expect(mine.derivative.map(\.bitPattern) == baseline.derivative.map(\.bitPattern))
        }
    }

    @Test(arguments: levels) func `tanh is odd and its slope even, bit for bit`(level: Int32) throws {
        let o = try Golden().o
        let (positive, negative) = (Activation.tanh.of(o, level: level), Activation.tanh.of(o.map { -$0 }, level: level))
        #expect(positive.h == negative.h.map { -$0 } && positive.derivative == negative.derivative)
    }

    @Test(arguments: levels) func `a float's result is the double's, rounded`(level: Int32) {
        // Steps through the bit patterns of all floats: both signs, subnormal numbers, infinities and NaN.
        let o = stride(from: UInt32(0), to: .max - 65_521, by: 65_521).map { Float(bitPattern: $0) }
        for activation in Activation.allCases {
            let (floats, doubles) = (activation.of(o, level: level), activation.of(o.map(Double.init), level: level))
            func same(_ a: [Float], _ b: [Double]) -> Bool {
                zip(a, b).allSatisfy { $0.bitPattern == Float($1).bitPattern || ($0.isNaN && $1.isNaN) }
            }
            #expect(same(floats.h, doubles.h) && same(floats.derivative, doubles.derivative), "\(activation)")
        }
    }

    @Test(arguments: levels) func `any count, with and without the derivative, in place or not, gives each entry the same bits`(
        level: Int32
    ) {
        var random = Seeded(state: 9)
        let o = (0..<70).map { _ in Double.random(in: -3...3, using: &random) }
        for activation in Activation.allCases {
            let whole = activation.of(o, level: level)
            for count in 0...70 {
                let part = activation.of(o, count: count, level: level)
                let untouched = [Double](repeating: 7, count: 70 - count)
                #expect(part.h == Array(whole.h.prefix(count)) + untouched)
                #expect(part.derivative == Array(whole.derivative.prefix(count)) + untouched)
                #expect(activation.inPlace(o, count: count, level: level) == Array(whole.h.prefix(count)) + Array(o.dropFirst(count)))
            }
        }
    }

    @Test func `the functions without a level use the best`() {
        let (o, single, best): ([Double], [Float], Int32) = ([-1, 0.5, 2], [-1, 0.5, 2], ck_best_level())
        var (h, derivative, singleH, singleDerivative) = (o, o, single, single)
        unsafe ck_tanh_f64(3, o, &h, &derivative)
        unsafe ck_tanh_f32(3, single, &singleH, &singleDerivative)
        #expect((h, derivative) == Activation.tanh.of(o, level: best))
        #expect((singleH, singleDerivative) == Activation.tanh.of(single, level: best))
        unsafe ck_sigmoid_f64(3, o, &h, &derivative)
        unsafe ck_sigmoid_f32(3, single, &singleH, &singleDerivative)
        #expect((h, derivative) == Activation.sigmoid.of(o, level: best))
        #expect((singleH, singleDerivative) == Activation.sigmoid.of(single, level: best))
    }

    @Test func `levels have names`() {
        #expect(levels.compactMap { unsafe ck_level_name($0).map { unsafe String(cString: $0) } }.count == levels.count)
        #expect(unsafe ck_level_name(-1) == nil && ck_level_name(3) == nil)
    }
}
