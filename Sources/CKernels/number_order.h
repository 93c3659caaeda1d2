// What must follow what in an array of numbers: for `number_tokens.h`, 64 bytes at a time.
//
// PEXT leaves the marks of a block (tokens' beginnings, commas, brackets) without the bytes between them, so that what must follow what is
// a matter of shifting by one.
#include "number_reader.h"

#include <immintrin.h>
#include <string.h>

#define TARGET \
    __attribute__((target("avx512f,avx512bw,avx512cd,avx512dq,avx512vl,avx512vbmi,avx512vbmi2,bmi,bmi2,lzcnt,popcnt")))
#define INLINE TARGET static inline __attribute__((always_inline))

// What was last: a comma behind a row is another mark than one behind a number.
// NUMBER and COMMA differ in one bit, so that they take turns by a shift or an exclusive or.
enum mark { NUMBER = 0, COMMA = 1, CLOSE, COMMA_BETWEEN_ROWS, OPEN };

struct scan {
    enum mark last;
    // Whether everything so far stands where it should.
    int in_order;
    // How many tokens stand before the next row's first, which is kept where rows are shorter than a block: bit i of the pattern is set for
    // every i that is a multiple of the columns.
    size_t columns, left_in_row;
    uint64_t row_pattern;
};

struct marks {
    uint64_t start, end, comma, open, close;
};

INLINE uint64_t below_lowest(uint64_t bits) { return bits ? (bits ^ (bits - 1)) >> 1 : ~0ull; }

// How many tokens of a block stand where they should, up to the first thing that does not.
INLINE size_t check_marks(struct scan *scan, struct marks block) {
    uint64_t all = block.start | block.comma | block.open | block.close;
    if (all == 0) return 0;
    uint64_t number = _pext_u64(block.start, all), comma = _pext_u64(block.comma, all);
    uint64_t open = _pext_u64(block.open, all), close = _pext_u64(block.close, all);
    uint64_t after_close = close << 1 | (scan->last == CLOSE);
    uint64_t between_rows = comma & after_close, between_numbers = comma & ~after_close;

    uint64_t after_number = number << 1 | (scan->last == NUMBER);
    uint64_t after_open = open << 1 | (scan->last == OPEN);
    uint64_t wrong = (number & ~(between_numbers << 1 | (scan->last == COMMA) | after_open))
        | ((between_numbers | close) & ~after_number) | (open & ~(between_rows << 1 | (scan->last == COMMA_BETWEEN_ROWS)));
    size_t right = (size_t)_mm_popcnt_u64(number & below_lowest(wrong));

    // Which tokens begin a row, and which should.
    uint64_t first = _pext_u64(after_open, number);
    uint64_t expected = scan->left_in_row < 64 ? scan->row_pattern << scan->left_in_row : 0;
    size_t in_shape = (size_t)_tzcnt_u64(first ^ expected);
    scan->in_order = wrong == 0 && in_shape >= right;
    right = in_shape < right ? in_shape : right;

    scan->left_in_row += scan->columns * (size_t)_mm_popcnt_u64(first) - right;
    uint64_t last = 1ull << (_mm_popcnt_u64(all) - 1);
    scan->last = number & last ? NUMBER : between_numbers & last ? COMMA : close & last ? CLOSE : open & last ? OPEN : COMMA_BETWEEN_ROWS;
    return right;
}

// The same for a block that holds no brackets: within a row, numbers and commas take turns.
INLINE size_t check_turns(struct scan *scan, struct marks block) {
    size_t count = (size_t)_mm_popcnt_u64(block.start);
    if (scan->last > COMMA || count > scan->left_in_row) return check_marks(scan, block);
    if (block.comma == block.end && block.start == (block.comma << 1 | scan->last)) {
        // So they do where each number ends before a comma and begins behind one, as without white space.
        scan->last = block.comma >> 63;
    } else {
        unsigned marks = (unsigned)_mm_popcnt_u64(block.start | block.comma);
        uint64_t in_turn = _bzhi_u64(0x5555555555555555 << (scan->last == NUMBER), marks);  // the numbers among the marks
        if (_pext_u64(block.start, block.start | block.comma) != in_turn) return check_marks(scan, block);
        scan->last ^= marks & 1;
    }
    scan->left_in_row -= count;
    return count;
}
