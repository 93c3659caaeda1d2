#ifndef CKERNELS_ACTIVATIONS_H
#define CKERNELS_ACTIVATIONS_H

#include <stdint.h>

// h = f(o) and derivative = f'(o), entry by entry over `count` entries. h or derivative may be o itself, but the three
// must not overlap otherwise.
//
// - f' is computed from o, not from h: sech²(o) is right to the last bits down to the smallest subnormal number, where 1 - h² is 0 from
//   |o| = 19 on.
// - Errors stay below one unit in the last place of the result, subnormal results included (0.81 is the largest seen, in 300 000 hard points);
//   float results are the double ones rounded. ±0, infinities and NaN give the limit: tanh(±0) = ±0, sech²(±∞) = 0, NaN for NaN.
// - An entry's result depends on nothing but that entry, and every level gives the same bits, with or without fused multiply-add.
typedef void ck_activation_f64_function(int64_t count, const double *o, double *h, double *derivative);
typedef void ck_activation_f32_function(int64_t count, const float *o, float *h, float *derivative);

/// h = tanh(o), derivative = sech²(o).
void ck_tanh_f64(int64_t count, const double *o, double *h, double *derivative);
void ck_tanh_f32(int64_t count, const float *o, float *h, float *derivative);

/// h = σ(o) = 1 / (1 + exp(-o)), derivative = σ(o)·σ(-o).
void ck_sigmoid_f64(int64_t count, const double *o, double *h, double *derivative);
void ck_sigmoid_f32(int64_t count, const float *o, float *h, float *derivative);

typedef struct {
    ck_activation_f64_function *tanh_f64, *sigmoid_f64;
    ck_activation_f32_function *tanh_f32, *sigmoid_f32;
} ck_activations_table;

/// The activations as compiled for `level`, 0...ck_best_level().
ck_activations_table ck_activations(int32_t level);

#endif
