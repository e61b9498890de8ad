// The method `search` for TQ1_0 and TQ2_0: the threshold below which weights become zeros, and the scale of the others.
// Specified by `TernarySearch`; formats/search.md.

/// Thresholds that are tried: (n + 1/2) / TERNARY_THRESHOLDS of the largest magnitude; and how often the scale is found
/// again for the weights that are nearer to it than to zero.
enum { TERNARY_THRESHOLDS = 16, TERNARY_ROUNDS = 2 };

/// Of the weights beyond a threshold: the sum of their magnitudes, and their number, each times what it counts for.
KERNEL void sums_beyond(const float *x, const float *importance, float threshold, float *sum, float *count) {
  vf limit = threshold, zero = 0, one = 1, sums = 0, counts = 0;
  for (int i = 0; i < 256; i += 16) {
    vf size = magnitude(load(x + i)), factor = importance ? load(importance + i) : one;
    vi is_beyond = size > limit;
    sums += is_beyond ? factor * size : zero;
    counts += is_beyond ? factor : zero;
  }
  *sum = float_sum_of_halves(sums);
  *count = float_sum_of_halves(counts);
}

/// The weights of a block as they shall be: a scale that is a half, its negative, or 0.
KERNEL void ternary_search(const float *x, const float *importance, float *ternary) {
  float top = ternary_scale(x), scale = 0, best = 0, sum, count;
  for (int n = 0; n < TERNARY_THRESHOLDS; n++) {
    sums_beyond(x, importance, top * (((float)n + 0.5f) / TERNARY_THRESHOLDS), &sum, &count);
    float mean = sum / count, gain = sum * mean;
    if (gain > best) scale = mean, best = gain;
  }
  for (int round = 0; round < TERNARY_ROUNDS; round++) {
    sums_beyond(x, importance, scale / 2, &sum, &count);
    if (count > 0) scale = sum / count;
  }
  scale = half_value(half_bits(scale));
  vf limit = scale / 2, above = scale, below = -scale, zero = 0;
  for (int i = 0; i < 256; i += 16) {
    vf weight = load(x + i);
    store(ternary + i, weight > limit ? above : weight < -limit ? below : zero);
  }
}
