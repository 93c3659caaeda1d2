// No include guard: activations.c includes this once per level, with
//   NAME(word),
//   LANES                     a few registers full: one value's operations are a single long chain, and other values fill its gaps, and
//   PRODUCT_ERROR(a, b, p)    a·b - p without rounding, where p is a·b rounded.
//
// tanh and σ and their derivatives all follow from one exponential, e = exp(-x) <= 1, with x = 2|o| for tanh and |o| for σ:
//
//     tanh|o| = (1 - e) / (1 + e)      sech²(o) = 4e / (1 + e)²
//     σ(|o|)  = 1 / (1 + e)            σ(-|o|) = e / (1 + e)            σ'(o) = e / (1 + e)²
//
// Every intermediate is a pair: the rounded value and, in `…_low`, what rounding left out, so that only the last operation of each result
// rounds visibly and 1 - e does not cancel. The pairs are those of Dekker, "A floating-point technique for extending the available
// precision" (1971): where |a| >= |b| and s is a + b rounded, (a - s) + b is what is missing. All operations are either IEEE's basic ones or
// exact, which is why the bits are the same with and without fused multiply-add.

typedef double NAME(vector) __attribute__((ext_vector_type(LANES), aligned(8)));
typedef uint64_t NAME(bits) __attribute__((ext_vector_type(LANES), aligned(8)));
typedef float NAME(narrow) __attribute__((ext_vector_type(LANES), aligned(4)));
#define VECTOR NAME(vector)
#define BITS NAME(bits)
#define INLINE static inline __attribute__((always_inline))

/// e = exp(-x) = scale1·scale2·(factor + factor_low), 1 - e, and 1 / (1 + e) = reciprocal·(1 + correction).
typedef struct {
    VECTOR factor, factor_low, scale1, scale2;
    VECTOR complement, complement_low;
    VECTOR reciprocal, correction;
} NAME(exponential);

/// - Precondition: 0 <= x <= 800, or NaN.
INLINE NAME(exponential) NAME(exponential_of_minus)(VECTOR x) {
    NAME(exponential) e;
    // Adding 1.5·2⁵² leaves no bits for a fraction: the sum's low bits are n rounded to nearest. The extra 2048 keeps them positive.
    const VECTOR shift = (VECTOR)(0x1.8p52 + 2048);
    const VECTOR shifted = x * -0x1.71547652b82fep0 + shift; // 1 / ln 2
    const VECTOR n = shifted - shift;
    // Cody and Waite: ln 2 in two parts, the first of 33 bits, so that its product with n (11 bits) is exact.
    const VECTOR first = -x - n * 0x1.62e42feep-1;
    const VECTOR second = n * 0x1.a39ef35793c76p-33;
    const VECTOR r = first - second;
    const VECTOR r_low = (first - r) - second;
    // q = r²/2! + r³/3! + …, even and odd powers apart, which halves the chain. As |r| <= (ln 2)/2, the first term left out, r¹⁴/14!, is below
    // 2⁻⁵⁶ of r.
    const VECTOR r2 = r * r;
    VECTOR even = (VECTOR)(1 / 479001600.0), odd = (VECTOR)(1 / 6227020800.0);
    even = even * r2 + 1 / 3628800.0, odd = odd * r2 + 1 / 39916800.0;
    even = even * r2 + 1 / 40320.0, odd = odd * r2 + 1 / 362880.0;
    even = even * r2 + 1 / 720.0, odd = odd * r2 + 1 / 5040.0;
    even = even * r2 + 1 / 24.0, odd = odd * r2 + 1 / 120.0;
    even = even * r2 + 1 / 2.0, odd = odd * r2 + 1 / 6.0;
    const VECTOR q = r2 * (even + r * odd) + r_low;
    const VECTOR p = r + q, p_low = (r - p) + q; // exp(r) - 1
    e.factor = 1 + p;
    e.factor_low = ((1 - e.factor) + p) + p_low;

    // 2ⁿ in two factors, each in range: n goes down to -1154, and a subnormal result must be rounded once only.
    const BITS biased = (BITS)shifted; // its low 12 bits: n + 2048
    const BITS half = biased >> 1;
    e.scale1 = (VECTOR)((half - 1) << 52);
    e.scale2 = (VECTOR)((biased - half - 1) << 52);
    // Below 2⁻¹⁰²² these lose bits, but then they are nothing beside 1.
    const VECTOR scale = e.scale1 * e.scale2, small = scale * e.factor, small_low = scale * e.factor_low;

    e.complement = 1 - small;
    e.complement_low = ((1 - e.complement) - small) - small_low;
    const VECTOR sum = 1 + small, sum_low = ((1 - sum) + small) + small_low;
    e.reciprocal = 1 / sum;
    const VECTOR product = e.reciprocal * sum; // 1, but for the rounding of the division: one step of Newton's method
    e.correction = ((1 - product) - PRODUCT_ERROR(e.reciprocal, sum, product)) - e.reciprocal * sum_low;
    return e;
}

/// (a + a_low)·reciprocal·(1 + correction), rounded once.
INLINE VECTOR NAME(times_reciprocal)(VECTOR a, VECTOR a_low, NAME(exponential) e) {
    const VECTOR product = a * e.reciprocal;
    return product + (PRODUCT_ERROR(a, e.reciprocal, product) + (a_low * e.reciprocal + product * e.correction));
}

/// multiple·e / (1 + e)²; `multiple` is a power of 2.
INLINE VECTOR NAME(slope)(double multiple, NAME(exponential) e) {
    const VECTOR square = e.reciprocal * e.reciprocal;
    const VECTOR square_low = PRODUCT_ERROR(e.reciprocal, e.reciprocal, square) + 2 * square * e.correction;
    const VECTOR product = e.factor * square;
    const VECTOR product_low = PRODUCT_ERROR(e.factor, square, product) + (e.factor_low * square + e.factor * square_low);
    return (product + product_low) * multiple * e.scale1 * e.scale2;
}

INLINE VECTOR NAME(magnitude)(VECTOR o) { return (VECTOR)((BITS)o & INT64_MAX); }

/// From here on every result is its limit (the slope 0), and the scales above would leave their range. NaN stays.
INLINE VECTOR NAME(at_most)(double limit, VECTOR a) { return a > limit ? limit : a; }

INLINE VECTOR NAME(tanh)(VECTOR o, VECTOR *derivative) {
    const VECTOR a = NAME(magnitude)(o);
    const NAME(exponential) e = NAME(exponential_of_minus)(2 * NAME(at_most)(400, a));
    *derivative = NAME(slope)(4, e);
    VECTOR h = NAME(times_reciprocal)(e.complement, e.complement_low, e);
    h = a < 0x1p-28 ? a : h; // a - a³/3 rounds to a; and PRODUCT_ERROR would underflow
    return (VECTOR)((BITS)h | ((BITS)o & (1ull << 63)));
}

INLINE VECTOR NAME(sigmoid)(VECTOR o, VECTOR *derivative) {
    const NAME(exponential) e = NAME(exponential_of_minus)(NAME(at_most)(800, NAME(magnitude)(o)));
    *derivative = NAME(slope)(1, e);
    const VECTOR above = e.reciprocal + e.reciprocal * e.correction;
    const VECTOR below = NAME(times_reciprocal)(e.factor, e.factor_low, e) * e.scale1 * e.scale2;
    return o < 0 ? below : above;
}

// float runs through double: its results are then correctly rounded but for one in some 2²⁸.
#define ACTIVATION(FUNCTION, SCALAR, STORED, SUFFIX)                                                                               \
    INLINE void NAME(FUNCTION##_one_##SUFFIX)(const SCALAR *o, SCALAR *h, SCALAR *derivative) {                                    \
        VECTOR slope;                                                                                                              \
        const VECTOR value = NAME(FUNCTION)(__builtin_convertvector(*(const STORED *)o, VECTOR), &slope);                          \
        *(STORED *)h = __builtin_convertvector(value, STORED);                                                                     \
        *(STORED *)derivative = __builtin_convertvector(slope, STORED);                                                            \
    }                                                                                                                              \
    static void NAME(FUNCTION##_##SUFFIX)(int64_t count, const SCALAR *o, SCALAR *h, SCALAR *derivative) {                         \
        int64_t i = 0;                                                                                                             \
        for (; i + LANES <= count; i += LANES) NAME(FUNCTION##_one_##SUFFIX)(o + i, h + i, derivative + i);                        \
        if (i >= count) return;                                                                                                    \
        SCALAR rest[LANES] = {}, rest_h[LANES], rest_derivative[LANES];                                                            \
        memcpy(rest, o + i, (size_t)(count - i) * sizeof(SCALAR));                                                                 \
        NAME(FUNCTION##_one_##SUFFIX)(rest, rest_h, rest_derivative);                                                              \
        memcpy(h + i, rest_h, (size_t)(count - i) * sizeof(SCALAR));                                                               \
        memcpy(derivative + i, rest_derivative, (size_t)(count - i) * sizeof(SCALAR));                                             \
    }
ACTIVATION(tanh, double, NAME(vector), f64)
ACTIVATION(tanh, float, NAME(narrow), f32)
ACTIVATION(sigmoid, double, NAME(vector), f64)
ACTIVATION(sigmoid, float, NAME(narrow), f32)

#undef ACTIVATION
#undef INLINE
#undef BITS
#undef VECTOR
#undef PRODUCT_ERROR
#undef LANES
#undef LEVEL
