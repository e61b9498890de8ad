// arm64, whose baseline has NEON and conversions to and from half precision.
#if defined(__aarch64__)
#include "CKernels.h"
#include "sets.h"
#include <arm_neon.h>

#define SET_NEON 1
#define SET_HAS_HALF 1
#define SET_SEARCH_LANES 16
#include "set.h"

static bool is_supported(void) { return true; }

const gguf_kernel_set gguf_neon_set = {"neon", is_supported, SET_TABLE};
#endif
