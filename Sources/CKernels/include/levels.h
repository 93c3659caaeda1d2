#ifndef CKERNELS_LEVELS_H
#define CKERNELS_LEVELS_H

#include <stdint.h>

// Each kernel is compiled once for every level of SIMD: 0 is the baseline of the architecture (SSE2 on x86-64, NEON on arm64),
// 1 is AVX2 with FMA, 2 is AVX-512 (F and DQ). The functions without a level in their name use the best that the CPU has. The
// tables (`ck_products`, `ck_activations`) give each level by itself, for tests and benchmarks.

/// The best level that this CPU and its operating system can run. Costs a few loads: the CPU was asked before `main`.
int32_t ck_best_level(void);

/// "baseline", "AVX2" or "AVX-512"; NULL for any other level.
const char *ck_level_name(int32_t level);

#endif
