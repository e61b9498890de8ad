// The range of each of 16 blocks, so that their scales are computed side by side. A maximum and a minimum are the same
// in any order; what depends on the order (which of two equal magnitudes, which zero) is looked up where it matters.

/// Blocks whose scales are computed at a time.
enum { BLOCKS_BESIDE = 16 };

KERNEL vf fold_halves(vf a, vf b, vf (*choose)(vf, vf)) {
  vf low = __builtin_shufflevector(a, b, 0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23);
  vf high = __builtin_shufflevector(a, b, 8, 9, 10, 11, 12, 13, 14, 15, 24, 25, 26, 27, 28, 29, 30, 31);
  return choose(low, high);
}

KERNEL vf fold_quarters(vf a, vf b, vf (*choose)(vf, vf)) {
  vf low = __builtin_shufflevector(a, b, 0, 1, 2, 3, 8, 9, 10, 11, 16, 17, 18, 19, 24, 25, 26, 27);
  vf high = __builtin_shufflevector(a, b, 4, 5, 6, 7, 12, 13, 14, 15, 20, 21, 22, 23, 28, 29, 30, 31);
  return choose(low, high);
}

KERNEL vf fold_pairs(vf a, vf b, vf (*choose)(vf, vf)) {
  vf low = __builtin_shufflevector(a, b, 0, 1, 16, 17, 4, 5, 20, 21, 8, 9, 24, 25, 12, 13, 28, 29);
  vf high = __builtin_shufflevector(a, b, 2, 3, 18, 19, 6, 7, 22, 23, 10, 11, 26, 27, 14, 15, 30, 31);
  return choose(low, high);
}

KERNEL vf fold_neighbours(vf a, vf b, vf (*choose)(vf, vf)) {
  vf low = __builtin_shufflevector(a, b, 0, 2, 16, 18, 4, 6, 20, 22, 8, 10, 24, 26, 12, 14, 28, 30);
  vf high = __builtin_shufflevector(a, b, 1, 3, 17, 19, 5, 7, 21, 23, 9, 11, 25, 27, 13, 15, 29, 31);
  return choose(low, high);
}

/// Lane i has what `choose` leaves of v[i]'s lanes.
KERNEL vf fold(const vf v[BLOCKS_BESIDE], vf (*choose)(vf, vf)) {
  vf quarters[4];
  for (int i = 0; i < 4; i++) {
    quarters[i] = fold_quarters(fold_halves(v[i], v[i + 4], choose), fold_halves(v[i + 8], v[i + 12], choose), choose);
  }
  return fold_neighbours(
      fold_pairs(quarters[0], quarters[1], choose), fold_pairs(quarters[2], quarters[3], choose), choose);
}

/// The largest magnitude of each of 16 blocks of `length` weights.
KERNEL vf largest_magnitudes(const float *x, int length) {
  vf largest[BLOCKS_BESIDE];
  for (int block = 0; block < BLOCKS_BESIDE; block++) {
    largest[block] = magnitude(load(x + block * length));
    for (int i = LANES; i < length; i += LANES) {
      largest[block] = larger(largest[block], magnitude(load(x + block * length + i)));
    }
  }
  return fold(largest, larger);
}

/// The weight of the largest magnitude of each of 16 blocks of 32, the first of several, with its sign; +0 for zeros.
KERNEL vf extremes(const float *x) {
  vf zero = 0, high[BLOCKS_BESIDE], low[BLOCKS_BESIDE];
  for (int block = 0; block < BLOCKS_BESIDE; block++) {
    vf a = load(x + 32 * block), b = load(x + 32 * block + 16);
    high[block] = larger(larger(zero, a), b);
    low[block] = smaller(smaller(zero, a), b);
  }
  // For arm64 the compiler makes FMINNM of a comparison with zero, for which -0 is smaller than +0: the sum is +0 again.
  vf highest = fold(high, larger), lowest = fold(low, smaller) + 0.0f;
  vf extreme = highest > -lowest ? highest : lowest;
  vi both = (highest == -lowest) & (highest > zero);
  if (__builtin_expect(any(both), 0)) {
    for (int block = 0; block < BLOCKS_BESIDE; block++) {
      if (!both[block]) continue;
      const float *weight = x + 32 * block;
      while (__builtin_fabsf(*weight) != highest[block]) weight++;
      extreme[block] = *weight;
    }
  }
  return extreme;
}

/// The smallest and the largest weight of each of 16 blocks of 32. Of several zeros that are the smallest, the first.
KERNEL void ranges(const float *x, vf *lowest, vf *highest) {
  vf high[BLOCKS_BESIDE], low[BLOCKS_BESIDE];
  for (int block = 0; block < BLOCKS_BESIDE; block++) {
    vf a = load(x + 32 * block), b = load(x + 32 * block + 16);
    high[block] = larger(a, b);
    low[block] = smaller(a, b);
  }
  *highest = fold(high, larger);
  vf minimum = fold(low, smaller);
  vi zeros = minimum == 0;
  if (__builtin_expect(any(zeros), 0)) {
    for (int block = 0; block < BLOCKS_BESIDE; block++) {
      if (!zeros[block]) continue;
      const float *weight = x + 32 * block;
      while (*weight != 0) weight++;
      minimum[block] = *weight;
    }
  }
  *lowest = minimum;
}

/// 1 / d; 0 where d is zero of either sign, or so small that 1 / d is infinite.
KERNEL vf finite_reciprocals(vf d) {
  vf zero = 0, inverse = 1 / d;
  return magnitude(inverse) < __builtin_inff() ? inverse : zero;
}

/// Where d is not zero, and 1 / d is infinite.
KERNEL vi overflowing_reciprocals(vf d) { return (d != 0) & (magnitude(1 / d) == __builtin_inff()); }
