#include "CDocuments.h"

// #embed (C23) takes no compile time; the same bytes as a Swift array literal take ten seconds.
static const uint8_t openapi[] = {
#embed "../../openapi.yaml"
};

const uint8_t *cdocuments_openapi(void) { return openapi; }
int64_t cdocuments_openapi_size(void) { return sizeof openapi; }
