// NF4: absmax, then 64 codes of four bits that name a value of a table; weight 2 j in the high half of byte j.
// formats/nf4.md.

enum { NF4_BYTES = 34 };

// The values of the codes.
#define NF4_0 -1.0f
#define NF4_1 -0.6961928009986877f
#define NF4_2 -0.5250730514526367f
#define NF4_3 -0.39491748809814453f
#define NF4_4 -0.28444138169288635f
#define NF4_5 -0.18477343022823334f
#define NF4_6 -0.09105003625154495f
#define NF4_7 0.0f
#define NF4_8 0.07958029955625534f
#define NF4_9 0.16093020141124725f
#define NF4_10 0.24611230194568634f
#define NF4_11 0.33791524171829224f
#define NF4_12 0.44070982933044434f
#define NF4_13 0.5626170039176941f
#define NF4_14 0.7229568362236023f
#define NF4_15 1.0f

static const float nf4_table[16] = {
  NF4_0, NF4_1, NF4_2, NF4_3, NF4_4, NF4_5, NF4_6, NF4_7, NF4_8, NF4_9, NF4_10, NF4_11, NF4_12, NF4_13, NF4_14, NF4_15,
};

/// Between a code and the next: half of the sum of their values, in binary32. In the order of a search by halving: the
/// one in the middle, then the middles of what is below and above it, and so on.
#define BETWEEN(a, b) ((NF4_##a + NF4_##b) / 2)
static const float nf4_halving[4][8] = {
  {BETWEEN(7, 8)},
  {BETWEEN(3, 4), BETWEEN(11, 12)},
  {BETWEEN(1, 2), BETWEEN(5, 6), BETWEEN(9, 10), BETWEEN(13, 14)},
  {BETWEEN(0, 1), BETWEEN(2, 3), BETWEEN(4, 5), BETWEEN(6, 7), BETWEEN(8, 9), BETWEEN(10, 11), BETWEEN(12, 13),
   BETWEEN(14, 15)},
};
#undef BETWEEN

/// The number of thresholds below each value.
KERNEL vu8 nf4_codes(vf value) {
  vi code = 0;
#if SET_AVX2
  for (int step = 0; step < 4; step++) {
    vf threshold = step == 0 ? (vf)nf4_halving[0][0] : look_up_in_8(nf4_halving[step], code);
    code = code + code - (vi)(value > threshold);
  }
#else
  for (int step = 0; step < 4; step++) {
    for (int i = 0; i < 1 << step; i++) code -= (vi)(value > nf4_halving[step][i]);
  }
#endif
  return low_bytes(code);
}

/// The 32 bytes of the codes of 64 weights.
KERNEL void nf4_pack(const float *x, float inverse, uint8_t *bytes) {
  for (int i = 0; i < 32; i += 16) {
    vu8 a = nf4_codes(load(x + 2 * i) * inverse), b = nf4_codes(load(x + 2 * i + 16) * inverse);
    vu8 even = __builtin_shufflevector(a, b, 0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30);
    vu8 odd = __builtin_shufflevector(a, b, 1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23, 25, 27, 29, 31);
    store_bytes(bytes + i, even << 4 | odd);
  }
}

static void nf4_encode_group(const float *x, uint8_t *blocks) {
  vf top = largest_magnitudes(x, 64);
  vu16 halves = half_bits_of_vector(top);
  // What the scale counts as where it is smaller, so that its reciprocal is finite.
  vf inverse = 1 / larger((vf)1e-38f, top);
  for (int block = 0; block < BLOCKS_BESIDE; block++, x += 64, blocks += NF4_BYTES) {
    store_half_bits(blocks, halves[block]);
    nf4_pack(x, inverse[block], blocks + 2);
  }
}

static void nf4_encode(const float *x, uint8_t *blocks, size_t count) {
  encode_in_groups(nf4_encode_group, BLOCKS_BESIDE, 64, NF4_BYTES, x, blocks, count);
}

static void nf4_decode(const uint8_t *blocks, float *x, size_t count) {
  for (; count > 0; count--, blocks += NF4_BYTES, x += 64) {
    vf weights = load(nf4_table) * load_half(blocks);
#if SET_LOOKS_UP
    for (int i = 0; i < 32; i += 16) {
      vu8 bytes = load_bytes(blocks + 2 + i), first = bytes >> 4, second = bytes & 15;
      vu8 low = __builtin_shufflevector(first, second, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
      vu8 high = __builtin_shufflevector(first, second, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);
      store(x + 2 * i, look_up(weights, low));
      store(x + 2 * i + 16, look_up(weights, high));
    }
#else
    float values[16];
    store(values, weights);
    for (int j = 0; j < 32; j++) {
      x[2 * j] = values[blocks[2 + j] >> 4];
      x[2 * j + 1] = values[blocks[2 + j] & 15];
    }
#endif
  }
}
