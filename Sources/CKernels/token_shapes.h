// Where the digits of tokens are, and what power of ten they are to be multiplied by: the second step of `number_reader_words.c`. Plain loops over
// lists, of which the compiler makes vectors; what is no number is found here or by its digits.
#include "token_lists.h"

enum { FIRST_POWER = -342, LAST_POWER = 323, LAST_EXACT = 27 };

struct shapes {
    // The window of 32 bytes ends with the mantissa. Its bytes before `moved` are left of the point or the point, those from `kept` on hold
    // digits once the point is taken out.
    _Alignas(64) uint32_t mantissa_end[LIST], moved[LIST], kept[LIST];
    // The power of ten that the number without its point is to be multiplied by, and of two that it begins with.
    _Alignas(64) int32_t exponent[LIST], binary_exponent[LIST];
    // Not 0 for what is left to the reference; 1 << 31 or 0.
    _Alignas(64) uint32_t irregular[LIST], sign[LIST];
};

// The exponents that are written in tokens, 0 for those that have none: up to three digits, with or without a sign.
INLINE void read_exponents(struct shapes *restrict shapes, const struct tokens *restrict tokens, const uint8_t *text, size_t count) {
    _Alignas(64) uint32_t last_four[LIST];
    for (size_t i = 0; i < count; i++) memcpy(&last_four[i], text + tokens->end[i] - 4, 4);
    for (size_t i = 0; i < count; i++) {
        uint32_t has_exponent = tokens->e[i] != tokens->end[i] ? ~0u : 0, tail = last_four[i];
        // What follows the `e` is so wide; its first byte is the sign, if there is one.
        uint32_t width = tokens->end[i] - tokens->e[i] - 1, sign = tail >> (8 * (4 - width) & 31) & 0xff;
        uint32_t negative = sign == '-', count_of_digits = width - (negative | (sign == '+'));
        uint32_t digits = (tail ^ 0x30303030) & ~0u << (8 * (4 - count_of_digits) & 31);
        // More than 9 carries into a byte's highest bit.
        uint32_t irregular = (((digits + 0x76767676) | digits) & 0x80808080) | (count_of_digits - 1 >= 3);
        int32_t value = (int32_t)((digits >> 8 & 0xff) * 100 + (digits >> 16 & 0xff) * 10 + (digits >> 24));
        shapes->exponent[i] = has_exponent ? (negative ? -value : value) : 0;
        shapes->irregular[i] = irregular & has_exponent;
    }
}

// Fills the lists for `count` tokens. Exponents beyond the table of powers are irregular, and 0 from there on.
TARGET __attribute__((noinline)) static void measure(
    struct shapes *restrict shapes, const struct tokens *restrict tokens, const uint8_t *text, size_t count) {
    if (tokens->has_exponents) {
        read_exponents(shapes, tokens, text, count);
        memcpy(shapes->mantissa_end, tokens->e, count * sizeof *tokens->e);
    } else {
        memset(shapes->exponent, 0, count * sizeof *shapes->exponent);
        memset(shapes->irregular, 0, count * sizeof *shapes->irregular);
        memcpy(shapes->mantissa_end, tokens->end, count * sizeof *tokens->end);
    }
    _Alignas(64) uint32_t first_two[LIST];
    for (size_t i = 0; i < count; i++) {
        const uint8_t *start = text + tokens->start_and_point[2 * i];
        first_two[i] = start[0] | (uint32_t)start[1] << 8;
    }
    for (size_t i = 0; i < count; i++) {
        uint32_t start = tokens->start_and_point[2 * i], point = tokens->start_and_point[2 * i + 1], end = shapes->mantissa_end[i];
        uint32_t negative = (first_two[i] & 0xff) == '-', first = negative ? first_two[i] >> 8 : first_two[i] & 0xff;
        // Without the sign. The fraction is the point and what is behind it; 0 where there is none.
        uint32_t length = end - start - negative, fraction = end - (point < end ? point : end), has_point = fraction != 0;
        uint32_t whole = length - fraction;
        int32_t exponent = shapes->exponent[i] - (int32_t)(fraction - has_point);
        int known = FIRST_POWER <= exponent && exponent <= LAST_POWER;
        shapes->irregular[i] |= (length > WINDOW) | (whole == 0) | (fraction == 1) | ((first == '0') & (whole > 1)) | !known;
        shapes->sign[i] = negative << 31;
        shapes->moved[i] = has_point ? WINDOW + 1 - fraction : 0;
        shapes->kept[i] = WINDOW - length + has_point;
        shapes->exponent[i] = exponent = known ? exponent : 0;
        // ⌊log₂ 10^exponent⌋ in fixed point.
        shapes->binary_exponent[i] = (exponent * 217706) >> 16;
    }
}
