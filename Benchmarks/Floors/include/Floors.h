#ifndef FLOORS_H
#define FLOORS_H
// What this machine can do at best, to hold measured code against.
#include <stdint.h>

// The sum of `count` bytes: what it costs only to look at them.
uint64_t floors_sum(const uint8_t *bytes, int64_t count);

// Runs `rounds` rounds of independent fused multiply-adds on the widest registers; the count of floating-point operations done.
int64_t floors_multiply_add_f64(int64_t rounds);
int64_t floors_multiply_add_f32(int64_t rounds);
#endif
