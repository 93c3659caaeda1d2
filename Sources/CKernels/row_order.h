// What must follow what in an array of numbers, for the word form of the reader: `number_order.h` without PEXT.
//
// Where a thing ends, one bit says so, and an addition carries it over the white space behind: what stands there is what follows.
#include "blocks.h"

// What was last: a comma behind a row is another mark than one behind a number.
enum mark { NUMBER, COMMA, CLOSE, COMMA_BETWEEN_ROWS, OPEN };

struct scan {
    enum mark last;
    // How many tokens stand before the next row's first.
    size_t columns, left_in_row;
};

struct marks {
    uint64_t start, end, comma, open, close, white;
};

INLINE uint64_t skip_white(uint64_t bits, uint64_t white) { return (bits | (white + (bits & white))) & ~white; }

// What should follow: `bits` are the ends in this block, and one before it counts if it was of this kind.
INLINE uint64_t behind(const struct scan *scan, enum mark mark, uint64_t bits, uint64_t white) {
    return skip_white(bits << 1 | (scan->last == mark), white);
}

// How many tokens of a block stand where they should. If not all of the block does so, `*stop` is set. `after_number` are the bytes that
// numbers end before.
INLINE size_t check_marks(struct scan *scan, struct marks block, uint64_t after_number, int *stop) {
    uint64_t all = block.start | block.comma | block.open | block.close;
    if (all == 0) return 0;
    uint64_t after_close = behind(scan, CLOSE, block.close, block.white), after_open = behind(scan, OPEN, block.open, block.white);
    uint64_t between_rows = block.comma & after_close, between_numbers = block.comma & ~after_close;
    uint64_t wrong = (block.start & ~(behind(scan, COMMA, between_numbers, block.white) | after_open))
        | ((between_numbers | block.close) & ~after_number) | (block.open & ~behind(scan, COMMA_BETWEEN_ROWS, between_rows, block.white));
    size_t right = ones(block.start & below_lowest(wrong)), left = scan->left_in_row;
    for (uint64_t first = block.start & after_open; first; first &= first - 1) {
        size_t index = ones(block.start & below_lowest(first));
        if (index != left) {
            left = index < left ? index : left;
            break;
        }
        left += scan->columns;
    }
    *stop = wrong != 0 || left < right;
    right = left < right ? left : right;
    scan->left_in_row = left - right;
    uint64_t last = 1ull << (63 - zeros_above(all));
    scan->last = block.start & last ? NUMBER
        : between_numbers & last ? COMMA : block.close & last ? CLOSE : block.open & last ? OPEN : COMMA_BETWEEN_ROWS;
    return right;
}

// The same for a block that may hold no brackets: within a row, numbers and commas take turns.
INLINE size_t check_order(struct scan *scan, struct marks block, uint64_t token_before, int *stop) {
    uint64_t after_number = skip_white(block.end | ((scan->last == NUMBER) & ~token_before), block.white);
    if (block.open | block.close) return check_marks(scan, block, after_number, stop);
    size_t count = ones(block.start);
    int takes_turns = block.comma == after_number && block.start == behind(scan, COMMA, block.comma, block.white);
    if (!takes_turns || scan->last > COMMA || count > scan->left_in_row) return check_marks(scan, block, after_number, stop);
    scan->left_in_row -= count;
    scan->last = block.start > block.comma ? NUMBER : block.start < block.comma ? COMMA : scan->last;
    return count;
}
