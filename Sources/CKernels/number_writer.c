// Eight numbers a step by the method of TensorText's ShortestDecimal, where each quantity below has its explanation:
//
//   c 2^q / 10^e = integer + fraction;  half = 2^q / 2 on that scale;  no digit, or one more, round(10 fraction), follows the integer.
//
// 1. The power of ten is cut to 104 bits, so that three 52-bit multiply-adds give the product. The fraction then has 52 bits and falls
//    short by less than four units: a lane where that could matter is left to the reference, about one in 10^14 of random numbers.
// 2. The sixteen digits come from three halvings, with quotients by multiplication, on all lanes at once.
// 3. One byte permutation a number, chosen by exponent and sign, puts digits, point, sign and leading zeros into place; the
//    seventeenth digit, the exponent and the comma are stored over it.
// A step of one vector waits for its own results most of the time, so four are computed before their texts are stored.
#include "number_writer.h"

#if defined(__x86_64__)
#include <immintrin.h>
#include <string.h>

#define TARGET __attribute__((target("avx512f,avx512bw,avx512cd,avx512dq,avx512vl,avx512ifma,avx512vbmi")))
#define INLINE TARGET static inline __attribute__((always_inline))

enum { LANES = 8, GROUPS = 4, LOWEST_EXPONENT = -4, LAYOUTS = 20, MINUS = 16, ZERO, POINT };

// layouts[2 (exponent + 4) + sign][i]: which of 16 digits and the characters MINUS, ZERO, POINT behind them is byte i of the text.
static uint8_t layouts[2 * LAYOUTS][32];

__attribute__((constructor)) static void make_layouts(void) {
    for (int row = 0; row < 2 * LAYOUTS; row++) {
        int exponent = row / 2 + LOWEST_EXPONENT, length = 0, digit = 0;
        uint8_t *layout = layouts[row];
        if (row % 2) layout[length++] = MINUS;
        for (int place = exponent < 0 ? 0 : exponent; length < 32; place--) {
            layout[length++] = place > exponent || digit > 15 ? ZERO : (uint8_t)digit++;
            if (place == 0 && length < 32) layout[length++] = POINT;
        }
    }
}

// What is known of eight numbers once their digits are: the text of lane i is the layout of its digits, then `last` at `last_at`, then
// `tail` at `tail_at`, and ends at `length`.
struct texts {
    _Alignas(64) uint8_t digits[LANES][16];
    _Alignas(64) struct {
        uint16_t layout;
        uint8_t last, last_at, tail_at, length;
    } __attribute__((aligned(8))) place[LANES];
    _Alignas(64) uint64_t tail[LANES];
    __mmask8 left_over;
};

#define PLACE(layout, last, last_at, tail_at, length) \
    SET((layout) | (last) << 16 | (last_at) << 24 | (uint64_t)(tail_at) << 32 | (uint64_t)(length) << 40)
#define SET(x) _mm512_set1_epi64((long long)(x))
#define ADD _mm512_add_epi64
#define SUB _mm512_sub_epi64
#define OR _mm512_or_si512
#define AND _mm512_and_si512
#define SHL(x, n) _mm512_slli_epi64(x, n)
#define SHR(x, n) _mm512_srli_epi64(x, n)
// Whether low <= x < low + width, for each lane.
#define WITHIN(x, low, width) _mm512_cmplt_epu64_mask(SUB(x, SET(low)), SET(width))

// Eight digits a lane become bytes, the first one lowest: 8 -> 2x4 -> 4x2 -> 8x1.
INLINE __m512i eight_digits(__m512i x) {
    __m512i q = SHR(_mm512_mul_epu32(x, SET(109951163)), 40);
    x = OR(q, SHL(SUB(x, _mm512_mul_epu32(q, SET(10000))), 32));
    q = _mm512_srli_epi16(_mm512_mulhi_epu16(x, _mm512_set1_epi16(5243)), 3);
    x = OR(q, SHL(_mm512_sub_epi16(x, _mm512_mullo_epi16(q, _mm512_set1_epi16(100))), 16));
    q = _mm512_mulhi_epu16(x, _mm512_set1_epi16(6554));
    return OR(q, SHL(_mm512_sub_epi16(x, _mm512_mullo_epi16(q, _mm512_set1_epi16(10))), 8));
}

// `d.ddde-XX,` for the lanes of `scientific`, whose exponents have two digits.
INLINE __m512i exponent_tail(__mmask8 scientific, __m512i exponent) {
    __m512i size = _mm512_abs_epi64(exponent);
    __m512i tens = SHR(_mm512_mul_epu32(size, SET(103)), 10);
    __m512i ones = SUB(size, _mm512_mul_epu32(tens, SET(10)));
    __m512i digits = OR(SHL(tens, 16), SHL(ones, 24));
    __mmask8 negative = _mm512_movepi64_mask(exponent);
    __m512i sign = _mm512_mask_blend_epi64(negative, SET('+' << 8), SET('-' << 8));
    __m512i tail = ADD(OR(digits, sign), SET('e' | '0' << 16 | (uint64_t)'0' << 24 | (uint64_t)',' << 32));
    return _mm512_mask_blend_epi64(scientific, SET(','), tail);
}

// The powers of ten that numbers of ordinary size need, by word: from these a permutation picks in a fraction of a gather's time.
struct powers {
    const uint64_t *power_of_ten;
    int first;
    __m512i high[2], low[2];
};

enum { NEAR_POWERS = 16 };

INLINE struct powers near_powers(const uint64_t *power_of_ten, int first) {
    struct powers powers = {.power_of_ten = power_of_ten, .first = first};
    const __m512i even = _mm512_setr_epi64(0, 2, 4, 6, 8, 10, 12, 14), odd = ADD(even, SET(1));
    for (int i = 0; i < 2; i++) {
        const uint64_t *words = power_of_ten + 2 * (first + 8 * i);
        __m512i a = _mm512_loadu_si512(words), b = _mm512_loadu_si512(words + 8);
        powers.low[i] = _mm512_permutex2var_epi64(a, even, b);
        powers.high[i] = _mm512_permutex2var_epi64(a, odd, b);
    }
    return powers;
}

INLINE void look_up(const struct powers *powers, __m512i n, __m512i *high, __m512i *low) {
    __m512i index = SUB(n, SET(powers->first));
    if (__builtin_expect(WITHIN(index, 0, NEAR_POWERS) == 0xff, 1)) {
        *high = _mm512_permutex2var_epi64(powers->high[0], index, powers->high[1]);
        *low = _mm512_permutex2var_epi64(powers->low[0], index, powers->low[1]);
    } else {
        *high = _mm512_i64gather_epi64(SHL(n, 1), powers->power_of_ten + 1, 8);
        *low = _mm512_i64gather_epi64(SHL(n, 1), powers->power_of_ten, 8);
    }
}

// `field` and `fraction_bits` are the parts of the numbers, the latter moved to 52 bits; a number is (2^52 + fraction_bits) 2^(field -
// offset - spare), where spare is 0 for double and 29 for float.
INLINE void compute(
    struct texts *texts, __m512i field, __m512i fraction_bits, __mmask8 negative, int offset, int spare, const struct powers *powers) {
    const __m512i low52 = SET((1ull << 52) - 1);
    __mmask8 is_power_of_two = _mm512_testn_epi64_mask(fraction_bits, fraction_bits);
    __mmask8 is_zero = _mm512_mask_testn_epi64_mask(is_power_of_two, field, field);
    __mmask8 is_normal = WITHIN(field, 1, spare ? 254 : 2046);

    // 1. The product: ten_high:ten_low are 104 bits of 10^-e.
    __m512i q = SUB(field, SET(offset));
    __m512i minus_e = SUB(SET(-1), _mm512_srai_epi64(_mm512_mul_epi32(q, SET(315653)), 20));
    __m512i high, low;
    look_up(powers, minus_e, &high, &low);
    __m512i ten_high = SHR(high, 12), ten_low = AND(OR(SHL(high, 40), SHR(low, 24)), low52);
    __m512i middle = _mm512_madd52lo_epu64(_mm512_madd52hi_epu64(ten_low, fraction_bits, ten_low), fraction_bits, ten_high);
    __m512i top = ADD(_mm512_madd52hi_epu64(ten_high, fraction_bits, ten_high), SHR(middle, 52));
    middle = AND(middle, low52);
    __m512i down_by = SUB(SET(-1), ADD(q, _mm512_srai_epi64(_mm512_mul_epi32(minus_e, SET(217707)), 16)));  // 0...3
    __m512i shift = ADD(down_by, SET(spare));
    __m512i integer = _mm512_srlv_epi64(top, shift);
    __m512i fraction = AND(OR(_mm512_sllv_epi64(top, SUB(SET(52), shift)), _mm512_srlv_epi64(middle, shift)), low52);
    __m512i half = SHR(_mm512_srlv_epi64(ten_high, down_by), 1);

    // The interval reaches half as far below a power of two.
    __m512i half_below = _mm512_mask_srli_epi64(half, is_power_of_two, half, 1);
    __m512i above = ADD(fraction, half);
    __m512i tenfold = ADD(ADD(SHL(fraction, 3), SHL(fraction, 1)), SET(1ull << 51));
    __mmask8 down = _mm512_cmplt_epu64_mask(fraction, half_below);
    __mmask8 up = _mm512_cmpgt_epu64_mask(above, low52);
    __mmask8 no_digit = down | up;
    __mmask8 unsure = WITHIN(SUB(fraction, half_below), -6, 9) | WITHIN(above, (1ull << 52) - 8, 9);
    unsure |= _mm512_mask_cmplt_epu64_mask((__mmask8)~no_digit, AND(ADD(tenfold, SET(44)), low52), SET(48));
    unsure |= is_power_of_two & (__mmask8)~no_digit;

    // 2. Sixteen digits and one.
    integer = _mm512_mask_add_epi64(integer, up, integer, SET(1));
    __m512i digit = _mm512_maskz_srli_epi64((__mmask8)~no_digit, tenfold, 52);
    __m512i with_digit = ADD(ADD(SHL(integer, 3), SHL(integer, 1)), digit);
    __m512i leading, last, exponent = SUB(SET(15), minus_e);
    if (spare) {
        __mmask8 below7 = _mm512_cmplt_epu64_mask(with_digit, SET(10000000));
        __mmask8 below8 = _mm512_cmplt_epu64_mask(with_digit, SET(100000000));
        __m512i scale = _mm512_mask_blend_epi64(below8, SET(10000000), SET(100000000));
        scale = _mm512_mask_blend_epi64(below7, scale, SET(1000000000));
        leading = _mm512_mul_epu32(with_digit, scale);
        last = _mm512_setzero_si512();
        exponent = SUB(exponent, SET(8));
        exponent = _mm512_mask_sub_epi64(exponent, below8, exponent, SET(1));
        exponent = _mm512_mask_sub_epi64(exponent, below7, exponent, SET(1));
    } else {
        __mmask8 is_short = _mm512_cmplt_epu64_mask(integer, SET(1000000000000000));
        leading = _mm512_mask_blend_epi64(is_short, integer, with_digit);
        last = _mm512_mask_mov_epi64(digit, is_short, _mm512_setzero_si512());
        exponent = _mm512_mask_sub_epi64(exponent, is_short, exponent, SET(1));
    }
    leading = _mm512_mask_mov_epi64(leading, is_zero, _mm512_setzero_si512());
    last = _mm512_mask_mov_epi64(last, is_zero, _mm512_setzero_si512());
    exponent = _mm512_mask_mov_epi64(exponent, is_zero, _mm512_setzero_si512());

    // 10^8 = 2^8 390625, and 2^70/390625 rounded up is right for the 46 bits that stand there.
    __m512i front = SHR(_mm512_madd52hi_epu64(_mm512_setzero_si512(), SHR(leading, 8), SET(3022314549036573)), 18);
    __m512i back = eight_digits(SUB(leading, _mm512_mul_epu32(front, SET(100000000))));
    front = eight_digits(front);

    // 3. The places.
    __mmask8 has_last = _mm512_test_epi64_mask(last, last);
    __m512i end = _mm512_mask_or_epi64(back, has_last, back, SET(1ull << 63));
    __mmask8 has_back = _mm512_test_epi64_mask(end, end);
    __m512i digits = _mm512_mask_blend_epi64(has_back, SET(8), SET(16));
    digits = _mm512_mask_add_epi64(digits, has_last, digits, SET(1));
    digits = SUB(digits, SHR(_mm512_lzcnt_epi64(_mm512_mask_blend_epi64(has_back, front, end)), 3));

    __mmask8 scientific = (__mmask8)~WITHIN(exponent, LOWEST_EXPONENT, LAYOUTS);
    __mmask8 wide = (__mmask8)~WITHIN(exponent, -99, 199);
    __m512i place = _mm512_mask_mov_epi64(exponent, scientific, _mm512_setzero_si512());
    __m512i before = _mm512_max_epi64(SET(1), SUB(SET(1), place));
    __m512i tail_at = _mm512_max_epi64(ADD(digits, before), ADD(place, SET(3)));
    __m512i tail = SET(','), rest = PLACE(-LOWEST_EXPONENT * 64, '0', 16, 0, 1);
    if (scientific) {
        // A single digit goes without its point.
        __m512i bare = _mm512_mask_add_epi64(digits, _mm512_cmpneq_epi64_mask(digits, SET(1)), digits, SET(1));
        tail_at = _mm512_mask_mov_epi64(tail_at, scientific, bare);
        tail = exponent_tail(scientific, exponent);
        rest = _mm512_mask_add_epi64(rest, scientific, rest, PLACE(0, 0, 0, 0, 4));
    }
    rest = _mm512_mask_add_epi64(rest, negative, rest, PLACE(32, 0, 1, 1, 1));
    rest = ADD(ADD(rest, SHL(place, 6)), ADD(SHL(last, 16), SHL(before, 24)));
    rest = ADD(rest, ADD(SHL(tail_at, 32), SHL(tail_at, 40)));

    const __m512i zeros = _mm512_set1_epi8('0');
    front = OR(front, zeros), back = OR(back, zeros);
    // Two words of one number side by side; the numbers' order becomes 0 2 4 6 1 3 5 7 in memory, see `digits_of`.
    _mm512_store_si512(&texts->digits[0], _mm512_unpacklo_epi64(front, back));
    _mm512_store_si512(&texts->digits[4], _mm512_unpackhi_epi64(front, back));
    _mm512_store_si512(&texts->place, rest);
    _mm512_store_si512(&texts->tail, tail);
    texts->left_over = (__mmask8)~is_zero & ((__mmask8)~is_normal | unsure | wide);
}

INLINE void compute_doubles(struct texts *texts, const double *numbers, const struct powers *powers) {
    __m512i bits = _mm512_loadu_si512(numbers);
    __m512i field = AND(SHR(bits, 52), SET(0x7ff)), fraction = AND(bits, SET((1ull << 52) - 1));
    compute(texts, field, fraction, _mm512_movepi64_mask(bits), 1075, 0, powers);
}

INLINE void compute_floats(struct texts *texts, const float *numbers, const struct powers *powers) {
    __m512i bits = _mm512_cvtepu32_epi64(_mm256_loadu_si256((const __m256i *)numbers));
    __m512i field = AND(SHR(bits, 23), SET(0xff)), fraction = SHL(AND(bits, SET((1 << 23) - 1)), 29);
    compute(texts, field, fraction, _mm512_test_epi64_mask(bits, SET(1ull << 31)), 150, 29, powers);
}

INLINE char *store_text(char *text, const struct texts *texts, size_t lane) {
    const __m256i characters = _mm256_setr_epi8(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, '-', '0', '.', 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
    __m128i digits = _mm_load_si128((const __m128i *)texts->digits[lane / 2 + lane % 2 * 4]);
    __m256i layout = _mm256_loadu_si256((const __m256i *)((const uint8_t *)layouts + texts->place[lane].layout));
    _mm256_storeu_si256((__m256i *)text, _mm256_permutexvar_epi8(layout, _mm256_inserti128_si256(characters, digits, 0)));
    text[texts->place[lane].last_at] = (char)texts->place[lane].last;
    memcpy(text + texts->place[lane].tail_at, &texts->tail[lane], 8);
    return text + texts->place[lane].length;
}

#define DEFINE_WRITER(NAME, NUMBER, COMPUTE, SCALAR, FIRST_POWER)                                                                       \
    TARGET size_t NAME(                                                                                                                 \
        const NUMBER *numbers, size_t count, size_t columns, size_t column, char *text,                                                 \
        const struct ck_number_reference *reference) {                                                                                  \
        const struct powers powers = near_powers(reference->power_of_ten, FIRST_POWER);                                                 \
        struct texts texts[GROUPS];                                                                                                     \
        NUMBER padded[GROUPS * LANES];                                                                                                  \
        size_t left = columns - column;                                                                                                 \
        const char *start = text;                                                                                                       \
        for (size_t done = 0; done < count; done += GROUPS * LANES) {                                                                   \
            const NUMBER *block = numbers + done;                                                                                       \
            size_t size = count - done;                                                                                                 \
            if (size < GROUPS * LANES) {                                                                                                \
                memset(padded, 0, sizeof padded);                                                                                       \
                block = memcpy(padded, block, size * sizeof *block);                                                                    \
            }                                                                                                                           \
            for (size_t group = 0; group < GROUPS; group++)                                                                             \
                COMPUTE(&texts[group], block + group * LANES, &powers);                                                                 \
            for (size_t group = 0; group < GROUPS; group++, block += LANES) {                                                           \
                if (size >= (group + 1) * LANES && left > LANES && texts[group].left_over == 0) {                                       \
                    for (size_t lane = 0; lane < LANES; lane++) text = store_text(text, &texts[group], lane);                           \
                    left -= LANES;                                                                                                      \
                    continue;                                                                                                           \
                }                                                                                                                       \
                for (size_t lane = 0; lane < LANES && group * LANES + lane < size; lane++) {                                            \
                    if (texts[group].left_over >> lane & 1) {                                                                           \
                        text += reference->SCALAR(block[lane], text);                                                                   \
                        *text++ = ',';                                                                                                  \
                    } else {                                                                                                            \
                        text = store_text(text, &texts[group], lane);                                                                   \
                    }                                                                                                                   \
                    if (--left == 0) {                                                                                                  \
                        memcpy(text - 1, "],[", 3);                                                                                     \
                        text += 2;                                                                                                      \
                        left = columns;                                                                                                 \
                    }                                                                                                                   \
                }                                                                                                                       \
            }                                                                                                                           \
        }                                                                                                                               \
        return (size_t)(text - start);                                                                                                  \
    }

DEFINE_WRITER(ck_write_doubles, double, compute_doubles, write_double, 9)
DEFINE_WRITER(ck_write_floats, float, compute_floats, write_float, 1)

int32_t ck_can_write_numbers(void) {
    return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512cd")
        && __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512ifma")
        && __builtin_cpu_supports("avx512vbmi");
}

#else
#pragma clang diagnostic ignored "-Wunused-parameter"

int32_t ck_can_write_numbers(void) { return 0; }

// For the linker; without the instructions nobody calls them.
size_t ck_write_doubles(
    const double *numbers, size_t count, size_t columns, size_t column, char *text, const struct ck_number_reference *reference) {
    return 0;
}

size_t ck_write_floats(
    const float *numbers, size_t count, size_t columns, size_t column, char *text, const struct ck_number_reference *reference) {
    return 0;
}

#endif
