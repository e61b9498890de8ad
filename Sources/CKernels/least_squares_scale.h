// The method `search` for one scale: for several scales around the largest weight the nearest codes, and for these the
// scale of least squares. 32 blocks at a time. Specified by `LeastSquaresScale`; formats/search.md.

/// The scales that are tried: the weight of the largest magnitude divided by first + step * n, n below count.
typedef struct {
  float first, step;
  int count;
  /// Whether each divisor is tried with both signs.
  bool both_signs;
  /// Whether the magnitude of that weight is divided, so that the scale is positive.
  bool of_magnitude;
} scale_trials;

/// `x`: `length` rows of GROUP lanes; `w`: what the squared error of each weight counts for, or NULL where all count 1.
KERNEL void least_squares_scale(
    const float *x, const float *w, int length, code_values values, scale_trials trials, float *scales) {
  for (int lane = 0; lane < GROUP; lane += WIDE) {
    wf zero = 0, extreme = extreme_wide(x + lane, length, GROUP);
    if (trials.of_magnitude) extreme = magnitude_wide(extreme);
    wi present = !(magnitude_wide(extreme) < NEGLIGIBLE);
    wf best = 0, scale = 0;
    for (int n = 0; n < trials.count << trials.both_signs; n++) {
      float divisor = trials.first + trials.step * (float)(n >> trials.both_signs);
      if (trials.both_signs && (n & 1)) divisor = -divisor;
      wf inverse = present ? divisor / extreme : zero;
      // Sums of weights by values, and of squared values. What least squares leave is sum x^2 - xq^2 / qq.
      wf xq = 0, qq = 0;
      for (int i = 0; i < length; i++) {
        wf weight = load_wide(x + lane + i * GROUP);
        wf value = nearest_value(values, inverse * weight);
        wf factor_value = w ? load_wide(w + lane + i * GROUP) * value : value;
        xq += factor_value * weight;
        qq += factor_value * value;
      }
      wf fit = xq / qq, gain = fit * xq;
      wi better = (gain > best) & present;
      best = better ? gain : best;
      scale = better ? fit : scale;
    }
    store_wide(scales + lane, scale);
  }
}
