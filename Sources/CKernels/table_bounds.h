// The bounds of types whose codes name the nearest of sixteen values: `TableBound`, half of the gap between the value and
// its neighbour on the side of the weight. formats/bounds.md.

/// Half of the gaps below and above the values of the codes.
typedef struct { float below[16], above[16]; } table_gaps;

#define INFINITE __builtin_inff()

/// The gap of each code on the side that is asked for.
KERNEL vf gaps_of(const table_gaps *gaps, vu8 codes, vi above) {
#if SET_LOOKS_UP
  vf gap_below = look_up(load(gaps->below), codes), gap_above = look_up(load(gaps->above), codes);
  return above ? gap_above : gap_below;
#else
  // The tables stand one behind the other.
  uint8_t places[LANES];
  float values[LANES];
  store_bytes(places, codes | (low_bytes(above) & 16));
  for (int i = 0; i < LANES; i++) values[i] = ((const float *)gaps)[places[i]];
  return load(values);
#endif
}

/// Numbers: width, limit, tolerance, and as the sign of the fourth that of the scale.
KERNEL void table_bounds(vf scale, vf width, vf limit, vf tolerance, block_bounds *bounds) {
  vf infinite = INFINITE, greatest = GREATEST_FINITE, zero = 0;
  vi is_finite = are_finite(scale);
  set_bounds(
      bounds, where_finite(is_finite, scale == zero ? infinite : magnitude(width)),
      where_finite(is_finite, smaller(greatest, limit)), where_finite(is_finite, tolerance),
      where_finite(scale < zero, infinite));
}

/// The bounds of sixteen weights under scale `i`.
KERNEL vf table_bound(const block_bounds *bounds, int i, const table_gaps *gaps, vf x, vf y, vu8 codes) {
  vf width = bounds->number[0][i], limit = bounds->number[1][i], tolerance = bounds->number[2][i];
  vf is_negative = bounds->number[3][i], zero = 0;
  vf reach = gaps_of(gaps, codes, (x > y) ^ (is_negative > zero)) * width;
  return smaller(limit, reach) + tolerance;
}

/// 32 weights whose codes stand in 16 bytes.
KERNEL vi codes_within(
    const block_bounds *bounds, int i, const table_gaps *gaps, const float *x, const uint8_t *bytes, const float *y) {
  vu8 pairs = load_bytes(bytes);
  vf first = load(x), second = load(x + 16), first_decoded = load(y), second_decoded = load(y + 16);
  return is_within(first, first_decoded, table_bound(bounds, i, gaps, first, first_decoded, pairs & 15)) &
         is_within(second, second_decoded, table_bound(bounds, i, gaps, second, second_decoded, pairs >> 4));
}

// IQ4_NL, IQ4_XS

static const table_gaps iq4_gaps = {
  {INFINITE, 11.5f, 10.5f, 9, 8, 7, 6.5f, 6, 5.5f, 6, 6, 6.5f, 7.5f, 8, 10, 12},
  {11.5f, 10.5f, 9, 8, 7, 6.5f, 6, 5.5f, 6, 6, 6.5f, 7.5f, 8, 10, 12, INFINITE},
};

KERNEL void iq4_bounds(vf step, vf rounding, block_bounds *bounds) {
  table_bounds(step, step, GREATEST_FINITE, rounding * 140.0f + magnitude(step) * 0x1p-14f, bounds);
}

KERNEL void iq4_nl_bounds(const float *x, const uint8_t *blocks, block_bounds *bounds) {
  (void)x;
  vf d = load_scales(blocks, IQ4_NL_BYTES, 0);
  iq4_bounds(d, half_roundings(d), bounds);
}
KERNEL vi iq4_nl_within(const block_bounds *bounds, int i, const float *x, const uint8_t *block, const float *y) {
  return codes_within(bounds, i, &iq4_gaps, x, block + 2, y);
}

KERNEL void iq4_xs_bounds(const float *x, const uint8_t *block, block_bounds *bounds) {
  (void)x;
  uint32_t high = (uint32_t)(block[2] | block[3] << 8);
  float levels[LANES] = {0};
  for (int j = 0; j < 8; j++) {
    levels[j] = (float)((int32_t)((block[4 + j / 2] >> (4 * (j & 1)) & 15) | (high >> (2 * j) & 3) << 4) - 32);
  }
  vf level = load(levels), d = load_half(block);
  iq4_bounds(d * level, half_roundings(d) * magnitude(level), bounds);
}
KERNEL vi iq4_xs_within(const block_bounds *bounds, int i, const float *x, const uint8_t *block, const float *y) {
  (void)i;
  vi within = -1;
  for (int j = 0; j < 8; j++) within &= codes_within(bounds, j, &iq4_gaps, x + 32 * j, block + 8 + 16 * j, y + 32 * j);
  return within;
}

BEYOND_BOUND(iq4_nl, iq4_nl_bounds, iq4_nl_within, 16, 32, IQ4_NL_BYTES)
BEYOND_BOUND(iq4_xs, iq4_xs_bounds, iq4_xs_within, 1, 256, IQ4_XS_BYTES)

// MXFP4, NVFP4

static const table_gaps e2m1_gaps = {
  {0.5f, 0.5f, 0.5f, 0.5f, 0.5f, 1, 1, 2, 0.5f, 0.5f, 0.5f, 0.5f, 1, 1, 2, INFINITE},
  {0.5f, 0.5f, 0.5f, 0.5f, 1, 1, 2, INFINITE, 0.5f, 0.5f, 0.5f, 0.5f, 0.5f, 1, 1, 2},
};

KERNEL void mxfp4_bounds(const float *x, const uint8_t *blocks, block_bounds *bounds) {
  (void)x;
  int32_t fields[LANES];
  for (int i = 0; i < LANES; i++) fields[i] = blocks[i * MXFP4_BYTES];
  vi exponent;
  memcpy(&exponent, fields, sizeof exponent);
  vi normal = (exponent - 1) << 23, low = 0x00200000, next = 0x00400000, nan = 0x7FC00000;
  vi of_small = exponent == 0 ? low : next, bits = exponent < 2 ? of_small : normal;
  vf half = (vf)(exponent == 255 ? nan : bits);
  vf width = exponent >= 253 ? half * 2.0f : half;
  table_bounds(half, width, half * 4.0f * (1 + 0x1p-20f), half * 0x1p-20f, bounds);
}
KERNEL vi mxfp4_within(const block_bounds *bounds, int i, const float *x, const uint8_t *block, const float *y) {
  return codes_within(bounds, i, &e2m1_gaps, x, block + 1, y);
}

/// Four blocks, whose scales are 16. Also where each scale lets any code pass: beyond 2^20 under the largest.
KERNEL void nvfp4_bounds(const float *x, const uint8_t *blocks, block_bounds *bounds) {
  (void)x;
  uint8_t scales[LANES];
  for (int i = 0; i < 4; i++) memcpy(scales + 4 * i, blocks + i * NVFP4_BYTES, 4);
  vi bits = __builtin_convertvector(load_bytes(scales), vi), zero = 0, one = 1;
  vf half = nvfp4_half_scales(bits), greatest = GREATEST_FINITE, infinite = INFINITE, far = 0x1p20f;
  vi exponent = bits == 0x7F ? zero : (bits >> 3) & 15;
  exponent = exponent < 1 ? one : exponent;
  vf overhang = 6.0f * (vf)((exponent - 10 + 127) << 23);
  overhang = bits == 0x7E ? greatest : overhang;
  table_bounds(half, half, larger(half * 2.0f, overhang), half * 0x1p-20f, bounds);
  store(bounds->number[4], bits == 0x7E ? far : infinite);
}
KERNEL vi nvfp4_sub_within(const block_bounds *bounds, int i, const float *x, vu8 codes, const float *y) {
  vf original = load(x), decoded = load(y), greatest = GREATEST_FINITE;
  vf bound = table_bound(bounds, i, &e2m1_gaps, original, decoded, codes);
  return is_within(original, decoded, magnitude(original) >= bounds->number[4][i] ? greatest : bound);
}
KERNEL vi nvfp4_within(const block_bounds *bounds, int i, const float *x, const uint8_t *block, const float *y) {
  vi within = -1;
  for (int sub = 0; sub < 4; sub += 2) {
    vu8 bytes = load_bytes(block + 4 + 8 * sub), low = bytes & 15, high = bytes >> 4;
    vu8 a = __builtin_shufflevector(low, high, 0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23);
    vu8 b = __builtin_shufflevector(low, high, 8, 9, 10, 11, 12, 13, 14, 15, 24, 25, 26, 27, 28, 29, 30, 31);
    within &= nvfp4_sub_within(bounds, 4 * i + sub, x + 16 * sub, a, y + 16 * sub);
    within &= nvfp4_sub_within(bounds, 4 * i + sub + 1, x + 16 * sub + 16, b, y + 16 * sub + 16);
  }
  return within;
}

BEYOND_BOUND(mxfp4, mxfp4_bounds, mxfp4_within, 16, 32, MXFP4_BYTES)
BEYOND_BOUND(nvfp4, nvfp4_bounds, nvfp4_within, 4, 64, NVFP4_BYTES)

// NF4: the weight of the largest magnitude has a bound of its own. Numbers 4 and 5: this magnitude, and that bound.

#define NF4_GAP(a, b) ((NF4_##b - NF4_##a) * 0.5f)
#define NF4_GAPS                                                                                            \
  NF4_GAP(0, 1), NF4_GAP(1, 2), NF4_GAP(2, 3), NF4_GAP(3, 4), NF4_GAP(4, 5), NF4_GAP(5, 6), NF4_GAP(6, 7),     \
      NF4_GAP(7, 8), NF4_GAP(8, 9), NF4_GAP(9, 10), NF4_GAP(10, 11), NF4_GAP(11, 12), NF4_GAP(12, 13),         \
      NF4_GAP(13, 14), NF4_GAP(14, 15)
static const table_gaps nf4_gaps = {{0, NF4_GAPS}, {NF4_GAPS, 0}};

KERNEL void nf4_bounds(const float *x, const uint8_t *blocks, block_bounds *bounds) {
  vf absmax = load_scales(blocks, NF4_BYTES, 0), rounding = half_roundings(absmax), size = magnitude(absmax);
  vf greatest = GREATEST_FINITE, zero = 0;
  table_bounds(
      absmax, absmax, size == zero ? zero : greatest, rounding * 1.25f + size * 0x1p-21f, bounds);
  store(bounds->number[4], largest_magnitudes(x, 64));
  store(bounds->number[5], where_finite(are_finite(absmax), rounding * (1 + 0x1p-20f) + size * 0x1p-22f));
}
KERNEL vi nf4_sixteen_within(const block_bounds *bounds, int i, const float *x, vu8 codes, const float *y) {
  vf original = load(x), decoded = load(y), of_largest = bounds->number[5][i];
  vf bound = table_bound(bounds, i, &nf4_gaps, original, decoded, codes);
  return is_within(original, decoded, magnitude(original) == bounds->number[4][i] ? of_largest : bound);
}
KERNEL vi nf4_within(const block_bounds *bounds, int i, const float *x, const uint8_t *block, const float *y) {
  vi within = -1;
  for (int j = 0; j < 32; j += 16) {
    vu8 bytes = load_bytes(block + 2 + j), first = bytes >> 4, second = bytes & 15;
    vu8 low = __builtin_shufflevector(first, second, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
    vu8 high = __builtin_shufflevector(first, second, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);
    within &= nf4_sixteen_within(bounds, i, x + 2 * j, low, y + 2 * j);
    within &= nf4_sixteen_within(bounds, i, x + 2 * j + 16, high, y + 2 * j + 16);
  }
  return within;
}
BEYOND_BOUND(nf4, nf4_bounds, nf4_within, 16, 64, NF4_BYTES)
