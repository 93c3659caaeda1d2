// Prints a digest of what each C kernel that arm64 has gives for the same numbers, so that machines can be compared: see `check-arm64`.
#include "CKernels.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { COUNT = 1 << 16, LOWEST = -342, HIGHEST = 323, WORDS = 20 };

static uint64_t random_state;

static uint64_t next_random(void) {
    random_state = random_state * 6364136223846793005u + 1442695040888963407u;
    return random_state ^ random_state >> 29;
}

static void print_digest(const char *name, const void *bytes, size_t size) {
    uint64_t digest = 14695981039346656037u;
    for (size_t i = 0; i < size; i++) digest = (digest ^ ((const uint8_t *)bytes)[i]) * 1099511628211u;
    printf("%-32s %10zu bytes %016llx\n", name, size, (unsigned long long)digest);
}

// MARK: Powers of ten, as `PowersOfTen` and `Scale` have them

static unsigned __int128 power_of_ten[HIGHEST - LOWEST + 1], scales[2046];

static unsigned __int128 leading_bits(const uint64_t *words) {
    int last = WORDS - 1;
    while (words[last] == 0) last--;
    unsigned __int128 top = (unsigned __int128)words[last] << 64 | (last > 0 ? words[last - 1] : 0);
    int shift = __builtin_clzll(words[last]);
    return shift == 0 ? top : top << shift | (last > 1 ? words[last - 2] : 0) >> (64 - shift);
}

static void make_powers(void) {
    uint64_t power[WORDS] = {1}, quotient[WORDS] = {[15] = 1};
    for (int n = 0; n <= HIGHEST; n++) {
        power_of_ten[n - LOWEST] = leading_bits(power);
        unsigned __int128 carry = 0;
        for (int i = 0; i < WORDS; i++) carry += (unsigned __int128)power[i] * 5, power[i] = (uint64_t)carry, carry >>= 64;
    }
    for (int n = -1; n >= LOWEST; n--) {
        unsigned __int128 rest = 0;
        for (int i = WORDS - 1; i >= 0; i--) rest = rest << 64 | quotient[i], quotient[i] = (uint64_t)(rest / 5), rest %= 5;
        power_of_ten[n - LOWEST] = leading_bits(quotient);
    }
    for (int q = -1074; q <= 971; q++) {
        int e = (q * 315653 >> 20) + 1;
        scales[q + 1074] = power_of_ten[-e - LOWEST] >> -(q + (-e * 217707 >> 16) + 1);
    }
}

// MARK: Text

// What the words leave over is shown as what it is.
static size_t write_left_double(double number, void *text) { return (size_t)sprintf(text, "%.17g", number); }
static size_t write_left_float(float number, void *text) { return (size_t)sprintf(text, "%.9g", (double)number); }

static void read_back(const char *name, const char *text, size_t size, size_t columns) {
    double numbers[2 * CK_NUMBERS_PER_RUN];
    struct ck_left_number left[CK_LEFT_PER_RUN];
    const uint64_t *powers = (const uint64_t *)&power_of_ten[-LOWEST];
    double *all = malloc((COUNT + CK_NUMBERS_PER_RUN) * sizeof *all);
    size_t at = 0, count = 0;
    while (at < size && count < COUNT) {
        struct ck_number_run run = ck_read_doubles_by_words(
            (const uint8_t *)text + at, size - at, columns, count % columns, powers, numbers, CK_NUMBERS_PER_RUN, left);
        if (run.count == 0) break;
        for (uint32_t i = 0; i < run.left_count; i++) numbers[left[i].index] = left[i].start;
        memcpy(all + count, numbers, run.count * sizeof *all);
        count += run.count, at += run.end;
        while (at < size && (text[at] == ',' || text[at] == '[' || text[at] == ']')) at++;
    }
    print_digest(name, all, count * sizeof *all);
    free(all);
}

static double number_of_kind(int kind, uint64_t bits) {
    double number;
    switch (kind) {
    case 0: memcpy(&number, &bits, sizeof number); return number;
    case 1: return (double)(int64_t)bits * 0x1p-63;
    case 2: return (double)((int64_t)bits >> bits % 61);
    case 3: return (double)((int64_t)bits >> 40) / 1000;
    default: return bits % 3 ? 0 : (double)(1ull << bits % 64);
    }
}

static void digest_texts(void) {
    static const char *kinds[] = {"random bits", "below 1", "whole numbers", "three decimals", "zeros and powers of two"};
    const struct ck_number_reference reference = {
        (const uint64_t *)&power_of_ten[-LOWEST], (const uint64_t *)scales, write_left_double, write_left_float};
    enum { BEFORE = CK_BYTES_BEFORE_RUN };
    double *numbers = malloc(COUNT * sizeof *numbers);
    float *floats = malloc(COUNT * sizeof *floats);
    char *text = calloc(BEFORE + 27 * COUNT + 32, 1), name[64];
    for (int kind = 0; kind < 5; kind++) {
        for (int i = 0; i < COUNT; i++) {
            numbers[i] = number_of_kind(kind, next_random()), floats[i] = (float)number_of_kind(kind, next_random() >> (kind ? 0 : 2));
        }
        const size_t columns = 1 + 37 * (size_t)kind;
        size_t size = ck_write_doubles_by_words(numbers, COUNT, columns, 0, text + BEFORE, &reference);
        snprintf(name, sizeof name, "%s, written", kinds[kind]);
        print_digest(name, text + BEFORE, size);
        snprintf(name, sizeof name, "%s, read", kinds[kind]);
        read_back(name, text + BEFORE, size, columns);
        text[BEFORE - 1] = '[';
        struct ck_array_walk walk = ck_walk_arrays_by_words((const uint8_t *)text + BEFORE - 1, size, 2);
        print_digest("walked over", &walk, sizeof walk);
        size = ck_write_floats_by_words(floats, COUNT, columns, 0, text + BEFORE, &reference);
        snprintf(name, sizeof name, "%s, float32", kinds[kind]);
        print_digest(name, text + BEFORE, size);
    }
    free(numbers), free(floats), free(text);
}

// MARK: Numbers

static void digest_kernels(void) {
    enum { M = 37, N = 45, K = 300 };
    static double a[M * K], b[K * N], c[M * N], h[M * K], derivative[M * K];
    static float af[M * K], bf[K * N], cf[M * N], hf[M * K], derivative_f[M * K];
    for (int i = 0; i < M * K; i++) af[i] = (float)(a[i] = (double)(int64_t)next_random() * 0x1p-61);
    for (int i = 0; i < K * N; i++) bf[i] = (float)(b[i] = (double)(int64_t)next_random() * 0x1p-63);
    ck_multiply_f64(M, N, K, a, K, 1, b, N, 1, c, N, 1, 0);
    print_digest("product, float64", c, sizeof c);
    ck_multiply_f32(M, N, K, af, K, 1, bf, N, 1, cf, N, 1, 0);
    print_digest("product, float32", cf, sizeof cf);
    ck_tanh_f64(M * K, a, h, derivative);
    print_digest("tanh, float64", h, sizeof h), print_digest("its derivative", derivative, sizeof derivative);
    ck_tanh_f32(M * K, af, hf, derivative_f);
    print_digest("tanh, float32", hf, sizeof hf), print_digest("its derivative", derivative_f, sizeof derivative_f);
    ck_sigmoid_f64(M * K, a, h, derivative);
    print_digest("sigmoid, float64", h, sizeof h), print_digest("its derivative", derivative, sizeof derivative);
    ck_sigmoid_f32(M * K, af, hf, derivative_f);
    print_digest("sigmoid, float32", hf, sizeof hf), print_digest("its derivative", derivative_f, sizeof derivative_f);
}

int main(void) {
    make_powers();
    digest_texts();
    digest_kernels();
}
