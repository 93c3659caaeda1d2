// Where numbers stand in JSON text: the first half of `number_reader.c`, 64 bytes a step.
//
// Comparisons make words of 64 bits in which bit i tells of byte i: is it part of a token, a comma, a bracket. A token begins where a bit
// of `token` is set and the one below it is not, and ends the other way round; VPCOMPRESSB makes lists of offsets from such words.
// Whether commas and brackets stand between the tokens as they should is asked for all 64 bytes at once, too: PEXT leaves the marks
// (tokens' beginnings, commas, brackets) without the bytes between them, so that what must follow what is a matter of shifting by one.
// A token is anything between separators and white space; whether it is a number is asked when it is read.
#include "number_reader.h"

#include <immintrin.h>
#include <string.h>

#define TARGET \
    __attribute__((target("avx512f,avx512bw,avx512cd,avx512dq,avx512vl,avx512vbmi,avx512vbmi2,bmi,bmi2,lzcnt,popcnt")))
#define INLINE TARGET static inline __attribute__((always_inline))

enum {
    BLOCK = 64,
    // A block has up to 32 tokens, and lists grow by whole vectors of 16.
    LIST = CK_NUMBERS_PER_RUN + 64,
    // Offsets are kept in 32 bits. More white space than this in one run is left to the caller, a run at a time.
    LONGEST = 1 << 30
};

// What was last: a comma behind a row is another mark than one behind a number.
enum mark { NUMBER, COMMA, CLOSE, COMMA_BETWEEN_ROWS, OPEN };

struct scan {
    enum mark last;
    // How many tokens stand before the next row's first, which is kept where rows are shorter than a block: bit i of the pattern is set for
    // every i that is a multiple of the columns.
    size_t columns, left_in_row;
    uint64_t row_pattern;
};

struct marks {
    uint64_t start, comma, open, close;
};

INLINE uint64_t below_lowest(uint64_t bits) { return bits ? (bits ^ (bits - 1)) >> 1 : ~0ull; }

// How many tokens of a block stand where they should. If not all of the block does so, `*stop` is set.
INLINE size_t check_marks(struct scan *scan, struct marks block, int *stop) {
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
    *stop = wrong != 0 || in_shape < right;
    right = in_shape < right ? in_shape : right;

    scan->left_in_row += scan->columns * (size_t)_mm_popcnt_u64(first) - right;
    uint64_t last = 1ull << (_mm_popcnt_u64(all) - 1);
    scan->last = number & last ? NUMBER : between_numbers & last ? COMMA : close & last ? CLOSE : open & last ? OPEN : COMMA_BETWEEN_ROWS;
    return right;
}

// Appends the offsets of the bits that are set; returns the new count.
INLINE size_t append_offsets(uint32_t *list, size_t count, uint64_t bits, size_t base) {
    _Alignas(64) uint8_t iota[64];
    for (int i = 0; i < 64; i++) iota[i] = (uint8_t)i;
    __m512i offsets = _mm512_maskz_compress_epi8(bits, _mm512_load_si512(iota)), first = _mm512_set1_epi32((int)base);
    _mm512_storeu_si512(list + count, _mm512_add_epi32(_mm512_cvtepu8_epi32(_mm512_castsi512_si128(offsets)), first));
    size_t added = (size_t)_mm_popcnt_u64(bits);
    if (added > 16) {
        __m128i more = _mm512_extracti32x4_epi32(offsets, 1);
        _mm512_storeu_si512(list + count + 16, _mm512_add_epi32(_mm512_cvtepu8_epi32(more), first));
    }
    return count + added;
}

// Lists where tokens start and end, as `ck_read_doubles` says which belong together; returns how many.
INLINE size_t find_tokens(const uint8_t *text, size_t size, size_t columns, size_t column, uint32_t *starts, uint32_t *ends) {
    // Bytes that find themselves here by their low six bits are separators and white space; no other does.
    _Alignas(64) uint8_t separators[64];
    for (int i = 0; i < 64; i++) separators[i] = (uint8_t)~i;
    for (int i = 0; i < 7; i++) separators[" \t\n\r,[]"[i] & 63] = (uint8_t)" \t\n\r,[]"[i];
    const __m512i separator = _mm512_load_si512(separators);

    // The first number is expected as if behind a comma.
    struct scan scan = {.last = COMMA, .columns = columns, .left_in_row = columns ? columns - column : SIZE_MAX / 2};
    for (size_t i = 0; columns && i < 64; i += columns) scan.row_pattern |= 1ull << i;
    size_t started = 0, ended = 0;
    uint64_t in_token = 0;
    int stop = 0;
    size = size < LONGEST ? size : LONGEST;
    for (size_t at = 0; at < size && started < CK_NUMBERS_PER_RUN && !stop; at += BLOCK) {
        // Bytes behind the end are not read, whatever memory is there, and count as a token that does not end.
        __mmask64 inside = size - at < BLOCK ? _bzhi_u64(~0ull, (unsigned)(size - at)) : ~0ull;
        __m512i block = _mm512_maskz_loadu_epi8(inside, text + at);
        uint64_t token = _mm512_cmpneq_epi8_mask(_mm512_permutexvar_epi8(block, separator), block);
        uint64_t comma = _mm512_cmpeq_epi8_mask(block, _mm512_set1_epi8(','));
        uint64_t after_token = token << 1 | in_token;
        uint64_t start = token & ~after_token, end = after_token & ~token;
        in_token = token >> 63;
        size_t count = (size_t)_mm_popcnt_u64(start);
        // Most blocks are the inside of a row without white space. COMMA is 1 and NUMBER 0: the last mark is a bit before the first.
        if (comma == ~token && scan.last <= COMMA && start == (comma << 1 | scan.last) && count <= scan.left_in_row) {
            scan.left_in_row -= count;
            scan.last = comma >> 63 ? COMMA : NUMBER;
        } else {
            uint64_t open = _mm512_cmpeq_epi8_mask(block, _mm512_set1_epi8('['));
            uint64_t close = _mm512_cmpeq_epi8_mask(block, _mm512_set1_epi8(']'));
            count = check_marks(&scan, (struct marks){start, comma, open, close}, &stop);
        }
        append_offsets(starts, started, start, at);
        ended = append_offsets(ends, ended, end, at);
        started += count;
    }
    // The last one to start may end in a block that was not looked at; of those behind the last right one some ends are listed.
    size_t count = started < ended ? started : ended;
    return count < CK_NUMBERS_PER_RUN ? count : CK_NUMBERS_PER_RUN;
}
