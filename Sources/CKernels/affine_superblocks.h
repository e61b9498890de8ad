// Q4_K and Q5_K: superblocks of eight sub-blocks of 32 weights, each with a scale and a minimum. formats/q4_k.md.

/// Superblocks that are searched at a time.
enum { AFFINE_SUPERBLOCKS = GROUP / 8 };

/// The codes of a sub-block as the search left them: where the scale became zero, they stay.
static __attribute__((noinline, cold)) void affine_searched_codes(
    const float *x, float inverse, float origin, int length, int highest, uint8_t *codes) {
  for (int i = 0; i < length; i++) {
    int32_t code = nearest_integer(inverse * (x[i] - origin));
    code = code < highest ? code : highest;
    codes[i] = (uint8_t)(code > 0 ? code : 0);
  }
}

/// For each sub-block what a code counts, and what is subtracted: from a block that begins with d, dmin and the pairs.
KERNEL void affine_steps(const uint8_t *block, float step[8], float shift[8]) {
  float d = load_half(block), dmin = load_half(block + 2);
  uint8_t scales[8], minimums[8];
  load_six_bit_pairs(block + 4, scales, minimums);
  for (int j = 0; j < 8; j++) {
    step[j] = d * (float)scales[j];
    shift[j] = dmin * (float)minimums[j];
  }
}

/// The codes of a superblock for the scales as they stand in `block`.
KERNEL void affine_superblock_codes(
    const float *x, const affine_fits *fits, int first, int highest, const uint8_t *block, uint8_t codes[256]) {
  float step[8], shift[8];
  affine_steps(block, step, shift);
  for (int j = 0; j < 8; j++) {
    if (step[j] == 0) {
      affine_searched_codes(
          x + 32 * j, fits->inverse[first + j], fits->origin[first + j], 32, highest, codes + 32 * j);
      continue;
    }
    for (int i = 0; i < 32; i += 16) {
      store_bytes(codes + 32 * j + i, low_bytes(nearest((load(x + 32 * j + i) + shift[j]) / step[j], 0, highest)));
    }
  }
}

/// The fits of four superblocks, and the codes and units of their scales and minimums. `importance` is that of the
/// columns, or null.
KERNEL void affine_superblocks(
    const float *x, const float *importance, int highest, affine_parameters plain, affine_fits *fits,
    uint8_t scales[GROUP], uint8_t minimums[GROUP], float d[AFFINE_SUPERBLOCKS], float dmin[AFFINE_SUPERBLOCKS]) {
  float rows[32 * GROUP], weights[32 * GROUP];
  transpose_group(x, 32, rows);
  if (!importance) {
    weigh_by_level_and_magnitude(rows, weights);
    affine_search(rows, weights, plain, fits);
    for (int s = 0; s < AFFINE_SUPERBLOCKS; s++) {
      largest_is_63(fits->scale + 8 * s, scales + 8 * s, d + s);
      largest_is_63(fits->minimum + 8 * s, minimums + 8 * s, dmin + s);
    }
    return;
  }
  float sums[GROUP];
  weigh_superblocks_by_importance(x, rows, importance, 32, 2, weights, sums);
  affine_search(rows, weights, (affine_parameters){32, highest, -0.9f, 0.05f, 36, false}, fits);
  for (int s = 0; s < AFFINE_SUPERBLOCKS; s++) {
    d[s] = positive_search(fits->scale + 8 * s, sums + 8 * s, 8, 63, scales + 8 * s);
    dmin[s] = positive_search(fits->minimum + 8 * s, sums + 8 * s, 8, 63, minimums + 8 * s);
  }
}
