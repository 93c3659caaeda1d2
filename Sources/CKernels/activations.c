#include "activations.h"

#include <stddef.h>
#include <string.h>

#include "levels.h"

// Or the compiler would fuse some a * b + c of some levels, and each level would give its own bits.
#pragma STDC FP_CONTRACT OFF

// Vectors wider than the registers are passed only to functions that are always inlined.
#pragma clang diagnostic ignored "-Wpsabi"

#define JOIN_(a, b) a##_##b
#define JOIN(a, b) JOIN_(a, b)
#define NAME(word) JOIN(word, LEVEL)

#if defined(__x86_64__)

#pragma clang attribute push(__attribute__((target("avx512f,avx512dq,fma"))), apply_to = function)
#define LEVEL avx512
#define LANES 32
#define PRODUCT_ERROR(a, b, p) __builtin_elementwise_fma(a, b, -(p))
#include "activations_template.h"
#pragma clang attribute pop

#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#define LEVEL avx2
#define LANES 8
#define PRODUCT_ERROR(a, b, p) __builtin_elementwise_fma(a, b, -(p))
#include "activations_template.h"
#pragma clang attribute pop

typedef double vector_of_8 __attribute__((ext_vector_type(8), aligned(8)));

/// The upper 26 bits of a. Multiplying by 2²⁷ + 1 and subtracting rounds there (Veltkamp).
static inline __attribute__((always_inline)) vector_of_8 upper_half(vector_of_8 a) {
    const vector_of_8 stretched = a * 0x1.0000002p27;
    return stretched - (stretched - a);
}

/// Without fused multiply-add: products of half-length numbers are exact (Dekker). For |a|, |b| between 2⁻⁴⁰⁰ and 2⁴⁰⁰.
static inline __attribute__((always_inline)) vector_of_8 product_error(vector_of_8 a, vector_of_8 b, vector_of_8 p) {
    const vector_of_8 a_high = upper_half(a), a_low = a - a_high, b_high = upper_half(b), b_low = b - b_high;
    return ((a_high * b_high - p) + a_high * b_low + a_low * b_high) + a_low * b_low;
}

#define LEVEL baseline
#define LANES 8
#define PRODUCT_ERROR(a, b, p) product_error(a, b, p)
#include "activations_template.h"

#else

#define LEVEL baseline
#define LANES 8
#define PRODUCT_ERROR(a, b, p) __builtin_elementwise_fma(a, b, -(p))
#include "activations_template.h"

#endif

ck_activations_table ck_activations(int32_t level) {
#if defined(__x86_64__)
    if (level == 2) return (ck_activations_table){tanh_f64_avx512, sigmoid_f64_avx512, tanh_f32_avx512, sigmoid_f32_avx512};
    if (level == 1) return (ck_activations_table){tanh_f64_avx2, sigmoid_f64_avx2, tanh_f32_avx2, sigmoid_f32_avx2};
#endif
    (void)level;
    return (ck_activations_table){tanh_f64_baseline, sigmoid_f64_baseline, tanh_f32_baseline, sigmoid_f32_baseline};
}

void ck_tanh_f64(int64_t count, const double *o, double *h, double *derivative) {
    ck_activations(ck_best_level()).tanh_f64(count, o, h, derivative);
}

void ck_tanh_f32(int64_t count, const float *o, float *h, float *derivative) {
    ck_activations(ck_best_level()).tanh_f32(count, o, h, derivative);
}

void ck_sigmoid_f64(int64_t count, const double *o, double *h, double *derivative) {
    ck_activations(ck_best_level()).sigmoid_f64(count, o, h, derivative);
}

void ck_sigmoid_f32(int64_t count, const float *o, float *h, float *derivative) {
    ck_activations(ck_best_level()).sigmoid_f32(count, o, h, derivative);
}
