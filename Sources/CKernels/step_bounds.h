// The bounds of K-quants, whose codes are the nearest under the steps and shifts that are stored: `StoredStepBound`.
// formats/bounds.md.

/// What scales were at most that are stored as these multiples of a unit; the largest is `largest` units: `ScaleLevels`.
KERNEL vf largest_scales(vf step, vf unit, float largest) {
  vf rounding = half_roundings(unit);
  vf largest_zero = unit == 0 ? largest * rounding : (magnitude(unit) + rounding) * 0.5f;
  return magnitude(step) * 1.5f + largest_zero;
}

/// Numbers, one a sub-block: half, lowest, highest, and how far weights can be beyond these. Where the superblock
/// `is_written` by no encoder, no error is within the bound.
KERNEL void step_bounds(
    vf step, vf shift, float lowest_code, float highest_code, bool is_written, vf limit, block_bounds *bounds) {
  vf size = magnitude(step), reach = size * (-lowest_code > highest_code ? -lowest_code : highest_code);
  vf half = size * 0.5f + (reach + magnitude(shift)) * 0x1p-21f;
  vf first = step * lowest_code - shift, last = step * highest_code - shift;
  // Infinite and NaN are not smaller.
  vi is_finite = is_written ? half < __builtin_inff() : (vi)0;
  set_bounds(
      bounds, where_finite(is_finite, half), where_finite(is_finite, first < last ? first : last),
      where_finite(is_finite, first < last ? last : first), where_finite(is_finite, limit));
}

/// A superblock whose sub-blocks have `length` weights.
KERNEL vi steps_within(const block_bounds *bounds, int length, const float *x, const float *y) {
  vi within = -1;
  for (int sub = 0; sub < 256 / length; sub++) {
    vf half = bounds->number[0][sub], lowest = bounds->number[1][sub], highest = bounds->number[2][sub];
    vf limit = bounds->number[3][sub];
    for (int i = sub * length; i < sub * length + length; i += LANES) {
      vf original = load(x + i);
      vf beyond = larger(original - highest, lowest - original) * (1 + 0x1p-15f);
      within &= is_within(original, load(y + i), larger(half, smaller(limit, beyond)));
    }
  }
  return within;
}

KERNEL vi steps_of_32_within(const block_bounds *bounds, int i, const float *x, const uint8_t *block, const float *y) {
  (void)i, (void)block;
  return steps_within(bounds, 32, x, y);
}
KERNEL vi steps_of_16_within(const block_bounds *bounds, int i, const float *x, const uint8_t *block, const float *y) {
  (void)i, (void)block;
  return steps_within(bounds, 16, x, y);
}

/// Whether some of the steps is `largest` units, or the unit zero.
KERNEL bool has_largest(vf step, float unit, float largest) { return unit == 0 || any(step == unit * largest); }

KERNEL void affine_superblock_bounds(
    const uint8_t *block, float highest_code, float reach_of_scale, bool by_importance, block_bounds *bounds) {
  float d = load_half(block), dmin = load_half(block + 2), steps[LANES] = {0}, shifts[LANES] = {0};
  affine_steps(block, steps, shifts);
  vf step = load(steps), shift = load(shifts);
  bool is_written = by_importance || (has_largest(step, d, 63) && has_largest(shift, dmin, 63));
  vf limit = GREATEST_FINITE;
  if (!by_importance) {
    limit = largest_scales(step, d, 63) * reach_of_scale + (__builtin_fabsf(dmin) * 0.5f + half_roundings(dmin) * 64.0f);
  }
  step_bounds(step, shift, 0, highest_code, is_written, limit, bounds);
}
KERNEL void q4_K_bounds(const float *x, const uint8_t *block, bool by_importance, block_bounds *bounds) {
  (void)x;
  affine_superblock_bounds(block, 15, 25, by_importance, bounds);
}
KERNEL void q5_K_bounds(const float *x, const uint8_t *block, bool by_importance, block_bounds *bounds) {
  (void)x;
  affine_superblock_bounds(block, 31, 38, by_importance, bounds);
}
KERNEL void q2_K_bounds(const float *x, const uint8_t *block, bool by_importance, block_bounds *bounds) {
  (void)x;
  vu8 pairs = load_bytes(block);
  float d = load_half(block + 80), dmin = load_half(block + 82);
  vf step = d * floats_of_bytes(pairs & 15), shift = dmin * floats_of_bytes(pairs >> 4);
  bool is_written = by_importance || (has_largest(step, d, 15) && has_largest(shift, dmin, 15));
  float limit = by_importance || d != 0 || dmin != 0 ? GREATEST_FINITE : 1300 * 0x1p-25f;
  step_bounds(step, shift, 0, 3, is_written, limit, bounds);
}
KERNEL void q3_K_bounds(const float *x, const uint8_t *block, bool by_importance, block_bounds *bounds) {
  (void)x;
  uint8_t scales[16];
  q3_K_load_scales(block + 96, scales);
  float d = load_half(block + 108);
  vf level = floats_of_levels(load_bytes(scales), 32), greatest = GREATEST_FINITE;
  bool is_written = d == 0 || any(level <= (by_importance ? -31.0f : -32.0f));
  vf limit = by_importance ? greatest : largest_scales(d * level, d, 32) * 34.0f;
  step_bounds(d * level, 0, -4, 3, is_written, limit, bounds);
}
KERNEL void q6_K_bounds(const float *x, const uint8_t *block, bool by_importance, block_bounds *bounds) {
  (void)x;
  float d = load_half(block + 208);
  vf level = floats_of_signed_bytes(load_bytes(block + 192)), greatest = GREATEST_FINITE;
  bool is_written = d == 0 || any(level == -128.0f);
  vf limit = by_importance ? greatest : largest_scales(d * level, d, 128) * 67.0f;
  step_bounds(d * level, 0, -32, 31, is_written, limit, bounds);
}

BEYOND_BOUND(q4_K, q4_K_bounds, steps_of_32_within, 1, 256, Q4_K_BYTES)
BEYOND_BOUND(q5_K, q5_K_bounds, steps_of_32_within, 1, 256, Q5_K_BYTES)
BEYOND_BOUND(q2_K, q2_K_bounds, steps_of_16_within, 1, 256, Q2_K_BYTES)
BEYOND_BOUND(q3_K, q3_K_bounds, steps_of_16_within, 1, 256, Q3_K_BYTES)
BEYOND_BOUND(q6_K, q6_K_bounds, steps_of_16_within, 1, 256, Q6_K_BYTES)
