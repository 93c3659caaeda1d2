#include "products.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>

#include "levels.h"

// Of k. Part of the contract on bits, so the same for every level.
#define BLOCK_DEPTH 256

// Of A, in bytes: 256 rows of BLOCK_DEPTH doubles and what fills them up, twice as many of floats. About half of what a core's second cache
// often has, 1 MiB.
#define LARGEST_BLOCK (544 << 10)

// Of C. With fewer a copy of A, made once for all panels, costs more than it saves (measured).
#define LEAST_COLUMNS_TO_PACK_A 512

// m·n·k; measured to be where the plain loop (about 1 ns a term) and the tiles (some 60 ns to start) take equally long.
#define LARGEST_PLAIN_PRODUCT 64

#define JOIN_(a, b) a##_##b
#define JOIN(a, b) JOIN_(a, b)

// The lanes of two vectors interleaved: a₀ b₀ a₁ b₁ …, the first half of that and the second.
#define LOW_2 0, 2
#define HIGH_2 1, 3
#define LOW_4 0, 4, 1, 5
#define HIGH_4 2, 6, 3, 7
#define LOW_8 0, 8, 1, 9, 2, 10, 3, 11
#define HIGH_8 4, 12, 5, 13, 6, 14, 7, 15
#define LOW_16 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23
#define HIGH_16 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31

// How far the rows of a tile of A lie behind its first, in bytes: these, or multiples that an address makes by itself. The compiler would
// rather add one stride after the other at each step; but a cycle of Intel's CPUs begins four operations, and multiply-adds and loads take
// nearly all of these.
typedef struct {
    int64_t one, three, five, seven;
} row_offsets;

static inline __attribute__((always_inline)) row_offsets offsets_of_rows(const int64_t rows, int64_t row_stride) {
    row_offsets offsets = {row_stride, 3 * row_stride, 5 * row_stride, 7 * row_stride};
    // Hides what they are made of.
    __asm__("" : "+r"(offsets.one), "+r"(offsets.three));
    if (rows > 4) __asm__("" : "+r"(offsets.five), "+r"(offsets.seven));
    return offsets;
}

static inline __attribute__((always_inline)) int64_t offset_of_row(row_offsets offsets, const int64_t row) {
    switch (row) {
    case 0: return 0;
    case 1: return offsets.one;
    case 2: return 2 * offsets.one;
    case 3: return offsets.three;
    case 4: return 4 * offsets.one;
    case 5: return offsets.five;
    case 6: return 2 * offsets.three;
    default: return offsets.seven;
    }
}

#if defined(__x86_64__)

#pragma clang attribute push(__attribute__((target("avx512f,avx512dq,fma"))), apply_to = function)
#define LEVEL avx512
#define VECTOR_BYTES 64
#define LANES_F64 8
#define LANES_F32 16
#define TILE_ROWS 8
#define TILE_VECTORS 3
#define MULTIPLY_ADD(a, b, c) __builtin_elementwise_fma(a, b, c)
#include "products_both_types.h"
#pragma clang attribute pop

#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#define LEVEL avx2
#define VECTOR_BYTES 32
#define LANES_F64 4
#define LANES_F32 8
#define TILE_ROWS 6
#define TILE_VECTORS 2
#define MULTIPLY_ADD(a, b, c) __builtin_elementwise_fma(a, b, c)
#include "products_both_types.h"
#pragma clang attribute pop

#define LEVEL baseline
#define VECTOR_BYTES 16
#define LANES_F64 2
#define LANES_F32 4
#define TILE_ROWS 4
#define TILE_VECTORS 2
#define MULTIPLY_ADD(a, b, c) ((a) * (b) + (c))
#include "products_both_types.h"

#else

#define LEVEL baseline
#define VECTOR_BYTES 16
#define LANES_F64 2
#define LANES_F32 4
#define TILE_ROWS 8
#define TILE_VECTORS 3
#define MULTIPLY_ADD(a, b, c) __builtin_elementwise_fma(a, b, c)
#include "products_both_types.h"

#endif

ck_products_table ck_products(int32_t level) {
#if defined(__x86_64__)
    if (level == 2) return (ck_products_table){multiply_f64_avx512, multiply_f32_avx512};
    if (level == 1) return (ck_products_table){multiply_f64_avx2, multiply_f32_avx2};
#endif
    (void)level;
    return (ck_products_table){multiply_f64_baseline, multiply_f32_baseline};
}

void ck_multiply_f64(
    int64_t m, int64_t n, int64_t k,
    const double *a, int64_t a_row_stride, int64_t a_column_stride,
    const double *b, int64_t b_row_stride, int64_t b_column_stride,
    double *c, int64_t c_row_stride, int64_t c_column_stride, int32_t accumulate) {
    ck_products(ck_best_level()).multiply_f64(
        m, n, k, a, a_row_stride, a_column_stride, b, b_row_stride, b_column_stride, c, c_row_stride, c_column_stride, accumulate);
}

void ck_multiply_f32(
    int64_t m, int64_t n, int64_t k,
    const float *a, int64_t a_row_stride, int64_t a_column_stride,
    const float *b, int64_t b_row_stride, int64_t b_column_stride,
    float *c, int64_t c_row_stride, int64_t c_column_stride, int32_t accumulate) {
    ck_products(ck_best_level()).multiply_f32(
        m, n, k, a, a_row_stride, a_column_stride, b, b_row_stride, b_column_stride, c, c_row_stride, c_column_stride, accumulate);
}
