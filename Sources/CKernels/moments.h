// What weights are: their sums, their range, how many are zero. formats/statistics.md. Every sum has sixteen lanes, of
// which halves are added until one is left.

/// Adds a weight that is not finite to the counts.
KERNEL void count_not_finite(double weight, gguf_moments *moments) {
  if (weight != weight) moments->not_a_number++; else moments->infinite++;
}

/// Sixteen weights, or the last of a stretch. Those that are not finite are counted, and are in no sum.
KERNEL void add_some_weights(vf v, vi is_there, vd *sum, vd *squares, gguf_moments *moments) {
  for (int lane = 0; lane < LANES; lane++) {
    if (!is_there[lane]) continue;
    double weight = v[lane];
    // Infinity less itself is not a number.
    if (weight - weight != 0) {
      count_not_finite(weight, moments);
      v[lane] = 0;
      continue;
    }
    if (weight == 0) moments->zeros++;
    if (weight < moments->smallest) moments->smallest = weight;
    if (weight > moments->largest) moments->largest = weight;
  }
  vd wide = __builtin_convertvector(v, vd);
  *sum += wide;
  *squares += wide * wide;
}

/// Weight i of a stretch of at most 2^30 is in lane i mod 16.
static void float_moments(const float *x, size_t count, gguf_moments *moments) {
  vd sum = 0, squares = 0;
  vf smallest = __builtin_inff(), largest = -__builtin_inff();
  vi zeros = 0;
  const size_t whole = count / LANES * LANES;
  for (size_t i = 0; i < whole; i += LANES) {
    vf v = load(x + i);
    // All ones in the exponent: adding one to it carries into the sign.
    if (__builtin_expect(any((vi)(((vu)v & 0x7FFFFFFF) + 0x00800000) < 0), 0)) {
      add_some_weights(v, -1, &sum, &squares, moments);
      continue;
    }
    zeros -= v == 0;
    smallest = smaller(smallest, v);
    largest = larger(largest, v);
    vd wide = __builtin_convertvector(v, vd);
    sum += wide;
    squares += wide * wide;
  }
  if (whole < count) {
    float rest[LANES] = {0};
    vi is_there = 0;
    memcpy(rest, x + whole, (count - whole) * sizeof(float));
    for (size_t lane = 0; lane < count - whole; lane++) is_there[lane] = -1;
    add_some_weights(load(rest), is_there, &sum, &squares, moments);
  }
  moments->zeros += (uint32_t)__builtin_reduce_add(zeros);
  for (int lane = 0; lane < LANES; lane++) {
    if (smallest[lane] < moments->smallest) moments->smallest = smallest[lane];
    if (largest[lane] > moments->largest) moments->largest = largest[lane];
  }
  moments->sum = sum_of_halves(sum);
  moments->squares = sum_of_halves(squares);
}
