// What the error of each weight counts for in a search, in rows of GROUP lanes.

/// The weight's square.
KERNEL void weigh_by_square(const float *x, int length, float *w) {
  for (int i = 0; i < length * GROUP; i += LANES) store(w + i, load(x + i) * load(x + i));
}

/// The weight's magnitude.
KERNEL void weigh_by_magnitude(const float *x, int length, float *w) {
  for (int i = 0; i < length * GROUP; i += LANES) store(w + i, magnitude(load(x + i)));
}

/// sqrt(mean x^2) + |x|, the mean that of the sub-block of 32.
KERNEL void weigh_by_level_and_magnitude(const float *x, float *w) {
  for (int lane = 0; lane < GROUP; lane += WIDE) {
    wf squares = 0;
    for (int i = 0; i < 32; i++) {
      wf weight = load_wide(x + i * GROUP + lane);
      squares += weight * weight;
    }
    wf level = __builtin_elementwise_sqrt(squares / 32.0f);
    for (int i = 0; i < 32; i++) {
      store_wide(w + i * GROUP + lane, level + magnitude_wide(load_wide(x + i * GROUP + lane)));
    }
  }
}

/// importance * sqrt(variance + x^2). `w` holds the importance and receives the result; `variance` has a value a lane.
KERNEL void weigh_by_importance(const float *x, int length, const float *variance, float *w) {
  for (int lane = 0; lane < GROUP; lane += LANES) {
    vf base = load(variance + lane);
    for (int i = 0; i < length; i++) {
      vf weight = load(x + i * GROUP + lane);
      store(w + i * GROUP + lane, load(w + i * GROUP + lane) * root(base + weight * weight));
    }
  }
}

/// For each lane the sum of its error weights.
KERNEL void sum_of_weights(const float *w, int length, float *sums) {
  for (int lane = 0; lane < GROUP; lane += LANES) {
    vf sum = 0;
    for (int i = 0; i < length; i++) sum += load(w + i * GROUP + lane);
    store(sums + lane, sum);
  }
}

/// The sum of squares of each superblock of a group, from its first weight to its last, at each of its lanes.
KERNEL void squares_of_superblocks(const float *x, int superblocks, float *lanes) {
  float sums[4] = {0, 0, 0, 0};
  for (int i = 0; i < 256; i++) {
    for (int s = 0; s < superblocks; s++) sums[s] += x[256 * s + i] * x[256 * s + i];
  }
  int each = GROUP / superblocks;
  for (int lane = 0; lane < GROUP; lane++) lanes[lane] = sums[lane / each];
}

/// The error weights of the sub-blocks of K-quants, and their sums: importance * sqrt(variance + x^2), the variance
/// `factor` times the mean square of the superblock. `x` and `importance` as they stand, `rows` the transposed weights.
KERNEL void weigh_superblocks_by_importance(
    const float *x, const float *rows, const float *importance, int length, float factor, float *w, float *sums) {
  float variance[GROUP];
  transpose_group(importance, length, w);
  squares_of_superblocks(x, GROUP * length / 256, variance);
  for (int lane = 0; lane < GROUP; lane++) variance[lane] = factor * variance[lane] / 256;
  weigh_by_importance(rows, length, variance, w);
  sum_of_weights(w, length, sums);
}
