#ifndef CDOCUMENTS_H
#define CDOCUMENTS_H
// Files of this repository that the executable carries with it, so that it is one file without anything beside it.
#include <stdint.h>

// The bytes of openapi.yaml, and how many there are.
const uint8_t *cdocuments_openapi(void);
int64_t cdocuments_openapi_size(void);
#endif
