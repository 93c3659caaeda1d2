// `array_walker.c` for CPUs without AVX-512: the same 64 bytes a step, from `blocks.h`. Most blocks have commas alone; in others every
// bracket is looked at.
#include "array_walker.h"

#include "blocks.h"

TARGET struct ck_array_walk ck_walk_arrays_by_words(const uint8_t *text, size_t size, size_t maximum_depth) {
    struct ck_array_walk walk = {0, 0, 0};
    for (; walk.at < size; walk.at += BLOCK) {
        struct block block = load_up_to(text + walk.at, size - walk.at);
        uint64_t comma = equal(block, ','), quote = 0;
        // Within a row nothing but an `e` is above the digits, and nothing but white space below what numbers are made of.
        if (~within(block, '#', '9') == 0 || ((quote = equal(block, '"')) | ~within(block, 0, '9')) == 0) {
            walk.commas += ones(comma);
            continue;
        }
        uint64_t open = equal(block, '['), close = equal(block, ']');
        // From `{` on come, besides the braces, only bytes that no number holds.
        uint64_t foreign = quote | ~within(block, 0, 'z');
        for (uint64_t rest = (open | close) & below_lowest(foreign); rest; rest &= rest - 1) {
            uint64_t bracket = rest & -rest;
            if (open & bracket && walk.depth == maximum_depth) {
                foreign = bracket;
                break;
            }
            walk.depth += open & bracket ? 1 : -1;
            if (walk.depth == 0) {
                walk.commas += ones(comma & below_lowest(bracket));
                walk.at += lowest(bracket) + 1;
                return walk;
            }
        }
        walk.commas += ones(comma & below_lowest(foreign));
        if (foreign) {
            walk.at += lowest(foreign);
            return walk;
        }
    }
    walk.at = size;
    return walk;
}
