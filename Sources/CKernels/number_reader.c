// Eight numbers a step. Each is read as TensorText's `FastDecimal` and `DecimalReadable.nearestBits` do it, without a branch on its shape:
//
// 1. `number_tokens.h` lists where tokens begin and end.
// 2. Of the 32 bytes that end with a token, comparisons tell which are digits, point and sign. Words of these bits, one a token, are looked
//    at 16 at a time: is it a number, how many digits are behind the point, where are the digits once the point is taken out.
// 3. The digits left of the point move a byte to the right over it (a blend with the text one byte earlier), and four multiply-adds make
//    24 digits a significand, which ends with the last digit whatever the length.
// 4. Eisel's and Lemire's product with 64 bits of the power of ten gives the nearest value, unless bits that are cut off matter.
// What is no number, has more than 19 digits, lies half-way between two values or too near to that (one number in 500 of random ones), or
// is subnormal or out of range, is left to the reference. Only where a token is no plain decimal, exponents are looked for. Each step goes
// over the whole run before the next begins, because a vector load waits for the narrow stores that it covers.
#include "number_reader.h"

#if defined(__x86_64__)
#include "number_tokens.h"

enum { LANES = 8, WINDOW = 32 };

// One list per property, so that 16 tokens are a vector of each; a token's window is a word of 32 bits, its last byte the highest.
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

// Reads the exponents of those of 16 tokens that have one: up to three digits, with or without a sign.
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

// MARK: Values

// The powers of ten that most numbers need: from these a permutation picks in a fraction of a gather's time. 17 digits of a number around 1
// need 10^-17, whole numbers 10^0.
enum { NEAR_FIRST = -24, NEAR_COUNT = 32, FIRST_POWER = -342, LAST_POWER = 323 };

struct powers {
    const uint64_t *power_of_ten;
    __m512i near[4];
};

INLINE struct powers near_powers(const uint64_t *power_of_ten) {
    struct powers powers = {.power_of_ten = power_of_ten};
    for (int i = 0; i < 4; i++) {
        const uint64_t *words = power_of_ten + 2 * (NEAR_FIRST + 8 * i);
        const __m512i high = _mm512_setr_epi64(1, 3, 5, 7, 9, 11, 13, 15);
        powers.near[i] = _mm512_permutex2var_epi64(_mm512_loadu_si512(words), high, _mm512_loadu_si512(words + 8));
    }
    return powers;
}

// The leading 64 bits of 10^exponent; 0 for powers that aren't in the table.
INLINE __m512i look_up(const struct powers *powers, __m512i exponent) {
    __m512i index = SUB(exponent, SET64(NEAR_FIRST));
    if (__builtin_expect(_mm512_cmpge_epu64_mask(index, SET64(NEAR_COUNT)) == 0, 1)) {
        const __m512i *near = powers->near;
        __m512i small = _mm512_permutex2var_epi64(near[0], index, near[1]), large = _mm512_permutex2var_epi64(near[2], index, near[3]);
        return _mm512_mask_mov_epi64(small, _mm512_test_epi64_mask(index, SET64(16)), large);
    }
    __mmask8 known = _mm512_cmple_epu64_mask(SUB(exponent, SET64(FIRST_POWER)), SET64(LAST_POWER - FIRST_POWER));
    return _mm512_mask_i64gather_epi64(_mm512_setzero_si512(), known, SHL(exponent, 1), (const void *)(powers->power_of_ten + 1), 8);
}

// The last 32 digits of two tokens, in fours.
INLINE __m512i four_digits(const struct tokens *tokens, const uint8_t *text, size_t i) {
    __m512i x = two_windows(text, tokens->mantissa_end + i), earlier = two_windows(text - 1, tokens->mantissa_end + i);
    x = _mm512_mask_mov_epi8(x, load_mask(tokens->moved + i), earlier);
    x = _mm512_maskz_sub_epi8(load_mask(tokens->digits + i), x, SET8('0'));
    return _mm512_madd_epi16(_mm512_maddubs_epi16(x, _mm512_set1_epi16(10 | 1 << 8)), SET32(100 | 1 << 16));
}

// The digits of eight tokens as numbers; `upper` is what stands left of the last 16 digits.
INLINE __m512i significands(const struct tokens *tokens, const uint8_t *text, size_t i, __m512i *upper) {
    const __m512i ten_to_four = SET32(10000 | 1 << 16), ten_to_eight = SET64(100000000), low32 = SET64(0xffffffff);
    __m512i a = _mm512_packus_epi32(four_digits(tokens, text, i), four_digits(tokens, text, i + 2));
    __m512i b = _mm512_packus_epi32(four_digits(tokens, text, i + 4), four_digits(tokens, text, i + 6));
    a = _mm512_madd_epi16(a, ten_to_four), b = _mm512_madd_epi16(b, ten_to_four);
    // Of each token two pairs of eight digits, first pair and last pair: in `a` they stand 0 2 0 2 1 3 1 3, in `b` likewise 4 to 7.
    __m512i front = _mm512_permutex2var_epi64(a, _mm512_setr_epi64(0, 4, 1, 5, 8, 12, 9, 13), b);
    __m512i back = _mm512_permutex2var_epi64(a, _mm512_setr_epi64(2, 6, 3, 7, 10, 14, 11, 15), b);
    *upper = _mm512_rol_epi64(front, 32);
    __m512i middle = ADD(_mm512_mul_epu32(*upper, ten_to_eight), AND(back, low32));
    return ADD(_mm512_mullo_epi64(middle, ten_to_eight), SHR(back, 32));
}

// The upper 64 bits of the product.
INLINE __m512i multiply_high(__m512i a, __m512i b) {
    const __m512i low32 = SET64(0xffffffff);
    __m512i a_high = SHR(a, 32), b_high = SHR(b, 32);
    __m512i middle = ADD(_mm512_mul_epu32(a, b_high), SHR(_mm512_mul_epu32(a, b), 32));
    __m512i middle2 = ADD(_mm512_mul_epu32(a_high, b), AND(middle, low32));
    return ADD(_mm512_mul_epu32(a_high, b_high), ADD(SHR(middle, 32), SHR(middle2, 32)));
}

// The nearest values' bits, right-aligned; lanes of `*left` are for the reference. Names are those of `DecimalReadable.nearestBits`.
INLINE __m512i nearest_bits(
    const struct tokens *tokens, const uint8_t *text, size_t i, const struct powers *powers, int significand_bits, int exponent_bits,
    __mmask8 *left) {
    const __m512i one = SET64(1);
    __m512i upper, significand = significands(tokens, text, i, &upper);
    __m512i exponent = _mm512_cvtepi32_epi64(_mm256_load_si256((const __m256i *)(tokens->exponent + i)));
    __m512i zeros = _mm512_lzcnt_epi64(significand);
    __m512i product = multiply_high(_mm512_sllv_epi64(significand, zeros), look_up(powers, exponent));
    __mmask8 is_nonzero = _mm512_test_epi64_mask(significand, significand);

    const __m512i below = SET64(~0ull >> (significand_bits + 3));
    __mmask8 undecided = _mm512_cmpeq_epi64_mask(AND(product, below), below);
    __m512i top = SHR(product, 63), shift = ADD(top, SET64(64 - significand_bits - 3));
    __m512i bits = _mm512_srlv_epi64(product, shift);
    __mmask8 may_be_tie = _mm512_cmpeq_epi64_mask(_mm512_sllv_epi64(bits, shift), product);
    may_be_tie = _mm512_mask_cmpeq_epi64_mask(may_be_tie, AND(bits, SET64(3)), one);
    bits = SHR(ADD(bits, AND(bits, one)), 1);

    // One less than the exponent field, which the hidden bit makes up for.
    const int bias = (1 << (exponent_bits - 1)) - 1, infinite = (1 << exponent_bits) - 1;
    __m512i field = _mm512_srai_epi64(_mm512_mul_epi32(exponent, SET64(217706)), 16);
    field = ADD(SUB(ADD(field, top), zeros), SET64(63 + bias - 1));
    __mmask8 out_of_range = _mm512_cmpge_epu64_mask(field, SET64(infinite - 2));
    bits = _mm512_maskz_add_epi64(is_nonzero, bits, SHL(field, (unsigned)significand_bits));

    __mmask8 negative = (__mmask8)(tokens->negative[i / 16] >> i % 16), irregular = (__mmask8)(tokens->irregular[i / 16] >> i % 16);
    // 19 digits always fit 64 bits, so that the three left of the last 16 are the most.
    *left = irregular | _mm512_cmpgt_epu64_mask(upper, SET64(999)) | (is_nonzero & (undecided | may_be_tie | out_of_range));
    return _mm512_mask_or_epi64(bits, negative, bits, SET64(1ull << (significand_bits + exponent_bits)));
}

INLINE void store_doubles(double *numbers, __mmask8 lanes, __m512i bits) { _mm512_mask_storeu_epi64(numbers, lanes, bits); }

INLINE void store_floats(float *numbers, __mmask8 lanes, __m512i bits) { _mm512_mask_cvtepi64_storeu_epi32(numbers, lanes, bits); }

#define DEFINE_READER(NAME, NUMBER, STORE_NUMBERS, SIGNIFICAND_BITS, EXPONENT_BITS)                                                     \
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
        for (size_t i = 0; i < count; i += LANES) {                                                                                     \
            __mmask8 left_lanes, lanes = (__mmask8)_bzhi_u32(0xff, (unsigned)(count - i < LANES ? count - i : LANES));                  \
            __m512i bits = nearest_bits(&tokens, text, i, &powers, SIGNIFICAND_BITS, EXPONENT_BITS, &left_lanes);                       \
            STORE_NUMBERS(numbers + i, lanes, bits);                                                                                    \
            for (unsigned rest = left_lanes & lanes; rest; rest &= rest - 1) {                                                          \
                size_t index = i + (size_t)__builtin_ctz(rest);                                                                         \
                left[run.left_count++] = (struct ck_left_number){                                                                       \
                    .index = (uint32_t)index, .previous_end = index ? tokens.end[index - 1] : 0, .start = tokens.start[index],          \
                    .end = tokens.end[index]};                                                                                          \
            }                                                                                                                           \
        }                                                                                                                               \
        return run;                                                                                                                     \
    }

DEFINE_READER(ck_read_doubles, double, store_doubles, 52, 11)
DEFINE_READER(ck_read_floats, float, store_floats, 23, 8)

int32_t ck_can_read_numbers(void) {
    return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512cd")
        && __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512vbmi")
        && __builtin_cpu_supports("avx512vbmi2") && __builtin_cpu_supports("bmi") && __builtin_cpu_supports("bmi2")
        && __builtin_cpu_supports("lzcnt");
}

#else

int32_t ck_can_read_numbers(void) { return 0; }

#endif
