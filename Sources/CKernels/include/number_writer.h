#ifndef CKERNELS_NUMBER_WRITER_H
#define CKERNELS_NUMBER_WRITER_H

#include <stddef.h>
#include <stdint.h>

// Runs of numbers as text, in two forms: eight at a time by AVX-512, and by words of 64 bits and what AVX2 or NEON has. The text is what
// TensorText's `NumberText` writes, byte for byte; that one is the reference, the way on a CPU that can run neither, and the writer of the
// few numbers that these leave.

#pragma clang assume_nonnull begin

/// Whether this CPU can run `ck_write_doubles` and `ck_write_floats` (AVX-512 F, BW, CD, DQ, VL, IFMA, VBMI and VBMI2).
int32_t ck_can_write_numbers(void);

/// What the reference gives: `power_of_ten[2 n]` and `[2 n + 1]` are the low and the high word of the leading 128 bits of 10^n for
/// -293 <= n <= 323; `scales[2 (q + 1074)]` and the one behind it are the low and the high word of 2^q / 10^e, -1074 <= q <= 971, with the
/// least e that makes it less than 1; the functions store one number's text and return its length.
struct ck_number_reference {
    const uint64_t *power_of_ten, *scales;
    size_t (*write_double)(double number, void *text);
    size_t (*write_float)(float number, void *text);
};

/// Stores `count` numbers, each followed by its separator: `,` within a row, `],[` behind a row's last.
///
/// `columns` >= 1 is the length of a row, `column` < `columns` where in its row the first number stands. `text` must have room for
/// 27 bytes a number and 32 more. Returns how many bytes are written. Touches nothing outside `numbers` and that room.
size_t ck_write_doubles(
    const double *numbers, size_t count, size_t columns, size_t column, char *text, const struct ck_number_reference *reference);
size_t ck_write_floats(
    const float *numbers, size_t count, size_t columns, size_t column, char *text, const struct ck_number_reference *reference);

/// The same for CPUs of which `ck_can_use_words` tells.
size_t ck_write_doubles_by_words(
    const double *numbers, size_t count, size_t columns, size_t column, char *text, const struct ck_number_reference *reference);
size_t ck_write_floats_by_words(
    const float *numbers, size_t count, size_t columns, size_t column, char *text, const struct ck_number_reference *reference);

#pragma clang assume_nonnull end

#endif
