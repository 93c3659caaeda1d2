// From eight numbers to the characters of their texts and the places of these: steps 1 to 3 of `number_writer.c`.
#include "number_digits.h"

// What is known of eight numbers once their digits are: the text of lane i is the layout of its 16 digits and of the last one with the
// characters that are no digits, then `tail` at `tail_at`, and ends at `length`.
struct texts {
    _Alignas(64) uint8_t digits[LANES][16];
    // One more, since two at a time are loaded.
    _Alignas(64) uint64_t last_and_others[LANES + 1];
    _Alignas(64) struct {
        uint16_t layout;
        uint8_t tail_at, length;
    } __attribute__((aligned(8))) place[LANES];
    _Alignas(64) uint64_t tail[LANES];
    __mmask8 left_over;
};

#define PLACE(layout, tail_at, length) SET((layout) | (tail_at) << 16 | (length) << 24)

// MARK: Numbers

// What is known of eight numbers on the way. A number is (2^52 + fraction_bits) 2^(field - offset - spare), where `spare` is 0 for double
// and 29 for float, whose significands are moved up so far; a subnormal one goes without the 2^52.
struct numbers {
    __m512i field, fraction_bits;
    __mmask8 negative, is_subnormal_or_zero, left_over;
    // After step 1: c 2^q / 10^e and half an interval.
    __m512i minus_e, integer, fraction, half;
    // After step 2: the number is d.ddd... 10^exponent, with 16 digits in `leading` and one in `last`; 0 for zero.
    __m512i leading, last, exponent;
};

// A product of 104 bits: `top` has the whole part's bits and `shift` more, which with the 52 lower ones of `middle` are the fraction.
INLINE void split_product(struct numbers *numbers, __mmask8 lanes, __m512i top, __m512i middle, __m512i shift) {
    numbers->integer = _mm512_mask_srlv_epi64(numbers->integer, lanes, top, shift);
    __m512i fraction = SHR(_mm512_shrdv_epi64(SHL(middle, 12), top, shift), 12);
    numbers->fraction = _mm512_mask_mov_epi64(numbers->fraction, lanes, fraction);
}

// 1. The product: ten_high:ten_low are 104 bits of 10^-e.
INLINE void scale(struct numbers *numbers, int offset, int spare, const struct powers *powers) {
    const __m512i fraction_bits = numbers->fraction_bits;
    __mmask8 is_special = (__mmask8)~WITHIN(numbers->field, 1, spare ? 254 : 2046);
    numbers->is_subnormal_or_zero = 0;
    numbers->left_over = is_special;
    if (__builtin_expect(is_special, 0)) {
        numbers->is_subnormal_or_zero = _mm512_testn_epi64_mask(numbers->field, numbers->field);
        numbers->left_over = is_special & (__mmask8)~numbers->is_subnormal_or_zero;
        // A subnormal number has the exponent of field 1. For zero any will do, as long as its power is near.
        __mmask8 is_zero = _mm512_mask_testn_epi64_mask(numbers->is_subnormal_or_zero, fraction_bits, fraction_bits);
        numbers->field = _mm512_mask_mov_epi64(numbers->field, numbers->is_subnormal_or_zero, SET(1));
        numbers->field = _mm512_mask_mov_epi64(numbers->field, is_zero, SET(offset - 52 + spare));
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
    split_product(numbers, 0xff, top, middle, shift);
    if (__builtin_expect(numbers->is_subnormal_or_zero, 0)) {
        const __m512i none = _mm512_setzero_si512();
        middle = _mm512_madd52lo_epu64(_mm512_madd52hi_epu64(none, fraction_bits, ten_low), fraction_bits, ten_high);
        top = ADD(_mm512_madd52hi_epu64(none, fraction_bits, ten_high), SHR(middle, 52));
        split_product(numbers, numbers->is_subnormal_or_zero, top, middle, shift);
    }
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
    // In units of 2^-52, `fraction` is too small by less than 4: the power was cut by less than 1 and multiplied by up to 2, its low word's
    // product was cut by less than 1, and so was what stands behind `fraction`. `half` is too small by less than 1. So each comparison is
    // right unless `fraction - half_below` is -3 to 0, `above` 2^52 - 4 to 2^52, or `tenfold` up to 39 below a digit or equal to it; the
    // ranges here are somewhat wider.
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
    if (__builtin_expect(numbers->is_subnormal_or_zero, 0)) {
        const __m512i significand = numbers->fraction_bits;
        __mmask8 is_zero = _mm512_mask_testn_epi64_mask(numbers->is_subnormal_or_zero, significand, significand);
        // Fewer bits have fewer digits.
        static const uint64_t powers[] = {100000000, 10000, 100, 10};
        for (int i = 0; i < 4 && is_zero != numbers->is_subnormal_or_zero; i++) {
            const __m512i full = SET(10000000000000000 / powers[i]);
            __mmask8 is_low = _mm512_mask_cmplt_epu64_mask(numbers->is_subnormal_or_zero, leading, full);
            leading = _mm512_mask_mullo_epi64(leading, is_low, leading, SET(powers[i]));
            exponent = _mm512_mask_sub_epi64(exponent, is_low, exponent, SET(8 >> i));
        }
        leading = _mm512_mask_mov_epi64(leading, is_zero, _mm512_setzero_si512());
        last = _mm512_mask_mov_epi64(last, is_zero, _mm512_setzero_si512());
        exponent = _mm512_mask_mov_epi64(exponent, is_zero, _mm512_setzero_si512());
        numbers->left_over &= (__mmask8)~is_zero;
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
        numbers->negative, PLACE(-LOWEST_EXPONENT * 64, 0, 1), PLACE(-LOWEST_EXPONENT * 64 + 32, 1, 2));
    __m512i place = exponent, tail = SET(','), tail_at;
    __mmask8 scientific = (__mmask8)~WITHIN(exponent, LOWEST_EXPONENT, LAYOUTS);
    if (scientific) {
        __mmask8 wide = scientific & (__mmask8)~WITHIN(exponent, -99, 199);
        tail = exponent_tail(scientific, wide, exponent);
        rest = _mm512_mask_add_epi64(rest, scientific, rest, PLACE(0, 0, 4));
        rest = _mm512_mask_add_epi64(rest, wide, rest, PLACE(0, 0, 1));
        place = _mm512_mask_mov_epi64(place, scientific, _mm512_setzero_si512());
        // A single digit goes without its point.
        __mmask8 is_single = scientific & _mm512_cmpeq_epi64_mask(zeros, SET(15));
        zeros = _mm512_mask_mov_epi64(zeros, is_single, SET(16));
    }
    // Positional numbers have a digit behind the point.
    tail_at = SUB(_mm512_max_epi64(SET(17), SUB(SET(17), place)), zeros);
    tail_at = _mm512_mask_max_epi64(tail_at, (__mmask8)~scientific, tail_at, ADD(place, SET(3)));
    rest = ADD(ADD(rest, SHL(_mm512_mul_epu32(tail_at, SET(0x101)), 16)), SHL(place, 6));
    _mm512_store_si512(&texts->last_and_others, ADD(last, SET('0' | '-' << 8 | '0' << 16 | '.' << 24)));
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
    __m256i digits = _mm256_castsi128_si256(_mm_load_si128((const __m128i *)texts->digits[lane / 2 + lane % 2 * 4]));
    __m128i others = _mm_loadu_si128((const __m128i *)&texts->last_and_others[lane]);
    __m256i layout = _mm256_loadu_si256((const __m256i *)((const uint8_t *)layouts + texts->place[lane].layout));
    _mm256_storeu_si256((__m256i *)text, _mm256_permutexvar_epi8(layout, _mm256_inserti128_si256(digits, others, 1)));
    memcpy(text + texts->place[lane].tail_at, &texts->tail[lane], 8);
    return text + texts->place[lane].length;
}
