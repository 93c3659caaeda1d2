// Where the characters of a positional number stand in its text, for both forms of the writer.
#ifndef CKERNELS_NUMBER_LAYOUTS_H
#define CKERNELS_NUMBER_LAYOUTS_H

#include <stdint.h>

enum { LOWEST_EXPONENT = -4, LAYOUTS = 20, MINUS = 17, ZERO, POINT };

// layouts[2 (exponent + 4) + sign][i]: which of 17 digits and the characters MINUS, ZERO, POINT behind them is byte i of the text.
static _Alignas(32) uint8_t layouts[2 * LAYOUTS][32];

__attribute__((constructor)) static void make_layouts(void) {
    for (int row = 0; row < 2 * LAYOUTS; row++) {
        int exponent = row / 2 + LOWEST_EXPONENT, length = 0, digit = 0;
        uint8_t *layout = layouts[row];
        if (row % 2) layout[length++] = MINUS;
        for (int place = exponent < 0 ? 0 : exponent; length < 32; place--) {
            layout[length++] = place > exponent || digit == MINUS ? ZERO : (uint8_t)digit++;
            if (place == 0 && length < 32) layout[length++] = POINT;
        }
    }
}

#endif
