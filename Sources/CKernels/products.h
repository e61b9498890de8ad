// Products of rows of weights with vectors of activations, in binary64. formats/products.md. Every sum has sixteen lanes,
// of which halves are added until one is left.

KERNEL vd load_doubles(const double *p) { vd v; memcpy(&v, p, sizeof v); return v; }

/// One row of `count` weights with `samples` vectors of `stride` activations each, of which those from `count` on are
/// zeros: `stride` is `count` up to the next multiple of 16.
static void float_products(
    const float *weights, size_t count, const double *activations, size_t samples, double *products) {
  const size_t whole = count / LANES * LANES, stride = (count + LANES - 1) / LANES * LANES;
  float rest[LANES] = {0};
  memcpy(rest, weights + whole, (count - whole) * sizeof(float));
  // Two vectors at a time, for which weights are widened once; the last one twice where there is no other.
  for (size_t s = 0; s < samples; s += 2) {
    const double *x = activations + s * stride, *y = s + 1 < samples ? x + stride : x;
    vd first = 0, second = 0;
    for (size_t i = 0; i < stride; i += LANES) {
      vd w = __builtin_convertvector(load(i < whole ? weights + i : rest), vd);
      first += w * load_doubles(x + i);
      second += w * load_doubles(y + i);
    }
    products[s] = sum_of_halves(first);
    if (s + 1 < samples) products[s + 1] = sum_of_halves(second);
  }
}

#if SET_AVX2
/// Sums of two products each: 16 of signed bytes.
KERNEL __m256i paired_products(const int8_t *a, const int8_t *b) {
  __m256i wide_a = _mm256_cvtepi8_epi16(_mm_loadu_si128((const __m128i *)a));
  return _mm256_madd_epi16(wide_a, _mm256_cvtepi8_epi16(_mm_loadu_si128((const __m128i *)b)));
}
#endif

/// For each sixteen of 256 signed bytes the sum of the products, exactly.
KERNEL vi dots_of_sixteen(const int8_t *a, const int8_t *b) {
  vi dots;
#if SET_AVX2
  for (int g = 0; g < 16; g += 4, a += 64, b += 64) {
    __m256i first = _mm256_hadd_epi32(paired_products(a, b), paired_products(a + 16, b + 16));
    __m256i second = _mm256_hadd_epi32(paired_products(a + 32, b + 32), paired_products(a + 48, b + 48));
    __m256i four = _mm256_hadd_epi32(first, second);
    __m128i sums = _mm_add_epi32(_mm256_castsi256_si128(four), _mm256_extracti128_si256(four, 1));
    memcpy((int32_t *)&dots + g, &sums, sizeof sums);
  }
#else
  for (int g = 0; g < 16; g++, a += 16, b += 16) {
    vi8 x, y;
    memcpy(&x, a, sizeof x);
    memcpy(&y, b, sizeof y);
    dots[g] = __builtin_reduce_add(__builtin_convertvector(x, vi) * __builtin_convertvector(y, vi));
  }
#endif
  return dots;
}

/// One row of `count` times 256 weights, taken apart, with `samples` vectors of as many activations. For each sixteen of
/// these, `scales` has what a code counts for, and `sums` what they add up to.
static void integer_products(
    const int8_t *codes, const float *steps, const float *offsets, size_t count, const int8_t *activations,
    const double *scales, const double *sums, size_t samples, double *products) {
  for (size_t s = 0; s < samples; s++) {
    vd lanes = 0;
    for (size_t i = 0; i < count; i++, activations += 256, scales += LANES, sums += LANES) {
      vd step = __builtin_convertvector(load(steps + LANES * i), vd);
      vd offset = __builtin_convertvector(load(offsets + LANES * i), vd);
      vd dots = __builtin_convertvector(dots_of_sixteen(codes + 256 * i, activations), vd);
      lanes += step * load_doubles(scales) * dots + offset * load_doubles(sums);
    }
    products[s] = sum_of_halves(lanes);
  }
}
