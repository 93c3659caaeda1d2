// The reader for CPUs without all that `number_reader.c` asks for: as that one reads, with a CPU's own instructions only where C has none.
//
// 1. `token_lists.h` lists where tokens begin and end and where their points are: from words of a bit for each byte.
// 2. `token_shapes.h` makes of these offsets which bytes are digits once the point is taken out, and reads exponents, where there are any.
// 3. `blocks.h` makes of each window of 32 bytes four numbers of eight digits: the digits left of the point move a byte to the right over
//    it, and three multiply-adds of neighbours join them. So no branch depends on a number's length. What is no digit is noticed.
// 4. Eisel's and Lemire's product with 64 bits of the power of ten gives the nearest value, unless it is half-way between two values, as
//    far as 64 bits tell, subnormal or out of range: then, for one number in 1000 of random ones, the whole of `nearestBits`. The power is
//    rounded up, so that quotients such as 2.5 and 3.0, which are common, come out exact.
// Each step goes over the whole run: loops of a few lines each are what the compiler makes vectors of, and what the CPU can overlap.
#include "number_reader.h"

#include "token_shapes.h"

struct numbers {
    _Alignas(64) uint64_t upper[LIST], lower[LIST], significand[LIST], zeros[LIST], high[LIST], bits[LIST], state[LIST];
};

// What there is to do for a number when its bits are computed.
enum { NOTHING = 0, SETTLE = 1, LEAVE = 2 };

INLINE uint64_t multiply_high(uint64_t a, uint64_t b) { return (uint64_t)((unsigned __int128)a * b >> 64); }

// `DecimalReadable.nearestBits`, whose names these are.
TARGET __attribute__((noinline)) static uint64_t settle(
    uint64_t significand, int64_t exponent, const uint64_t *power_of_ten, int significand_bits, int exponent_bits) {
    const uint64_t infinity = ((1ull << exponent_bits) - 1) << significand_bits, *power = power_of_ten + 2 * exponent;
    uint64_t zeros = zeros_above(significand), scaled = significand << zeros;
    uint64_t high = multiply_high(scaled, power[1]), low = scaled * power[1];
    const uint64_t undecided = ~0ull >> (significand_bits + 3);
    if ((high & undecided) == undecided) {
        uint64_t sum = low + multiply_high(scaled, power[0] + (-LAST_EXACT <= exponent && exponent < 0));
        high += sum < low;
        low = sum;
    }
    uint64_t upper = high >> 63, shift = upper + 64 - (uint64_t)significand_bits - 3, bits = high >> shift;
    int64_t field = ((217706 * exponent) >> 16) + 63 + (int64_t)upper - (int64_t)zeros + (1 << (exponent_bits - 1)) - 1;
    if (field <= 0) {
        bits = field < -62 ? 0 : bits >> (1 - field);
        return (bits + (bits & 1)) >> 1;
    }
    // Where a significand of 64 bits times 10^exponent can be half-way: see `halfwayExponents`.
    const int first = significand_bits == 52 ? -4 : -17, last = significand_bits == 52 ? 23 : 10;
    if (low <= 1 && bits << shift == high && (bits & 3) == 1 && first <= exponent && exponent <= last) bits -= 1;
    bits = ((bits + (bits & 1)) >> 1) + ((uint64_t)(field - 1) << significand_bits);
    return bits < infinity ? bits : infinity;
}

TARGET __attribute__((noinline)) static void take_digits(
    struct numbers *restrict numbers, struct shapes *restrict shapes, const uint8_t *text, size_t count) {
    for (size_t i = 0; i < count; i += 4) {
        unsigned others = read_windows(
            text, shapes->mantissa_end + i, shapes->moved + i, shapes->kept + i, numbers->upper + i, numbers->lower + i);
        for (; RARE(others); others &= others - 1) shapes->irregular[i + lowest(others)] = 1;
    }
    for (size_t i = 0; i < count; i++) {
        uint64_t upper = numbers->upper[i], lower = numbers->lower[i];
        uint64_t middle = (upper >> 32) * 100000000 + (lower & 0xffffffff);
        numbers->significand[i] = middle * 100000000 + (lower >> 32);
        // 19 digits always fit 64 bits, so that the three left of the last 16 are the most.
        numbers->state[i] = (upper & 0xffffffff) != 0 || upper >> 32 > 999 || shapes->irregular[i] ? LEAVE : NOTHING;
    }
}

TARGET __attribute__((noinline)) static void multiply(
    struct numbers *restrict numbers, const struct shapes *restrict shapes, const uint64_t *power_of_ten, size_t count) {
    for (size_t i = 0; i < count; i++) {
        int64_t exponent = shapes->exponent[i];
        uint64_t significand = numbers->significand[i], zeros = zeros_above(significand);
        // Up to 10^27, 64 bits hold a power of five; all others are rounded up.
        uint64_t power = power_of_ten[2 * exponent + 1] + ((uint64_t)exponent > LAST_EXACT);
        numbers->zeros[i] = zeros;
        numbers->high[i] = multiply_high(significand << (zeros & 63), power);
    }
}

// Rounds to the nearest values' bits; returns 0 if there is nothing left to do.
INLINE uint64_t round_bits(
    struct numbers *restrict numbers, const struct shapes *restrict shapes, size_t count, const int significand_bits,
    const int exponent_bits) {
    const int bias = (1 << (exponent_bits - 1)) - 1, infinite = (1 << exponent_bits) - 1, cut = 63 - significand_bits;
    const uint64_t half = 1ull << (cut - 1);
    uint64_t any = 0;
    for (size_t i = 0; i < count; i++) {
        uint64_t significand = numbers->significand[i], high = numbers->high[i], is_low = (int64_t)high < 0 ? 0 : ~0ull;
        // One less than the exponent field, which the hidden bit makes up for.
        int64_t field = (int64_t)shapes->binary_exponent[i] + (63 + bias) - (int64_t)numbers->zeros[i] + (int64_t)is_low;
        // The first bit is the hidden one; behind the last of the significand's bits stands the one to round by.
        uint64_t product = high + (high & is_low);
        uint64_t bits = (product >> cut) + (product >> (cut - 1) & 1) + ((uint64_t)field << significand_bits);
        // As the power is rounded up, the product's high word is too large by less than 1, if it is: enough to matter only half-way
        // between two values, on which side of it or whether on neither.
        uint64_t unsettled = (product & (2 * half - 1)) == half || field < 0 || field >= infinite - 2 ? SETTLE : NOTHING;
        numbers->bits[i] = significand ? bits : 0;
        any |= numbers->state[i] |= significand ? unsettled : NOTHING;
    }
    return any;
}

// What `round_bits` has not done.
TARGET __attribute__((noinline)) static uint32_t finish(
    struct numbers *numbers, const struct shapes *shapes, struct tokens *tokens, const uint64_t *power_of_ten, int significand_bits,
    int exponent_bits, struct ck_left_number *left) {
    uint32_t count = 0;
    for (size_t i = 0; i < tokens->count; i++) {
        if (numbers->state[i] == SETTLE) {
            numbers->bits[i] = settle(numbers->significand[i], shapes->exponent[i], power_of_ten, significand_bits, exponent_bits);
            if (numbers->bits[i] >> significand_bits == (1ull << exponent_bits) - 1) numbers->state[i] = LEAVE;
        }
        if (numbers->state[i] & LEAVE) {
            if (count == CK_LEFT_PER_RUN) {
                tokens->count = i;
                break;
            }
            left[count++] = (struct ck_left_number){
                .index = (uint32_t)i, .previous_end = i ? tokens->end[i - 1] : 0, .start = tokens->start_and_point[2 * i],
                .end = tokens->end[i]};
        }
    }
    return count;
}

// Whole vectors are read: behind the last token stands the first again.
INLINE size_t fill_up(struct tokens *tokens) {
    size_t count = (tokens->count + 7) / 8 * 8;
    for (size_t k = tokens->count; k < count; k++) {
        tokens->start_and_point[2 * k] = tokens->start_and_point[0], tokens->start_and_point[2 * k + 1] = tokens->start_and_point[1];
        tokens->end[k] = tokens->end[0], tokens->e[k] = tokens->e[0];
    }
    return count;
}

#define DEFINE_READER(NAME, NUMBER, BITS, SIGNIFICAND_BITS, EXPONENT_BITS)                                                              \
    TARGET struct ck_number_run NAME(                                                                                                   \
        const uint8_t *text, size_t size, size_t columns, size_t column, const uint64_t *power_of_ten, NUMBER *results,                 \
        size_t capacity, struct ck_left_number *left) {                                                                                 \
        struct tokens tokens;                                                                                                           \
        struct shapes shapes;                                                                                                           \
        struct numbers numbers;                                                                                                         \
        find_tokens(&tokens, text, size, columns, column);                                                                              \
        tokens.count = tokens.count < capacity ? tokens.count : capacity;                                                               \
        struct ck_number_run run = {0, 0, 0};                                                                                           \
        if (tokens.count == 0) return run;                                                                                              \
        size_t count = fill_up(&tokens);                                                                                                \
        measure(&shapes, &tokens, text, count);                                                                                         \
        take_digits(&numbers, &shapes, text, count);                                                                                    \
        multiply(&numbers, &shapes, power_of_ten, count);                                                                               \
        uint64_t any = round_bits(&numbers, &shapes, count, SIGNIFICAND_BITS, EXPONENT_BITS);                                           \
        if (any) run.left_count = finish(&numbers, &shapes, &tokens, power_of_ten, SIGNIFICAND_BITS, EXPONENT_BITS, left);              \
        run.count = (uint32_t)tokens.count;                                                                                             \
        run.end = tokens.end[run.count - 1];                                                                                            \
        const int up = SIGNIFICAND_BITS + EXPONENT_BITS - 31;                                                                           \
        for (size_t i = 0; i < run.count; i++) {                                                                                        \
            BITS bits = (BITS)(numbers.bits[i] | (uint64_t)shapes.sign[i] << up);                                                       \
            memcpy(results + i, &bits, sizeof bits);                                                                                    \
        }                                                                                                                               \
        return run;                                                                                                                     \
    }

DEFINE_READER(ck_read_doubles_by_words, double, uint64_t, 52, 11)
DEFINE_READER(ck_read_floats_by_words, float, uint32_t, 23, 8)

int32_t ck_can_use_words(void) {
#if defined(__x86_64__)
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi") && __builtin_cpu_supports("bmi2")
        && __builtin_cpu_supports("lzcnt") && __builtin_cpu_supports("popcnt");
#else
    return 1;
#endif
}
