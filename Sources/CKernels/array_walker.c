// Comparisons mark bytes of 64 in a word of 64 bits each. Most blocks have commas alone. Where brackets close and open in turn, as they do
// between the rows of a matrix, counting them is enough; other blocks are walked bracket by bracket. So rows cost the same at any length.
#include "array_walker.h"

#if defined(__x86_64__)
#include <immintrin.h>

#define TARGET __attribute__((target("avx512f,avx512bw,bmi,bmi2,popcnt")))

enum { BLOCK = 64 };

TARGET static inline uint64_t below_lowest(uint64_t bits) { return (bits ^ (bits - 1)) >> 1; }

TARGET struct ck_array_walk ck_walk_arrays(const uint8_t *text, size_t size, size_t maximum_depth) {
    struct ck_array_walk walk = {0, 0, 0};
    for (; walk.at < size; walk.at += BLOCK) {
        size_t left = size - walk.at;
        // Lanes that are masked out are not read, whatever memory is there. A mask for all would double the time.
        __m512i block = left >= BLOCK ? _mm512_loadu_si512(text + walk.at)
                                      : _mm512_maskz_loadu_epi8(_bzhi_u64(~0ull, (unsigned)left), text + walk.at);
        uint64_t comma = _mm512_cmpeq_epi8_mask(block, _mm512_set1_epi8(','));
        uint64_t quote = _mm512_cmpeq_epi8_mask(block, _mm512_set1_epi8('"'));
        // Within a row nothing but an `e` is above the digits.
        uint64_t above_digits = _mm512_cmpgt_epu8_mask(block, _mm512_set1_epi8('9'));
        if ((quote | above_digits) == 0) {
            walk.commas += (size_t)_mm_popcnt_u64(comma);
            continue;
        }
        uint64_t open = _mm512_cmpeq_epi8_mask(block, _mm512_set1_epi8('['));
        uint64_t close = _mm512_cmpeq_epi8_mask(block, _mm512_set1_epi8(']'));
        // From `{` on come, besides the braces, only bytes that no number holds.
        uint64_t foreign = quote | _mm512_cmpge_epu8_mask(block, _mm512_set1_epi8('{'));
        uint64_t within = foreign ? below_lowest(foreign) : ~0ull;
        uint64_t brackets = (open | close) & within;
        if (brackets) {
            int count = _mm_popcnt_u64(brackets);
            uint64_t in_turn = _pext_u64(open, brackets);
            in_turn = _bzhi_u64(in_turn ^ in_turn >> 1, (unsigned)count - 1);
            if (_mm_popcnt_u64(in_turn) == count - 1 && walk.depth > 1 && walk.depth < maximum_depth) {
                walk.depth += (size_t)_mm_popcnt_u64(open & within) - (size_t)_mm_popcnt_u64(close & within);
            } else {
                for (uint64_t rest = brackets; rest; rest &= rest - 1) {
                    uint64_t bracket = rest & -rest;
                    if (open & bracket && walk.depth == maximum_depth) {
                        foreign = bracket, within = bracket - 1;
                        break;
                    }
                    walk.depth += open & bracket ? 1 : -1;
                    if (walk.depth == 0) {
                        walk.commas += (size_t)_mm_popcnt_u64(comma & (bracket - 1));
                        walk.at += (size_t)_tzcnt_u64(bracket) + 1;
                        return walk;
                    }
                }
            }
        }
        walk.commas += (size_t)_mm_popcnt_u64(comma & within);
        if (foreign) {
            walk.at += (size_t)_tzcnt_u64(foreign);
            return walk;
        }
    }
    walk.at = size;
    return walk;
}

int32_t ck_can_walk_arrays(void) {
    return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("bmi")
        && __builtin_cpu_supports("bmi2") && __builtin_cpu_supports("popcnt");
}

#else
#pragma clang diagnostic ignored "-Wunused-parameter"

int32_t ck_can_walk_arrays(void) { return 0; }

// For the linker; without the instructions nobody calls it.
struct ck_array_walk ck_walk_arrays(const uint8_t *text, size_t size, size_t maximum_depth) { return (struct ck_array_walk){0, 0, 0}; }

#endif
