#ifndef PEERS_H
#define PEERS_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

// What others read and write numbers with: simdjson's DOM, which chooses its instructions at run time as ours does (its on-demand reader of
// Debian 12, 3.0.1, misreads numbers of 25 digits), and std::to_chars, the shortest text in the C++ library.

/// Keeps a copy of a document `{"x":[[...],...]}` with the bytes behind it that simdjson asks for.
void peers_keep(const uint8_t *text, int64_t size);

/// Reads the kept document's rows into `numbers`; returns how many these are, -1 for an error.
int64_t peers_read(double *numbers);

/// Writes numbers with a comma behind each; `text` must have room for 32 bytes a number. Returns how many bytes are written.
int64_t peers_write_doubles(const double *numbers, int64_t count, char *text);
int64_t peers_write_floats(const float *numbers, int64_t count, char *text);

#ifdef __cplusplus
}
#endif

#endif
