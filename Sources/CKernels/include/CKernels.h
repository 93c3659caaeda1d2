#ifndef CKERNELS_H
#define CKERNELS_H
#include <stdint.h>
#include "number_writer.h"
#endif
