// What the vector writer looks up, powers of ten and the characters of digits, with the arithmetic on eight lanes that goes with it.
#include "number_layouts.h"

#include <immintrin.h>
#include <string.h>

#define TARGET __attribute__((target("avx512f,avx512bw,avx512cd,avx512dq,avx512vl,avx512ifma,avx512vbmi,avx512vbmi2")))
#define INLINE TARGET static inline __attribute__((always_inline))

enum { LANES = 8, GROUPS = 2, BLOCK = GROUPS * LANES };

// Of each pair of digits, 0...99: the characters, and a byte with as many zero bits above its highest one as 4 times the zeros that the
// pair ends with.
static _Alignas(64) uint8_t tens[128], ones[128], ends[128];

__attribute__((constructor)) static void make_tables(void) {
    for (int pair = 0; pair < 100; pair++) {
        tens[pair] = (uint8_t)('0' + pair / 10), ones[pair] = (uint8_t)('0' + pair % 10);
        ends[pair] = pair == 0 ? 0 : pair % 10 == 0 ? 1 << 3 : 1 << 7;
    }
}

#define SET(x) _mm512_set1_epi64((long long)(x))
#define ADD _mm512_add_epi64
#define SUB _mm512_sub_epi64
#define OR _mm512_or_si512
#define AND _mm512_and_si512
#define SHL(x, n) _mm512_slli_epi64(x, n)
#define SHR(x, n) _mm512_srli_epi64(x, n)
// Whether low <= x < low + width, for each lane.
#define WITHIN(x, low, width) _mm512_cmplt_epu64_mask(SUB(x, SET(low)), SET(width))

// MARK: Powers of ten

// 10^n cut to 104 bits, in two words of 52. Those that numbers of ordinary size need are in registers: from there a permutation picks in a
// fraction of a gather's time.
struct powers {
    const uint64_t *power_of_ten;
    int first;
    __m512i high[2], low[2];
};

enum { NEAR_POWERS = 16 };

INLINE void split(__m512i *high, __m512i *low) {
    *low = _mm512_shrdi_epi64(*low, *high, 24);
    *low = AND(*low, SET((1ull << 52) - 1));
    *high = SHR(*high, 12);
}

INLINE struct powers near_powers(const uint64_t *power_of_ten, int first) {
    struct powers powers = {.power_of_ten = power_of_ten, .first = first};
    const __m512i even = _mm512_setr_epi64(0, 2, 4, 6, 8, 10, 12, 14), odd = ADD(even, SET(1));
    for (int i = 0; i < 2; i++) {
        const uint64_t *words = power_of_ten + 2 * (first + 8 * i);
        __m512i a = _mm512_loadu_si512(words), b = _mm512_loadu_si512(words + 8);
        powers.low[i] = _mm512_permutex2var_epi64(a, even, b);
        powers.high[i] = _mm512_permutex2var_epi64(a, odd, b);
        split(&powers.high[i], &powers.low[i]);
    }
    return powers;
}

INLINE void look_up(const struct powers *powers, __m512i n, __m512i *high, __m512i *low) {
    __m512i index = SUB(n, SET(powers->first));
    if (__builtin_expect(_mm512_cmplt_epu64_mask(index, SET(NEAR_POWERS)) == 0xff, 1)) {
        *high = _mm512_permutex2var_epi64(powers->high[0], index, powers->high[1]);
        *low = _mm512_permutex2var_epi64(powers->low[0], index, powers->low[1]);
    } else {
        *high = _mm512_i64gather_epi64(SHL(n, 1), powers->power_of_ten + 1, 8);
        *low = _mm512_i64gather_epi64(SHL(n, 1), powers->power_of_ten, 8);
        split(high, low);
    }
}

// MARK: Digits

// The pairs of digits of numbers below 10^16, a byte each, the first one lowest. Quotients are products; a quotient q and its remainder go
// into one lane by q + (x - d q) 2^b = 2^b x - (2^b d - 1) q.
INLINE __m512i digit_pairs(__m512i number) {
    // 10^8 = 2^8 390625, and 2^70/390625 rounded up is right for the 46 bits that stand there.
    __m512i front = SHR(_mm512_madd52hi_epu64(_mm512_setzero_si512(), SHR(number, 8), SET(3022314549036573)), 18);
    __m512i back = SUB(number, _mm512_mul_epu32(front, SET(100000000)));
    // By 10^4: 109951163/2^40; the second half's quotients come to stand above the first's by being shifted down less.
    __m512i x = _mm512_mask_shuffle_epi32(front, 0xaaaa, back, _MM_PERM_CCAA);
    __m512i q = SHR(_mm512_mul_epu32(front, SET(109951163)), 40);
    q = _mm512_mask_mov_epi32(q, 0xaaaa, SHR(_mm512_mul_epu32(back, SET(109951163)), 8));
    x = _mm512_sub_epi32(_mm512_slli_epi32(x, 16), _mm512_mullo_epi32(q, _mm512_set1_epi32(10000 * (1 << 16) - 1)));
    // By 100: 5243/2^19.
    q = _mm512_srli_epi16(_mm512_mulhi_epu16(x, _mm512_set1_epi16(5243)), 3);
    return _mm512_sub_epi16(_mm512_slli_epi16(x, 8), _mm512_mullo_epi16(q, _mm512_set1_epi16(100 * (1 << 8) - 1)));
}

// For each byte, 0...99, what the table has for it.
INLINE __m512i look_up_pairs(const uint8_t table[128], __m512i pairs) {
    return _mm512_permutex2var_epi8(_mm512_load_si512(table), pairs, _mm512_load_si512(table + 64));
}

// MARK: Exponents

// For the lanes of `scientific` their exponent and the comma, such as `e-07,`; for those of `wide` with three digits, such as `e-107,`.
INLINE __m512i exponent_tail(__mmask8 scientific, __mmask8 wide, __m512i exponent) {
    // Right for all there are: n 41/2^12 below 1099, n 103/2^10 below 179.
    __m512i size = _mm512_abs_epi64(exponent);
    __m512i hundreds = SHR(_mm512_mul_epu32(size, SET(41)), 12);
    __m512i below_hundred = SUB(size, _mm512_mul_epu32(hundreds, SET(100)));
    __m512i tens = SHR(_mm512_mul_epu32(below_hundred, SET(103)), 10);
    __m512i ones = SUB(below_hundred, _mm512_mul_epu32(tens, SET(10)));
    __m512i digits = ADD(OR(tens, SHL(ones, 8)), SET('0' | '0' << 8 | ',' << 16));
    digits = _mm512_mask_add_epi64(digits, wide, SHL(digits, 8), ADD(hundreds, SET('0')));
    __mmask8 negative = _mm512_movepi64_mask(exponent);
    __m512i sign = _mm512_mask_blend_epi64(negative, SET('e' | '+' << 8), SET('e' | '-' << 8));
    return _mm512_mask_blend_epi64(scientific, SET(','), OR(sign, SHL(digits, 16)));
}
