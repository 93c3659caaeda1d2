// Eight numbers a step. Each is read as TensorText's `FastDecimal` and `DecimalReadable.nearestBits` do it, without a branch on its shape:
//
// 1. `number_tokens.h` lists where tokens begin and end and where their points are, and tells those that are no numbers.
// 2. `number_shapes.h` makes of these offsets which bytes are digits once the point is taken out, and reads exponents, where there are any.
// 3. The digits left of the point move a byte to the right over it (a blend with the text one byte earlier), and four multiply-adds make
//    24 digits a significand, which ends with the last digit whatever the length.
// 4. Eisel's and Lemire's product with 64 bits of the power of ten gives the nearest value, unless it is half-way between two values, as
//    far as 64 bits tell, subnormal or out of range: then, for one number in 1000 of random ones, the whole of `nearestBits`. Unlike there
//    the power is rounded up, so that quotients such as 2.5 and 3.0, which are common, come out exact.
// What is no number, has more than 19 digits or is too large is left to the reference. Each step goes over the whole run before the next
// begins, because a vector load waits for the narrow stores that it covers.
#include "number_reader.h"

#if defined(__x86_64__)
#include "number_shapes.h"

enum { LANES = 8, GROUPS = 2 };

// The powers of ten that most numbers need: from these a permutation picks in a fraction of a gather's time. 17 digits of a number around 1
// need 10^-17, whole numbers 10^0. Up to 10^27, 64 bits hold a power of five.
enum { NEAR_FIRST = -24, NEAR_COUNT = 32, FIRST_POWER = -342, LAST_POWER = 323, LAST_EXACT = 27 };

struct powers {
    const uint64_t *power_of_ten;
    __m512i near[4];
};

// The leading 64 bits of 10^exponent, rounded up.
INLINE __m512i round_up(__m512i power, __m512i exponent) {
    __mmask8 is_cut = _mm512_cmpgt_epu64_mask(exponent, SET64(LAST_EXACT));  // or negative
    return _mm512_mask_add_epi64(power, is_cut, power, SET64(1));
}

INLINE struct powers near_powers(const uint64_t *power_of_ten) {
    struct powers powers = {.power_of_ten = power_of_ten};
    for (int i = 0; i < 4; i++) {
        const uint64_t *words = power_of_ten + 2 * (NEAR_FIRST + 8 * i);
        const __m512i high = _mm512_setr_epi64(1, 3, 5, 7, 9, 11, 13, 15), lanes = _mm512_setr_epi64(0, 1, 2, 3, 4, 5, 6, 7);
        __m512i power = _mm512_permutex2var_epi64(_mm512_loadu_si512(words), high, _mm512_loadu_si512(words + 8));
        powers.near[i] = round_up(power, ADD(lanes, SET64(NEAR_FIRST + 8 * i)));
    }
    return powers;
}

// One word of 10^exponent, the low (0) or the high one (1); 0 for powers that aren't in the table.
INLINE __m512i gather(const struct powers *powers, __m512i exponent, int word) {
    __mmask8 known = _mm512_cmple_epu64_mask(SUB(exponent, SET64(FIRST_POWER)), SET64(LAST_POWER - FIRST_POWER));
    return _mm512_mask_i64gather_epi64(_mm512_setzero_si512(), known, SHL(exponent, 1), powers->power_of_ten + word, 8);
}

// The leading 64 bits of 10^exponent, rounded up; for powers that aren't in the table anything.
INLINE __m512i look_up(const struct powers *powers, __m512i exponent) {
    __m512i index = SUB(exponent, SET64(NEAR_FIRST));
    if (__builtin_expect(_mm512_cmpge_epu64_mask(index, SET64(NEAR_COUNT)) == 0, 1)) {
        const __m512i *near = powers->near;
        __m512i small = _mm512_permutex2var_epi64(near[0], index, near[1]), large = _mm512_permutex2var_epi64(near[2], index, near[3]);
        return _mm512_mask_mov_epi64(small, _mm512_test_epi64_mask(index, SET64(16)), large);
    }
    return round_up(gather(powers, exponent, 1), exponent);
}

// The windows that end at two offsets, side by side.
INLINE __m512i two_windows(const uint8_t *text, const uint32_t *ends) {
    __m256i first = _mm256_loadu_si256((const __m256i *)(text + ends[0] - WINDOW));
    __m256i second = _mm256_loadu_si256((const __m256i *)(text + ends[1] - WINDOW));
    return _mm512_inserti64x4(_mm512_castsi256_si512(first), second, 1);
}

INLINE __mmask64 load_mask(const uint32_t *list) {
    __mmask64 mask;
    memcpy(&mask, list, sizeof mask);
    return mask;
}

// The last 32 digits of two tokens, in fours.
INLINE __m512i four_digits(const struct shapes *shapes, const uint8_t *text, size_t i) {
    __m512i x = two_windows(text, shapes->mantissa_end + i), earlier = two_windows(text - 1, shapes->mantissa_end + i);
    x = _mm512_mask_mov_epi8(x, load_mask(shapes->moved + i), earlier);
    x = _mm512_maskz_subs_epu8(load_mask(shapes->digits + i), x, SET8('0'));
    return _mm512_madd_epi16(_mm512_maddubs_epi16(x, _mm512_set1_epi16(10 | 1 << 8)), SET32(100 | 1 << 16));
}

// The digits of eight tokens as numbers; `upper` is what stands left of the last 16 digits.
INLINE __m512i significands(const struct shapes *shapes, const uint8_t *text, size_t i, __m512i *upper) {
    const __m512i ten_to_four = SET32(10000 | 1 << 16), ten_to_eight = SET64(100000000), low32 = SET64(0xffffffff);
    __m512i a = _mm512_packus_epi32(four_digits(shapes, text, i), four_digits(shapes, text, i + 2));
    __m512i b = _mm512_packus_epi32(four_digits(shapes, text, i + 4), four_digits(shapes, text, i + 6));
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

// What is known of eight numbers on the way.
struct numbers {
    __m512i significand, zeros, scaled, exponent, high;
    // No numbers, or such with too many digits.
    __mmask8 irregular, negative;
};

// `DecimalReadable.nearestBits`, whose names these are; lanes of `*too_large` are infinite.
TARGET __attribute__((noinline)) static __m512i settle(
    const struct numbers *numbers, const struct powers *powers, int significand_bits, int exponent_bits, __mmask8 *too_large) {
    const __m512i one = SET64(1), scaled = numbers->scaled, exponent = numbers->exponent;
    __mmask8 known = _mm512_cmple_epu64_mask(SUB(exponent, SET64(FIRST_POWER)), SET64(LAST_POWER - FIRST_POWER));
    __m512i power = gather(powers, exponent, 1), high = multiply_high(scaled, power), low = _mm512_mullo_epi64(scaled, power);
    const __m512i undecided = SET64(~0ull >> (significand_bits + 3));
    __mmask8 corrected = _mm512_cmpeq_epi64_mask(AND(high, undecided), undecided);
    __m512i rest = gather(powers, exponent, 0);
    rest = _mm512_mask_add_epi64(rest, _mm512_cmplt_epu64_mask(ADD(exponent, SET64(27)), SET64(27)), rest, one);
    __m512i sum = ADD(low, multiply_high(scaled, rest));
    __mmask8 carry = _mm512_mask_cmplt_epu64_mask(corrected, sum, low);
    low = _mm512_mask_mov_epi64(low, corrected, sum);
    high = _mm512_mask_add_epi64(high, carry, high, one);

    __m512i upper = SHR(high, 63), shift = ADD(upper, SET64(64 - significand_bits - 3));
    __m512i bits = _mm512_srlv_epi64(high, shift);
    const int bias = (1 << (exponent_bits - 1)) - 1, infinite = (1 << exponent_bits) - 1;
    __m512i field = _mm512_srai_epi64(_mm512_mul_epi32(exponent, SET64(217706)), 16);
    field = SUB(ADD(ADD(field, upper), SET64(63 + bias)), numbers->zeros);
    __mmask8 is_subnormal = _mm512_cmple_epi64_mask(field, _mm512_setzero_si512());

    // Where a significand of 64 bits times 10^exponent can be half-way: see `halfwayExponents`.
    const int first = significand_bits == 52 ? -4 : -17, last = significand_bits == 52 ? 23 : 10;
    __mmask8 is_tie = _mm512_cmple_epu64_mask(SUB(exponent, SET64(first)), SET64(last - first)) & (__mmask8)~is_subnormal;
    is_tie &= _mm512_cmple_epu64_mask(low, one) & _mm512_cmpeq_epi64_mask(_mm512_sllv_epi64(bits, shift), high);
    is_tie = _mm512_mask_cmpeq_epi64_mask(is_tie, AND(bits, SET64(3)), one);
    bits = _mm512_mask_sub_epi64(bits, is_tie, bits, one);
    bits = _mm512_mask_srlv_epi64(bits, is_subnormal, bits, SUB(one, field));
    bits = SHR(ADD(bits, AND(bits, one)), 1);
    bits = _mm512_mask_add_epi64(bits, (__mmask8)~is_subnormal, bits, SHL(SUB(field, one), (unsigned)significand_bits));
    *too_large = _mm512_cmpgt_epi64_mask(exponent, SET64(LAST_POWER))
        | (known & (_mm512_cmpgt_epi64_mask(field, SET64(infinite - 1))
           | _mm512_cmpge_epu64_mask(bits, SET64((uint64_t)infinite << significand_bits))));
    return _mm512_maskz_mov_epi64(known, bits);
}

INLINE void take_digits(struct numbers *numbers, const struct shapes *shapes, const uint8_t *text, size_t i) {
    __m512i upper;
    numbers->significand = significands(shapes, text, i, &upper);
    numbers->negative = (__mmask8)(shapes->negative[i / 16] >> i % 16);
    // 19 digits always fit 64 bits, so that the three left of the last 16 are the most.
    numbers->irregular = (__mmask8)(shapes->irregular[i / 16] >> i % 16) | _mm512_cmpgt_epu64_mask(upper, SET64(999));
}

INLINE void multiply(struct numbers *numbers, const struct shapes *shapes, size_t i, const struct powers *powers) {
    numbers->exponent = _mm512_cvtepi32_epi64(_mm256_load_si256((const __m256i *)(shapes->exponent + i)));
    numbers->zeros = _mm512_lzcnt_epi64(numbers->significand);
    numbers->scaled = _mm512_sllv_epi64(numbers->significand, numbers->zeros);
    numbers->high = multiply_high(numbers->scaled, look_up(powers, numbers->exponent));
}

// The nearest values' bits, right-aligned; lanes of `*left` are for the reference.
INLINE __m512i nearest_bits(
    const struct numbers *numbers, const struct powers *powers, int significand_bits, int exponent_bits, __mmask8 *left) {
    const __m512i high = numbers->high;
    __mmask8 is_nonzero = _mm512_test_epi64_mask(numbers->significand, numbers->significand);

    // One less than the exponent field, which the hidden bit makes up for.
    const int bias = (1 << (exponent_bits - 1)) - 1, infinite = (1 << exponent_bits) - 1;
    __m512i field = _mm512_srai_epi64(_mm512_mul_epi32(numbers->exponent, SET64(217706)), 16);
    __mmask8 has_top = _mm512_movepi64_mask(high);
    field = SUB(ADD(field, SET64(63 + bias - 1)), numbers->zeros);
    field = _mm512_mask_add_epi64(field, has_top, field, SET64(1));
    // The first bit is the hidden one; behind the last of the significand's bits stands the one to round by.
    __m512i product = _mm512_mask_add_epi64(high, (__mmask8)~has_top, high, high);
    const int cut = 63 - significand_bits;
    const uint64_t half = 1ull << (cut - 1);
    __mmask8 up = _mm512_test_epi64_mask(product, SET64(half));
    __m512i bits = _mm512_maskz_add_epi64(is_nonzero, SHR(product, (unsigned)cut), SHL(field, (unsigned)significand_bits));
    bits = _mm512_mask_add_epi64(bits, up, bits, SET64(1));

    // As the power is rounded up, the product's high word is too large by less than 1, if it is: enough to matter only half-way between
    // two values, on which side of it or whether on neither.
    __mmask8 unsettled = _mm512_cmpeq_epi64_mask(AND(product, SET64(2 * half - 1)), SET64(half));
    unsettled |= _mm512_cmpge_epu64_mask(field, SET64(infinite - 2));
    unsettled &= is_nonzero & (__mmask8)~numbers->irregular;
    *left = numbers->irregular;
    if (__builtin_expect(unsettled, 0)) {
        __mmask8 too_large;
        __m512i settled = settle(numbers, powers, significand_bits, exponent_bits, &too_large);
        bits = _mm512_mask_mov_epi64(bits, unsettled, settled);
        *left |= unsettled & too_large;
    }
    return _mm512_mask_or_epi64(bits, numbers->negative, bits, SET64(1ull << (significand_bits + exponent_bits)));
}

INLINE void store_doubles(double *numbers, __mmask8 lanes, __m512i bits) { _mm512_mask_storeu_epi64(numbers, lanes, bits); }

INLINE void store_floats(float *numbers, __mmask8 lanes, __m512i bits) { _mm512_mask_cvtepi64_storeu_epi32(numbers, lanes, bits); }

INLINE __mmask8 first_lanes(size_t count) { return (__mmask8)_bzhi_u32(0xff, (unsigned)(count < LANES ? count : LANES)); }

// Each step waits for its own results most of the time, so two vectors go through it one after the other.
#define DEFINE_READER(NAME, NUMBER, STORE_NUMBERS, SIGNIFICAND_BITS, EXPONENT_BITS)                                                     \
    TARGET struct ck_number_run NAME(                                                                                                   \
        const uint8_t *text, size_t size, size_t columns, size_t column, const uint64_t *power_of_ten, NUMBER *numbers,                 \
        size_t capacity, struct ck_left_number *left) {                                                                                 \
        struct tokens tokens;                                                                                                           \
        struct shapes shapes;                                                                                                           \
        find_tokens(&tokens, text, size, columns, column);                                                                              \
        size_t count = tokens.count = tokens.count < capacity ? tokens.count : capacity;                                                \
        struct ck_number_run run = {.count = (uint32_t)count};                                                                          \
        if (count == 0) return run;                                                                                                     \
        run.end = tokens.end[count - 1];                                                                                                \
        measure(&shapes, &tokens, text);                                                                                                \
        const struct powers powers = near_powers(power_of_ten);                                                                         \
        for (size_t i = 0; i < count; i += GROUPS * LANES) {                                                                            \
            struct numbers parts[GROUPS];                                                                                               \
            unsigned rest = 0;                                                                                                          \
            for (size_t k = 0; k < GROUPS; k++) take_digits(&parts[k], &shapes, text, i + k * LANES);                                   \
            for (size_t k = 0; k < GROUPS; k++) multiply(&parts[k], &shapes, i + k * LANES, &powers);                                   \
            for (size_t k = 0; k < GROUPS; k++) {                                                                                       \
                size_t first = i + k * LANES;                                                                                           \
                __mmask8 left_lanes, lanes = first_lanes(count > first ? count - first : 0);                                            \
                __m512i bits = nearest_bits(&parts[k], &powers, SIGNIFICAND_BITS, EXPONENT_BITS, &left_lanes);                          \
                STORE_NUMBERS(numbers + first, lanes, bits);                                                                            \
                rest |= (unsigned)(left_lanes & lanes) << k * LANES;                                                                    \
            }                                                                                                                           \
            for (; rest; rest &= rest - 1) {                                                                                            \
                size_t index = i + (size_t)__builtin_ctz(rest);                                                                         \
                if (run.left_count == CK_LEFT_PER_RUN) {                                                                                \
                    run.count = (uint32_t)index, run.end = tokens.end[index - 1];                                                       \
                    return run;                                                                                                         \
                }                                                                                                                       \
                left[run.left_count++] = (struct ck_left_number){                                                                       \
                    .index = (uint32_t)index, .previous_end = index ? tokens.end[index - 1] : 0,                                        \
                    .start = tokens.start_and_point[2 * index] / 2, .end = tokens.end[index]};                                          \
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
#pragma clang diagnostic ignored "-Wunused-parameter"

int32_t ck_can_read_numbers(void) { return 0; }

// For the linker; without the instructions nobody calls them.
struct ck_number_run ck_read_doubles(
    const uint8_t *text, size_t size, size_t columns, size_t column, const uint64_t *power_of_ten, double *numbers, size_t capacity,
    struct ck_left_number *left) {
    return (struct ck_number_run){0, 0, 0};
}

struct ck_number_run ck_read_floats(
    const uint8_t *text, size_t size, size_t columns, size_t column, const uint64_t *power_of_ten, float *numbers, size_t capacity,
    struct ck_left_number *left) {
    return (struct ck_number_run){0, 0, 0};
}

#endif
