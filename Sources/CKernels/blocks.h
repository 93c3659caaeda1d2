// What the word form of the readers asks of a CPU's own instructions, and nothing else: which of 64 bytes are what, and the digits of four
// tokens. The rest of it is C that is the same for every CPU.
#ifndef CKERNELS_BLOCKS_H
#define CKERNELS_BLOCKS_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

enum { BLOCK = 64, WINDOW = 32 };

#if defined(__x86_64__)
#include <immintrin.h>
#define HAS_BLOCKS
// No PEXT: up to Zen 2 it takes hundreds of cycles.
#define TARGET __attribute__((target("avx2,bmi,bmi2,lzcnt,popcnt")))
#elif defined(__aarch64__)
#include <arm_neon.h>
#define HAS_BLOCKS
#define TARGET
#endif
#define INLINE TARGET static inline __attribute__((always_inline))
#define RARE(condition) __builtin_expect((condition) != 0, 0)

#ifdef HAS_BLOCKS

INLINE size_t ones(uint64_t bits) { return (size_t)__builtin_popcountll(bits); }

// 64 if there is none.
INLINE uint64_t lowest(uint64_t bits) { return bits ? (uint64_t)__builtin_ctzll(bits) : 64; }
INLINE uint64_t zeros_above(uint64_t bits) { return bits ? (uint64_t)__builtin_clzll(bits) : 64; }

// All if there is none.
INLINE uint64_t below_lowest(uint64_t bits) { return bits ? (bits - 1) & ~bits : ~0ull; }

#if defined(__x86_64__)

struct block {
    __m256i low, high;
};

INLINE struct block load_block(const uint8_t *text) {
    return (struct block){_mm256_loadu_si256((const __m256i *)text), _mm256_loadu_si256((const __m256i *)(text + 32))};
}

INLINE uint64_t mask(__m256i low, __m256i high) {
    return (uint32_t)_mm256_movemask_epi8(low) | (uint64_t)(uint32_t)_mm256_movemask_epi8(high) << 32;
}

INLINE uint64_t equal(struct block block, char byte) {
    const __m256i x = _mm256_set1_epi8(byte);
    return mask(_mm256_cmpeq_epi8(block.low, x), _mm256_cmpeq_epi8(block.high, x));
}

// Comparisons are signed: bytes are moved so that `last` is the largest number.
INLINE uint64_t within(struct block block, char first, char last) {
    const __m256i shift = _mm256_set1_epi8((char)(127 - last)), below = _mm256_set1_epi8((char)(126 - (last - first)));
    return mask(_mm256_cmpgt_epi8(_mm256_add_epi8(block.low, shift), below), _mm256_cmpgt_epi8(_mm256_add_epi8(block.high, shift), below));
}

static const _Alignas(32) uint8_t window_indices[WINDOW] = {0,  1,  2,  3,  4,  5,  6,  7,  8,  9,  10, 11, 12, 13, 14, 15,
                                                            16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31};

// A digit as its value, any other byte as more than 9; zeros before byte `kept`. Bytes before `moved` come from one byte earlier.
INLINE __m256i window_digits(const uint8_t *end, uint32_t moved, uint32_t kept) {
    const __m256i index = _mm256_load_si256((const __m256i *)window_indices);
    __m256i x = _mm256_loadu_si256((const __m256i *)(end - WINDOW)), earlier = _mm256_loadu_si256((const __m256i *)(end - WINDOW - 1));
    x = _mm256_blendv_epi8(x, earlier, _mm256_cmpgt_epi8(_mm256_set1_epi8((char)moved), index));
    return _mm256_andnot_si256(_mm256_cmpgt_epi8(_mm256_set1_epi8((char)kept), index), _mm256_sub_epi8(x, _mm256_set1_epi8('0')));
}

INLINE __m256i four_digits(__m256i x) {
    return _mm256_madd_epi16(_mm256_maddubs_epi16(x, _mm256_set1_epi16(10 | 1 << 8)), _mm256_set1_epi32(100 | 1 << 16));
}

INLINE int has_others(__m256i digits) {
    __m256i excess = _mm256_subs_epu8(digits, _mm256_set1_epi8(9));
    return !_mm256_testz_si256(excess, excess);
}

// The windows of four tokens as numbers of eight digits: the first two of each in `upper`, the last two in `lower`, in the order of the
// text from the lowest bit on. Of the tokens that hold others than digits a bit each is set.
INLINE unsigned read_windows(
    const uint8_t *text, const uint32_t *end, const uint32_t *moved, const uint32_t *kept, uint64_t *upper, uint64_t *lower) {
    __m256i x[4];
    for (int k = 0; k < 4; k++) x[k] = window_digits(text + end[k], moved[k], kept[k]);
    const __m256i ten_to_four = _mm256_set1_epi32(10000 | 1 << 16);
    __m256i a = _mm256_madd_epi16(_mm256_packus_epi32(four_digits(x[0]), four_digits(x[1])), ten_to_four);
    __m256i b = _mm256_madd_epi16(_mm256_packus_epi32(four_digits(x[2]), four_digits(x[3])), ten_to_four);
    _mm256_store_si256((__m256i *)upper, _mm256_permute2x128_si256(a, b, 0x20));
    _mm256_store_si256((__m256i *)lower, _mm256_permute2x128_si256(a, b, 0x31));
    unsigned others = 0;
    if (RARE(has_others(_mm256_max_epu8(_mm256_max_epu8(x[0], x[1]), _mm256_max_epu8(x[2], x[3]))))) {
        for (int k = 0; k < 4; k++) others |= (unsigned)has_others(x[k]) << k;
    }
    return others;
}

#else

struct block {
    uint8x16x4_t part;
};

INLINE struct block load_block(const uint8_t *text) { return (struct block){vld1q_u8_x4(text)}; }

// A bit of each byte, and three rounds of adding neighbours.
INLINE uint64_t mask(uint8x16_t a, uint8x16_t b, uint8x16_t c, uint8x16_t d) {
    const uint8x16_t bit = {1, 2, 4, 8, 16, 32, 64, 128, 1, 2, 4, 8, 16, 32, 64, 128};
    uint8x16_t low = vpaddq_u8(vandq_u8(a, bit), vandq_u8(b, bit)), high = vpaddq_u8(vandq_u8(c, bit), vandq_u8(d, bit));
    uint8x16_t all = vpaddq_u8(low, high);
    return vgetq_lane_u64(vreinterpretq_u64_u8(vpaddq_u8(all, all)), 0);
}

INLINE uint64_t equal(struct block block, char byte) {
    const uint8x16_t x = vdupq_n_u8((uint8_t)byte), *part = block.part.val;
    return mask(vceqq_u8(part[0], x), vceqq_u8(part[1], x), vceqq_u8(part[2], x), vceqq_u8(part[3], x));
}

INLINE uint64_t within(struct block block, char first, char last) {
    const uint8x16_t from = vdupq_n_u8((uint8_t)first), width = vdupq_n_u8((uint8_t)(last - first)), *part = block.part.val;
    return mask(
        vcleq_u8(vsubq_u8(part[0], from), width), vcleq_u8(vsubq_u8(part[1], from), width), vcleq_u8(vsubq_u8(part[2], from), width),
        vcleq_u8(vsubq_u8(part[3], from), width));
}

// See above, for one half of a window: `index` counts from its first byte.
INLINE uint8x16_t half_digits(const uint8_t *half, uint8x16_t index, uint32_t moved, uint32_t kept) {
    uint8x16_t x = vbslq_u8(vcltq_u8(index, vdupq_n_u8((uint8_t)moved)), vld1q_u8(half - 1), vld1q_u8(half));
    return vandq_u8(vcgeq_u8(index, vdupq_n_u8((uint8_t)kept)), vsubq_u8(x, vdupq_n_u8('0')));
}

INLINE uint64_t two_eights(uint8x16_t x) {
    const uint8x16_t ten = {10, 1, 10, 1, 10, 1, 10, 1, 10, 1, 10, 1, 10, 1, 10, 1};
    const uint16x8_t hundred = {100, 1, 100, 1, 100, 1, 100, 1};
    const uint32x4_t ten_to_four = {10000, 1, 10000, 1};
    uint32x4_t fours = vpaddlq_u16(vmulq_u16(vpaddlq_u8(vmulq_u8(x, ten)), hundred));
    return vget_lane_u64(vreinterpret_u64_u32(vmovn_u64(vpaddlq_u32(vmulq_u32(fours, ten_to_four)))), 0);
}

INLINE unsigned read_windows(
    const uint8_t *text, const uint32_t *end, const uint32_t *moved, const uint32_t *kept, uint64_t *upper, uint64_t *lower) {
    const uint8x16_t front = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15}, back = vaddq_u8(front, vdupq_n_u8(16));
    unsigned others = 0;
    for (int k = 0; k < 4; k++) {
        uint8x16_t a = half_digits(text + end[k] - 32, front, moved[k], kept[k]);
        uint8x16_t b = half_digits(text + end[k] - 16, back, moved[k], kept[k]);
        upper[k] = two_eights(a), lower[k] = two_eights(b);
        others |= (unsigned)(vmaxvq_u8(vmaxq_u8(a, b)) > 9) << k;
    }
    return others;
}

#endif

// Up to 64 bytes, with digits behind the end.
INLINE struct block load_up_to(const uint8_t *text, size_t size) {
    if (!RARE(size < BLOCK)) return load_block(text);
    uint8_t copy[BLOCK];
    memset(copy, '0', sizeof copy);
    memcpy(copy, text, size);
    return load_block(copy);
}

#endif
#endif
