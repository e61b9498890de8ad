#include "sets.h"

static const gguf_kernel_set *const sets[] = {
  &gguf_generic_set,
#if defined(__x86_64__)
  &gguf_avx2_set,
  &gguf_avx512_set,
#elif defined(__aarch64__)
  &gguf_neon_set,
#endif
};

size_t gguf_kernel_set_count(void) { return sizeof sets / sizeof sets[0]; }

const gguf_kernel_set *gguf_kernel_set_at(size_t index) {
  return index < gguf_kernel_set_count() ? sets[index] : NULL;
}
