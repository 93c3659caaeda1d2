// From a number's digits to its text: the last step of `number_writer_words.c`.
#include "blocks.h"
#include "number_layouts.h"

#include <stdio.h>

enum { FIRST_EXPONENT = -324, LAST_EXPONENT = 308 };

// Of each exponent and sign: what follows the digits, how many bytes of that count, and the layout. Before it stand `others` bytes and the
// digits, but `least` bytes at least. A single digit goes without its point in front of an exponent.
static struct form {
    uint64_t tail;
    uint16_t layout;
    uint8_t tail_length, others, least, has_exponent;
} forms[LAST_EXPONENT - FIRST_EXPONENT + 1][2];

__attribute__((constructor)) static void make_forms(void) {
    for (int exponent = FIRST_EXPONENT; exponent <= LAST_EXPONENT; exponent++) {
        int is_positional = LOWEST_EXPONENT <= exponent && exponent < LOWEST_EXPONENT + LAYOUTS;
        int place = is_positional ? exponent : 0;
        char tail[8] = ",";
        if (!is_positional) snprintf(tail, sizeof tail, "e%+03d,", exponent);
        for (unsigned sign = 0; sign < 2; sign++) {
            struct form *form = &forms[exponent - FIRST_EXPONENT][sign];
            memcpy(&form->tail, tail, sizeof tail);
            form->layout = (uint16_t)((unsigned)(2 * (place - LOWEST_EXPONENT)) + sign);
            form->tail_length = (uint8_t)strlen(tail), form->has_exponent = !is_positional;
            form->others = (uint8_t)(sign + 1 + (unsigned)(place < 0 ? -place : 0));
            // Positional numbers have a digit behind the point.
            form->least = (uint8_t)(is_positional && place >= 0 ? sign + (unsigned)place + 3 : 0);
        }
    }
}

#if defined(__x86_64__)

// The layout of 16 digits and of four characters behind them.
INLINE void store_layout(char *text, const uint8_t *digits, uint32_t others, const uint8_t *layout) {
    __m256i from = _mm256_load_si256((const __m256i *)layout);
    __m256i sixteen = _mm256_broadcastsi128_si256(_mm_load_si128((const __m128i *)digits)), four = _mm256_set1_epi32((int)others);
    // What comes from the other of the two has its highest bit set, which gives 0.
    sixteen = _mm256_shuffle_epi8(sixteen, _mm256_add_epi8(from, _mm256_set1_epi8(0x80 - 16)));
    four = _mm256_shuffle_epi8(four, _mm256_sub_epi8(from, _mm256_set1_epi8(16)));
    _mm256_storeu_si256((__m256i *)text, _mm256_or_si256(sixteen, four));
}

// A bit for each of 16 digits that is not '0'.
INLINE uint32_t nonzero_digits(const uint8_t *digits) {
    return (uint32_t)_mm_movemask_epi8(_mm_cmpgt_epi8(_mm_load_si128((const __m128i *)digits), _mm_set1_epi8('0')));
}

#else

INLINE void store_layout(char *text, const uint8_t *digits, uint32_t others, const uint8_t *layout) {
    uint8x16x2_t from = {{vld1q_u8(digits), vreinterpretq_u8_u32(vdupq_n_u32(others))}};
    vst1q_u8((uint8_t *)text, vqtbl2q_u8(from, vld1q_u8(layout)));
    vst1q_u8((uint8_t *)text + 16, vqtbl2q_u8(from, vld1q_u8(layout + 16)));
}

INLINE uint32_t nonzero_digits(const uint8_t *digits) {
    const uint8x16_t bit = {1, 2, 4, 8, 16, 32, 64, 128, 1, 2, 4, 8, 16, 32, 64, 128};
    uint8x16_t bits = vandq_u8(vcgtq_u8(vld1q_u8(digits), vdupq_n_u8('0')), bit);
    return vaddv_u8(vget_low_u8(bits)) | (uint32_t)vaddv_u8(vget_high_u8(bits)) << 8;
}

#endif

// Stores sixteen digits and a seventeenth, and the comma; returns their end. `last_and_others` is what the layouts call 16, MINUS, ZERO and
// POINT; of `has_last` bit 16 is set if the seventeenth is not 0, and bit 0 always. Touches 32 bytes.
INLINE char *store_text(char *text, const struct form *form, const uint8_t *digits, uint32_t last_and_others, uint32_t has_last) {
    store_layout(text, digits, last_and_others, layouts[form->layout]);
    unsigned count = 32 - (unsigned)__builtin_clz(nonzero_digits(digits) | has_last), length = form->others + count;
    if (RARE(count == 1)) length -= form->has_exponent;
    length = length > form->least ? length : form->least;
    memcpy(text + length, &form->tail, sizeof form->tail);
    return text + length + form->tail_length;
}
