// The sets of this architecture, from the slowest to the fastest.
#ifndef SETS_H
#define SETS_H
#include "CKernels.h"

extern const gguf_kernel_set gguf_generic_set;
#if defined(__x86_64__)
extern const gguf_kernel_set gguf_avx2_set;
extern const gguf_kernel_set gguf_avx512_set;
#elif defined(__aarch64__)
extern const gguf_kernel_set gguf_neon_set;
#endif

#endif
