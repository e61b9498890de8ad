// Any processor of the architecture: what its baseline has (SSE2 on x86-64, NEON on arm64).
#include "CKernels.h"
#include "sets.h"

#define SET_HAS_HALF 0
#define SET_SEARCH_LANES 8
#include "set.h"

static bool is_supported(void) { return true; }

const gguf_kernel_set gguf_generic_set = {
  "generic", is_supported, SET_TABLE,
};
