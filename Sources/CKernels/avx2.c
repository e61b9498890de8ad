// x86-64 with AVX2 and F16C. The set is compiled for FMA too, which every such processor has, and never contracts.
#if defined(__x86_64__)
#include "CKernels.h"
#include "sets.h"
#include <immintrin.h>

static bool is_supported(void) {
  return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("f16c") && __builtin_cpu_supports("fma");
}

#pragma clang attribute push(__attribute__((target("avx2,f16c,fma"))), apply_to = function)
#define SET_AVX2 1
#define SET_HAS_HALF 1
#define SET_SEARCH_LANES 16
#include "set.h"
#pragma clang attribute pop

const gguf_kernel_set gguf_avx2_set = {"avx2", is_supported, SET_TABLE};
#endif
