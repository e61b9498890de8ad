// Runs every kernel of every set on the golden data, and on seeded weights and bytes of which it prints checksums: the
// same lines on every architecture. scripts/test-arm64.sh compiles it for arm64 and for this machine.
//
//     kernels samples/golden            exit code 1 if a byte is not golden, or a set differs from another
//     kernels samples/golden --broken   the same with one bit of the golden blocks wrong: it must fail

#include "CKernels.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int failures, compared;
static bool is_broken;
static const char *folder;

typedef struct { uint8_t *bytes; size_t count; } data;

/// The contents of a file; count 0 and no bytes where there is none.
static data read_file(const char *name) {
  char path[1024];
  snprintf(path, sizeof path, "%s/%s", folder, name);
  data file = {NULL, 0};
  FILE *stream = fopen(path, "rb");
  if (!stream) return file;
  fseek(stream, 0, SEEK_END);
  file.count = (size_t)ftell(stream);
  rewind(stream);
  file.bytes = malloc(file.count + 1);
  if (fread(file.bytes, 1, file.count, stream) != file.count) exit(2);
  file.bytes[file.count] = 0;
  fclose(stream);
  return file;
}

/// The CRC-32 of zlib.
static uint32_t checksum(const void *bytes, size_t count) {
  uint32_t remainder = 0xFFFFFFFF;
  for (size_t i = 0; i < count; i++) {
    remainder ^= ((const uint8_t *)bytes)[i];
    for (int bit = 0; bit < 8; bit++) remainder = remainder & 1 ? remainder >> 1 ^ 0xEDB88320 : remainder >> 1;
  }
  return ~remainder;
}

static void expect(bool holds, const char *set, const char *type, const char *what) {
  compared++;
  if (holds) return;
  failures++;
  printf("FAIL %s of %s: %.*s\n", type, set, (int)strcspn(what, "\n"), what);
}

// Seeded numbers: SplitMix64.
static uint64_t state;
static uint64_t next(void) {
  uint64_t z = state += 0x9E3779B97F4A7C15;
  z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9;
  z = (z ^ z >> 27) * 0x94D049BB133111EB;
  return z ^ z >> 31;
}

/// Nearly normal, times a power of two: exact on every machine.
static float gaussian(int exponent) {
  int32_t sum = -6 * (1 << 20);
  for (int i = 0; i < 12; i++) sum += (int32_t)(next() >> 44);
  float scale = 1;
  for (; exponent > 0; exponent--) scale *= 2;
  for (; exponent < 0; exponent++) scale /= 2;
  return (float)sum / (1 << 20) * scale;
}

/// Blocks of different kinds, in every one of them one kind for 32 weights.
static void fill_weights(float *weights, size_t count) {
  state = 20260104;
  float value = 0, step = 0;
  int kind = 0, exponent = 0;
  for (size_t i = 0; i < count; i++) {
    if (i % 32 == 0) {
      kind = (int)(next() % 8);
      exponent = (int)(next() % 16) - 10;
      value = gaussian(exponent);
      step = gaussian(exponent - 5);
    }
    switch (kind) {
    case 0: weights[i] = value; break;
    case 1: weights[i] = value + (float)(i % 32) * step; break;
    case 2: weights[i] = (float)((int)(next() % 255) - 127) / 2; break;
    case 3: weights[i] = next() % 16 ? gaussian(-7) : gaussian(4); break;
    case 4: weights[i] = next() & 1 ? 0.0f : -0.0f; break;
    default: weights[i] = gaussian(exponent);
    }
  }
}

/// NaN of any kind counts as one: which one an operation makes is the processor's choice.
static void unify_nan(float *weights, size_t count) {
  const uint32_t nan = 0x7FC00000;
  for (size_t i = 0; i < count; i++) {
    if (weights[i] != weights[i]) memcpy(weights + i, &nan, 4);
  }
}

/// Encodes in pieces of 1, 2, 3 ... blocks, so that the ends of groups are met.
static void encode_in_pieces(const gguf_kernel *kernel, const float *weights, uint8_t *blocks, size_t count) {
  for (size_t piece = 1; count > 0; piece++) {
    size_t now = piece < count ? piece : count;
    kernel->encode(weights, blocks, now);
    weights += now * kernel->block_length;
    blocks += now * kernel->block_bytes;
    count -= now;
  }
}

/// The checksum that decoded.txt has for a type and the n-th of its distributions; the name of that distribution.
static bool golden_checksum(const char *lines, const char *type, int n, char name[64], uint32_t *sum) {
  for (const char *line = lines; line && *line; line = strchr(line, '\n'), line = line ? line + 1 : NULL) {
    char of_type[64];
    if (sscanf(line, "%63s %63s %x", of_type, name, sum) == 3 && strcmp(of_type, type) == 0 && n-- == 0) return true;
  }
  return false;
}

/// The golden blocks of a type: encoding gives them, and decoding them gives weights of the golden checksums.
static bool compare_with_golden(const gguf_kernel *kernel, const char *set, const char *prefix, const char *weights_name) {
  char name[128];
  snprintf(name, sizeof name, "%s%s.blocks", prefix, kernel->type);
  data blocks = read_file(name), weights = read_file(weights_name), sums = read_file("decoded.txt");
  size_t count = blocks.count / kernel->block_bytes, distribution = 1792 / kernel->block_length;
  if (!blocks.bytes) return false;
  if (is_broken) blocks.bytes[blocks.count / 2] ^= 1;
  expect(count * kernel->block_length * 4 == weights.count, set, kernel->type, "the golden files have other sizes");

  uint8_t *encoded = calloc(count, kernel->block_bytes);
  if (kernel->encode && weights.bytes) {
    kernel->encode((const float *)weights.bytes, encoded, count);
    expect(memcmp(encoded, blocks.bytes, blocks.count) == 0, set, name, "other blocks than the golden ones");
    memset(encoded, 0, blocks.count);
    encode_in_pieces(kernel, (const float *)weights.bytes, encoded, count);
    expect(memcmp(encoded, blocks.bytes, blocks.count) == 0, set, name, "other blocks where groups end");
  }

  float *decoded = malloc(count * kernel->block_length * 4);
  kernel->decode(blocks.bytes, decoded, count);
  for (size_t n = 0; n < count / distribution; n++) {
    char of[64];
    uint32_t sum;
    // The distributions stand in the order of the weights; that of the subnormals is the last.
    bool found;
    int line = 0;
    do found = golden_checksum((char *)sums.bytes, kernel->type, prefix[0] ? line++ : (int)n, of, &sum);
    while (found && prefix[0] && strncmp(of, prefix, strlen(of)) != 0);
    expect(found && checksum(decoded + n * 1792, 1792 * 4) == sum, set, name, "decodes to other weights");
  }
  free(decoded);
  free(encoded);
  free(blocks.bytes);
  free(weights.bytes);
  free(sums.bytes);
  return true;
}

enum { ROW = 1792 };

/// The place of the first line that begins with the word; -1 where there is none.
static int place_of(const char *word, const char *lines) {
  int place = 0;
  size_t length = strlen(word);
  for (const char *line = lines; line && *line; line = strchr(line, '\n'), line = line ? line + 1 : NULL) {
    if (strncmp(line, word, length) == 0 && (line[length] == '\n' || line[length] == ' ')) return place;
    place++;
  }
  return -1;
}

/// The golden rows that were encoded by importance.
static void compare_weighed(const gguf_kernel *kernel, const char *set) {
  char name[128];
  snprintf(name, sizeof name, "importance.%s.blocks", kernel->type);
  data golden = read_file(name), all_weights = read_file("weights.f32"), factors = read_file("importance.f32");
  data rows = read_file("importance.txt"), distributions = read_file("distributions.txt");
  if (is_broken && golden.bytes) golden.bytes[0] ^= 1;
  size_t row_bytes = ROW / kernel->block_length * kernel->block_bytes, row = 0;
  uint8_t *encoded = malloc(row_bytes);
  for (const char *line = (char *)rows.bytes; line && *line; row++) {
    char importance[64], distribution[64];
    if (sscanf(line, "%63s %63s", importance, distribution) != 2) exit(2);
    int i = place_of(importance, (char *)rows.bytes), d = place_of(distribution, (char *)distributions.bytes);
    bool fits = i >= 0 && d >= 0 && (size_t)(i + 1) * ROW * 4 <= factors.count &&
                (size_t)(d + 1) * ROW * 4 <= all_weights.count && (row + 1) * row_bytes <= golden.count;
    expect(fits, set, name, "is missing, or a row of it");
    if (fits) {
      const float *x = (const float *)all_weights.bytes + d * ROW, *w = (const float *)factors.bytes + i * ROW;
      kernel->encode_row(x, w, encoded, ROW / kernel->block_length);
      expect(memcmp(encoded, golden.bytes + row * row_bytes, row_bytes) == 0, set, name, line);
    }
    line = strchr(line, '\n');
    line = line ? line + 1 : NULL;
  }
  expect(row > 0, set, name, "there are no golden rows");
  free(encoded);
  free(golden.bytes);
  free(all_weights.bytes);
  free(factors.bytes);
  free(rows.bytes);
  free(distributions.bytes);
}

enum { WEIGHTS = 64 * 256 + 32 * 256 };
static float weights[WEIGHTS], importance[WEIGHTS], decoded[WEIGHTS];
static uint8_t blocks[WEIGHTS * 4], random_bytes[WEIGHTS * 4];

static void seed_everything(void) {
  fill_weights(weights, WEIGHTS);
  for (size_t i = 0; i < WEIGHTS; i++) {
    float factor = gaussian((int)(next() % 12) - 6);
    importance[i] = next() % 8 == 0 ? 0 : factor * factor;
  }
  for (size_t i = 0; i < sizeof random_bytes; i++) random_bytes[i] = (uint8_t)next();
}

typedef struct { uint32_t encoded, weighed, searched, decoded, bounded; } checksums;

/// What the kernel says of each block alone, where every third has a flipped bit: one byte a block.
static uint32_t verdicts_on_damaged(const gguf_kernel *kernel, size_t count) {
  size_t length = kernel->block_length, size = kernel->block_bytes, found = 0, first = 0, none;
  uint8_t *verdicts = malloc(2 * count);
  for (size_t i = 0; i < count; i += 3) blocks[i * size + random_bytes[i] % size] ^= (uint8_t)(1 << (i / 3 % 8));
  kernel->decode(blocks, decoded, count);
  for (size_t i = 0; i < 2 * count; i++) {
    size_t block = i % count;
    verdicts[i] = (uint8_t)kernel->beyond_bound(
        weights + block * length, blocks + block * size, decoded + block * length, 1, i >= count, &none);
    found += i < count && verdicts[i];
  }
  size_t together = kernel->beyond_bound(weights, blocks, decoded, count, false, &first);
  expect(together == found, "any", kernel->type, "all blocks are not what each of them is");
  expect(found == 0 || (verdicts[first] && !memchr(verdicts, 1, first)), "any", kernel->type, "another first block");
  uint32_t sum = checksum(verdicts, 2 * count);
  free(verdicts);
  return sum;
}

static checksums of_seeded_data(const gguf_kernel *kernel) {
  size_t count = WEIGHTS / kernel->block_length, size = count * kernel->block_bytes;
  checksums sums = {0, 0, 0, 0, 0};
  if (kernel->encode) {
    memset(blocks, 0, size);
    encode_in_pieces(kernel, weights, blocks, count);
    sums.encoded = checksum(blocks, size);
    sums.bounded = verdicts_on_damaged(kernel, count);
  }
  if (kernel->encode_row) {
    memset(blocks, 0, size);
    kernel->encode_row(weights, importance, blocks, count);
    sums.weighed = checksum(blocks, size);
  }
  if (kernel->search) {
    // Alone, and behind it with importance.
    kernel->search(weights, NULL, blocks, count);
    kernel->search(weights, importance, blocks + size, count);
    kernel->search_alone(weights, importance, blocks + 2 * size, count);
    sums.searched = checksum(blocks, 3 * size);
  }
  kernel->decode(random_bytes, decoded, count);
  unify_nan(decoded, count * kernel->block_length);
  sums.decoded = checksum(decoded, count * kernel->block_length * 4);
  return sums;
}

int main(int count, char **arguments) {
  if (count < 2) return 2;
  folder = arguments[1];
  is_broken = count > 2 && strcmp(arguments[2], "--broken") == 0;
  seed_everything();

  int golden = 0;
  const gguf_kernel_set *first = gguf_kernel_set_at(0);
  for (size_t k = 0; k < first->count; k++) {
    checksums expected = of_seeded_data(&first->kernels[k]);
    printf(
        "%s %08x %08x %08x %08x %08x\n", first->kernels[k].type, expected.encoded, expected.weighed, expected.searched,
        expected.decoded, expected.bounded);
  }
  for (size_t s = 0; s < gguf_kernel_set_count(); s++) {
    const gguf_kernel_set *set = gguf_kernel_set_at(s);
    if (!set->is_supported()) continue;
    fprintf(stderr, "%s\n", set->name);
    expect(set->count == first->count, set->name, "all", "another number of kernels");
    for (size_t k = 0; k < set->count && k < first->count; k++) {
      const gguf_kernel *kernel = &set->kernels[k];
      if (compare_with_golden(kernel, set->name, "", "weights.f32")) golden++;
      compare_with_golden(kernel, set->name, "f32_subnormal.", "f32_subnormal.f32");
      if (kernel->encode_row) compare_weighed(kernel, set->name);
      checksums expected = of_seeded_data(&first->kernels[k]), found = of_seeded_data(kernel);
      expect(memcmp(&expected, &found, sizeof found) == 0, set->name, kernel->type, "differs from the first set");
    }
    static uint32_t counts[GGUF_ERROR_COUNTS], expected_counts[GGUF_ERROR_COUNTS];
    memset(counts, 0, sizeof counts);
    memset(expected_counts, 0, sizeof expected_counts);
    gguf_error_counts errors = {counts, GGUF_ERROR_CLASSES, 0, 1, 4};
    gguf_error_counts expected_errors = {expected_counts, GGUF_ERROR_CLASSES, 0, 1, 4};
    gguf_loss loss, expected;
    set->measure(weights, importance, WEIGHTS - 5, 32, &loss, &errors);
    first->measure(weights, importance, WEIGHTS - 5, 32, &expected, &expected_errors);
    if (s == 0) printf("measure %08x %08x\n", checksum(&loss, sizeof loss), checksum(counts, sizeof counts));
    expect(memcmp(&loss, &expected, sizeof loss) == 0, set->name, "measure", "differs from the first set");
    expect(memcmp(counts, expected_counts, sizeof counts) == 0, set->name, "counts", "differ from the first set's");
    expect(set->all_finite(weights, WEIGHTS - 5), set->name, "all_finite", "finite weights are not");
  }
  expect(golden >= 8, "all", "golden", "hardly any golden data was found");
  fprintf(stderr, "%d comparisons, %d failed\n", compared, failures);
  return failures ? 1 : 0;
}
