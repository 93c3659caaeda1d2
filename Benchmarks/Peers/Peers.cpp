#include "Peers.h"

#include <simdjson.h>

#include <charconv>

static simdjson::padded_string document;
static simdjson::dom::parser parser;

void peers_keep(const uint8_t *text, int64_t size) {
    document = simdjson::padded_string(reinterpret_cast<const char *>(text), static_cast<size_t>(size));
}

int64_t peers_read(double *numbers) {
    simdjson::dom::array rows;
    if (parser.parse(document)["x"].get(rows)) return -1;
    int64_t count = 0;
    for (simdjson::dom::element element : rows) {
        simdjson::dom::array row;
        if (element.get(row)) return -1;
        for (simdjson::dom::element number : row) {
            if (number.get(numbers[count++])) return -1;
        }
    }
    return count;
}

template <typename Number>
static int64_t write(const Number *numbers, int64_t count, char *text) {
    char *end = text;
    for (int64_t i = 0; i < count; i++) {
        end = std::to_chars(end, end + 31, numbers[i]).ptr;
        *end++ = ',';
    }
    return end - text;
}

int64_t peers_write_doubles(const double *numbers, int64_t count, char *text) { return write(numbers, count, text); }
int64_t peers_write_floats(const float *numbers, int64_t count, char *text) { return write(numbers, count, text); }
