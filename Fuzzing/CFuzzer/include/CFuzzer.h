#ifndef CFUZZER_H
#define CFUZZER_H
// The entry of libFuzzer that leaves `main` to its caller; the linker finds it by -sanitize=fuzzer.
#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerRunDriver(int *argc, char ***argv, int (*callback)(const uint8_t *data, size_t size));
#endif
