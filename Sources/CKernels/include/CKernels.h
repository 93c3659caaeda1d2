#ifndef CKERNELS_H
#define CKERNELS_H

// The innermost loops: what gains from SIMD that is chosen at run time. One header per concern.
#include "activations.h"
#include "array_walker.h"
#include "levels.h"
#include "number_reader.h"
#include "number_writer.h"
#include "products.h"

#endif
