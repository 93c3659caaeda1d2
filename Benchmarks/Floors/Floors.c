#include "Floors.h"

uint64_t floors_sum(const uint8_t *bytes, int64_t count) {
    uint64_t sum = 0;
    for (int64_t i = 0; i < count; i++) sum += bytes[i];
    return sum;
}

// 12 chains of multiply-adds keep two units of latency 4 busy with room to spare. The volatile sink keeps the work from being optimised away.
#define PEAK(name, type, bytes, features)                                                                        \
    __attribute__((target(features))) static int64_t name(int64_t rounds) {                                      \
        typedef type vector __attribute__((vector_size(bytes)));                                                 \
        enum { CHAINS = 12, LANES = bytes / sizeof(type) };                                                      \
        vector chains[CHAINS];                                                                                   \
        for (int c = 0; c < CHAINS; c++) chains[c] = (vector){0} + (type)c;                                      \
        vector factor = (vector){0} + (type)0.999, term = (vector){0} + (type)1e-3;                              \
        for (int64_t r = 0; r < rounds; r++)                                                                     \
            for (int c = 0; c < CHAINS; c++) chains[c] = chains[c] * factor + term;                              \
        volatile type sink = 0;                                                                                  \
        for (int c = 0; c < CHAINS; c++) sink += chains[c][0];                                                   \
        return rounds * CHAINS * LANES * 2;                                                                      \
    }

#if defined(__x86_64__)
PEAK(peak_f64_512, double, 64, "avx512f")
PEAK(peak_f32_512, float, 64, "avx512f")
PEAK(peak_f64_256, double, 32, "avx2,fma")
PEAK(peak_f32_256, float, 32, "avx2,fma")

int64_t floors_multiply_add_f64(int64_t rounds) {
    return __builtin_cpu_supports("avx512f") ? peak_f64_512(rounds) : peak_f64_256(rounds);
}
int64_t floors_multiply_add_f32(int64_t rounds) {
    return __builtin_cpu_supports("avx512f") ? peak_f32_512(rounds) : peak_f32_256(rounds);
}
#else
PEAK(peak_f64_128, double, 16, "neon")
PEAK(peak_f32_128, float, 16, "neon")

int64_t floors_multiply_add_f64(int64_t rounds) { return peak_f64_128(rounds); }
int64_t floors_multiply_add_f32(int64_t rounds) { return peak_f32_128(rounds); }
#endif
