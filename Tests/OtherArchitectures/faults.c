// The first look at what is wrong in blocks, in every set, on seeded bytes: the same lines on every architecture.
// scripts/test-arm64.sh compiles it for arm64 and for this machine.
//
//     faults             exit code 1 if a set differs from another
//     faults --broken    the same with one answer wrong: it must fail

#include "CKernels.h"
#include <stdio.h>
#include <string.h>

enum { BLOCKS = 70, CASES = 4000, LARGEST_BLOCK = 512 };

static uint8_t blocks[BLOCKS * LARGEST_BLOCK];

static uint64_t state;
static uint64_t next(void) {
  uint64_t z = state += 0x9E3779B97F4A7C15;
  z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9;
  z = (z ^ z >> 27) * 0x94D049BB133111EB;
  return z ^ z >> 31;
}

/// Zeros, of which a few bytes are something else: in about half of the cases nothing is wrong.
static void make_blocks(size_t size) {
  static const uint8_t bytes[] = {1, 3, 0x14, 0x7C, 0x7F, 0x80, 0x82, 0xFC, 0xFD, 0xFF};
  memset(blocks, 0, size);
  for (size_t i = next() % 4; i > 0 && size > 0; i--) {
    size_t place = next() % size;
    blocks[place] = bytes[next() % sizeof bytes];
    if (place > 0) blocks[place - 1] = (uint8_t)next();
  }
}

/// The answers, and how many of them are yes.
static uint64_t answers(const gguf_fault_check *check, uint32_t *found) {
  uint64_t sum = 0;
  state = check->block_bytes;
  *found = 0;
  for (int i = 0; i < CASES; i++) {
    size_t count = next() % (BLOCKS + 1);
    make_blocks(count * check->block_bytes);
    bool may_be = check->may_be_faulty(blocks, count);
    *found += may_be;
    sum = sum * 0x100000001B3 + may_be + 1;
  }
  return sum;
}

int main(int count, char **arguments) {
  uint64_t wrong = count > 1 && strcmp(arguments[1], "--broken") == 0;
  int failures = 0, compared = 0;
  const gguf_kernel_set *first = gguf_kernel_set_at(0);
  for (size_t s = 0; s < gguf_kernel_set_count(); s++) {
    const gguf_kernel_set *set = gguf_kernel_set_at(s);
    if (!set->is_supported()) continue;
    for (size_t k = 0; k < set->fault_check_count; k++) {
      const gguf_fault_check *check = &set->fault_checks[k];
      uint32_t found, found_first;
      uint64_t sum = answers(check, &found), expected = answers(&first->fault_checks[k], &found_first);
      if (s == 0) printf("faults of %s %016llx\n", check->type, (unsigned long long)sum);
      compared++;
      // Answers that are always the same would prove nothing.
      if (sum == (expected ^ wrong) && found > 0 && found < CASES) continue;
      failures++;
      printf("FAIL %s of %s: faults differ from the first set's, or are %u of %d\n", check->type, set->name, found, CASES);
    }
  }
  if (compared < 37) failures++;
  fprintf(stderr, "%d comparisons of faults, %d failed\n", compared, failures);
  return failures ? 1 : 0;
}
