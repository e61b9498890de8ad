// Q8_0: d, then 32 signed bytes. formats/q8_0.md.

enum { Q8_0_BYTES = 34 };

static void q8_0_encode_group(const float *x, uint8_t *blocks) {
  vf d = largest_magnitudes(x, 32) / 127.0f;
  vu16 halves = half_bits_of_vector(d);
  // Where 1 / d overflows, every code is 0.
  vf inverse = finite_reciprocals(d);
  for (int block = 0; block < BLOCKS_BESIDE; block++, x += 32, blocks += Q8_0_BYTES) {
    store_half_bits(blocks, halves[block]);
    for (int i = 0; i < 32; i += 16) {
      store_bytes(blocks + 2 + i, low_bytes(rounded_away(load(x + i) * inverse[block])));
    }
  }
}

static void q8_0_encode(const float *x, uint8_t *blocks, size_t count) {
  encode_in_groups(q8_0_encode_group, BLOCKS_BESIDE, 32, Q8_0_BYTES, x, blocks, count);
}

static void q8_0_decode(const uint8_t *blocks, float *x, size_t count) {
  for (; count > 0; count--, blocks += Q8_0_BYTES, x += 32) {
    float d = load_half(blocks);
    for (int i = 0; i < 32; i += 16) store(x + i, floats_of_signed_bytes(load_bytes(blocks + 2 + i)) * d);
  }
}
