// Eight numbers a step by the method of TensorText's ShortestDecimal, where each quantity below has its explanation:
//
//   c 2^q / 10^e = integer + fraction;  half = 2^q / 2 on that scale;  no digit, or one more, round(10 fraction), follows the integer.
//
// 1. The power of ten is cut to 104 bits, so that three 52-bit multiply-adds give the product. The fraction then has 52 bits and falls
//    short by less than four units: a lane where that could matter is left to the reference, about one in 10^14 of random numbers.
// 2. So are subnormal numbers, powers of two that need the digit, and what is no number.
// 3. Sixteen digits are halved to pairs, with quotients by multiplication, on all lanes at once; tables give the pairs' characters. One
//    byte permutation a number, chosen by exponent and sign, puts digits, point, sign and leading zeros into place; the seventeenth digit,
//    the exponent and the comma are stored over it.
// Each step waits for its own results most of the time. So two vectors go through it one after the other, and between the steps a third
// of the texts before them is stored: this keeps the units busy that the step leaves idle.
#include "number_writer.h"

#if defined(__x86_64__)
#include <immintrin.h>
#include <string.h>

#define TARGET __attribute__((target("avx512f,avx512bw,avx512cd,avx512dq,avx512vl,avx512ifma,avx512vbmi,avx512vbmi2")))
#define INLINE TARGET static inline __attribute__((always_inline))

enum { LANES = 8, GROUPS = 2, BLOCK = GROUPS * LANES, LOWEST_EXPONENT = -4, LAYOUTS = 20, MINUS = 16, ZERO, POINT };

// layouts[2 (exponent + 4) + sign][i]: which of 16 digits and the characters MINUS, ZERO, POINT behind them is byte i of the text.
static uint8_t layouts[2 * LAYOUTS][32];

// Of each pair of digits, 0...99: the characters, and a byte with as many zero bits above its highest one as 4 times the zeros that the
// pair ends with.
static _Alignas(64) uint8_t tens[128], ones[128], ends[128];

__attribute__((constructor)) static void make_tables(void) {
    for (int row = 0; row < 2 * LAYOUTS; row++) {
        int exponent = row / 2 + LOWEST_EXPONENT, length = 0, digit = 0;
        uint8_t *layout = layouts[row];
        if (row % 2) layout[length++] = MINUS;
        for (int place = exponent < 0 ? 0 : exponent; length < 32; place--) {
            layout[length++] = place > exponent || digit > 15 ? ZERO : (uint8_t)digit++;
            if (place == 0 && length < 32) layout[length++] = POINT;
        }
    }
    for (int pair = 0; pair < 100; pair++) {
        tens[pair] = (uint8_t)('0' + pair / 10), ones[pair] = (uint8_t)('0' + pair % 10);
        ends[pair] = pair == 0 ? 0 : pair % 10 == 0 ? 1 << 3 : 1 << 7;
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

// `e-XX,` for the lanes of `scientific`, or `e-XXX,` for those of `wide`.
INLINE __m512i exponent_tail(__mmask8 scientific, __mmask8 wide, __m512i exponent) {
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

// MARK: Eight numbers

// What is known of eight numbers on the way. A number is (2^52 + fraction_bits) 2^(field - offset - spare), where `spare` is 0 for double
// and 29 for float, whose significands are moved up so far.
struct numbers {
    __m512i field, fraction_bits;
    __mmask8 negative, is_zero, left_over;
    // After step 1: c 2^q / 10^e and half an interval.
    __m512i minus_e, integer, fraction, half;
    // After step 2: the number is d.ddd... 10^exponent, with 16 digits in `leading` and one in `last`; 0 for zero.
    __m512i leading, last, exponent;
};

// 1. The product: ten_high:ten_low are 104 bits of 10^-e.
INLINE void scale(struct numbers *numbers, int offset, int spare, const struct powers *powers) {
    const __m512i fraction_bits = numbers->fraction_bits;
    __mmask8 is_special = (__mmask8)~WITHIN(numbers->field, 1, spare ? 254 : 2046);
    numbers->is_zero = 0;
    numbers->left_over = is_special;
    if (__builtin_expect(is_special, 0)) {
        numbers->is_zero = _mm512_testn_epi64_mask(OR(numbers->field, fraction_bits), SET(-1));
        numbers->left_over = is_special & (__mmask8)~numbers->is_zero;
        // Any number will do, as long as its power is near.
        numbers->field = _mm512_mask_mov_epi64(numbers->field, numbers->is_zero, SET(offset - 52 + spare));
    }
    __m512i q = SUB(numbers->field, SET(offset));
    __m512i minus_e = SUB(SET(-1), _mm512_srai_epi64(_mm512_mul_epi32(q, SET(315653)), 20));
    __m512i ten_high, ten_low;
    look_up(powers, minus_e, &ten_high, &ten_low);
    __m512i middle = _mm512_madd52lo_epu64(_mm512_madd52hi_epu64(ten_low, fraction_bits, ten_low), fraction_bits, ten_high);
    __m512i top = ADD(_mm512_madd52hi_epu64(ten_high, fraction_bits, ten_high), SHR(middle, 52));
    __m512i down_by = SUB(_mm512_setzero_si512(), ADD(q, _mm512_srai_epi64(_mm512_mul_epi32(minus_e, SET(217707)), 16)));  // 1...4
    __m512i shift = ADD(down_by, SET(spare - 1));
    numbers->minus_e = minus_e;
    numbers->integer = _mm512_srlv_epi64(top, shift);
    numbers->fraction = SHR(_mm512_shrdv_epi64(SHL(middle, 12), top, shift), 12);
    numbers->half = _mm512_srlv_epi64(ten_high, down_by);
}

// 2. The shortest digits in the interval.
INLINE void shorten(struct numbers *numbers, int spare) {
    const __m512i low52 = SET((1ull << 52) - 1), ten = SET(10);
    __m512i fraction = numbers->fraction, half = numbers->half;
    // The interval reaches half as far below a power of two.
    __mmask8 is_power_of_two = _mm512_testn_epi64_mask(numbers->fraction_bits, numbers->fraction_bits);
    __m512i half_below = _mm512_mask_srli_epi64(half, is_power_of_two, half, 1);
    __m512i above = ADD(fraction, half);
    __m512i tenfold = ADD(_mm512_mullo_epi64(fraction, ten), SET(1ull << 51));
    __mmask8 down = _mm512_cmplt_epu64_mask(fraction, half_below);
    __mmask8 up = _mm512_cmpgt_epu64_mask(above, low52);
    __mmask8 at_lower = WITHIN(SUB(fraction, half_below), -6, 9), at_upper = WITHIN(above, (1ull << 52) - 8, 9);
    __mmask8 at_digit = _mm512_mask_cmplt_epu64_mask((__mmask8)~(down | up), AND(ADD(tenfold, SET(44)), low52), SET(48));
    __mmask8 unsure = at_lower | at_upper | at_digit;
    if (__builtin_expect(unsure, 0)) {
        // Times these powers nothing was cut off, and an interval never ends at an integer. Half-way between two digits are 1/4, where the
        // even one is the lower, and 3/4.
        __mmask8 is_exact = WITHIN(numbers->minus_e, 0, 20);
        __mmask8 is_tie = is_exact & _mm512_cmpeq_epi64_mask(fraction, SET(1ull << 50));
        tenfold = _mm512_mask_sub_epi64(tenfold, is_tie, tenfold, SET(1ull << 52));
        // Divided by 10^e, 0 < e < 18, the ends of intervals are multiples of 5^-e / 4, which is more than what was cut off can be: those
        // that are so near to an integer are there, and belong to an even significand. No digit is half-way, as 2^q is whole.
        __mmask8 is_quotient = WITHIN(numbers->minus_e, -17, 17) & (__mmask8)~is_power_of_two;
        __mmask8 is_even = _mm512_testn_epi64_mask(numbers->fraction_bits, SET(1ull << spare));
        __mmask8 is_end = is_quotient & at_lower, is_upper_end = is_quotient & at_upper;
        down = (down & (__mmask8)~is_end) | (is_end & is_even), up = (up & (__mmask8)~is_upper_end) | (is_upper_end & is_even);
        unsure &= (__mmask8)~(is_exact | is_quotient);
    }
    __mmask8 no_digit = down | up;
    numbers->left_over |= unsure | (is_power_of_two & (__mmask8)~no_digit);

    __m512i integer = _mm512_mask_add_epi64(numbers->integer, up, numbers->integer, SET(1));
    __m512i digit = _mm512_maskz_srli_epi64((__mmask8)~no_digit, tenfold, 52);
    __m512i with_digit = ADD(_mm512_mullo_epi64(integer, ten), digit);
    __m512i leading, last, exponent;
    if (spare) {
        __mmask8 below7 = _mm512_cmplt_epu64_mask(with_digit, SET(10000000));
        __mmask8 below8 = _mm512_cmplt_epu64_mask(with_digit, SET(100000000));
        __m512i scale = _mm512_mask_blend_epi64(below8, SET(10000000), SET(100000000));
        scale = _mm512_mask_blend_epi64(below7, scale, SET(1000000000));
        leading = _mm512_mul_epu32(with_digit, scale);
        last = _mm512_setzero_si512();
        exponent = SUB(SET(7), numbers->minus_e);
        exponent = _mm512_mask_sub_epi64(exponent, below8, exponent, SET(1));
        exponent = _mm512_mask_sub_epi64(exponent, below7, exponent, SET(1));
    } else {
        __mmask8 is_short = _mm512_cmplt_epu64_mask(integer, SET(1000000000000000));
        leading = _mm512_mask_blend_epi64(is_short, integer, with_digit);
        last = _mm512_maskz_mov_epi64((__mmask8)~is_short, digit);
        exponent = SUB(SET(15), numbers->minus_e);
        exponent = _mm512_mask_sub_epi64(exponent, is_short, exponent, SET(1));
    }
    if (__builtin_expect(numbers->is_zero, 0)) {
        __mmask8 is_not_zero = (__mmask8)~numbers->is_zero;
        leading = _mm512_maskz_mov_epi64(is_not_zero, leading);
        last = _mm512_maskz_mov_epi64(is_not_zero, last);
        exponent = _mm512_maskz_mov_epi64(is_not_zero, exponent);
        numbers->left_over &= is_not_zero;
    }
    numbers->leading = leading, numbers->last = last, numbers->exponent = exponent;
}

// 3. The characters and their places.
INLINE void lay_out(struct texts *texts, const struct numbers *numbers) {
    __m512i pairs = digit_pairs(numbers->leading), last = numbers->last, exponent = numbers->exponent;
    __m512i first = look_up_pairs(tens, pairs), second = look_up_pairs(ones, pairs);
    // The characters of one number side by side; the numbers' order becomes 0 2 4 6 1 3 5 7 in memory, see `store_text`.
    _mm512_store_si512(&texts->digits[0], _mm512_unpacklo_epi8(first, second));
    _mm512_store_si512(&texts->digits[4], _mm512_unpackhi_epi8(first, second));

    // 16 digits less these zeros are written; with a last one, 17.
    __mmask8 has_last = _mm512_test_epi64_mask(last, last);
    __m512i zeros = SHR(_mm512_lzcnt_epi64(look_up_pairs(ends, pairs)), 2);
    zeros = _mm512_mask_mov_epi64(zeros, has_last, SET(-1));
    __m512i rest = _mm512_mask_blend_epi64(
        numbers->negative, PLACE(-LOWEST_EXPONENT * 64, '0', 0, 0, 1), PLACE(-LOWEST_EXPONENT * 64 + 32, '0', 1, 1, 2));
    __m512i place = exponent, tail = SET(','), tail_at;
    __mmask8 scientific = (__mmask8)~WITHIN(exponent, LOWEST_EXPONENT, LAYOUTS);
    if (scientific) {
        __mmask8 wide = scientific & (__mmask8)~WITHIN(exponent, -99, 199);
        tail = exponent_tail(scientific, wide, exponent);
        rest = _mm512_mask_add_epi64(rest, scientific, rest, PLACE(0, 0, 0, 0, 4));
        rest = _mm512_mask_add_epi64(rest, wide, rest, PLACE(0, 0, 0, 0, 1));
        place = _mm512_mask_mov_epi64(place, scientific, _mm512_setzero_si512());
        // A single digit goes without its point.
        __mmask8 is_single = scientific & _mm512_cmpeq_epi64_mask(zeros, SET(15));
        zeros = _mm512_mask_mov_epi64(zeros, is_single, SET(16));
    }
    // Positional numbers have a digit behind the point.
    tail_at = SUB(_mm512_max_epi64(SET(17), SUB(SET(17), place)), zeros);
    tail_at = _mm512_mask_max_epi64(tail_at, (__mmask8)~scientific, tail_at, ADD(place, SET(3)));
    // `last_at`, too, is where the tail will be stored over it, or one before where there is a last digit.
    rest = ADD(ADD(rest, SHL(_mm512_mul_epu32(tail_at, SET(0x10101)), 24)), ADD(SHL(place, 6), SHL(last, 16)));
    rest = _mm512_mask_sub_epi64(rest, has_last, rest, PLACE(0, 0, 1, 0, 0));
    _mm512_store_si512(&texts->place, rest);
    _mm512_store_si512(&texts->tail, tail);
    texts->left_over = numbers->left_over;
}

INLINE void take_doubles(struct numbers *numbers, const double *values) {
    __m512i bits = _mm512_loadu_si512(values);
    numbers->field = AND(SHR(bits, 52), SET(0x7ff)), numbers->fraction_bits = AND(bits, SET((1ull << 52) - 1));
    numbers->negative = _mm512_movepi64_mask(bits);
}

INLINE void take_floats(struct numbers *numbers, const float *values) {
    __m512i bits = _mm512_cvtepu32_epi64(_mm256_loadu_si256((const __m256i *)values));
    numbers->field = AND(SHR(bits, 23), SET(0xff)), numbers->fraction_bits = SHL(AND(bits, SET((1 << 23) - 1)), 29);
    numbers->negative = _mm512_test_epi64_mask(bits, SET(1ull << 31));
}

INLINE char *store_text(char *text, const struct texts *texts, size_t lane) {
    const __m256i characters = _mm256_setr_epi64x(0, 0, '-' | '0' << 8 | '.' << 16, 0);
    __m128i digits = _mm_load_si128((const __m128i *)texts->digits[lane / 2 + lane % 2 * 4]);
    __m256i layout = _mm256_loadu_si256((const __m256i *)((const uint8_t *)layouts + texts->place[lane].layout));
    _mm256_storeu_si256((__m256i *)text, _mm256_permutexvar_epi8(layout, _mm256_inserti128_si256(characters, digits, 0)));
    text[texts->place[lane].last_at] = (char)texts->place[lane].last;
    memcpy(text + texts->place[lane].tail_at, &texts->tail[lane], 8);
    return text + texts->place[lane].length;
}

// MARK: Runs

// Numbers whose texts are ready to be stored, `size` of them from `values` on.
struct block {
    struct texts texts[GROUPS];
    const void *values;
    size_t size;
};

struct output {
    char *text;
    // Numbers to come in this row, and in each.
    size_t left, columns;
    const struct ck_number_reference *reference;
};

typedef size_t write_left_over(const struct output *output, const void *values, size_t index);

static size_t write_left_double(const struct output *output, const void *values, size_t index) {
    return output->reference->write_double(((const double *)values)[index], output->text);
}

static size_t write_left_float(const struct output *output, const void *values, size_t index) {
    return output->reference->write_float(((const float *)values)[index], output->text);
}

// Stores a part of a block, which may hold what is left to the reference, the ends of rows and of the run.
TARGET __attribute__((noinline)) static void store_any(
    struct output *output, const struct block *block, size_t from, size_t to, write_left_over *write) {
    for (size_t i = from; i < to && i < block->size; i++) {
        const struct texts *texts = &block->texts[i / LANES];
        if (texts->left_over >> i % LANES & 1) {
            output->text += write(output, block->values, i);
            *output->text++ = ',';
        } else {
            output->text = store_text(output->text, texts, i % LANES);
        }
        if (--output->left == 0) {
            memcpy(output->text - 1, "],[", 3);
            output->text += 2;
            output->left = output->columns;
        }
    }
}

INLINE void store_part(
    struct output *output, const struct block *block, size_t from, size_t to, int is_plain, write_left_over *write) {
    if (__builtin_expect(!is_plain, 0)) {
        store_any(output, block, from, to, write);
        return;
    }
    char *text = output->text;
    for (size_t i = from; i < to; i++) text = store_text(text, &block->texts[i / LANES], i % LANES);
    output->text = text;
    output->left -= to - from;
}

// Whether texts can be stored one after the other: the whole block is numbers within a row.
INLINE int is_plain(const struct output *output, const struct block *block) {
    uint32_t left_over = 0;
    for (size_t group = 0; group < GROUPS; group++) left_over |= block->texts[group].left_over;
    return block->size == BLOCK && output->left > BLOCK && left_over == 0;
}

#define DEFINE_WRITER(NAME, NUMBER, TAKE, OFFSET, SPARE, FIRST_POWER, WRITE_LEFT_OVER)                                                  \
    TARGET size_t NAME(                                                                                                                 \
        const NUMBER *numbers, size_t count, size_t columns, size_t column, char *text,                                                 \
        const struct ck_number_reference *reference) {                                                                                  \
        const struct powers powers = near_powers(reference->power_of_ten, FIRST_POWER);                                                 \
        struct output output = {.text = text, .left = columns - column, .columns = columns, .reference = reference};                    \
        struct numbers parts[GROUPS];                                                                                                   \
        struct block blocks[2], *block = &blocks[0], *previous = &blocks[1];                                                            \
        NUMBER padded[BLOCK] = {0};                                                                                                     \
        previous->size = 0;                                                                                                             \
        for (size_t done = 0; done < count; done += BLOCK) {                                                                            \
            const NUMBER *values = numbers + done;                                                                                      \
            block->size = count - done < BLOCK ? count - done : BLOCK;                                                                  \
            block->values = values;                                                                                                     \
            if (block->size < BLOCK) values = memcpy(padded, values, block->size * sizeof *values);                                     \
            int plain = previous->size > 0 && is_plain(&output, previous);                                                              \
            for (size_t group = 0; group < GROUPS; group++) {                                                                           \
                TAKE(&parts[group], values + group * LANES);                                                                            \
                scale(&parts[group], OFFSET, SPARE, &powers);                                                                           \
            }                                                                                                                           \
            store_part(&output, previous, 0, 5, plain, WRITE_LEFT_OVER);                                                                \
            for (size_t group = 0; group < GROUPS; group++) shorten(&parts[group], SPARE);                                              \
            store_part(&output, previous, 5, 11, plain, WRITE_LEFT_OVER);                                                               \
            for (size_t group = 0; group < GROUPS; group++) lay_out(&block->texts[group], &parts[group]);                               \
            store_part(&output, previous, 11, BLOCK, plain, WRITE_LEFT_OVER);                                                           \
            struct block *free = previous;                                                                                              \
            previous = block, block = free;                                                                                             \
        }                                                                                                                               \
        store_any(&output, previous, 0, BLOCK, WRITE_LEFT_OVER);                                                                        \
        return (size_t)(output.text - text);                                                                                            \
    }

DEFINE_WRITER(ck_write_doubles, double, take_doubles, 1075, 0, 9, write_left_double)
DEFINE_WRITER(ck_write_floats, float, take_floats, 150, 29, 1, write_left_float)

int32_t ck_can_write_numbers(void) {
    return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512cd")
        && __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512ifma")
        && __builtin_cpu_supports("avx512vbmi") && __builtin_cpu_supports("avx512vbmi2");
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
