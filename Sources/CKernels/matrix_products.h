// Sums of products of matrices. Each element's sum runs over the inner index from 0 on, whatever the tiles: the elements of
// a row are the lanes. formats/error-feedback.md.

/// One row: targets[c] += factors[k] * vectors[k][c], for `count` columns.
KERNEL void add_to_rest(
    float *targets, const float *factors, const float *vectors, size_t vector_stride, size_t depth, size_t count) {
  for (size_t c = 0; c < count; c++) {
    float sum = targets[c];
    for (size_t k = 0; k < depth; k++) sum += factors[k] * vectors[k * vector_stride + c];
    targets[c] = sum;
  }
}

/// targets[r][c] += factors[r][k] * vectors[k][c], k from 0 to `depth` - 1, in binary32.
static void add_products(
    float *targets, size_t target_stride, const float *factors, size_t factor_stride, const float *vectors,
    size_t vector_stride, size_t rows, size_t depth, size_t columns) {
  const size_t whole = columns / LANES * LANES;
  for (size_t c = 0; c < whole; c += LANES) {
    const float *column = vectors + c;
    size_t r = 0;
    // Four rows have a vector in common.
    for (; r + 4 <= rows; r += 4) {
      const float *f = factors + r * factor_stride;
      float *t = targets + r * target_stride + c;
      vf s0 = load(t), s1 = load(t + target_stride), s2 = load(t + 2 * target_stride), s3 = load(t + 3 * target_stride);
      for (size_t k = 0; k < depth; k++) {
        vf v = load(column + k * vector_stride);
        s0 += f[k] * v;
        s1 += f[k + factor_stride] * v;
        s2 += f[k + 2 * factor_stride] * v;
        s3 += f[k + 3 * factor_stride] * v;
      }
      store(t, s0);
      store(t + target_stride, s1);
      store(t + 2 * target_stride, s2);
      store(t + 3 * target_stride, s3);
    }
    for (; r < rows; r++) {
      const float *f = factors + r * factor_stride;
      float *t = targets + r * target_stride + c;
      vf sum = load(t);
      for (size_t k = 0; k < depth; k++) sum += f[k] * load(column + k * vector_stride);
      store(t, sum);
    }
  }
  for (size_t r = 0; r < rows; r++) {
    add_to_rest(
        targets + r * target_stride + whole, factors + r * factor_stride, vectors + whole, vector_stride, depth,
        columns - whole);
  }
}

KERNEL void store_doubles(double *p, vd v) { memcpy(p, &v, sizeof v); }

/// sums[r][c] -= factors[k][r] * vectors[k][c], k from 0 to `depth` - 1, in binary64.
static void subtract_products(
    double *sums, size_t sum_stride, const double *factors, size_t factor_stride, const float *vectors,
    size_t vector_stride, size_t rows, size_t depth, size_t columns) {
  const size_t whole = columns / LANES * LANES;
  for (size_t c = 0; c < whole; c += LANES) {
    const float *column = vectors + c;
    for (size_t r = 0; r < rows; r += 2) {
      // The last row twice where there is no other.
      const size_t other = r + 1 < rows ? 1 : 0;
      const double *f = factors + r;
      double *s = sums + r * sum_stride + c;
      vd first = load_doubles(s), second = load_doubles(s + other * sum_stride);
      for (size_t k = 0; k < depth; k++) {
        vd v = __builtin_convertvector(load(column + k * vector_stride), vd);
        first -= f[k * factor_stride] * v;
        second -= f[k * factor_stride + other] * v;
      }
      store_doubles(s, first);
      if (other) store_doubles(s + sum_stride, second);
    }
  }
  for (size_t r = 0; r < rows; r++) {
    for (size_t c = whole; c < columns; c++) {
      double sum = sums[r * sum_stride + c];
      for (size_t k = 0; k < depth; k++) sum -= factors[k * factor_stride + r] * (double)vectors[k * vector_stride + c];
      sums[r * sum_stride + c] = sum;
    }
  }
}
