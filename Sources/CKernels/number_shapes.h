// What tokens look like: the second step of `number_reader.c`, 16 tokens at a time.
//
// The 32 bytes that end with a token are its window; comparisons tell which of them are digits, point and sign. Whether that is a number,
// and where its digits are, is asked of words of 32 bits, one a token: a window's first byte is the lowest bit.
#include "number_tokens.h"

enum { WINDOW = 32 };

// One list per property, so that 16 tokens are a vector of each.
struct tokens {
    size_t count;
    // Where a token begins and ends in the text, and where its digits and point end: at an exponent's `e`, else with the token.
    _Alignas(64) uint32_t start[LIST], end[LIST], mantissa_end[LIST];
    // The power of ten that the number without its point is to be multiplied by.
    _Alignas(64) int32_t exponent[LIST];
    // Of the window before the mantissa's end: which bytes are what ...
    _Alignas(64) uint32_t digit[LIST], zero[LIST], point[LIST], minus[LIST];
    // ... which are the point or left of it, and which hold digits once it is taken out.
    _Alignas(64) uint32_t moved[LIST], digits[LIST];
    // Of the window before the token's end: which are an `e`; and its last four bytes.
    _Alignas(64) uint32_t e[LIST], tail[LIST];
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

// The windows that end at two offsets, side by side.
INLINE __m512i two_windows(const uint8_t *text, const uint32_t *ends) {
    __m256i first = _mm256_loadu_si256((const __m256i *)(text + ends[0] - WINDOW));
    __m256i second = _mm256_loadu_si256((const __m256i *)(text + ends[1] - WINDOW));
    return _mm512_inserti64x4(_mm512_castsi256_si512(first), second, 1);
}

INLINE void store_mask(uint32_t *list, __mmask64 mask) { memcpy(list, &mask, sizeof mask); }

INLINE __mmask64 load_mask(const uint32_t *list) {
    __mmask64 mask;
    memcpy(&mask, list, sizeof mask);
    return mask;
}

// MARK: Mantissas

INLINE void classify_bytes(struct tokens *tokens, const uint8_t *text) {
    for (size_t i = 0; i < tokens->count; i += 2) {
        __m512i x = two_windows(text, tokens->mantissa_end + i), value = _mm512_sub_epi8(x, SET8('0'));
        store_mask(tokens->digit + i, _mm512_cmplt_epu8_mask(value, SET8(10)));
        store_mask(tokens->zero + i, _mm512_testn_epi8_mask(value, value));
        store_mask(tokens->point + i, _mm512_cmpeq_epi8_mask(x, SET8('.')));
        store_mask(tokens->minus + i, _mm512_cmpeq_epi8_mask(x, SET8('-')));
    }
}

// Whether 16 tokens are plain decimals (-?(0|[1-9][0-9]*)(.[0-9]+)?), and where their digits are; returns those that are not.
INLINE uint16_t place_digits(struct tokens *tokens, size_t i) {
    const __m512i one = SET32(1), none = _mm512_setzero_si512();
    __m512i digit = LOAD(tokens->digit + i), point = LOAD(tokens->point + i);
    __m512i length = SUB32(LOAD(tokens->mantissa_end + i), LOAD(tokens->start + i));
    // The bit of the first byte, then of the first digit. The negative of such a bit has all those from it on.
    __m512i first = _mm512_sllv_epi32(one, SUB32(SET32(WINDOW), length));
    __mmask16 negative = _mm512_test_epi32_mask(LOAD(tokens->minus + i), first);
    first = _mm512_mask_add_epi32(first, negative, first, first);
    __m512i body = SUB32(none, first);
    point = AND(point, body);
    __mmask16 has_point = _mm512_test_epi32_mask(point, point);

    __mmask16 irregular = _mm512_cmpneq_epi32_mask(AND(_mm512_or_si512(digit, point), body), body);  // something else
    irregular |= _mm512_testn_epi32_mask(digit, first);                                              // no digit at the beginning
    irregular |= _mm512_testn_epi32_mask(digit, SET32(1u << 31));                                    // no digit at the end
    irregular |= _mm512_test_epi32_mask(point, SUB32(point, one));                                   // two points
    irregular |= _mm512_test_epi32_mask(AND(LOAD(tokens->zero + i), first), _mm512_srli_epi32(digit, 1));  // a superfluous zero
    irregular |= _mm512_cmpgt_epu32_mask(length, SET32(WINDOW));
    tokens->irregular[i / 16] |= irregular;
    tokens->negative[i / 16] = negative;

    // Without a point, twice the bit of it is 0, and nothing moves.
    STORE(tokens->moved + i, SUB32(_mm512_max_epu32(ADD32(point, point), one), one));
    first = _mm512_mask_add_epi32(first, has_point, first, first);
    STORE(tokens->digits + i, SUB32(none, first));
    STORE(tokens->exponent + i, SUB32(LOAD(tokens->exponent + i), _mm512_maskz_lzcnt_epi32(has_point, point)));
    return irregular;
}

// Not inlined: it would be so twice, and the second time is rare.
TARGET __attribute__((noinline)) static uint16_t measure_mantissas(struct tokens *tokens, const uint8_t *text) {
    classify_bytes(tokens, text);
    uint16_t irregular = 0;
    for (size_t i = 0; i < tokens->count; i += 16) irregular |= place_digits(tokens, i);
    return irregular;
}

// MARK: Exponents

INLINE void find_exponents(struct tokens *tokens, const uint8_t *text) {
    for (size_t i = 0; i < tokens->count; i += 2) {
        __m512i x = two_windows(text, tokens->end + i);
        store_mask(tokens->e + i, _mm512_cmpeq_epi8_mask(_mm512_or_si512(x, SET8(0x20)), SET8('e')));
        memcpy(tokens->tail + i, text + tokens->end[i] - 4, 4);
        memcpy(tokens->tail + i + 1, text + tokens->end[i + 1] - 4, 4);
    }
}

// Reads the exponents of those of 16 tokens that have one: up to three digits, with or without a sign. Behind the last token `e` holds
// whatever was there, but what it says stays within the token that stands there.
INLINE void measure_exponents(struct tokens *tokens, size_t i) {
    __m512i end = LOAD(tokens->end + i), tail = LOAD(tokens->tail + i), length = SUB32(end, LOAD(tokens->start + i));
    __m512i e = AND(LOAD(tokens->e + i), _mm512_sllv_epi32(SET32(-1), SUB32(SET32(WINDOW), length)));
    __mmask16 has_exponent = _mm512_test_epi32_mask(e, e);
    // What follows the `e` is so wide; its first byte is the sign, if there is one. Shifts by 32 and more, or less than 0, give 0.
    __m512i width = _mm512_lzcnt_epi32(e);
    __m512i sign = AND(_mm512_srlv_epi32(tail, _mm512_slli_epi32(SUB32(SET32(4), width), 3)), SET32(0xff));
    __mmask16 negative = _mm512_cmpeq_epi32_mask(sign, SET32('-'));
    __mmask16 has_sign = negative | _mm512_cmpeq_epi32_mask(sign, SET32('+'));

    __m512i count = _mm512_mask_sub_epi32(width, has_sign, width, SET32(1));
    __m512i kept = _mm512_sllv_epi32(SET32(-1), SUB32(SET32(32), _mm512_slli_epi32(count, 3)));
    __m512i digits = AND(_mm512_sub_epi8(tail, SET8('0')), kept);
    __mmask16 irregular = _mm512_cmpneq_epi32_mask(_mm512_min_epu8(digits, SET8(9)), digits);
    irregular |= _mm512_cmpge_epu32_mask(SUB32(count, SET32(1)), SET32(3));
    // Bytes 1, 2 and 3 are hundreds, tens and ones.
    __m512i value = _mm512_madd_epi16(_mm512_maddubs_epi16(digits, SET32(100 << 8 | 10 << 16 | 1 << 24)), _mm512_set1_epi16(1));
    value = _mm512_mask_sub_epi32(value, negative, _mm512_setzero_si512(), value);

    STORE(tokens->exponent + i, _mm512_maskz_mov_epi32(has_exponent, value));
    STORE(tokens->mantissa_end + i, _mm512_mask_sub_epi32(end, has_exponent, end, ADD32(width, SET32(1))));
    tokens->irregular[i / 16] = has_exponent & irregular;
}

INLINE void measure(struct tokens *tokens, const uint8_t *text) {
    // Whole vectors are measured: behind the last token stands the first again.
    for (size_t i = 0; i < 16; i++) {
        tokens->start[tokens->count + i] = tokens->start[0];
        tokens->end[tokens->count + i] = tokens->end[0];
    }
    for (size_t i = 0; i < tokens->count; i += 16) {
        STORE(tokens->mantissa_end + i, LOAD(tokens->end + i));
        STORE(tokens->exponent + i, _mm512_setzero_si512());
        tokens->irregular[i / 16] = 0;
    }
    if (measure_mantissas(tokens, text) == 0) return;
    find_exponents(tokens, text);
    for (size_t i = 0; i < tokens->count; i += 16) measure_exponents(tokens, i);
    measure_mantissas(tokens, text);
}
