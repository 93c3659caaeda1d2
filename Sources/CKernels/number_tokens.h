// Where numbers stand in JSON text, and which of their bytes are what: the first step of `number_reader.c`, 64 bytes at a time.
//
// Comparisons make words of 64 bits in which bit i tells of byte i: is it part of a token, a digit, a comma. A token begins where a bit
// of `token` is set and the one below it is not, and ends the other way round; VPCOMPRESSB makes lists of offsets from such words.
// A token's point is found by addition: a bit added where each token begins is carried through it, up to the first byte that is a point
// or no longer of the token. (So simdjson finds escaped quotes: G. Langdale and D. Lemire, "Parsing gigabytes of JSON per second", 2019.)
// What may not follow what within a token is looked up: of every byte and of the two before it a table says which rules they break, and
// what all three say is broken. (So UTF-8 is checked in simdjson: J. Keiser and D. Lemire, "Validating UTF-8 in less than one instruction
// per byte", 2021.) A token is anything between separators and white space; those that break a rule are marked as irregular.
#include "number_order.h"

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

// MARK: Offsets

// Appends those bytes of `values` whose bits are set, each increased by `base`; returns the list's new end.
INLINE uint32_t *append_bytes(uint32_t *list_end, uint64_t bits, __m512i values, __m512i base) {
    __m512i bytes = _mm512_maskz_compress_epi8(bits, values);
    _mm512_storeu_si512(list_end, _mm512_add_epi32(_mm512_cvtepu8_epi32(_mm512_castsi512_si128(bytes)), base));
    size_t added = (size_t)_mm_popcnt_u64(bits);
    if (__builtin_expect(added > 16, 0)) {
        for (size_t done = 16; done < added; done += 16) {
            bytes = _mm512_shuffle_i64x2(bytes, bytes, _MM_SHUFFLE(0, 3, 2, 1));
            _mm512_storeu_si512(list_end + done, _mm512_add_epi32(_mm512_cvtepu8_epi32(_mm512_castsi512_si128(bytes)), base));
        }
    }
    return list_end + added;
}

// 0, 1, ... 63, and twice that.
static _Alignas(64) uint8_t iota[BLOCK], twice_iota[BLOCK];

// Appends the offsets of the bits that are set; returns the list's new end.
INLINE uint32_t *append_offsets(uint32_t *list_end, uint64_t bits, __m512i base) {
    return append_bytes(list_end, bits, _mm512_load_si512(iota), base);
}

// The first byte that is `stop` or not of the token any more, for each token; `*prefix` is which bytes are left of it. `before` is whether
// the last token of the block before has had none so far.
INLINE uint64_t find_first(uint64_t token, uint64_t start, uint64_t stop, uint64_t before, uint64_t *prefix) {
    uint64_t other = token & ~stop, sum = other + (start | before);
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

// MARK: Blocks

// Which of 64 bytes are what.
struct block {
    // The bytes, and those one before.
    __m512i bytes, last;
    uint64_t token, comma, point, minus;
    // What is not allowed here in a plain decimal, but for second points.
    uint64_t wrong;
    int has_brackets;
};

// Bytes behind the end are not read, whatever memory is there, and count as digits.
INLINE __m512i load_up_to(const uint8_t *text, const uint8_t *end) {
    __mmask64 inside = end - text < BLOCK ? _bzhi_u64(~0ull, (unsigned)(end - text)) : ~0ull;
    return _mm512_mask_loadu_epi8(_mm512_set1_epi8('0'), inside, text);
}

// The byte before the run belongs to no token.
INLINE struct block look_at(const uint8_t *text, const uint8_t *end) {
    __m512i bytes, last, last_but_one;
    if (__builtin_expect(end - text >= BLOCK, 1)) {
        bytes = _mm512_loadu_si512(text), last = _mm512_loadu_si512(text - 1), last_but_one = _mm512_loadu_si512(text - 2);
    } else {
        bytes = load_up_to(text, end), last = load_up_to(text - 1, end), last_but_one = load_up_to(text - 2, end);
    }
    __m512i rule = look_up_rules(rules[2], bytes);
    __m512i broken = _mm512_and_si512(rule, look_up_rules(rules[1], last));
    return (struct block){
        .bytes = bytes, .last = last, .token = (uint64_t)_mm512_movepi8_mask(rule),
        .comma = _mm512_cmpeq_epi8_mask(bytes, _mm512_set1_epi8(',')), .point = _mm512_cmpeq_epi8_mask(bytes, _mm512_set1_epi8('.')),
        .minus = _mm512_cmpeq_epi8_mask(bytes, _mm512_set1_epi8('-')),
        .wrong = _mm512_test_epi8_mask(broken, look_up_rules(rules[0], last_but_one)),
        .has_brackets = _mm512_test_epi8_mask(rule, _mm512_set1_epi8(BRACKET)) != 0};
}

INLINE struct marks marks_of(const struct block *block, uint64_t start, uint64_t end) {
    struct marks marks = {.start = start, .end = end, .comma = block->comma};
    if (block->has_brackets) {
        marks.open = _mm512_cmpeq_epi8_mask(block->bytes, _mm512_set1_epi8('['));
        marks.close = _mm512_cmpeq_epi8_mask(block->bytes, _mm512_set1_epi8(']'));
    }
    return marks;
}

// MARK: Tokens

// What the last byte of the block before was: part of a token, and of one that has had no point or no `e` so far.
struct carry {
    uint64_t token, before_point, before_e;
};

// How many tokens have begun where they should, and how far each list reaches.
struct ends {
    size_t started;
    uint32_t *start_and_point, *end, *e;
};

// Marks the tokens that hold such bytes, or end before them. `start` are the beginnings in this block.
INLINE void mark_irregular(struct tokens *tokens, size_t started, uint64_t start, uint64_t bytes) {
    for (; bytes; bytes &= bytes - 1) {
        size_t token = started + (size_t)_mm_popcnt_u64(start & (bytes ^ (bytes - 1))) - 1;
        tokens->irregular[token / 64] |= 1ull << token % 64;
    }
}

// Lists where exponents begin. Of the wrong bytes returns those outside of exponents, which are checked when they are read, and each `e`
// that follows no digit.
INLINE uint64_t find_exponents(
    struct tokens *tokens, struct ends *ends, struct carry *carry, const struct block *block, uint64_t start, uint64_t wrong,
    __m512i base) {
    if (!tokens->has_exponents) {
        // None so far: all tokens that have ended did so without.
        size_t count = (size_t)(ends->end - tokens->end);
        memcpy(tokens->e, tokens->end, count * sizeof *tokens->e);
        ends->e = tokens->e + count;
        carry->before_e = carry->token;
        tokens->has_exponents = 1;
    }
    uint64_t e = _mm512_cmpeq_epi8_mask(_mm512_or_si512(block->bytes, _mm512_set1_epi8(0x20)), _mm512_set1_epi8('e')), mantissa;
    uint64_t first = find_first(block->token, start, e, carry->before_e, &mantissa);
    carry->before_e = mantissa >> 63;
    ends->e = append_offsets(ends->e, first, base);
    uint64_t after_digit = _mm512_cmplt_epu8_mask(_mm512_sub_epi8(block->last, _mm512_set1_epi8('0')), _mm512_set1_epi8(10));
    return (wrong & ~(block->token & ~mantissa)) | (first & e & ~after_digit);
}

// Lists what a block tells of tokens, whose offsets are counted from `base`; returns where they begin and end, beside other marks.
INLINE struct marks list_tokens(struct tokens *tokens, struct ends *ends, struct carry *carry, const struct block *block, __m512i base) {
    uint64_t after_token = block->token << 1 | carry->token, start = block->token & ~after_token, end = after_token & ~block->token;
    // A point that begins a token would share its entry in the list; it breaks a rule anyway. So does a second one.
    uint64_t whole, first_point = find_first(block->token, start, block->point & ~start, carry->before_point, &whole);
    uint64_t wrong = block->wrong | (block->point & ~first_point);
    if (__builtin_expect(wrong != 0 || tokens->has_exponents, 0)) {
        wrong = find_exponents(tokens, ends, carry, block, start, wrong, base);
        mark_irregular(tokens, ends->started, start, wrong);
    }
    const __m512i twice = _mm512_load_si512(twice_iota);
    __m512i offsets = _mm512_mask_add_epi8(twice, block->minus, twice, _mm512_set1_epi8(1));
    ends->start_and_point = append_bytes(ends->start_and_point, start | first_point, offsets, _mm512_add_epi32(base, base));
    ends->end = append_offsets(ends->end, end, base);
    carry->token = block->token >> 63;
    carry->before_point = whole >> 63;
    return marks_of(block, start, end);
}

// Lists the tokens of which `ck_read_doubles` says that they belong together. Not inlined: it would be so twice.
TARGET __attribute__((noinline)) static void find_tokens(
    struct tokens *tokens, const uint8_t *text, size_t size, size_t columns, size_t column) {
    // The first number is expected as if behind a comma.
    struct scan scan = {.last = COMMA, .in_order = 1, .columns = columns, .left_in_row = columns ? columns - column : SIZE_MAX / 2};
    for (size_t i = 0; columns && i < 64; i += columns) scan.row_pattern |= 1ull << i;
    struct carry carry = {0};
    struct ends ends = {.start_and_point = tokens->start_and_point, .end = tokens->end};
    tokens->has_exponents = 0;
    memset(tokens->irregular, 0, sizeof tokens->irregular);
    const uint8_t *end = text + (size < LONGEST ? size : LONGEST);
    __m512i base = _mm512_setzero_si512();
    for (; text < end && ends.started < CK_NUMBERS_PER_RUN && scan.in_order; text += BLOCK) {
        const struct block block = look_at(text, end);
        struct marks marks = list_tokens(tokens, &ends, &carry, &block, base);
        ends.started += block.has_brackets ? check_marks(&scan, marks) : check_turns(&scan, marks);
        base = _mm512_add_epi32(base, _mm512_set1_epi32(BLOCK));
    }
    // The last one to start may end in a block that was not looked at; of those behind the last right one some ends are listed.
    size_t ended = (size_t)(ends.end - tokens->end), count = ends.started < ended ? ends.started : ended;
    tokens->count = count < CK_NUMBERS_PER_RUN ? count : CK_NUMBERS_PER_RUN;
}
