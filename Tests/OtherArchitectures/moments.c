// Moments and counts in every set, on seeded bytes, as checksums: the same lines on every architecture.
// scripts/test-arm64.sh compiles it for arm64 and for this machine.
//
//     moments            exit code 1 if a set differs from another
//     moments --broken   the same with one figure wrong: it must fail

#include "CKernels.h"
#include <math.h>
#include <stdio.h>
#include <string.h>

// No multiple of 16 weights for floats; groups of the last stretch are no multiple of 16 for codes.
enum { COLUMNS = 8 * 256, GROUPS = COLUMNS / 16 - 8, FLOATS = 1003 };

static uint8_t blocks[COLUMNS * 2];
static int8_t codes[COLUMNS];
static float steps[COLUMNS / 16], offsets[COLUMNS / 16], weights[FLOATS];

static uint64_t state;
static uint64_t next(void) {
  uint64_t z = state += 0x9E3779B97F4A7C15;
  z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9;
  z = (z ^ z >> 27) * 0x94D049BB133111EB;
  return z ^ z >> 31;
}

/// The CRC-32 of zlib, of what came before and these bytes.
static uint32_t checksum(uint32_t before, const void *bytes, size_t count) {
  uint32_t remainder = ~before;
  for (size_t i = 0; i < count; i++) {
    remainder ^= ((const uint8_t *)bytes)[i];
    for (int bit = 0; bit < 8; bit++) remainder = remainder & 1 ? remainder >> 1 ^ 0xEDB88320 : remainder >> 1;
  }
  return ~remainder;
}

static gguf_moments nothing(void) { return (gguf_moments){.smallest = INFINITY, .largest = -INFINITY}; }

static uint32_t of_floats(const gguf_kernel_set *set) {
  uint32_t sum = 0, tables[GGUF_TALLY_COUNTS] = {0};
  gguf_moments moments = nothing();
  for (size_t count = 0; count <= FLOATS; count += 59) {
    set->float_moments(weights, count, &moments);
    sum = checksum(sum, &moments, sizeof moments);
  }
  set->tally_exponents(weights, FLOATS, tables);
  set->tally_bytes(blocks, sizeof blocks, tables);
  return checksum(sum, tables, sizeof tables);
}

static uint32_t of_type(const gguf_kernel_set *set, const gguf_kernel *kernel) {
  const int8_t values[5] = {-128, -1, 0, 1, 7};
  uint64_t counts[5] = {0};
  gguf_moments moments = nothing();
  kernel->unpack(blocks, codes, steps, offsets, COLUMNS / kernel->block_length);
  // Of superblocks the last group is the last of a block.
  size_t groups = kernel->block_length == 256 ? COLUMNS / 16 : GROUPS;
  set->code_moments(codes, steps, offsets, groups, -128, 127, kernel->block_length / 16, &moments);
  set->count_codes(codes, 16 * groups, values, 5, counts);
  return checksum(checksum(0, &moments, sizeof moments), counts, sizeof counts);
}

static int failures, compared;
static void compare(const char *set, const char *what, uint32_t found, uint32_t expected) {
  compared++;
  if (found == expected) return;
  failures++;
  printf("FAIL %s of %s: moments differ from the first set's\n", what, set);
}

int main(int count, char **arguments) {
  uint32_t wrong = count > 1 && strcmp(arguments[1], "--broken") == 0;
  for (size_t i = 0; i < sizeof blocks; i++) blocks[i] = (uint8_t)(next() % 5 == 0 ? 0 : next());
  for (int i = 0; i < FLOATS; i++) {
    uint32_t bits = (uint32_t)next();
    memcpy(weights + i, &bits, 4);
  }
  const gguf_kernel_set *first = gguf_kernel_set_at(0);
  for (size_t s = 0; s < gguf_kernel_set_count(); s++) {
    const gguf_kernel_set *set = gguf_kernel_set_at(s);
    if (!set->is_supported()) continue;
    uint32_t found = of_floats(set);
    if (s == 0) printf("moments of floats %08x\n", found);
    compare(set->name, "floats", found ^ wrong, of_floats(first));
    for (size_t k = 0; k < set->count; k++) {
      if (!set->kernels[k].unpack) continue;
      found = of_type(set, &set->kernels[k]);
      if (s == 0) printf("moments of %s %08x\n", set->kernels[k].type, found);
      compare(set->name, set->kernels[k].type, found, of_type(first, &first->kernels[k]));
    }
  }
  if (compared < 19) failures++;
  fprintf(stderr, "%d comparisons of moments, %d failed\n", compared, failures);
  return failures ? 1 : 0;
}
