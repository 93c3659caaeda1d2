#ifndef CKERNELS_NUMBER_READER_H
#define CKERNELS_NUMBER_READER_H

#include <stddef.h>
#include <stdint.h>

// Runs of numbers from JSON text, in two forms: eight at a time by AVX-512, and by words of 64 bits and what AVX2 or NEON has. A number's
// bits are those that TensorText's scalar reader gives; that one is the reference, the way on a CPU that can run neither, the reader of the
// few numbers that these leave, and the teller of all errors.

#pragma clang assume_nonnull begin

/// Whether this CPU can run `ck_read_doubles` and `ck_read_floats` (AVX-512 F, BW, CD, DQ, VL, VBMI and VBMI2; BMI, BMI2, LZCNT).
int32_t ck_can_read_numbers(void);

/// Whether this CPU can run the functions whose names end in `_by_words`, here, in `array_walker.h` and in `number_writer.h` (AVX2, BMI,
/// BMI2, LZCNT, POPCNT; any arm64).
int32_t ck_can_use_words(void);

enum {
    /// The most numbers that one call reads.
    CK_NUMBERS_PER_RUN = 128,
    /// The most that it leaves to the caller; their list takes 1 KiB, which Swift still lends from the stack.
    CK_LEFT_PER_RUN = 64,
    /// How many bytes before the first number must be readable: a window of 32 and one, even where a number has no digit before its `e`.
    CK_BYTES_BEFORE_RUN = 33
};

/// A number that the vectors did not read: its place in the run, where the one before it ends, and where itself begins and ends.
struct ck_left_number {
    uint32_t index, previous_end, start, end;
};

/// What one call has read: how many numbers, where the text of the last one ends, and how many of them are left to the caller.
struct ck_number_run {
    uint32_t count, end, left_count;
};

/// Reads numbers from the `size` bytes at `text`, which begin with one, up to CK_NUMBERS_PER_RUN of them and no more than `capacity`. Before
/// the first one stands `[`, a comma or white space.
///
/// Numbers stand between commas within a row and between `],[` where one row ends and the next begins, with white space anywhere.
/// `columns` is the length of a row, or 0 where it isn't known yet and the run ends with the row; `column` < `columns` is where in its
/// row the first number stands. The run ends before whatever does not go on so: it is for the caller to look at what follows the last.
///
/// What stands where a number should, be it one or not, and isn't read is listed in `left`, which must have room for CK_LEFT_PER_RUN;
/// its entry of `numbers` is undefined. The run ends before what there is no room for. `power_of_ten[2 n + 1]` is the high word of the
/// leading 128 bits of 10^n, -342 <= n <= 323. Reads nothing outside the text but the CK_BYTES_BEFORE_RUN before it.
struct ck_number_run ck_read_doubles(
    const uint8_t *text, size_t size, size_t columns, size_t column, const uint64_t *power_of_ten, double *numbers, size_t capacity,
    struct ck_left_number *left);
struct ck_number_run ck_read_floats(
    const uint8_t *text, size_t size, size_t columns, size_t column, const uint64_t *power_of_ten, float *numbers, size_t capacity,
    struct ck_left_number *left);

/// The same by words. What is left to the caller need not be the same.
struct ck_number_run ck_read_doubles_by_words(
    const uint8_t *text, size_t size, size_t columns, size_t column, const uint64_t *power_of_ten, double *numbers, size_t capacity,
    struct ck_left_number *left);
struct ck_number_run ck_read_floats_by_words(
    const uint8_t *text, size_t size, size_t columns, size_t column, const uint64_t *power_of_ten, float *numbers, size_t capacity,
    struct ck_left_number *left);

#pragma clang assume_nonnull end

#endif
