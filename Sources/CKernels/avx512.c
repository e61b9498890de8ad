// x86-64 with AVX-512 F, BW, DQ and VL.
#if defined(__x86_64__)
#include "CKernels.h"
#include "sets.h"
#include <immintrin.h>

static bool is_supported(void) {
  return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
         __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl") &&
         __builtin_cpu_supports("f16c") && __builtin_cpu_supports("fma");
}

#pragma clang attribute push(__attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,f16c,fma"))), apply_to = function)
#define SET_AVX2 1
#define SET_AVX512 1
#define SET_HAS_HALF 1
#define SET_SEARCH_LANES 32
#include "set.h"
#pragma clang attribute pop

const gguf_kernel_set gguf_avx512_set = {"avx512", is_supported, SET_TABLE};
#endif
