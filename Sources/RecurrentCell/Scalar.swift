import Glibc

/// The two number types that a cell computes in. Every product, sum and difference of float32 is rounded to float32; only inside the kernels of tanh and σ does
/// float64 carry the digits, as pairs of numbers do for float64, so that h and f′ are rounded once.
///
/// The elementary functions are libm's. The bounds stated in `Activation` allow them an error of 1 unit in the last place, and erfc one of 5.
package protocol Scalar: BinaryFloatingPoint, BitwiseCopyable, Sendable {
    static func exp(_ x: Self) -> Self
    /// exp(x) - 1, without the cancellation near 0.
    static func expm1(_ x: Self) -> Self
    /// log(1 + x), without the cancellation near 0.
    static func log1p(_ x: Self) -> Self
    /// 1 - erf(x), without the cancellation for large x.
    static func erfc(_ x: Self) -> Self
    static func sin(_ x: Self) -> Self
    static func cos(_ x: Self) -> Self

    /// The C kernel behind `multiply`.
    static var multiplyKernel: MultiplyKernel<Self> { get }
    /// The C kernel of an activation and its derivative; nil where `Activation.jet(at:)` is all there is.
    static func kernel(of activation: Activation) -> ActivationKernel<Self>?
}

extension Double: Scalar {
    package static func exp(_ x: Double) -> Double { Glibc.exp(x) }
    package static func expm1(_ x: Double) -> Double { Glibc.expm1(x) }
    package static func log1p(_ x: Double) -> Double { Glibc.log1p(x) }
    package static func erfc(_ x: Double) -> Double { Glibc.erfc(x) }
    package static func sin(_ x: Double) -> Double { Glibc.sin(x) }
    package static func cos(_ x: Double) -> Double { Glibc.cos(x) }
}

extension Float: Scalar {
    package static func exp(_ x: Float) -> Float { expf(x) }
    package static func expm1(_ x: Float) -> Float { expm1f(x) }
    package static func log1p(_ x: Float) -> Float { log1pf(x) }
    package static func erfc(_ x: Float) -> Float { erfcf(x) }
    package static func sin(_ x: Float) -> Float { sinf(x) }
    package static func cos(_ x: Float) -> Float { cosf(x) }
}
