#ifndef CLINUX_H
#define CLINUX_H
// The few Linux calls that Swift's Glibc module leaves out. This header includes only <stdint.h> and <stddef.h>: with _GNU_SOURCE and libc
// headers in it, the C and the Glibc modules define the same structs differently and debug builds fail at random.
#include <stddef.h>
#include <stdint.h>
#endif
