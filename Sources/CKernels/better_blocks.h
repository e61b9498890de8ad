// The method `search`: of the reference's block and the one that was searched for, the better. formats/search.md.

/// Sixteen sums: halves are added until one is left.
KERNEL float float_sum_of_halves(vf v) {
  typedef float v8 __attribute__((ext_vector_type(8)));
  typedef float v4 __attribute__((ext_vector_type(4)));
  v8 a = v.lo + v.hi;
  v4 b = a.lo + a.hi;
  return (b.x + b.z) + (b.y + b.w);
}

/// How much better a block must be: more than the sums can be wrong by.
#define CLEARLY_BETTER (1 - 0x1p-14f)

/// The sum of the squared errors of a block, weight i in sum i mod 16.
KERNEL float block_error(const float *x, const float *importance, const float *decoded, size_t length) {
  vf sums = 0;
  for (size_t i = 0; i < length; i += 16) {
    vf error = load(decoded + i) - load(x + i);
    sums += (importance ? load(importance + i) * error : error) * error;
  }
  return float_sum_of_halves(sums);
}

/// Makes the blocks of a group that are searched for. `importance` is that of the same columns, or NULL.
typedef void group_of_better(const float *x, const float *importance, uint8_t *blocks);

enum { LARGEST_SEARCHED_GROUP = 2048 };

/// Makes blocks that are searched for, `group` of them at a time.
KERNEL void search_blocks(
    group_of_better *search_group, size_t group, size_t length, size_t bytes, const float *x, const float *importance,
    uint8_t *blocks, size_t count) {
  float rest[LARGEST_SEARCHED_GROUP] = {0}, rest_importance[LARGEST_SEARCHED_GROUP] = {0};
  // No block has more than a byte and an eighth for each weight.
  uint8_t rest_blocks[LARGEST_SEARCHED_GROUP / 8 * 9];
  for (; count >= group; count -= group) {
    search_group(x, importance, blocks);
    x += group * length;
    if (importance) importance += group * length;
    blocks += group * bytes;
  }
  if (count == 0) return;
  memcpy(rest, x, count * length * sizeof(float));
  if (importance) memcpy(rest_importance, importance, count * length * sizeof(float));
  search_group(rest, importance ? rest_importance : NULL, rest_blocks);
  memcpy(blocks, rest_blocks, count * bytes);
}

/// Replaces blocks of the reference where those that are searched for, `group` of them at a time, are better.
KERNEL void keep_better(
    group_of_better *search_group, void (*decode)(const uint8_t *, float *, size_t), size_t group, size_t length,
    size_t bytes, const float *x, const float *importance, uint8_t *blocks, size_t count) {
  float rest[LARGEST_SEARCHED_GROUP], rest_importance[LARGEST_SEARCHED_GROUP];
  float reference[LARGEST_SEARCHED_GROUP], searched[LARGEST_SEARCHED_GROUP];
  // No block has more than a byte and an eighth for each weight.
  uint8_t candidates[LARGEST_SEARCHED_GROUP / 8 * 9];
  while (count > 0) {
    size_t here = count < group ? count : group;
    const float *from = x, *factors = importance;
    if (here < group) {
      memset(rest, 0, sizeof rest);
      memcpy(rest, x, here * length * sizeof(float));
      from = rest;
      if (importance) {
        memset(rest_importance, 0, sizeof rest_importance);
        memcpy(rest_importance, importance, here * length * sizeof(float));
        factors = rest_importance;
      }
    }
    search_group(from, factors, candidates);
    decode(blocks, reference, here);
    decode(candidates, searched, here);
    for (size_t b = 0; b < here; b++) {
      const float *weights = x + b * length, *block_importance = importance ? importance + b * length : NULL;
      float error = block_error(weights, block_importance, searched + b * length, length);
      float limit = block_error(weights, block_importance, reference + b * length, length) * CLEARLY_BETTER;
      // A reference that overflowed stays: its scale is not finite, and it is refused.
      if (error < limit && limit < __builtin_inff()) {
        memcpy(blocks + b * bytes, candidates + b * bytes, bytes);
      }
    }
    x += here * length;
    if (importance) importance += here * length;
    blocks += here * bytes;
    count -= here;
  }
}
