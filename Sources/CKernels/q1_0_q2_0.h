// Q1_0: the mean magnitude of 128 weights, and the sign of each. Q2_0: the largest magnitude of 64 weights, and two
// bits of each. The low bits of a byte have the first weight. formats/q1_0.md, q2_0.md.

enum { Q1_0_BYTES = 18, Q2_0_BYTES = 18 };

/// Eight blocks, a lane each, so that the magnitudes are added in the order of the weights.
static void q1_0_encode_group(const float *x, uint8_t *blocks) {
  float rows[8 * 8];
  tile_row sum = 0;
  for (int i = 0; i < 128; i += 8) {
    transpose_tile(x + i, 128, rows, 8);
    for (int j = 0; j < 8; j++) {
      tile_row row;
      memcpy(&row, rows + 8 * j, sizeof row);
      sum += __builtin_elementwise_abs(row);
    }
  }
  for (int block = 0; block < 8; block++, x += 128, blocks += Q1_0_BYTES) {
    store_half(blocks, sum[block] / 128.0f);
    for (int i = 0; i < 128; i += 16) {
      vi positive = load(x + i) >= 0;
      store_half_bits(blocks + 2 + i / 8, bits_of_mask(__builtin_convertvector(positive, vi8)));
    }
  }
}

static void q1_0_encode(const float *x, uint8_t *blocks, size_t count) {
  encode_in_groups(q1_0_encode_group, 8, 128, Q1_0_BYTES, x, blocks, count);
}

static void q1_0_decode(const uint8_t *blocks, float *x, size_t count) {
  for (; count > 0; count--, blocks += Q1_0_BYTES, x += 128) {
    vf d = load_half(blocks), negative = -d;
    for (int i = 0; i < 128; i += 16) {
      vi set = __builtin_convertvector(mask_of_bits(blocks + 2 + i / 8), vi);
      store(x + i, set ? d : negative);
    }
  }
}

static void q2_0_encode_group(const float *x, uint8_t *blocks) {
  vf d = largest_magnitudes(x, 64), inverse = finite_reciprocals(d);
  vu16 halves = half_bits_of_vector(d);
  for (int block = 0; block < BLOCKS_BESIDE; block++) {
    const float *weights = x + 64 * block;
    uint8_t *to = blocks + Q2_0_BYTES * block;
    uint8_t codes[64];
    for (int i = 0; i < 64; i += 16) {
      store_bytes(codes + i, low_bytes(rounded_away(load(weights + i) * inverse[block])) + 1);
    }
    vu four;
    memcpy(&four, codes, sizeof four);
    store_half_bits(to, halves[block]);
    store_bytes(to + 2, low_bytes((vi)(four | four >> 6 | four >> 12 | four >> 18)));
  }
  // Where 1 / d overflows, every code is 0.
  vi overflow = overflowing_reciprocals(d);
  if (__builtin_expect(any(overflow), 0)) {
    for (int block = 0; block < BLOCKS_BESIDE; block++) {
      if (overflow[block]) memset(blocks + Q2_0_BYTES * block + 2, 0, Q2_0_BYTES - 2);
    }
  }
}

static void q2_0_encode(const float *x, uint8_t *blocks, size_t count) {
  encode_in_groups(q2_0_encode_group, BLOCKS_BESIDE, 64, Q2_0_BYTES, x, blocks, count);
}

static void q2_0_decode(const uint8_t *blocks, float *x, size_t count) {
  for (; count > 0; count--, blocks += Q2_0_BYTES, x += 64) {
    float d = load_half(blocks);
    vu four = __builtin_convertvector(load_bytes(blocks + 2), vu);
    four = (four | four << 6 | four << 12 | four << 18) & 0x03030303;
    uint8_t codes[64];
    memcpy(codes, &four, sizeof four);
    for (int i = 0; i < 64; i += 16) store(x + i, floats_of_levels(load_bytes(codes + i), 1) * d);
  }
}
