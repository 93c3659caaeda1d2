import CKernels

/// m, n, k; then a, b and c, each as start, row stride, column stride; whether to add to c. See `CKernels/products.h`.
package typealias MultiplyKernel<S> = (
    Int64, Int64, Int64, UnsafePointer<S>?, Int64, Int64, UnsafePointer<S>?, Int64, Int64, UnsafeMutablePointer<S>?, Int64, Int64, Int32
) -> Void

/// count, o, h, f′(o). See `CKernels/activations.h`.
package typealias ActivationKernel<S> = (Int64, UnsafePointer<S>?, UnsafeMutablePointer<S>?, UnsafeMutablePointer<S>?) -> Void

extension Double {
    package static var multiplyKernel: MultiplyKernel<Double> { unsafe ck_multiply_f64 }

    package static func kernel(of activation: Activation) -> ActivationKernel<Double>? {
        switch activation {
        case .tanh: unsafe ck_tanh_f64
        case .sigmoid: unsafe ck_sigmoid_f64
        default: nil
        }
    }
}

extension Float {
    package static var multiplyKernel: MultiplyKernel<Float> { unsafe ck_multiply_f32 }

    package static func kernel(of activation: Activation) -> ActivationKernel<Float>? {
        switch activation {
        case .tanh: unsafe ck_tanh_f32
        case .sigmoid: unsafe ck_sigmoid_f32
        default: nil
        }
    }
}
