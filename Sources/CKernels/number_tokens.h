// Where numbers stand in JSON text, and which of their bytes are what: the first step of `number_reader.c`, 64 bytes at a time.
//
// Comparisons make words of 64 bits in which bit i tells of byte i: is it part of a token, a digit, a comma. A token begins where a bit
// of `token` is set and the one below it is not, and ends the other way round; VPCOMPRESSB makes lists of offsets from such words.
// A token's point is found by addition: a bit added where each token begins is carried through it, up to the first byte that is a point or
// no longer of the token. (So are escaped quotes found in simdjson: G. Langdale and D. Lemire, "Parsing gigabytes of JSON per second", 2019.)
// Whether commas and brackets stand between the tokens as they should is asked for all 64 bytes at once, too: PEXT leaves the marks
// (tokens' beginnings, commas, brackets) without the bytes between them, so that what must follow what is a matter of shifting by one.
// What may not follow what within a token is looked up: of every byte and of the two before it a table says which rules they break, and
// what all three say is broken. (So UTF-8 is checked in simdjson: J. Keiser and D. Lemire, "Validating UTF-8 in less than one instruction
// per byte", 2021.) A token is anything between separators and white space; those that break a rule are marked as irregular.
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
    // Twice an offset is kept in 32 bits. More white space than this in one run is left to the caller, a run at a time.
    LONGEST = 1 << 29
};

// One list per property, so that 16 tokens are a vector of each.
struct tokens {
    size_t count;
    // Of each token two entries: twice where it begins in the text, and one more if it does with a sign; twice where its first point is, or
    // else its end. They are found together because that costs less.
    _Alignas(64) uint32_t start_and_point[2 * LIST];
    // Where it ends; where its `e` is, or else its end: valid if there is any `e` at all.
    _Alignas(64) uint32_t end[LIST], e[LIST];
    int has_exponents;
    // A bit for each.
    uint64_t irregular[LIST / 64];
};

// What was last: a comma behind a row is another mark than one behind a number.
// NUMBER and COMMA differ in one bit, so that they take turns by a shift or an exclusive or.
enum mark { NUMBER = 0, COMMA = 1, CLOSE, COMMA_BETWEEN_ROWS, OPEN };

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

// MARK: Offsets

// Appends those bytes of `values` whose bits are set, each increased by `base`; returns the new count.
INLINE size_t append_bytes(uint32_t *list, size_t count, uint64_t bits, __m512i values, size_t base) {
    __m512i bytes = _mm512_maskz_compress_epi8(bits, values), first = _mm512_set1_epi32((int)base);
    _mm512_storeu_si512(list + count, _mm512_add_epi32(_mm512_cvtepu8_epi32(_mm512_castsi512_si128(bytes)), first));
    size_t added = (size_t)_mm_popcnt_u64(bits);
    if (__builtin_expect(added > 16, 0)) {
        for (size_t done = 16; done < added; done += 16) {
            bytes = _mm512_shuffle_i64x2(bytes, bytes, _MM_SHUFFLE(0, 3, 2, 1));
            _mm512_storeu_si512(list + count + done, _mm512_add_epi32(_mm512_cvtepu8_epi32(_mm512_castsi512_si128(bytes)), first));
        }
    }
    return count + added;
}

// 0, 1, ... 63, and twice that.
static _Alignas(64) uint8_t iota[BLOCK], twice_iota[BLOCK];

// Appends the offsets of the bits that are set; returns the new count.
INLINE size_t append_offsets(uint32_t *list, size_t count, uint64_t bits, size_t base) {
    return append_bytes(list, count, bits, _mm512_load_si512(iota), base);
}

// The first byte that is `stop` or not of the token any more, for each token. `*before` is whether the last token has had none so far, in and
// out; `*prefix` which bytes are left of it.
INLINE uint64_t find_first(uint64_t token, uint64_t start, uint64_t stop, uint64_t *before, uint64_t *prefix) {
    uint64_t other = token & ~stop, sum;
    *before = __builtin_add_overflow(other, start | *before, &sum);
    *prefix = other & ~sum;
    return sum & ~other;
}

// MARK: Rules

// A rule is broken by three bytes of which each may be the one that it has in this place. The last table also tells brackets and what is
// part of a token.
enum {
    POINT_WITHOUT_DIGIT = 1, NO_DIGIT_BEHIND = 2, SIGN_BEHIND_DIGIT = 4, SUPERFLUOUS_ZERO = 8, NO_BYTE_OF_A_DECIMAL = 16,
    ANY = POINT_WITHOUT_DIGIT | NO_DIGIT_BEHIND | SIGN_BEHIND_DIGIT | NO_BYTE_OF_A_DECIMAL, BRACKET = 64, TOKEN = 128
};

// For the byte before the last one, the last one and the byte itself.
static _Alignas(64) uint8_t rules[3][128];

__attribute__((constructor)) static void make_tables(void) {
    for (int i = 0; i < BLOCK; i++) iota[i] = (uint8_t)i, twice_iota[i] = (uint8_t)(2 * i);
    for (int byte = 0; byte < 128; byte++) {
        int is_separator = byte && strchr(" \t\n\r,[]", byte), is_digit = '0' <= byte && byte <= '9';
        int is_sign = byte == '-', is_point = byte == '.';
        rules[0][byte] = ANY | (is_separator || is_sign ? SUPERFLUOUS_ZERO : 0);
        rules[1][byte] = NO_BYTE_OF_A_DECIMAL | (is_digit ? SIGN_BEHIND_DIGIT : 0) | (byte == '0' ? SUPERFLUOUS_ZERO : 0)
            | (is_sign || is_point ? POINT_WITHOUT_DIGIT | NO_DIGIT_BEHIND : 0) | (is_separator ? POINT_WITHOUT_DIGIT : 0);
        rules[2][byte] = (is_separator ? NO_DIGIT_BEHIND : TOKEN) | (is_sign ? NO_DIGIT_BEHIND | SIGN_BEHIND_DIGIT : 0)
            | (is_point ? POINT_WITHOUT_DIGIT : 0) | (is_digit ? SUPERFLUOUS_ZERO : 0)
            | (is_separator || is_sign || is_point || is_digit ? 0 : NO_BYTE_OF_A_DECIMAL) | (byte == '[' || byte == ']' ? BRACKET : 0);
    }
}

// What a table has for each byte; all that is not ASCII is as 127.
INLINE __m512i look_up_rules(const uint8_t table[128], __m512i bytes) {
    __m512i index = _mm512_min_epu8(bytes, _mm512_set1_epi8(127));
    return _mm512_permutex2var_epi8(_mm512_load_si512(table), index, _mm512_load_si512(table + 64));
}

// MARK: Tokens

// What the last byte of the block before was: part of a token, also one that has had no point or no `e` so far, or one that has had its `e`.
struct carry {
    uint64_t token, before_point, before_e, exponent;
};

// How many tokens have begun and ended, how many of their beginnings and points are listed, and how often an `e` or its absence is.
struct counts {
    size_t started, ended, starts_and_points, e;
};

// Marks the tokens that hold such bytes, or end before them. `start` are the beginnings in this block.
INLINE void mark_irregular(struct tokens *tokens, size_t started, uint64_t start, uint64_t bytes) {
    for (; bytes; bytes &= bytes - 1) {
        size_t token = started + (size_t)_mm_popcnt_u64(start & (bytes ^ (bytes - 1))) - 1;
        tokens->irregular[token / 64] |= 1ull << token % 64;
    }
}

// Lists where exponents begin. Of the bytes that break a rule returns those that do so outside of exponents, which are checked when they are
// read, and each `e` that follows no digit.
INLINE uint64_t find_exponents(
    struct tokens *tokens, struct counts *counts, struct carry *carry, __m512i block, __m512i last, uint64_t token, uint64_t start,
    uint64_t wrong, size_t at) {
    if (!tokens->has_exponents) {
        // None so far: all tokens that have ended did so without.
        memcpy(tokens->e, tokens->end, counts->ended * sizeof *tokens->e);
        counts->e = counts->ended;
        carry->before_e = carry->token;
        tokens->has_exponents = 1;
    }
    uint64_t e = _mm512_cmpeq_epi8_mask(_mm512_or_si512(block, _mm512_set1_epi8(0x20)), _mm512_set1_epi8('e')), before;
    uint64_t first = find_first(token, start, e, &carry->before_e, &before);
    counts->e = append_offsets(tokens->e, counts->e, first, at);
    uint64_t exponent = token & ~before, after_exponent = exponent << 1 | carry->exponent;
    carry->exponent = exponent >> 63;
    uint64_t after_digit = _mm512_cmplt_epu8_mask(_mm512_sub_epi8(last, _mm512_set1_epi8('0')), _mm512_set1_epi8(10));
    return (wrong & ~(exponent | after_exponent)) | (first & e & ~after_digit);
}

// Lists the tokens of which `ck_read_doubles` says that they belong together.
TARGET __attribute__((noinline)) static void find_tokens(struct tokens *tokens, const uint8_t *text, size_t size, size_t columns, size_t column) {
    // The first number is expected as if behind a comma.
    struct scan scan = {.last = COMMA, .columns = columns, .left_in_row = columns ? columns - column : SIZE_MAX / 2};
    for (size_t i = 0; columns && i < 64; i += columns) scan.row_pattern |= 1ull << i;
    struct carry carry = {0};
    struct counts counts = {0};
    tokens->has_exponents = 0;
    memset(tokens->irregular, 0, sizeof tokens->irregular);
    int stop = 0;
    size = size < LONGEST ? size : LONGEST;
    for (size_t at = 0; at < size && counts.started < CK_NUMBERS_PER_RUN && !stop; at += BLOCK) {
        // Bytes behind the end are not read, whatever memory is there, and count as a token that does not end. Before the text, say commas.
        __mmask64 inside = size - at < BLOCK ? _bzhi_u64(~0ull, (unsigned)(size - at)) : ~0ull, before = at ? 3 : 0;
        const __m512i commas = _mm512_set1_epi8(',');
        __m512i block = _mm512_maskz_loadu_epi8(inside, text + at);
        __m512i last = _mm512_mask_loadu_epi8(commas, inside << 1 | before >> 1, text + at - 1);
        __m512i last_but_one = _mm512_mask_loadu_epi8(commas, inside << 2 | before, text + at - 2);
        __m512i broken = look_up_rules(rules[2], block);
        uint64_t token = (uint64_t)_mm512_movepi8_mask(broken);
        int has_bracket = _mm512_test_epi8_mask(broken, _mm512_set1_epi8(BRACKET)) != 0;
        broken = _mm512_and_si512(broken, look_up_rules(rules[1], last));
        uint64_t wrong = _mm512_test_epi8_mask(broken, look_up_rules(rules[0], last_but_one)) & inside;

        uint64_t after_token = token << 1 | carry.token, start = token & ~after_token, end = after_token & ~token, ignored;
        uint64_t point = _mm512_cmpeq_epi8_mask(block, _mm512_set1_epi8('.')), comma = _mm512_cmpeq_epi8_mask(block, commas);
        // A point that begins a token would share its entry in the list; it breaks a rule anyway. So does a second one.
        uint64_t first_point = find_first(token, start, point & ~start, &carry.before_point, &ignored);
        wrong |= point & ~first_point;
        if (__builtin_expect((wrong | (uint64_t)tokens->has_exponents) != 0, 0)) {
            wrong = find_exponents(tokens, &counts, &carry, block, last, token, start, wrong, at);
            mark_irregular(tokens, counts.started, start, wrong);
        }
        carry.token = token >> 63;
        __mmask64 minus = _mm512_cmpeq_epi8_mask(block, _mm512_set1_epi8('-'));
        __m512i twice = _mm512_load_si512(twice_iota), offsets = _mm512_mask_add_epi8(twice, minus, twice, _mm512_set1_epi8(1));
        counts.starts_and_points = append_bytes(tokens->start_and_point, counts.starts_and_points, start | first_point, offsets, 2 * at);
        counts.ended = append_offsets(tokens->end, counts.ended, end, at);

        // Most blocks are the inside of a row: numbers and commas in turn. A bit is set in `in_turn` for each number.
        size_t count = (size_t)_mm_popcnt_u64(start);
        unsigned marks = (unsigned)_mm_popcnt_u64(start | comma);
        uint64_t in_turn = _bzhi_u64(0x5555555555555555 << (scan.last == NUMBER), marks);
        if (!has_bracket && scan.last <= COMMA && _pext_u64(start, start | comma) == in_turn && count <= scan.left_in_row) {
            scan.left_in_row -= count;
            scan.last ^= marks & 1;
        } else {
            uint64_t open = _mm512_cmpeq_epi8_mask(block, _mm512_set1_epi8('['));
            uint64_t close = _mm512_cmpeq_epi8_mask(block, _mm512_set1_epi8(']'));
            count = check_marks(&scan, (struct marks){start, comma, open, close}, &stop);
        }
        counts.started += count;
    }
    // The last one to start may end in a block that was not looked at; of those behind the last right one some ends are listed.
    size_t count = counts.started < counts.ended ? counts.started : counts.ended;
    tokens->count = count < CK_NUMBERS_PER_RUN ? count : CK_NUMBERS_PER_RUN;
}
