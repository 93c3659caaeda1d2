// No include guard: products.c includes this once per level. Instantiates the template for double and float.
#define SCALAR double
#define LANES LANES_F64
#define NAME(word) JOIN(JOIN(word, f64), LEVEL)
#include "products_template.h"
#undef SCALAR
#undef LANES
#undef NAME

#define SCALAR float
#define LANES LANES_F32
#define NAME(word) JOIN(JOIN(word, f32), LEVEL)
#include "products_template.h"
#undef SCALAR
#undef LANES
#undef NAME

#undef LEVEL
#undef VECTOR_BYTES
#undef LANES_F64
#undef LANES_F32
#undef TILE_ROWS
#undef TILE_VECTORS
#undef MULTIPLY_ADD
