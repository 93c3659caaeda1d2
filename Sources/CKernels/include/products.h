#ifndef CKERNELS_PRODUCTS_H
#define CKERNELS_PRODUCTS_H

#include <stdint.h>

// C (m×n) = A (m×k) · B (k×n), or C += A·B when `accumulate` is not 0.
//
// - Entry (i, j) of a matrix is `start[i * row_stride + j * column_stride]`; strides count elements and may be anything, so a
//   transposed view costs nothing to make. C overlaps neither A nor B, and its entries do not overlap each other.
// - m, n and k may be 0; for k = 0 the product is zero. A and B are then not read.
// - The bits of c_ij depend on row i of A, column j of B, and c_ij alone: k is cut into blocks of 256 whose sums, each a chain in
//   the order of k that starts from 0, are added in order. So a caller may split C between threads in any way and get the same bits.
//   Levels with a fused multiply-add (all but the baseline of x86-64) give the same bits as each other.
// - No term is rounded more than min(k, 256) + ⌈k / 256⌉ times: |error| is at most so many u·Σ|a||b|, u = 2⁻⁵³ or 2⁻²⁴ the unit roundoff,
//   to first order in u, if nothing overflows or underflows. NaN and infinity come out where the plain triple loop has them.
// - Thread-safe: no state, no heap; under 64 KB of stack.
typedef void ck_multiply_f64_function(
    int64_t m, int64_t n, int64_t k,
    const double *a, int64_t a_row_stride, int64_t a_column_stride,
    const double *b, int64_t b_row_stride, int64_t b_column_stride,
    double *c, int64_t c_row_stride, int64_t c_column_stride, int32_t accumulate);
typedef void ck_multiply_f32_function(
    int64_t m, int64_t n, int64_t k,
    const float *a, int64_t a_row_stride, int64_t a_column_stride,
    const float *b, int64_t b_row_stride, int64_t b_column_stride,
    float *c, int64_t c_row_stride, int64_t c_column_stride, int32_t accumulate);

void ck_multiply_f64(
    int64_t m, int64_t n, int64_t k,
    const double *a, int64_t a_row_stride, int64_t a_column_stride,
    const double *b, int64_t b_row_stride, int64_t b_column_stride,
    double *c, int64_t c_row_stride, int64_t c_column_stride, int32_t accumulate);
void ck_multiply_f32(
    int64_t m, int64_t n, int64_t k,
    const float *a, int64_t a_row_stride, int64_t a_column_stride,
    const float *b, int64_t b_row_stride, int64_t b_column_stride,
    float *c, int64_t c_row_stride, int64_t c_column_stride, int32_t accumulate);

typedef struct {
    ck_multiply_f64_function *multiply_f64;
    ck_multiply_f32_function *multiply_f32;
} ck_products_table;

/// The products as compiled for `level`, 0...ck_best_level().
ck_products_table ck_products(int32_t level);

#endif
