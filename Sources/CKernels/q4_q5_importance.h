// Q4_0, Q4_1, Q5_0 and Q5_1 under importance: the searches of the K-quants, a block of 32 a lane, whose codes are taken as
// they are. formats/q4_0.md, q4_1.md, q5.md.

/// The mean square of a row, summed from its first weight to its last.
static float mean_square(const float *x, size_t count) {
  float sum = 0;
  for (size_t i = 0; i < count; i++) sum += x[i] * x[i];
  return sum / (float)count;
}

KERNEL void q4_q5_weights(const float *x, const float *importance, float variance, float *rows, float *weights) {
  float variances[GROUP];
  transpose_group(x, 32, rows);
  transpose_group(importance, 32, weights);
  for (int lane = 0; lane < GROUP; lane++) variances[lane] = variance;
  weigh_by_importance(rows, 32, variances, weights);
}

/// `highest` is 8 for Q4_0, 16 for Q5_0.
KERNEL void searched_symmetric_group(
    const float *x, const float *importance, float variance, int highest, uint8_t *block) {
  float rows[32 * GROUP], weights[32 * GROUP];
  symmetric_fits fits;
  q4_q5_weights(x, importance, variance, rows, weights);
  symmetric_search(rows, weights, 32, highest, &fits);
  for (int b = 0; b < GROUP; b++, x += 32) {
    float inverse = fits.inverse[b];
    vu8 low = low_bytes(nearest(inverse * load(x), -highest, highest - 1) + highest);
    vu8 high = low_bytes(nearest(inverse * load(x + 16), -highest, highest - 1) + highest);
    // Where all weights are negligible the codes are 0.
    if (inverse == 0) low = high = 0;
    store_half(block, fits.scale[b]);
    store_code_bytes(low, high, highest == 16 ? block + 2 : NULL, block + (highest == 16 ? 6 : 2));
    block += highest == 16 ? Q5_0_BYTES : Q4_0_BYTES;
  }
}

/// `highest` is 15 for Q4_1, 31 for Q5_1.
KERNEL void searched_affine_group(
    const float *x, const float *importance, float variance, int highest, uint8_t *block) {
  float rows[32 * GROUP], weights[32 * GROUP];
  affine_fits fits;
  q4_q5_weights(x, importance, variance, rows, weights);
  affine_search(rows, weights, (affine_parameters){32, highest, -0.9f, 0.05f, 36, false}, &fits);
  for (int b = 0; b < GROUP; b++, x += 32) {
    float inverse = fits.inverse[b], origin = fits.origin[b];
    vu8 low = low_bytes(nearest(inverse * (load(x) - origin), 0, highest));
    vu8 high = low_bytes(nearest(inverse * (load(x + 16) - origin), 0, highest));
    store_half(block, fits.scale[b]);
    store_half(block + 2, -fits.minimum[b]);
    store_code_bytes(low, high, highest == 31 ? block + 4 : NULL, block + (highest == 31 ? 8 : 4));
    block += highest == 31 ? Q5_1_BYTES : Q4_1_BYTES;
  }
}

static void q4_0_importance_group(const float *x, const float *importance, float variance, uint8_t *block) {
  searched_symmetric_group(x, importance, variance, 8, block);
}
static void q4_1_importance_group(const float *x, const float *importance, float variance, uint8_t *block) {
  searched_affine_group(x, importance, variance, 15, block);
}
static void q5_0_importance_group(const float *x, const float *importance, float variance, uint8_t *block) {
  searched_symmetric_group(x, importance, variance, 16, block);
}
static void q5_1_importance_group(const float *x, const float *importance, float variance, uint8_t *block) {
  searched_affine_group(x, importance, variance, 31, block);
}

static void q4_0_encode_row(const float *x, const float *importance, uint8_t *blocks, size_t count) {
  search_in_groups(q4_0_importance_group, GROUP, 32, Q4_0_BYTES, x, importance, mean_square(x, 32 * count), blocks, count);
}
static void q4_1_encode_row(const float *x, const float *importance, uint8_t *blocks, size_t count) {
  search_in_groups(q4_1_importance_group, GROUP, 32, Q4_1_BYTES, x, importance, mean_square(x, 32 * count), blocks, count);
}
static void q5_0_encode_row(const float *x, const float *importance, uint8_t *blocks, size_t count) {
  search_in_groups(q5_0_importance_group, GROUP, 32, Q5_0_BYTES, x, importance, mean_square(x, 32 * count), blocks, count);
}
static void q5_1_encode_row(const float *x, const float *importance, uint8_t *blocks, size_t count) {
  search_in_groups(q5_1_importance_group, GROUP, 32, Q5_1_BYTES, x, importance, mean_square(x, 32 * count), blocks, count);
}
