// The writer for CPUs without all that `number_writer.c` asks for: as TensorText's ShortestDecimal and DecimalLayout write, whose names
// these are, with a CPU's own instructions only where C has none.
//
// 1. `scale` makes the product that a number's digits are in: a multiplication of 64 by 128 bits, which no vector has.
// 2. `shorten` rounds it to the fewest digits, without a branch, which random digits would often mispredict.
// 3. `split` makes digits of it: halves, then quarters, pairs and digits of four numbers at once, by division by constants, of which the
//    compiler makes products.
// 4. `store_texts` puts digits, point, sign and leading zeros in place, by one permutation that is chosen by exponent and sign, and stores
//    the exponent and the comma over what follows.
// Each step goes over a list before the next begins: so the steps of many numbers overlap, and the second and third are vectors. What they
// are not made for is left to the reference: powers of two that need all digits, subnormal numbers, and what is not finite.
#include "number_forms.h"
#include "number_writer.h"

enum { AT_ONCE = 64, LOWEST_POWER = -1074 };

struct format {
    int significand_bits, exponent_bits;
};

// A normal number is (significand with its hidden bit) 2^(field - offset).
INLINE int offset(struct format format) { return (1 << (format.exponent_bits - 1)) - 1 + format.significand_bits; }

// What is known of the numbers of a list on the way.
struct drafts {
    // c 2^q / 10^e = integer + fraction / 2^64, the integer rounded up where the interval ends beyond it; all ones where a digit follows.
    _Alignas(64) uint64_t bits[AT_ONCE], integer[AT_ONCE], fraction[AT_ONCE], needs_digit[AT_ONCE];
    // Sixteen digits, and these as two numbers of eight and as characters.
    _Alignas(64) uint64_t leading[AT_ONCE];
    _Alignas(64) uint32_t halves[2 * AT_ONCE];
    _Alignas(64) uint8_t digits[AT_ONCE][16];
    // See `store_text`.
    _Alignas(64) uint32_t last_and_others[AT_ONCE], has_last[AT_ONCE];
    // Which of `forms` is the number's; not 0 for what is left to the reference.
    _Alignas(64) uint32_t form[AT_ONCE], left_over[AT_ONCE];
};

// MARK: 1. The product

struct scaled {
    uint64_t integer, fraction, half;
};

// `scales` are those of the reference.
INLINE struct scaled scale_number(uint64_t significand, uint64_t field, const uint64_t *scales, struct format format) {
    const uint64_t *scale = scales + 2 * ((int64_t)field - offset(format) - LOWEST_POWER);
    uint64_t low = (uint64_t)((unsigned __int128)scale[0] * significand >> 64);
    unsigned __int128 product = (unsigned __int128)scale[1] * significand + low;
    // An even number's interval includes its ends.
    return (struct scaled){(uint64_t)(product >> 64), (uint64_t)product, (scale[1] >> 1) + (~significand & 1)};
}

INLINE void scale(struct drafts *restrict drafts, size_t count, const uint64_t *scales, struct format format) {
    const uint64_t hidden = 1ull << format.significand_bits, normal_fields = (1ull << format.exponent_bits) - 2;
    for (size_t i = 0; i < count; i++) {
        uint64_t bits = drafts->bits[i], field = bits >> format.significand_bits & (normal_fields + 1);
        // What is not normal is left over or zero: any power will do.
        field = field - 1 < normal_fields ? field : 1;
        struct scaled scaled = scale_number((bits & (hidden - 1)) | hidden, field, scales, format);
        uint64_t end, is_up = __builtin_add_overflow(scaled.fraction, scaled.half, &end);
        drafts->integer[i] = scaled.integer + is_up, drafts->fraction[i] = scaled.fraction;
        drafts->needs_digit[i] = is_up + (scaled.fraction < scaled.half) - 1;
    }
}

// MARK: 2. The digits as a number

INLINE uint64_t all_if(int condition) { return condition ? ~0ull : 0; }

// Returns 0 if there is nothing left to do.
INLINE uint64_t shorten(struct drafts *restrict drafts, size_t count, struct format format) {
    const uint64_t fraction_mask = (1ull << format.significand_bits) - 1, field_mask = (1ull << format.exponent_bits) - 1;
    uint64_t any = 0;
    for (size_t i = 0; i < count; i++) {
        uint64_t bits = drafts->bits[i], fraction = drafts->fraction[i], integer = drafts->integer[i];
        uint64_t field = bits >> format.significand_bits & field_mask, sign = bits >> (format.significand_bits + format.exponent_bits);
        uint64_t is_zero = all_if((field | (bits & fraction_mask)) == 0);
        // `Scaled.nextDigit`: the upper word of 10 fraction + 6 + 2^63.
        uint64_t lower = (fraction & 0xffffffff) * 10 + 6, upper = (fraction >> 32) * 10 + (lower >> 32) + (1ull << 31);
        uint64_t digit = ((upper >> 32) + all_if(fraction == 1ull << 62)) & drafts->needs_digit[i];

        int32_t exponent = (((int32_t)field - offset(format)) * 315653 >> 20) + 1;
        uint64_t leading, last = 0;
        if (format.significand_bits > 32) {
            uint64_t is_short = all_if((int64_t)integer < 1000000000000000);
            leading = integer + ((integer * 8 + integer + digit) & is_short), last = digit & ~is_short & ~is_zero;
            exponent += 15 + (int32_t)is_short;
        } else {
            uint32_t all = (uint32_t)(integer * 10 + digit);
            uint32_t below7 = (uint32_t)all_if(all < 10000000), below8 = (uint32_t)all_if(all < 100000000);
            leading = (uint64_t)all * (below7 ? 1000000000 : below8 ? 100000000 : 10000000);
            exponent += 7 + (int32_t)below7 + (int32_t)below8;
        }
        exponent &= ~(int32_t)is_zero;
        drafts->leading[i] = leading & ~is_zero;
        drafts->last_and_others[i] = (uint32_t)last + ('0' | '-' << 8 | '0' << 16 | '.' << 24);
        drafts->has_last[i] = last ? 1 << 16 | 1 : 1;
        drafts->form[i] = (uint32_t)(2 * (exponent - FIRST_EXPONENT)) + (uint32_t)sign;
        uint64_t left_over = (field - 1 >= field_mask - 1 || (bits & fraction_mask) == 0) & ~is_zero;
        any |= drafts->left_over[i] = (uint32_t)left_over;
    }
    return any;
}

// A power of two's lower neighbour is half as far. If its interval holds an integer all the same, that is its text.
TARGET __attribute__((noinline)) static void settle(
    struct drafts *drafts, size_t count, const uint64_t *scales, struct format format) {
    const uint64_t hidden = 1ull << format.significand_bits, last_field = (1ull << format.exponent_bits) - 1;
    for (size_t i = 0; i < count; i++) {
        uint64_t field = drafts->bits[i] >> format.significand_bits & last_field;
        if (!drafts->left_over[i] || field == 0 || field == last_field) continue;
        struct scaled scaled = scale_number(hidden, field, scales, format);
        drafts->left_over[i] = scaled.fraction + scaled.half >= scaled.fraction && scaled.fraction >= scaled.half / 2;
    }
}

// MARK: 3. The digits as characters

typedef uint32_t eight_words __attribute__((vector_size(32)));
typedef uint16_t sixteen_halves __attribute__((vector_size(32)));

// A quotient and its remainder go into one part side by side, the quotient in its lower half and so first in memory.
TARGET __attribute__((noinline)) static void split(struct drafts *restrict drafts, size_t count) {
    for (size_t i = 0; i < count; i++) {
        uint64_t leading = drafts->leading[i], high = leading / 100000000;
        drafts->halves[2 * i] = (uint32_t)high, drafts->halves[2 * i + 1] = (uint32_t)(leading - high * 100000000);
    }
    for (size_t i = 0; i < count; i += 4) {
        eight_words halves, quotients;
        memcpy(&halves, &drafts->halves[2 * i], sizeof halves);
        quotients = halves / 10000;
        sixteen_halves fours = (sixteen_halves)(quotients | (halves - quotients * 10000) << 16);
        sixteen_halves hundreds = fours / 100, rest = fours - hundreds * 100;
        // Numbers 0 and 2, then 1 and 3, as sixteen bytes stay together.
        sixteen_halves pairs[2] = {
            __builtin_shufflevector(hundreds, rest, 0, 16, 1, 17, 2, 18, 3, 19, 8, 24, 9, 25, 10, 26, 11, 27),
            __builtin_shufflevector(hundreds, rest, 4, 20, 5, 21, 6, 22, 7, 23, 12, 28, 13, 29, 14, 30, 15, 31)};
        for (size_t k = 0; k < 2; k++) {
            sixteen_halves tens = pairs[k] / 10, digits = (tens | (pairs[k] - tens * 10) << 8) + ('0' | '0' << 8);
            memcpy(drafts->digits[i + k], &digits, 16);
            memcpy(drafts->digits[i + k + 2], (const uint8_t *)&digits + 16, 16);
        }
    }
}

// MARK: 4. The text

// Numbers to come in this row, and in each.
struct row {
    size_t left, columns;
};

// What differs between the types of numbers: besides their format how bits are taken, and how the reference writes them.
struct type {
    struct format format;
    void (*take)(uint64_t *bits, const void *numbers, size_t from, size_t count);
    size_t (*write_left_over)(const struct ck_number_reference *reference, uint64_t bits, char *text);
};

TARGET __attribute__((noinline)) static char *store_texts(
    struct row *row, const struct drafts *drafts, size_t count, char *text, struct type type, const struct ck_number_reference *reference) {
    for (size_t i = 0; i < count;) {
        const size_t end = row->left < count - i ? i + row->left : count;
        row->left -= end - i;
        for (; i < end; i++) {
            if (RARE(drafts->left_over[i])) {
                text += type.write_left_over(reference, drafts->bits[i], text);
                *text++ = ',';
            } else {
                text = store_text(
                    text, &forms[0][0] + drafts->form[i], drafts->digits[i], drafts->last_and_others[i], drafts->has_last[i]);
            }
        }
        if (row->left == 0) {
            memcpy(text - 1, "],[", 3);
            text += 2, row->left = row->columns;
        }
    }
    return text;
}

INLINE size_t write_numbers(
    const void *numbers, size_t count, struct row row, char *text, struct type type, const struct ck_number_reference *reference) {
    struct drafts drafts;
    char *end = text;
    for (size_t done = 0; done < count; done += AT_ONCE) {
        // Four at a time are split: behind the last ones stand zeros.
        size_t some = count - done < AT_ONCE ? count - done : AT_ONCE, filled = (some + 3) / 4 * 4;
        type.take(drafts.bits, numbers, done, some);
        memset(drafts.bits + some, 0, (filled - some) * sizeof *drafts.bits);
        scale(&drafts, filled, reference->scales, type.format);
        if (RARE(shorten(&drafts, filled, type.format))) settle(&drafts, some, reference->scales, type.format);
        split(&drafts, filled);
        end = store_texts(&row, &drafts, some, end, type, reference);
    }
    return (size_t)(end - text);
}

// MARK: Types

INLINE void take_doubles(uint64_t *bits, const void *numbers, size_t from, size_t count) {
    memcpy(bits, (const double *)numbers + from, count * sizeof *bits);
}

INLINE void take_floats(uint64_t *bits, const void *numbers, size_t from, size_t count) {
    uint32_t some[AT_ONCE];
    memcpy(some, (const float *)numbers + from, count * sizeof *some);
    for (size_t i = 0; i < count; i++) bits[i] = some[i];
}

static size_t write_left_double(const struct ck_number_reference *reference, uint64_t bits, char *text) {
    double number;
    memcpy(&number, &bits, sizeof number);
    return reference->write_double(number, text);
}

static size_t write_left_float(const struct ck_number_reference *reference, uint64_t bits, char *text) {
    uint32_t lower = (uint32_t)bits;
    float number;
    memcpy(&number, &lower, sizeof number);
    return reference->write_float(number, text);
}

TARGET size_t ck_write_doubles_by_words(
    const double *numbers, size_t count, size_t columns, size_t column, char *text, const struct ck_number_reference *reference) {
    const struct type type = {{52, 11}, take_doubles, write_left_double};
    return write_numbers(numbers, count, (struct row){columns - column, columns}, text, type, reference);
}

TARGET size_t ck_write_floats_by_words(
    const float *numbers, size_t count, size_t columns, size_t column, char *text, const struct ck_number_reference *reference) {
    const struct type type = {{23, 8}, take_floats, write_left_float};
    return write_numbers(numbers, count, (struct row){columns - column, columns}, text, type, reference);
}
