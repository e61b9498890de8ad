// What is asked of weights besides their blocks: whether they are finite, and how far decoded ones are from the originals.

static bool all_finite(const float *x, size_t count) {
  vu found = 0;
  size_t i = 0;
  // All ones in the exponent: adding one to it carries into the sign.
  for (; i + LANES <= count; i += LANES) found |= ((vu)load(x + i) & 0x7FFFFFFF) + 0x00800000;
  if (i < count) {
    float rest[LANES] = {0};
    memcpy(rest, x + i, (count - i) * sizeof(float));
    found |= ((vu)load(rest) & 0x7FFFFFFF) + 0x00800000;
  }
  return (__builtin_reduce_or(found) & 0x80000000) == 0;
}

typedef double vd __attribute__((ext_vector_type(16)));
typedef int64_t vl __attribute__((ext_vector_type(16)));

KERNEL void measure_sixteen(vf original, vf decoded, vd *error, vd *signal, vd *largest) {
  vd value = __builtin_convertvector(original, vd);
  vd difference = __builtin_convertvector(decoded, vd) - value;
  *error += difference * difference;
  *signal += value * value;
  vd size = (vd)((vl)difference & 0x7FFFFFFFFFFFFFFF);
  *largest = size > *largest ? size : *largest;
}

/// Weight i belongs to sum i mod 16; the sixteen sums are added from the first to the last.
static void measure(const float *original, const float *decoded, size_t count, gguf_round_trip *result) {
  vd error = 0, signal = 0, largest = 0;
  size_t i = 0;
  for (; i + LANES <= count; i += LANES) {
    measure_sixteen(load(original + i), load(decoded + i), &error, &signal, &largest);
  }
  if (i < count) {
    // Two zeros add nothing.
    float rest[2][LANES] = {{0}, {0}};
    memcpy(rest[0], original + i, (count - i) * sizeof(float));
    memcpy(rest[1], decoded + i, (count - i) * sizeof(float));
    measure_sixteen(load(rest[0]), load(rest[1]), &error, &signal, &largest);
  }
  *result = (gguf_round_trip){0, 0, 0};
  for (int lane = 0; lane < LANES; lane++) {
    result->squared_error += error[lane];
    result->squared_signal += signal[lane];
    if (largest[lane] > result->largest_error) result->largest_error = largest[lane];
  }
}
