#ifndef CKERNELS_ARRAY_WALKER_H
#define CKERNELS_ARRAY_WALKER_H

#include <stddef.h>
#include <stdint.h>

// Finding where nested arrays of numbers end in JSON text, 64 bytes a step. TensorText's `skipContainer` is the reference, and goes on
// where this one stops.

#pragma clang assume_nonnull begin

/// Whether this CPU can run `ck_walk_arrays` (AVX-512 F and BW; BMI and BMI2).
int32_t ck_can_walk_arrays(void);

/// How far a walk has come: `at` bytes, in which `depth` arrays have opened that are not closed yet, and `commas` stand.
struct ck_array_walk {
    size_t at, depth, commas;
};

/// Walks over the `size` bytes at `text`, which begin with a `[`: until behind the `]` that belongs to it, where `depth` becomes 0, or else
/// up to the first byte that arrays of numbers do not hold (a quote, a brace, what is beyond ASCII), or the first `[` that would be deeper
/// than `maximum_depth`, or the end.
struct ck_array_walk ck_walk_arrays(const uint8_t *text, size_t size, size_t maximum_depth);

/// The same for CPUs of which `ck_can_use_words` tells.
struct ck_array_walk ck_walk_arrays_by_words(const uint8_t *text, size_t size, size_t maximum_depth);

#pragma clang assume_nonnull end

#endif
