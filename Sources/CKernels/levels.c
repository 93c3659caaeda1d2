#include "levels.h"

#include <stddef.h>

int32_t ck_best_level(void) {
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq")) return 2;
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) return 1;
#endif
    return 0;
}

const char *ck_level_name(int32_t level) {
    static const char *const names[] = {"baseline", "AVX2", "AVX-512"};
    return level >= 0 && level <= 2 ? names[level] : NULL;
}
