// The bounds of types whose scale follows from the weights of a block: the codes are the nearest under the scale before it
// was rounded, and the weights that it was made of are moved by that rounding alone. formats/bounds.md.

// Q8_0, TQ1_0, TQ2_0, Q2_0: `LargestWeightBound`. Numbers: half, slope, of the largest, the largest.

KERNEL void largest_weight_bounds(vf largest, vf d, float highest_code, bool by_weight, block_bounds *bounds) {
  vf size = magnitude(d), rounding = half_roundings(d), zero = 0, half_unit = 0.5f, top = highest_code;
  vi is_finite = are_finite(d), slopes = by_weight ? size > zero : (vi)zero;
  vf half = (size + rounding) * (0.5f + 0x1p-14f) + rounding * (slopes ? half_unit : top);
  vf slope = slopes ? rounding / (size - rounding) : zero;
  vf of_largest = highest_code * (rounding * (1 + 0x1p-20f) + size * 0x1p-23f);
  set_bounds(
      bounds, where_finite(is_finite, half), where_finite(is_finite, slope), where_finite(is_finite, of_largest),
      largest);
}

KERNEL vi largest_weight_within(const block_bounds *bounds, int i, bool by_weight, const float *x, const float *y) {
  vf half = bounds->number[0][i], slope = bounds->number[1][i], of_largest = bounds->number[2][i];
  vf original = load(x), size = magnitude(original);
  vf bound = by_weight ? half + size * slope : half;
  return is_within(original, load(y), size == bounds->number[3][i] ? of_largest : bound);
}

KERNEL void q8_0_bounds(const float *x, const uint8_t *blocks, block_bounds *bounds) {
  largest_weight_bounds(largest_magnitudes(x, 32), load_scales(blocks, Q8_0_BYTES, 0), 127, true, bounds);
}
KERNEL vi q8_0_within(const block_bounds *bounds, int i, const float *x, const uint8_t *block, const float *y) {
  (void)block;
  return largest_weight_within(bounds, i, true, x, y) & largest_weight_within(bounds, i, true, x + 16, y + 16);
}
BEYOND_BOUND(q8_0, q8_0_bounds, q8_0_within, 16, 32, Q8_0_BYTES)

KERNEL vi unit_within(const block_bounds *bounds, int i, const float *x, const float *y, int length) {
  vi within = -1;
  for (int j = 0; j < length; j += LANES) within &= largest_weight_within(bounds, i, false, x + j, y + j);
  return within;
}

KERNEL void q2_0_bounds(const float *x, const uint8_t *blocks, block_bounds *bounds) {
  largest_weight_bounds(largest_magnitudes(x, 64), load_scales(blocks, Q2_0_BYTES, 0), 1, false, bounds);
}
KERNEL vi q2_0_within(const block_bounds *bounds, int i, const float *x, const uint8_t *block, const float *y) {
  (void)block;
  return unit_within(bounds, i, x, y, 64);
}
BEYOND_BOUND(q2_0, q2_0_bounds, q2_0_within, 16, 64, Q2_0_BYTES)

KERNEL void tq1_0_bounds(const float *x, const uint8_t *block, block_bounds *bounds) {
  largest_weight_bounds(ternary_scale(x), load_half(block + 52), 1, false, bounds);
}
KERNEL void tq2_0_bounds(const float *x, const uint8_t *block, block_bounds *bounds) {
  largest_weight_bounds(ternary_scale(x), load_half(block + 64), 1, false, bounds);
}
KERNEL vi ternary_within(const block_bounds *bounds, int i, const float *x, const uint8_t *block, const float *y) {
  (void)block;
  return unit_within(bounds, i, x, y, 256);
}
BEYOND_BOUND(tq1_0, tq1_0_bounds, ternary_within, 1, 256, TQ1_0_BYTES)
BEYOND_BOUND(tq2_0, tq2_0_bounds, ternary_within, 1, 256, TQ2_0_BYTES)

// Q4_0, Q5_0: `ExtremeWeightBound`. Numbers: half, overhang, of the extreme, the extreme, the end, the sign of d.

KERNEL void extreme_weight_bounds(vf largest, vf d, float levels, block_bounds *bounds) {
  vf size = magnitude(d), rounding = half_roundings(d);
  vi is_finite = are_finite(d);
  vf step = (size + rounding) * (0.5f + 0x1p-14f), half = step + rounding * levels, overhang = half + step;
  vf of_extreme = levels * (rounding * (1 + 0x1p-20f) + size * 0x1p-23f);
  // The extreme weight has the sign that d has not.
  vf extreme = (vf)((vi)largest | (~(vi)d & (int32_t)0x80000000));
  set_bounds(
      bounds, where_finite(is_finite, half), where_finite(is_finite, overhang), where_finite(is_finite, of_extreme),
      extreme);
  store(bounds->number[4], where_finite(is_finite, d * (levels - 1)));
  store(bounds->number[5], (vf)((vi)d & (int32_t)0x80000000));
}

KERNEL vi extreme_weight_within(const block_bounds *bounds, int i, const float *x, const uint8_t *block, const float *y) {
  (void)block;
  vf half = bounds->number[0][i], overhang = bounds->number[1][i], of_extreme = bounds->number[2][i];
  vf end = bounds->number[4][i], sign = bounds->number[5][i];
  vi within = -1;
  for (int j = 0; j < 32; j += LANES) {
    vf original = load(x + j), beyond = (vf)((vi)(original - end) ^ (vi)sign);
    vf bound = larger(half, smaller(overhang, beyond));
    within &= is_within(original, load(y + j), original == bounds->number[3][i] ? of_extreme : bound);
  }
  return within;
}

KERNEL void q4_0_bounds(const float *x, const uint8_t *blocks, block_bounds *bounds) {
  extreme_weight_bounds(largest_magnitudes(x, 32), load_scales(blocks, Q4_0_BYTES, 0), 8, bounds);
}
KERNEL void q5_0_bounds(const float *x, const uint8_t *blocks, block_bounds *bounds) {
  extreme_weight_bounds(largest_magnitudes(x, 32), load_scales(blocks, Q5_0_BYTES, 0), 16, bounds);
}
BEYOND_BOUND(q4_0, q4_0_bounds, extreme_weight_within, 16, 32, Q4_0_BYTES)
BEYOND_BOUND(q5_0, q5_0_bounds, extreme_weight_within, 16, 32, Q5_0_BYTES)

// Q4_1, Q5_1: `RangeBound`. Numbers: half, of the lowest, of the highest, the lowest, the highest.

KERNEL void range_bounds(const float *x, const uint8_t *blocks, float highest_code, size_t bytes, block_bounds *bounds) {
  vf lowest, highest, d = load_scales(blocks, bytes, 0), m = load_scales(blocks, bytes, 2);
  ranges(x, &lowest, &highest);
  vf size = magnitude(d), rounding = half_roundings(d), rounding_of_minimum = half_roundings(m);
  vi is_finite = are_finite(d) & are_finite(m);
  vf reach = highest_code * size + magnitude(m);
  vf shared = highest_code * rounding + rounding_of_minimum + reach * 0x1p-22f;
  vf half = (size + rounding) * (0.5f + 0x1p-14f) + shared;
  set_bounds(
      bounds, where_finite(is_finite, half), where_finite(is_finite, rounding_of_minimum * (1 + 0x1p-20f)),
      where_finite(is_finite, shared * (1 + 0x1p-20f)), lowest);
  store(bounds->number[4], highest);
}

KERNEL vi range_within(const block_bounds *bounds, int i, const float *x, const uint8_t *block, const float *y) {
  (void)block;
  vf half = bounds->number[0][i], of_lowest = bounds->number[1][i], of_highest = bounds->number[2][i];
  vi within = -1;
  for (int j = 0; j < 32; j += LANES) {
    vf original = load(x + j), bound = original == bounds->number[4][i] ? of_highest : half;
    within &= is_within(original, load(y + j), original == bounds->number[3][i] ? of_lowest : bound);
  }
  return within;
}

KERNEL void q4_1_bounds(const float *x, const uint8_t *blocks, block_bounds *bounds) {
  range_bounds(x, blocks, 15, Q4_1_BYTES, bounds);
}
KERNEL void q5_1_bounds(const float *x, const uint8_t *blocks, block_bounds *bounds) {
  range_bounds(x, blocks, 31, Q5_1_BYTES, bounds);
}
BEYOND_BOUND(q4_1, q4_1_bounds, range_within, 16, 32, Q4_1_BYTES)
BEYOND_BOUND(q5_1, q5_1_bounds, range_within, 16, 32, Q5_1_BYTES)

// Q1_0. Numbers: the mean magnitude, what the roundings add.

KERNEL void q1_0_bounds(const float *x, const uint8_t *block, block_bounds *bounds) {
  typedef float v8 __attribute__((ext_vector_type(8)));
  typedef float v4 __attribute__((ext_vector_type(4)));
  vf sums = 0;
  for (int i = 0; i < 128; i += LANES) sums += magnitude(load(x + i));
  v8 eight = sums.lo + sums.hi;
  v4 four = eight.lo + eight.hi;
  float mean = ((four.x + four.z) + (four.y + four.w)) / 128;
  set_bounds(bounds, mean, half_roundings(load_half(block)) + mean * 0x1p-15f, 0, 0);
}
KERNEL vi q1_0_within(const block_bounds *bounds, int i, const float *x, const uint8_t *block, const float *y) {
  (void)block;
  vf mean = bounds->number[0][i], slack = bounds->number[1][i], greatest = GREATEST_FINITE;
  vi within = -1;
  for (int j = 0; j < 128; j += LANES) {
    vf original = load(x + j), bound = magnitude(magnitude(original) - mean) + slack;
    within &= is_within(original, load(y + j), smaller(greatest, bound));
  }
  return within;
}
BEYOND_BOUND(q1_0, q1_0_bounds, q1_0_within, 1, 128, Q1_0_BYTES)
