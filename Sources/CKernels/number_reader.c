#include "number_reader.h"

#if defined(__x86_64__)
#include "number_tokens.h"

enum { WINDOW = 32 };

// One list per property, so that 16 tokens are a vector of each.
struct tokens {
    size_t count;
    // Where a token begins and ends in the text, and where its digits and point end: at an exponent's `e`, else with the token.
    _Alignas(64) uint32_t start[LIST], end[LIST], mantissa_end[LIST];
    _Alignas(64) int32_t exponent[LIST];
    // Of the 32 bytes that end where the mantissa does: which are what, ...
    _Alignas(64) uint32_t digit[LIST], zero[LIST], point[LIST], minus[LIST];
    // ... which are left of the point or the point, and which are digits once it is taken out.
    _Alignas(64) uint32_t left_of_point[LIST], digits[LIST];
    uint16_t negative[LIST / 16], irregular[LIST / 16];
};

// MARK: Numbers

INLINE void store_mask(uint32_t *list, __mmask64 mask) { memcpy(list, &mask, sizeof mask); }

INLINE __m512i two_windows(const uint8_t *first, const uint8_t *second) {
    return _mm512_inserti64x4(
        _mm512_castsi256_si512(_mm256_loadu_si256((const __m256i *)first)), _mm256_loadu_si256((const __m256i *)second), 1);
}

#define SET32(x) _mm512_set1_epi32((int)(x))
#define SET(x) _mm512_set1_epi64((long long)(x))
#define SHL(x, n) _mm512_slli_epi64(x, n)
#define LOAD(list) _mm512_load_si512(list)

// Marks what each byte of the windows is.
INLINE void classify(struct tokens *tokens, const uint8_t *text) {
    for (size_t i = 0; i < tokens->count; i += 2) {
        __m512i x = two_windows(text + tokens->mantissa_end[i] - WINDOW, text + tokens->mantissa_end[i + 1] - WINDOW);
        __m512i value = _mm512_sub_epi8(x, _mm512_set1_epi8('0'));
        store_mask(tokens->digit + i, _mm512_cmplt_epu8_mask(value, _mm512_set1_epi8(10)));
        store_mask(tokens->zero + i, _mm512_testn_epi8_mask(value, value));
        store_mask(tokens->point + i, _mm512_cmpeq_epi8_mask(x, _mm512_set1_epi8('.')));
        store_mask(tokens->minus + i, _mm512_cmpeq_epi8_mask(x, _mm512_set1_epi8('-')));
    }
}

INLINE uint16_t place_digits(struct tokens *tokens, size_t i) {
    __m512i digit = LOAD(tokens->digit + i), zero = LOAD(tokens->zero + i), point = LOAD(tokens->point + i), minus = LOAD(tokens->minus + i);
    const __m512i one = SET32(1);
    __m512i length = _mm512_sub_epi32(LOAD(tokens->mantissa_end + i), LOAD(tokens->start + i));
    __m512i first = _mm512_sllv_epi32(one, _mm512_sub_epi32(SET32(WINDOW), length));
    __mmask16 negative = _mm512_test_epi32_mask(minus, first);
    first = _mm512_mask_add_epi32(first, negative, first, first);
    __m512i body = _mm512_sub_epi32(_mm512_setzero_si512(), first);
    point = _mm512_and_si512(point, body);
    __mmask16 has_point = _mm512_test_epi32_mask(point, point);
    __mmask16 irregular = _mm512_cmpneq_epi32_mask(_mm512_and_si512(_mm512_or_si512(digit, point), body), body);
    irregular |= _mm512_testn_epi32_mask(digit, first);
    irregular |= _mm512_testn_epi32_mask(digit, SET32(1u << 31));
    irregular |= _mm512_test_epi32_mask(point, _mm512_sub_epi32(point, one));
    irregular |= _mm512_test_epi32_mask(_mm512_and_si512(zero, first), _mm512_srli_epi32(digit, 1));
    irregular |= _mm512_cmpgt_epu32_mask(length, SET32(WINDOW));
    __m512i left_of_point = _mm512_sub_epi32(_mm512_max_epu32(_mm512_slli_epi32(point, 1), one), one);
    __m512i decimals = _mm512_maskz_lzcnt_epi32(has_point, point);
    first = _mm512_mask_add_epi32(first, has_point, first, first);
    _mm512_store_si512(tokens->left_of_point + i, left_of_point);
    _mm512_store_si512(tokens->digits + i, _mm512_sub_epi32(_mm512_setzero_si512(), first));
    _mm512_store_si512(tokens->exponent + i, _mm512_sub_epi32(LOAD(tokens->exponent + i), decimals));
    tokens->negative[i / 16] = negative;
    tokens->irregular[i / 16] |= irregular;
    return irregular;
}

INLINE void measure_exponents(struct tokens *tokens, const uint8_t *text, size_t i) {
    _Alignas(64) uint64_t e_mask[8];
    _Alignas(64) uint32_t tails[16];
    for (size_t pair = 0; pair < 8; pair++) {
        const uint32_t *end = tokens->end + i + 2 * pair;
        __m512i x = two_windows(text + end[0] - WINDOW, text + end[1] - WINDOW);
        e_mask[pair] = _mm512_cmpeq_epi8_mask(_mm512_or_si512(x, _mm512_set1_epi8(0x20)), _mm512_set1_epi8('e'));
        memcpy(tails + 2 * pair, text + end[0] - 4, 4);
        memcpy(tails + 2 * pair + 1, text + end[1] - 4, 4);
    }
    const __m512i four = SET32(4), bits = SET32(32);
    __m512i end = LOAD(tokens->end + i), length = _mm512_sub_epi32(end, LOAD(tokens->start + i));
    __m512i within = _mm512_sllv_epi32(SET32(-1), _mm512_sub_epi32(SET32(WINDOW), length));
    __m512i e = _mm512_and_si512(LOAD(e_mask), within);
    __mmask16 has_exponent = _mm512_test_epi32_mask(e, e);
    __m512i width = _mm512_lzcnt_epi32(e);  // of what follows the e
    __m512i tail = LOAD(tails);
    __m512i sign = _mm512_srlv_epi32(tail, _mm512_slli_epi32(_mm512_sub_epi32(four, width), 3));
    sign = _mm512_and_si512(sign, SET32(0xff));
    __mmask16 negative = _mm512_cmpeq_epi32_mask(sign, SET32('-'));
    __mmask16 has_sign = negative | _mm512_cmpeq_epi32_mask(sign, SET32('+'));
    __m512i count = _mm512_mask_sub_epi32(width, has_sign, width, SET32(1));
    __m512i keep = _mm512_sllv_epi32(SET32(-1), _mm512_sub_epi32(bits, _mm512_slli_epi32(count, 3)));
    __m512i digits = _mm512_and_si512(_mm512_sub_epi8(tail, _mm512_set1_epi8('0')), keep);
    __mmask16 irregular = _mm512_cmpneq_epi32_mask(_mm512_min_epu8(digits, _mm512_set1_epi8(9)), digits);
    irregular |= _mm512_cmpgt_epu32_mask(_mm512_sub_epi32(count, SET32(1)), SET32(2));
    __m512i value = _mm512_maddubs_epi16(digits, SET32(100 << 8 | 10 << 16 | 1 << 24));
    value = _mm512_madd_epi16(value, _mm512_set1_epi16(1));
    value = _mm512_mask_sub_epi32(value, negative, _mm512_setzero_si512(), value);
    _mm512_store_si512(tokens->exponent + i, _mm512_maskz_mov_epi32(has_exponent, value));
    _mm512_store_si512(
        tokens->mantissa_end + i, _mm512_mask_sub_epi32(end, has_exponent, end, _mm512_add_epi32(width, SET32(1))));
    tokens->irregular[i / 16] = has_exponent & irregular;
}

TARGET __attribute__((noinline)) static uint16_t measure_mantissas(struct tokens *tokens, const uint8_t *text) {
    classify(tokens, text);
    uint16_t irregular = 0;
    for (size_t i = 0; i < tokens->count; i += 16) irregular |= place_digits(tokens, i);
    return irregular;
}

INLINE void measure(struct tokens *tokens, const uint8_t *text) {
    // Whole vectors are measured: behind the last token stands the first again.
    for (size_t i = 0; i < 16; i++) {
        tokens->start[tokens->count + i] = tokens->start[0];
        tokens->end[tokens->count + i] = tokens->end[0];
    }
    for (size_t i = 0; i < tokens->count; i += 16) {
        _mm512_store_si512(tokens->mantissa_end + i, LOAD(tokens->end + i));
        _mm512_store_si512(tokens->exponent + i, _mm512_setzero_si512());
        tokens->irregular[i / 16] = 0;
    }
    if (measure_mantissas(tokens, text) == 0) return;
    for (size_t i = 0; i < tokens->count; i += 16) measure_exponents(tokens, text, i);
    measure_mantissas(tokens, text);
}

INLINE __m512i digit_groups(const struct tokens *tokens, const uint8_t *text, size_t i) {
    const uint32_t *end = tokens->mantissa_end + i;
    __mmask64 left, digits;
    memcpy(&left, tokens->left_of_point + i, 8);
    memcpy(&digits, tokens->digits + i, 8);
    __m512i x = two_windows(text + end[0] - WINDOW, text + end[1] - WINDOW);
    __m512i moved = two_windows(text + end[0] - WINDOW - 1, text + end[1] - WINDOW - 1);
    x = _mm512_mask_mov_epi8(x, left, moved);
    x = _mm512_maskz_sub_epi8(digits, x, _mm512_set1_epi8('0'));
    x = _mm512_maddubs_epi16(x, _mm512_set1_epi16(10 | 1 << 8));
    return _mm512_madd_epi16(x, SET32(100 | 1 << 16));
}

// The powers of ten that most numbers need: from these a permutation picks in a fraction of a gather's time.
enum { NEAR_FIRST = -24, NEAR_COUNT = 32 };

struct powers {
    const uint64_t *power_of_ten;
    __m512i near[4];
};

INLINE struct powers near_powers(const uint64_t *power_of_ten) {
    struct powers powers = {.power_of_ten = power_of_ten};
    for (int i = 0; i < 4; i++) {
        const uint64_t *words = power_of_ten + 2 * (NEAR_FIRST + 8 * i);
        powers.near[i] = _mm512_permutex2var_epi64(
            _mm512_loadu_si512(words), _mm512_setr_epi64(1, 3, 5, 7, 9, 11, 13, 15), _mm512_loadu_si512(words + 8));
    }
    return powers;
}

INLINE __m512i look_up(const struct powers *powers, __m512i exponent) {
    __m512i index = _mm512_sub_epi64(exponent, SET(NEAR_FIRST));
    if (__builtin_expect(_mm512_cmpge_epu64_mask(index, SET(NEAR_COUNT)) == 0, 1)) {
        const __m512i *near = powers->near;
        __m512i low = _mm512_permutex2var_epi64(near[0], index, near[1]), high = _mm512_permutex2var_epi64(near[2], index, near[3]);
        return _mm512_mask_mov_epi64(low, _mm512_test_epi64_mask(index, SET(16)), high);
    }
    __mmask8 known = _mm512_cmple_epu64_mask(_mm512_add_epi64(exponent, SET(342)), SET(342 + 323));
    const void *high_words = powers->power_of_ten + 1;
    return _mm512_mask_i64gather_epi64(_mm512_setzero_si512(), known, SHL(exponent, 1), high_words, 8);
}

struct values {
    __m512i bits;
    __mmask8 left;
};

INLINE struct values convert(
    const struct tokens *tokens, const uint8_t *text, size_t i, const struct powers *powers,
    int significand_bits, int bias, int last_field) {
    const __m512i eight = SET(100000000);
    __m512i a = _mm512_packus_epi32(digit_groups(tokens, text, i), digit_groups(tokens, text, i + 2));
    __m512i b = _mm512_packus_epi32(digit_groups(tokens, text, i + 4), digit_groups(tokens, text, i + 6));
    a = _mm512_madd_epi16(a, SET32(10000 | 1 << 16));
    b = _mm512_madd_epi16(b, SET32(10000 | 1 << 16));
    __m512i upper = _mm512_permutex2var_epi64(a, _mm512_setr_epi64(0, 4, 1, 5, 8, 12, 9, 13), b);
    __m512i lower = _mm512_permutex2var_epi64(a, _mm512_setr_epi64(2, 6, 3, 7, 10, 14, 11, 15), b);
    upper = _mm512_rol_epi64(upper, 32);
    __mmask8 left = _mm512_cmpgt_epu64_mask(upper, SET(999));
    upper = _mm512_add_epi64(_mm512_mul_epu32(upper, eight), _mm512_and_si512(lower, SET(0xffffffff)));
    __m512i significand = _mm512_add_epi64(_mm512_mullo_epi64(upper, eight), _mm512_srli_epi64(lower, 32));

    __m512i exponent = _mm512_cvtepi32_epi64(_mm256_load_si256((const __m256i *)(tokens->exponent + i)));
    __m512i power = look_up(powers, exponent);
    __m512i zeros = _mm512_lzcnt_epi64(significand);
    __m512i factor = _mm512_sllv_epi64(significand, zeros);

    const __m512i low32 = SET(0xffffffff);
    __m512i factor_high = _mm512_srli_epi64(factor, 32), power_high = _mm512_srli_epi64(power, 32);
    __m512i ll = _mm512_mul_epu32(factor, power), lh = _mm512_mul_epu32(factor, power_high);
    __m512i hl = _mm512_mul_epu32(factor_high, power), hh = _mm512_mul_epu32(factor_high, power_high);
    __m512i middle = _mm512_add_epi64(lh, _mm512_srli_epi64(ll, 32));
    __m512i middle2 = _mm512_add_epi64(hl, _mm512_and_si512(middle, low32));
    __m512i high = _mm512_add_epi64(hh, _mm512_add_epi64(_mm512_srli_epi64(middle, 32), _mm512_srli_epi64(middle2, 32)));

    const __m512i undecided = SET(~0ull >> (significand_bits + 3));
    left |= _mm512_cmpeq_epi64_mask(_mm512_and_si512(high, undecided), undecided);
    __m512i top = _mm512_srli_epi64(high, 63);
    __m512i shift = _mm512_add_epi64(top, SET(64 - significand_bits - 3));
    __m512i bits = _mm512_srlv_epi64(high, shift);
    left |= _mm512_mask_cmpeq_epi64_mask(
        _mm512_cmpeq_epi64_mask(_mm512_and_si512(bits, SET(3)), SET(1)), _mm512_sllv_epi64(bits, shift), high);
    bits = _mm512_srli_epi64(_mm512_add_epi64(bits, _mm512_and_si512(bits, SET(1))), 1);
    __m512i field = _mm512_srai_epi64(_mm512_mul_epi32(exponent, SET(217706)), 16);
    field = _mm512_add_epi64(_mm512_sub_epi64(_mm512_add_epi64(field, top), zeros), SET(63 + bias - 1));
    left |= _mm512_cmpge_epu64_mask(field, SET(last_field - 1));
    __mmask8 nonzero = _mm512_test_epi64_mask(significand, significand);
    left &= nonzero | _mm512_cmpgt_epu64_mask(upper, SET(0));
    bits = _mm512_maskz_add_epi64(nonzero, bits, _mm512_slli_epi64(field, (unsigned)significand_bits));
    __mmask8 negative = (__mmask8)(tokens->negative[i / 16] >> i % 16);
    bits = _mm512_mask_or_epi64(bits, negative, bits, SET(significand_bits == 52 ? 1ull << 63 : 1ull << 31));
    left |= (__mmask8)(tokens->irregular[i / 16] >> i % 16);
    return (struct values){bits, left};
}

INLINE void store_doubles(double *numbers, __mmask8 lanes, __m512i bits) { _mm512_mask_storeu_epi64(numbers, lanes, bits); }
INLINE void store_floats(float *numbers, __mmask8 lanes, __m512i bits) { _mm512_mask_cvtepi64_storeu_epi32(numbers, lanes, bits); }

#define DEFINE_READER(NAME, NUMBER, STORE, SIGNIFICAND_BITS, BIAS, LAST_FIELD)                                                          \
    TARGET struct ck_number_run NAME(                                                                                                   \
        const uint8_t *text, size_t size, size_t columns, size_t column, const uint64_t *power_of_ten, NUMBER *numbers,                 \
        size_t capacity, struct ck_left_number *left) {                                                                                 \
        struct tokens tokens;                                                                                                           \
        size_t count = find_tokens(text, size, columns, column, tokens.start, tokens.end);                                              \
        count = tokens.count = count < capacity ? count : capacity;                                                                     \
        struct ck_number_run run = {.count = (uint32_t)count};                                                                          \
        if (count == 0) return run;                                                                                                     \
        run.end = tokens.end[count - 1];                                                                                                \
        measure(&tokens, text);                                                                                                         \
        const struct powers powers = near_powers(power_of_ten);                                                                         \
        for (size_t i = 0; i < count; i += 8) {                                                                                         \
            struct values values = convert(&tokens, text, i, &powers, SIGNIFICAND_BITS, BIAS, LAST_FIELD);                              \
            __mmask8 lanes = (__mmask8)_bzhi_u32(0xff, (unsigned)(count - i < 8 ? count - i : 8));                                                          \
            STORE(numbers + i, lanes, values.bits);                                                                                     \
            for (unsigned rest = values.left & lanes; rest; rest &= rest - 1) {                                                         \
                size_t index = i + (size_t)__builtin_ctz(rest);                                                                         \
                left[run.left_count++] = (struct ck_left_number){                                                                       \
                    .index = (uint32_t)index, .previous_end = index ? tokens.end[index - 1] : 0, .start = tokens.start[index],          \
                    .end = tokens.end[index]};                                                                                          \
            }                                                                                                                           \
        }                                                                                                                               \
        return run;                                                                                                                     \
    }

DEFINE_READER(ck_read_doubles, double, store_doubles, 52, 1023, 2046)
DEFINE_READER(ck_read_floats, float, store_floats, 23, 127, 254)

int32_t ck_can_read_numbers(void) {
    return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512cd")
        && __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512vbmi")
        && __builtin_cpu_supports("avx512vbmi2") && __builtin_cpu_supports("bmi") && __builtin_cpu_supports("bmi2");
}

#else

int32_t ck_can_read_numbers(void) { return 0; }

#endif
