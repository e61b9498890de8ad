// Q4_0, Q4_1, Q5_0 and Q5_1: 32 weights; scale, perhaps a minimum, perhaps the fifth bits, and the low four bits of the
// codes: weight i in the low half of byte i, weight i + 16 in the high half. formats/q4_0.md, q4_1.md, q5.md.

enum { Q4_0_BYTES = 18, Q4_1_BYTES = 20, Q5_0_BYTES = 22, Q5_1_BYTES = 24 };

/// Stores the codes of a block's first and second 16 weights. Where there are no fifth bits, `fifth_bits` is NULL.
KERNEL void store_code_bytes(vu8 low, vu8 high, uint8_t *fifth_bits, uint8_t *low_bits) {
  store_bytes(low_bits, (low & 15) | high << 4);
  if (fifth_bits == NULL) return;
  store_half_bits(fifth_bits, bits_of_mask((vi8)((vi8)low > 15)));
  store_half_bits(fifth_bits + 2, bits_of_mask((vi8)((vi8)high > 15)));
}

/// The codes of a block's first and second 16 weights are the integer parts of the two vectors, up to `highest`. Where
/// there are no fifth bits, `fifth_bits` is NULL.
KERNEL void store_codes(vf scaled_low, vf scaled_high, int highest, uint8_t *fifth_bits, uint8_t *low_bits) {
  vf top = (float)highest;
  vi low = integers(smaller(top, scaled_low)), high = integers(smaller(top, scaled_high));
  if (fifth_bits == NULL) {
    // One narrowing for both.
    store_bytes(low_bits, low_bytes(low | high << 4));
  } else {
    store_code_bytes(low_bytes(low), low_bytes(high), fifth_bits, low_bits);
  }
}

/// Q4_0 and Q5_0, 16 blocks: d is a part of the weight of the largest magnitude, whose code is 0; `levels` is 8 or 16.
KERNEL void symmetric_group(const float *x, int levels, size_t bytes, uint8_t *blocks) {
  vf d = extremes(x) / (float)-levels, inverse = finite_reciprocals(d);
  vu16 halves = half_bits_of_vector(d);
  const size_t codes = levels == 16 ? 6 : 2;
  for (int block = 0; block < BLOCKS_BESIDE; block++) {
    const float *weights = x + 32 * block;
    uint8_t *to = blocks + bytes * (size_t)block;
    vf factor = inverse[block], bias = (float)levels + 0.5f;
    store_half_bits(to, halves[block]);
    store_codes(
        load(weights) * factor + bias, load(weights + 16) * factor + bias, 2 * levels - 1,
        levels == 16 ? to + 2 : NULL, to + codes);
  }
  vi overflow = overflowing_reciprocals(d);
  if (__builtin_expect(any(overflow), 0)) {
    for (int block = 0; block < BLOCKS_BESIDE; block++) {
      if (overflow[block]) memset(blocks + bytes * (size_t)block + 2, 0, bytes - 2);
    }
  }
}

/// Q4_1 and Q5_1, 16 blocks: the range is divided evenly; `highest` is 15 or 31.
KERNEL void ranged_group(const float *x, int highest, size_t bytes, uint8_t *blocks) {
  vf minimum, maximum;
  ranges(x, &minimum, &maximum);
  // A block of zeros of both signs has the range +0.
  vf d = (maximum - minimum + 0.0f) / (float)highest, inverse = finite_reciprocals(d);
  vu16 halves = half_bits_of_vector(d), minimums = half_bits_of_vector(minimum);
  const size_t codes = highest == 31 ? 8 : 4;
  for (int block = 0; block < BLOCKS_BESIDE; block++) {
    const float *weights = x + 32 * block;
    uint8_t *to = blocks + bytes * (size_t)block;
    vf factor = inverse[block], origin = minimum[block], half = 0.5f;
    store_half_bits(to, halves[block]);
    store_half_bits(to + 2, minimums[block]);
    store_codes(
        (load(weights) - origin) * factor + half, (load(weights + 16) - origin) * factor + half, highest,
        highest == 31 ? to + 4 : NULL, to + codes);
  }
  // Where 1 / d overflows, or the range did, every code is 0.
  vi overflow = overflowing_reciprocals(d) | (d == __builtin_inff());
  if (__builtin_expect(any(overflow), 0)) {
    for (int block = 0; block < BLOCKS_BESIDE; block++) {
      if (overflow[block]) memset(blocks + bytes * (size_t)block + 4, 0, bytes - 4);
    }
  }
}

static void q4_0_encode_group(const float *x, uint8_t *blocks) { symmetric_group(x, 8, Q4_0_BYTES, blocks); }
static void q4_1_encode_group(const float *x, uint8_t *blocks) { ranged_group(x, 15, Q4_1_BYTES, blocks); }
static void q5_0_encode_group(const float *x, uint8_t *blocks) { symmetric_group(x, 16, Q5_0_BYTES, blocks); }
static void q5_1_encode_group(const float *x, uint8_t *blocks) { ranged_group(x, 31, Q5_1_BYTES, blocks); }

static void q4_0_encode(const float *x, uint8_t *blocks, size_t count) {
  encode_in_groups(q4_0_encode_group, BLOCKS_BESIDE, 32, Q4_0_BYTES, x, blocks, count);
}
static void q4_1_encode(const float *x, uint8_t *blocks, size_t count) {
  encode_in_groups(q4_1_encode_group, BLOCKS_BESIDE, 32, Q4_1_BYTES, x, blocks, count);
}
static void q5_0_encode(const float *x, uint8_t *blocks, size_t count) {
  encode_in_groups(q5_0_encode_group, BLOCKS_BESIDE, 32, Q5_0_BYTES, x, blocks, count);
}
static void q5_1_encode(const float *x, uint8_t *blocks, size_t count) {
  encode_in_groups(q5_1_encode_group, BLOCKS_BESIDE, 32, Q5_1_BYTES, x, blocks, count);
}

static void q4_0_decode(const uint8_t *blocks, float *x, size_t count) {
  for (; count > 0; count--, blocks += Q4_0_BYTES, x += 32) {
    float d = load_half(blocks);
    vu8 bytes = load_bytes(blocks + 2);
    store(x, floats_of_levels(bytes & 15, 8) * d);
    store(x + 16, floats_of_levels(bytes >> 4, 8) * d);
  }
}

static void q4_1_decode(const uint8_t *blocks, float *x, size_t count) {
  for (; count > 0; count--, blocks += Q4_1_BYTES, x += 32) {
    float d = load_half(blocks), m = load_half(blocks + 2);
    vu8 bytes = load_bytes(blocks + 4);
    store(x, floats_of_bytes(bytes & 15) * d + m);
    store(x + 16, floats_of_bytes(bytes >> 4) * d + m);
  }
}

static void q5_0_decode(const uint8_t *blocks, float *x, size_t count) {
  for (; count > 0; count--, blocks += Q5_0_BYTES, x += 32) {
    float d = load_half(blocks);
    vu8 bytes = load_bytes(blocks + 6);
    vu8 low = (bytes & 15) | ((vu8)mask_of_bits(blocks + 2) & 16);
    vu8 high = bytes >> 4 | ((vu8)mask_of_bits(blocks + 4) & 16);
    store(x, floats_of_levels(low, 16) * d);
    store(x + 16, floats_of_levels(high, 16) * d);
  }
}

static void q5_1_decode(const uint8_t *blocks, float *x, size_t count) {
  for (; count > 0; count--, blocks += Q5_1_BYTES, x += 32) {
    float d = load_half(blocks), m = load_half(blocks + 2);
    vu8 bytes = load_bytes(blocks + 8);
    vu8 low = (bytes & 15) | ((vu8)mask_of_bits(blocks + 4) & 16);
    vu8 high = bytes >> 4 | ((vu8)mask_of_bits(blocks + 6) & 16);
    store(x, floats_of_bytes(low) * d + m);
    store(x + 16, floats_of_bytes(high) * d + m);
  }
}
