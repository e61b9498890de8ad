// Blocks side by side: weight i of 32 blocks stands in row i, so that every lane of a vector works on a block of its own
// and performs exactly the sequence of operations that formats/ gives. No sum is reordered.

/// Blocks that are searched at a time.
enum { GROUP = 32 };

// Lanes of the vectors in searches: enough to hide the latency of a sum, no more than registers hold.
#if SET_SEARCH_LANES == 32
enum { WIDE = 32 };
typedef float wf __attribute__((ext_vector_type(32)));
typedef int32_t wi __attribute__((ext_vector_type(32)));
#elif SET_SEARCH_LANES == 16
enum { WIDE = 16 };
typedef float wf __attribute__((ext_vector_type(16)));
typedef int32_t wi __attribute__((ext_vector_type(16)));
#else
enum { WIDE = 8 };
typedef float wf __attribute__((ext_vector_type(8)));
typedef int32_t wi __attribute__((ext_vector_type(8)));
#endif

KERNEL wf load_wide(const float *p) { wf v; memcpy(&v, p, sizeof v); return v; }
KERNEL void store_wide(float *p, wf v) { memcpy(p, &v, sizeof v); }
KERNEL bool any_wide(wi mask) { return __builtin_reduce_or(mask) != 0; }
KERNEL bool all_wide(wi mask) { return __builtin_reduce_and(mask) != 0; }
KERNEL wf magnitude_wide(wf x) { return (wf)((wi)x & 0x7FFFFFFF); }

/// ggml's `nearest_int` between two bounds, as a float. `is_small` promises magnitudes up to 2^22, for which the sum with
/// 1.5 x 2^23 rounds to the nearest integer, ties to even; without it the bits of that sum are taken as they are.
KERNEL wf nearest_wide(wf value, float lowest, float highest, bool is_small) {
  wf sum = value + 12582912.0f;
  if (!is_small) sum = (wf)(((wi)sum & 0x007FFFFF) | 0x4B000000);
  wf low = 12582912.0f + lowest, high = 12582912.0f + highest;
  sum = sum < low ? low : sum;
  sum = sum > high ? high : sum;
  return sum - 12582912.0f;
}

/// What is smaller in magnitude counts as zero in searches for a scale.
#define NEGLIGIBLE 1e-15f

/// For each lane the weight of the largest magnitude, the first of several; 0 for zeros. `stride` is that of the rows.
KERNEL wf extreme_wide(const float *x, int length, int stride) {
  wf top = 0, extreme = 0;
  for (int i = 0; i < length; i++) {
    wf weight = load_wide(x + i * stride), size = magnitude_wide(weight);
    extreme = size > top ? weight : extreme;
    top = size > top ? size : top;
  }
  return extreme;
}

/// The same for one block, or for the scales of one superblock; NaN is passed over.
KERNEL float extreme_of_one(const float *x, int length) {
  float top = 0, extreme = 0;
  for (int i = 0; i < length; i++) {
    float size = __builtin_fabsf(x[i]);
    if (size > top) top = size, extreme = x[i];
  }
  return extreme;
}

typedef float tile_row __attribute__((ext_vector_type(8)));

/// Eight blocks of which eight weights each become eight rows. Strides are in floats.
KERNEL void transpose_tile(const float *from, size_t from_stride, float *to, size_t to_stride) {
  tile_row r[8], a[8], b[8];
  for (int i = 0; i < 8; i++) memcpy(&r[i], from + (size_t)i * from_stride, sizeof r[i]);
  for (int i = 0; i < 4; i++) {
    a[2 * i] = __builtin_shufflevector(r[2 * i], r[2 * i + 1], 0, 8, 1, 9, 4, 12, 5, 13);
    a[2 * i + 1] = __builtin_shufflevector(r[2 * i], r[2 * i + 1], 2, 10, 3, 11, 6, 14, 7, 15);
  }
  for (int h = 0; h < 2; h++) {
    tile_row *s = a + 4 * h, *t = b + 4 * h;
    t[0] = __builtin_shufflevector(s[0], s[2], 0, 1, 8, 9, 4, 5, 12, 13);
    t[1] = __builtin_shufflevector(s[0], s[2], 2, 3, 10, 11, 6, 7, 14, 15);
    t[2] = __builtin_shufflevector(s[1], s[3], 0, 1, 8, 9, 4, 5, 12, 13);
    t[3] = __builtin_shufflevector(s[1], s[3], 2, 3, 10, 11, 6, 7, 14, 15);
  }
  for (int i = 0; i < 4; i++) {
    tile_row low = __builtin_shufflevector(b[i], b[i + 4], 0, 1, 2, 3, 8, 9, 10, 11);
    tile_row high = __builtin_shufflevector(b[i], b[i + 4], 4, 5, 6, 7, 12, 13, 14, 15);
    memcpy(to + (size_t)i * to_stride, &low, sizeof low);
    memcpy(to + (size_t)(i + 4) * to_stride, &high, sizeof high);
  }
}

/// `count` blocks of `length` weights (both multiples of 8), one behind the other, into `length` rows of `count`.
KERNEL void transpose_blocks(const float *blocks, int length, int count, float *rows) {
  for (int block = 0; block < count; block += 8) {
    for (int i = 0; i < length; i += 8) {
      transpose_tile(blocks + block * length + i, (size_t)length, rows + i * count + block, (size_t)count);
    }
  }
}

/// A group of blocks into rows of GROUP.
KERNEL void transpose_group(const float *blocks, int length, float *rows) {
  transpose_blocks(blocks, length, GROUP, rows);
}

enum { LARGEST_GROUP = 1024 };

/// Encodes blocks of `length` weights and `bytes` bytes, `group` of them (at most LARGEST_GROUP weights) at a time. The
/// last group is filled up with zeros.
KERNEL void encode_in_groups(
    void (*encode_group)(const float *, uint8_t *), size_t group, size_t length, size_t bytes, const float *x,
    uint8_t *blocks, size_t count) {
  for (; count >= group; count -= group, x += group * length, blocks += group * bytes) encode_group(x, blocks);
  if (count == 0) return;
  float rest[LARGEST_GROUP] = {0};
  uint8_t encoded[LARGEST_GROUP * 2];
  memcpy(rest, x, count * length * sizeof(float));
  encode_group(rest, encoded);
  memcpy(blocks, encoded, count * bytes);
}

/// Encodes a group of blocks whose scales are searched for. `importance` is that of the same columns, or null;
/// `variance` is the mean square of the row, which some types use.
typedef void group_search(const float *x, const float *importance, float variance, uint8_t *blocks);

/// The same for searches.
KERNEL void search_in_groups(
    group_search *encode_group, size_t group, size_t length, size_t bytes, const float *x, const float *importance,
    float variance, uint8_t *blocks, size_t count) {
  for (; count >= group; count -= group, x += group * length, blocks += group * bytes) {
    encode_group(x, importance, variance, blocks);
    if (importance) importance += group * length;
  }
  if (count == 0) return;
  float rest[LARGEST_GROUP] = {0}, rest_importance[LARGEST_GROUP] = {0};
  uint8_t encoded[LARGEST_GROUP * 2];
  memcpy(rest, x, count * length * sizeof(float));
  if (importance) memcpy(rest_importance, importance, count * length * sizeof(float));
  encode_group(rest, importance ? rest_importance : NULL, variance, encoded);
  memcpy(blocks, encoded, count * bytes);
}
