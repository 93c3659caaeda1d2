// Eight numbers a step by the method of TensorText's ShortestDecimal, where each quantity below has its explanation:
//
//   c 2^q / 10^e = integer + fraction;  half = 2^q / 2 on that scale;  no digit, or one more, round(10 fraction), follows the integer.
//
// 1. The power of ten is cut to 104 bits, so that three 52-bit multiply-adds give the product. The fraction then has 52 bits and falls
//    short by less than four units: a lane where that could matter is left to the reference, about one in 10^14 of random numbers.
// 2. So are powers of two that need the digit, and what is no number.
// 3. Sixteen digits are halved to pairs, with quotients by multiplication, on all lanes at once; tables give the pairs' characters. One
//    byte permutation a number, chosen by exponent and sign, puts digits, point, sign and leading zeros into place; the exponent and the
//    comma are stored over it.
// Each step waits for its own results most of the time. So two vectors go through it one after the other, and between the steps a third
// of the texts before them is stored: this keeps the units busy that the step leaves idle.
#include "number_writer.h"

#if defined(__x86_64__)
#include "number_texts.h"

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
