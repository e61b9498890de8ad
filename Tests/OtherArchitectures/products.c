// Takes blocks apart and multiplies them in every set, on seeded bytes, and prints checksums: the same lines on every
// architecture. scripts/test-arm64.sh compiles it for arm64 and for this machine.
//
//     products            exit code 1 if a set differs from another
//     products --broken   the same with one product wrong: it must fail

#include "CKernels.h"
#include <stdio.h>
#include <string.h>

// Columns that are no multiple of 16 for floats, and of 256 for integers.
enum { COLUMNS = 8 * 256, FLOAT_COLUMNS = 1003, FLOAT_STRIDE = 1008, SAMPLES = 3 };

static uint8_t blocks[COLUMNS * 2];
static int8_t codes[COLUMNS], activations[SAMPLES * COLUMNS];
static float steps[COLUMNS / 16], offsets[COLUMNS / 16], weights[FLOAT_COLUMNS];
static double scales[SAMPLES * COLUMNS / 16], sums[SAMPLES * COLUMNS / 16], x[SAMPLES * FLOAT_STRIDE];

static uint64_t state;
static uint64_t next(void) {
  uint64_t z = state += 0x9E3779B97F4A7C15;
  z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9;
  z = (z ^ z >> 27) * 0x94D049BB133111EB;
  return z ^ z >> 31;
}

/// Between -1 and 1, and exact in F32.
static double number(void) { return (double)(int32_t)(next() >> 40) / 0x1p23 - 1; }

static void seed_everything(void) {
  for (size_t i = 0; i < sizeof blocks; i++) blocks[i] = (uint8_t)next();
  for (size_t i = 0; i < sizeof activations; i++) activations[i] = (int8_t)next();
  for (int i = 0; i < SAMPLES * COLUMNS / 16; i++) scales[i] = number(), sums[i] = number() * 100;
  for (int i = 0; i < FLOAT_COLUMNS; i++) weights[i] = (float)number();
  for (int s = 0; s < SAMPLES; s++) {
    for (int i = 0; i < FLOAT_COLUMNS; i++) x[s * FLOAT_STRIDE + i] = (float)number();
  }
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

/// NaN has one pattern, since compilers are free in which operand's comes out.
static uint32_t of_floats(uint32_t before, const float *values, size_t count) {
  for (size_t i = 0; i < count; i++) {
    uint32_t bits;
    memcpy(&bits, values + i, 4);
    if (values[i] != values[i]) bits = 0x7FC00000;
    before = checksum(before, &bits, 4);
  }
  return before;
}

static uint32_t of_products(uint32_t before, const double products[SAMPLES]) {
  for (int i = 0; i < SAMPLES; i++) {
    uint64_t bits;
    memcpy(&bits, products + i, 8);
    if (products[i] != products[i]) bits = 0x7FF8000000000000;
    before = checksum(before, &bits, 8);
  }
  return before;
}

/// Of the parts, and of the products: of each length up to eight superblocks.
static uint32_t of_type(const gguf_kernel_set *set, const gguf_kernel *kernel) {
  uint32_t sum = 0;
  double products[SAMPLES];
  for (size_t stretches = 1; stretches <= COLUMNS / 256; stretches++) {
    kernel->unpack(blocks, codes, steps, offsets, stretches * 256 / kernel->block_length);
    sum = checksum(sum, codes, stretches * 256);
    sum = of_floats(of_floats(sum, steps, stretches * 16), offsets, stretches * 16);
    set->integer_products(codes, steps, offsets, stretches, activations, scales, sums, SAMPLES, products);
    sum = of_products(sum, products);
    // Random scales are NaN or infinite in some blocks; here they are not.
    for (size_t i = 0; i < stretches * 16; i++) steps[i] = (float)scales[i], offsets[i] = (float)scales[i + 1];
    set->integer_products(codes, steps, offsets, stretches, activations, scales, sums, SAMPLES, products);
    sum = of_products(sum, products);
  }
  return sum;
}

static uint32_t of_rows(const gguf_kernel_set *set) {
  uint32_t sum = 0;
  double products[SAMPLES];
  for (size_t samples = 1; samples <= SAMPLES; samples++) {
    memset(products, 0, sizeof products);
    set->float_products(weights, FLOAT_COLUMNS, x, samples, products);
    sum = of_products(sum, products);
  }
  return sum;
}

/// Of products of matrices in binary32 and in binary64, of sizes around the kernels' tiles.
static uint32_t of_matrices(const gguf_kernel_set *set) {
  enum { ROWS = 7, DEPTH = 13, STRIDE = 40 };
  static float targets[ROWS * STRIDE];
  static double totals[ROWS * STRIDE];
  uint32_t sum = 0;
  for (size_t rows = 1; rows <= ROWS; rows++) {
    for (size_t columns = 1; columns < STRIDE; columns += 6) {
      for (int i = 0; i < ROWS * STRIDE; i++) targets[i] = weights[i], totals[i] = x[i] / 3;
      set->add_products(targets, STRIDE, weights + 3, DEPTH, weights + 100, STRIDE, rows, DEPTH, columns);
      set->subtract_products(totals, STRIDE, scales, ROWS, weights + 100, STRIDE, rows, DEPTH, columns);
      sum = of_floats(sum, targets, ROWS * STRIDE);
      sum = checksum(sum, totals, sizeof totals);
    }
  }
  return sum;
}

static int failures, compared;
static void compare(const char *set, const char *what, uint32_t found, uint32_t expected) {
  compared++;
  if (found == expected) return;
  failures++;
  printf("FAIL %s of %s: products differ from the first set's\n", what, set);
}

int main(int count, char **arguments) {
  uint32_t wrong = count > 1 && strcmp(arguments[1], "--broken") == 0;
  seed_everything();
  const gguf_kernel_set *first = gguf_kernel_set_at(0);
  for (size_t s = 0; s < gguf_kernel_set_count(); s++) {
    const gguf_kernel_set *set = gguf_kernel_set_at(s);
    if (!set->is_supported()) continue;
    uint32_t rows = of_rows(set);
    if (s == 0) printf("floats %08x\n", rows);
    compare(set->name, "floats", rows ^ wrong, of_rows(first));
    uint32_t matrices = of_matrices(set);
    if (s == 0) printf("matrices %08x\n", matrices);
    compare(set->name, "matrices", matrices, of_matrices(first));
    for (size_t k = 0; k < set->count; k++) {
      if (!set->kernels[k].unpack) continue;
      uint32_t found = of_type(set, &set->kernels[k]);
      if (s == 0) printf("%s %08x\n", set->kernels[k].type, found);
      compare(set->name, set->kernels[k].type, found, of_type(first, &first->kernels[k]));
    }
  }
  if (compared < 20) failures++;
  fprintf(stderr, "%d comparisons of products, %d failed\n", compared, failures);
  return failures ? 1 : 0;
}
