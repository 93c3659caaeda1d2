// Where the digits of tokens are, and what power of ten they are to be multiplied by: the second step of `number_reader.c`, 16 tokens at a
// time.
//
// The 32 bytes that end with a token's mantissa are its window; words of 32 bits, one a token, tell of a window's bytes, the first in the
// lowest bit. The offsets of beginning, point, `e` and end are all that is needed to make them.
#include "number_tokens.h"

enum { WINDOW = 32 };

struct shapes {
    // Which bytes of the window are the point or left of it, and which hold digits once it is taken out.
    _Alignas(64) uint32_t moved[LIST], digits[LIST];
    // The power of ten that the number without its point is to be multiplied by.
    _Alignas(64) int32_t exponent[LIST];
    // Where the mantissa ends.
    const uint32_t *mantissa_end;
    uint16_t negative[LIST / 16], irregular[LIST / 16];
};

#define SET8(x) _mm512_set1_epi8((char)(x))
#define SET32(x) _mm512_set1_epi32((int)(x))
#define SET64(x) _mm512_set1_epi64((long long)(x))
#define LOAD(list) _mm512_load_si512(list)
#define STORE(list, x) _mm512_store_si512(list, x)
#define AND _mm512_and_si512
#define ADD32 _mm512_add_epi32
#define SUB32 _mm512_sub_epi32
#define ADD _mm512_add_epi64
#define SUB _mm512_sub_epi64
#define SHL(x, n) _mm512_slli_epi64(x, n)
#define SHR(x, n) _mm512_srli_epi64(x, n)

// Where the digits of 16 tokens are, given the exponents that are written in them. Shifts by 32 and more, or less than 0, give 0.
INLINE void place_digits(struct shapes *shapes, const struct tokens *tokens, size_t i, __m512i exponent) {
    const __m512i one = SET32(1), all = SET32(-1), even = _mm512_setr_epi32(0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30);
    __m512i a = LOAD(tokens->start_and_point + 2 * i), b = LOAD(tokens->start_and_point + 2 * i + 16);
    __m512i start = _mm512_permutex2var_epi32(a, even, b), point = _mm512_permutex2var_epi32(a, ADD32(even, one), b);
    __m512i mantissa_end = LOAD(shapes->mantissa_end + i);
    shapes->negative[i / 16] = _mm512_test_epi32_mask(start, one);
    // A sign counts as a zero.
    __m512i length = SUB32(mantissa_end, _mm512_srli_epi32(start, 1));
    // The point and what is behind it; 0 where there is none.
    __m512i fraction = SUB32(mantissa_end, _mm512_min_epu32(_mm512_srli_epi32(point, 1), mantissa_end));
    __mmask16 has_point = _mm512_test_epi32_mask(fraction, fraction);
    STORE(shapes->moved + i, _mm512_srlv_epi32(all, SUB32(fraction, one)));
    __m512i before = SUB32(SET32(WINDOW), length);
    STORE(shapes->digits + i, _mm512_sllv_epi32(all, _mm512_mask_add_epi32(before, has_point, before, one)));
    STORE(shapes->exponent + i, SUB32(exponent, SUB32(_mm512_max_epi32(fraction, one), one)));
    shapes->irregular[i / 16] |= _mm512_cmpgt_epu32_mask(length, SET32(WINDOW));
}

// The exponents of 16 tokens, 0 for those that have none: up to three digits, with or without a sign.
INLINE __m512i read_exponents(struct shapes *shapes, const struct tokens *tokens, const uint8_t *text, size_t i) {
    _Alignas(64) uint32_t last_four[16];
    for (size_t k = 0; k < 16; k++) memcpy(&last_four[k], text + tokens->end[i + k] - 4, 4);
    __m512i end = LOAD(tokens->end + i), e = LOAD(tokens->e + i), tail = LOAD(last_four);
    __mmask16 has_exponent = _mm512_cmpneq_epi32_mask(e, end);
    // What follows the `e` is so wide; its first byte is the sign, if there is one.
    __m512i width = SUB32(SUB32(end, e), SET32(1));
    __m512i sign = AND(_mm512_srlv_epi32(tail, _mm512_slli_epi32(SUB32(SET32(4), width), 3)), SET32(0xff));
    __mmask16 negative = _mm512_cmpeq_epi32_mask(sign, SET32('-'));
    __mmask16 has_sign = negative | _mm512_cmpeq_epi32_mask(sign, SET32('+'));

    __m512i count = _mm512_mask_sub_epi32(width, has_sign, width, SET32(1));
    __m512i kept = _mm512_sllv_epi32(SET32(-1), SUB32(SET32(32), _mm512_slli_epi32(count, 3)));
    __m512i digits = AND(_mm512_sub_epi8(tail, SET8('0')), kept);
    __mmask16 irregular = _mm512_cmpneq_epi32_mask(_mm512_min_epu8(digits, SET8(9)), digits);
    irregular |= _mm512_cmpge_epu32_mask(SUB32(count, SET32(1)), SET32(3));
    shapes->irregular[i / 16] |= has_exponent & irregular;
    // Bytes 1, 2 and 3 are hundreds, tens and ones.
    __m512i value = _mm512_madd_epi16(_mm512_maddubs_epi16(digits, SET32(100 << 8 | 10 << 16 | 1 << 24)), _mm512_set1_epi16(1));
    value = _mm512_mask_sub_epi32(value, negative, _mm512_setzero_si512(), value);
    return _mm512_maskz_mov_epi32(has_exponent, value);
}

TARGET __attribute__((noinline)) static void measure(struct shapes *shapes, struct tokens *tokens, const uint8_t *text) {
    // Whole vectors are measured: behind the last token stands the first again.
    for (size_t i = 0; i < 16; i++) {
        size_t k = tokens->count + i;
        tokens->start_and_point[2 * k] = tokens->start_and_point[0], tokens->start_and_point[2 * k + 1] = tokens->start_and_point[1];
        tokens->end[k] = tokens->end[0], tokens->e[k] = tokens->e[0];
    }
    shapes->mantissa_end = tokens->has_exponents ? tokens->e : tokens->end;
    memcpy(shapes->irregular, tokens->irregular, sizeof shapes->irregular);
    for (size_t i = 0; i < tokens->count; i += 16) {
        place_digits(shapes, tokens, i, tokens->has_exponents ? read_exponents(shapes, tokens, text, i) : _mm512_setzero_si512());
    }
}
