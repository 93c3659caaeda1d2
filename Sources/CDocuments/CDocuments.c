#include "CDocuments.h"

// #embed (C23) takes no compile time; the same bytes as a Swift array literal take ten seconds.
const uint8_t cdocuments_openapi[] = {
#embed "../../openapi.yaml"
};
const int64_t cdocuments_openapi_size = sizeof cdocuments_openapi;
