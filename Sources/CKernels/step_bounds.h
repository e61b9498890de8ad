// The bounds of K-quants, whose codes are the nearest under the steps and shifts that are stored: `StoredStepBound`.
// formats/bounds.md.

/// Numbers, one a sub-block: half, lowest, highest.
KERNEL void step_bounds(vf step, vf shift, float lowest_code, float highest_code, block_bounds *bounds) {
  vf size = magnitude(step), reach = size * (-lowest_code > highest_code ? -lowest_code : highest_code);
  vf half = size * 0.5f + (reach + magnitude(shift)) * 0x1p-21f;
  vf first = step * lowest_code - shift, last = step * highest_code - shift;
  // Infinite and NaN are not smaller.
  vi is_finite = half < __builtin_inff();
  set_bounds(
      bounds, where_finite(is_finite, half), where_finite(is_finite, first < last ? first : last),
      where_finite(is_finite, first < last ? last : first), 0);
}

/// A superblock whose sub-blocks have `length` weights.
KERNEL vi steps_within(const block_bounds *bounds, int length, const float *x, const float *y) {
  vi within = -1;
  vf greatest = GREATEST_FINITE;
  for (int sub = 0; sub < 256 / length; sub++) {
    vf half = bounds->number[0][sub], lowest = bounds->number[1][sub], highest = bounds->number[2][sub];
    for (int i = sub * length; i < sub * length + length; i += LANES) {
      vf original = load(x + i);
      vf beyond = larger(original - highest, lowest - original) * (1 + 0x1p-15f);
      within &= is_within(original, load(y + i), larger(half, smaller(greatest, beyond)));
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

KERNEL void affine_superblock_bounds(const uint8_t *block, float highest_code, block_bounds *bounds) {
  float step[LANES] = {0}, shift[LANES] = {0};
  affine_steps(block, step, shift);
  step_bounds(load(step), load(shift), 0, highest_code, bounds);
}
KERNEL void q4_K_bounds(const float *x, const uint8_t *block, block_bounds *bounds) {
  (void)x;
  affine_superblock_bounds(block, 15, bounds);
}
KERNEL void q5_K_bounds(const float *x, const uint8_t *block, block_bounds *bounds) {
  (void)x;
  affine_superblock_bounds(block, 31, bounds);
}
KERNEL void q2_K_bounds(const float *x, const uint8_t *block, block_bounds *bounds) {
  (void)x;
  vu8 pairs = load_bytes(block);
  vf d = load_half(block + 80), dmin = load_half(block + 82);
  step_bounds(d * floats_of_bytes(pairs & 15), dmin * floats_of_bytes(pairs >> 4), 0, 3, bounds);
}
KERNEL void q3_K_bounds(const float *x, const uint8_t *block, block_bounds *bounds) {
  (void)x;
  uint8_t scales[16];
  q3_K_load_scales(block + 96, scales);
  step_bounds(load_half(block + 108) * floats_of_levels(load_bytes(scales), 32), 0, -4, 3, bounds);
}
KERNEL void q6_K_bounds(const float *x, const uint8_t *block, block_bounds *bounds) {
  (void)x;
  step_bounds(load_half(block + 208) * floats_of_signed_bytes(load_bytes(block + 192)), 0, -32, 31, bounds);
}

BEYOND_BOUND(q4_K, q4_K_bounds, steps_of_32_within, 1, 256, Q4_K_BYTES)
BEYOND_BOUND(q5_K, q5_K_bounds, steps_of_32_within, 1, 256, Q5_K_BYTES)
BEYOND_BOUND(q2_K, q2_K_bounds, steps_of_16_within, 1, 256, Q2_K_BYTES)
BEYOND_BOUND(q3_K, q3_K_bounds, steps_of_16_within, 1, 256, Q3_K_BYTES)
BEYOND_BOUND(q6_K, q6_K_bounds, steps_of_16_within, 1, 256, Q6_K_BYTES)
