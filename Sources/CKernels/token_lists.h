// Where numbers stand in JSON text: the first step of `number_reader_words.c`, 64 bytes at a time.
//
// Words of 64 bits tell of each byte whether it is a comma, a point, part of a token. Most blocks hold only what lies between `,` and `9`,
// which two comparisons tell. A loop over the set bits makes lists of offsets; what is in a token is looked at when it is read.
#include "row_order.h"

#include "number_reader.h"

enum {
    // A block has up to 32 tokens, and lists grow by eight offsets.
    LIST = CK_NUMBERS_PER_RUN + 64,
    // Offsets are kept in 32 bits. More white space than this in one run is left to the caller, a run at a time.
    LONGEST = 1 << 29
};

struct tokens {
    size_t count;
    // Of each token two entries: where it begins, and where its first point is, or else its end.
    _Alignas(64) uint32_t start_and_point[2 * LIST];
    // Where it ends; where its `e` is, or else its end: valid if there is any `e` at all.
    _Alignas(64) uint32_t end[LIST], e[LIST];
    int has_exponents;
};

// Appends the offsets of the bits that are set, so many at a time because a branch on how many there are costs more than those too many;
// returns the new count.
INLINE size_t append_offsets(uint32_t *list, size_t count, uint64_t bits, size_t base, const size_t step) {
    size_t added = ones(bits), done = 0;
    do {
        for (size_t i = 0; i < step; i++, bits &= bits - 1) list[count + done + i] = (uint32_t)(base + lowest(bits));
        done += step;
    } while (RARE(done < added));
    return count + added;
}

// The first byte that is `stop` or not of the token any more, for each token. `*before` is whether the last token has had none so far, in
// and out.
INLINE uint64_t find_first(uint64_t token, uint64_t start, uint64_t stop, uint64_t *before) {
    uint64_t other = token & ~stop, sum;
    *before = __builtin_add_overflow(other, start | *before, &sum);
    return sum & ~other;
}

// What the last byte of the block before was: part of a token, and of one that has had no point or no `e` so far.
struct carry {
    uint64_t token, before_point, before_e;
};

// How many tokens have begun where they should, how many have ended, how many entries the other lists have.
struct counts {
    size_t started, ended, starts_and_points, e;
};

// Lists where exponents begin.
INLINE void list_exponents(
    struct tokens *tokens, struct counts *counts, struct carry *carry, uint64_t token, uint64_t start, uint64_t e, size_t at) {
    if (!tokens->has_exponents) {
        // None so far: all tokens that have ended did so without.
        memcpy(tokens->e, tokens->end, counts->ended * sizeof *tokens->e);
        counts->e = counts->ended;
        carry->before_e = carry->token;
        tokens->has_exponents = 1;
    }
    counts->e = append_offsets(tokens->e, counts->e, find_first(token, start, e, &carry->before_e), at, 4);
}

// Lists the tokens of which `ck_read_doubles_by_words` says that they belong together.
TARGET __attribute__((noinline)) static void find_tokens(
    struct tokens *tokens, const uint8_t *text, size_t size, size_t columns, size_t column) {
    // The first number is expected as if behind a comma.
    struct scan scan = {.last = COMMA, .columns = columns, .left_in_row = columns ? columns - column : SIZE_MAX / 2};
    struct carry carry = {0};
    struct counts counts = {0};
    int stop = 0;
    tokens->has_exponents = 0;
    size = size < LONGEST ? size : LONGEST;
    for (size_t at = 0; at < size && counts.started < CK_NUMBERS_PER_RUN && !stop; at += BLOCK) {
        // Bytes behind the end count as a token that does not end.
        struct block block = load_up_to(text + at, size - at);
        struct marks marks = {.comma = equal(block, ',')};
        uint64_t point = equal(block, '.'), e = 0, other = ~within(block, ',', '9');
        if (other) {
            marks.white = equal(block, ' ') | equal(block, '\n') | equal(block, '\r') | equal(block, '\t');
            if (other & ~marks.white) {
                marks.open = equal(block, '['), marks.close = equal(block, ']');
                e = equal(block, 'e') | equal(block, 'E');
            }
        }
        uint64_t token = ~(marks.comma | marks.white | marks.open | marks.close);
        uint64_t after_token = token << 1 | carry.token;
        marks.start = token & ~after_token, marks.end = after_token & ~token;

        // A point that begins a token would share its entry in the list; it is no digit anyway.
        uint64_t first_point = find_first(token, marks.start, point & ~marks.start, &carry.before_point);
        counts.starts_and_points =
            append_offsets(tokens->start_and_point, counts.starts_and_points, marks.start | first_point, at, 8);
        if (RARE(e | (uint64_t)tokens->has_exponents)) list_exponents(tokens, &counts, &carry, token, marks.start, e, at);
        counts.ended = append_offsets(tokens->end, counts.ended, marks.end, at, 4);
        counts.started += check_order(&scan, marks, carry.token, &stop);
        carry.token = token >> 63;
    }
    // The last one to start may end in a block that was not looked at; of those behind the last right one some ends are listed.
    size_t count = counts.started < counts.ended ? counts.started : counts.ended;
    tokens->count = count < CK_NUMBERS_PER_RUN ? count : CK_NUMBERS_PER_RUN;
}
