// Q2_K: sixteen bytes of scales and minimums of four bits, 64 bytes of codes, d, dmin. formats/q2_k.md.

enum { Q2_K_BYTES = 84, Q2_K_SUPERBLOCKS = GROUP / 16 };

/// The scales or the minimums of a superblock when the largest has the code 15, and the unit. Codes are whole integers,
/// of which the block keeps what fits.
KERNEL float largest_is_15(const float values[16], uint32_t codes[16]) {
  float top = 0;
  for (int j = 0; j < 16; j++) top = values[j] > top ? values[j] : top;
  float inverse = top > 0 ? 15.0f / top : 0;
  for (int j = 0; j < 16; j++) codes[j] = top > 0 ? (uint32_t)nearest_integer(inverse * values[j]) : 0;
  return top > 0 ? top / 15.0f : 0;
}

/// Two bits a code: 128 weights have 32 bytes, byte i the weights i, i + 32, i + 64, i + 96 of them.
KERNEL void pack_two_bits(const uint8_t codes[256], uint8_t *bytes) {
  for (int half = 0; half < 2; half++, codes += 128, bytes += 32) {
    for (int i = 0; i < 32; i += 16) {
      store_bytes(
          bytes + i, load_bytes(codes + i) | load_bytes(codes + i + 32) << 2 | load_bytes(codes + i + 64) << 4 |
                         load_bytes(codes + i + 96) << 6);
    }
  }
}

static void q2_K_encode_group(const float *x, const float *importance, float variance, uint8_t *block) {
  (void)variance;
  float rows[16 * GROUP], weights[16 * GROUP], sums[GROUP];
  affine_fits fits;
  transpose_group(x, 16, rows);
  if (importance) {
    weigh_superblocks_by_importance(x, rows, importance, 16, 1, weights, sums);
    affine_search(rows, weights, (affine_parameters){16, 3, -0.9f, 0.05f, 36, false}, &fits);
  } else {
    weigh_by_magnitude(rows, 16, weights);
    affine_search(rows, weights, (affine_parameters){16, 3, -0.5f, 0.1f, 15, true}, &fits);
  }
  for (int s = 0; s < Q2_K_SUPERBLOCKS; s++, x += 256, block += Q2_K_BYTES) {
    float unit, minimum_unit;
    if (importance) {
      uint8_t scales[16], minimums[16];
      unit = positive_search(fits.scale + 16 * s, sums + 16 * s, 16, 15, scales);
      minimum_unit = positive_search(fits.minimum + 16 * s, sums + 16 * s, 16, 15, minimums);
      for (int j = 0; j < 16; j++) block[j] = (uint8_t)(scales[j] | minimums[j] << 4);
    } else {
      uint32_t scales[16], minimums[16];
      unit = largest_is_15(fits.scale + 16 * s, scales);
      minimum_unit = largest_is_15(fits.minimum + 16 * s, minimums);
      for (int j = 0; j < 16; j++) block[j] = (uint8_t)(scales[j] | minimums[j] << 4);
    }
    store_half(block + 80, unit);
    store_half(block + 82, minimum_unit);
    float d = load_half(block + 80), dmin = load_half(block + 82);
    uint8_t codes[256];
    for (int j = 0; j < 16; j++) {
      float step = d * (float)(block[j] & 15), shift = dmin * (float)(block[j] >> 4);
      if (step == 0) {
        int lane = 16 * s + j;
        affine_searched_codes(x + 16 * j, fits.inverse[lane], fits.origin[lane], 16, 3, codes + 16 * j);
      } else {
        store_bytes(codes + 16 * j, low_bytes(nearest((load(x + 16 * j) + shift) / step, 0, 3)));
      }
    }
    pack_two_bits(codes, block + 16);
  }
}

static void q2_K_encode(const float *x, uint8_t *blocks, size_t count) {
  search_in_groups(q2_K_encode_group, Q2_K_SUPERBLOCKS, 256, Q2_K_BYTES, x, NULL, 0, blocks, count);
}

static void q2_K_encode_row(const float *x, const float *importance, uint8_t *blocks, size_t count) {
  search_in_groups(q2_K_encode_group, Q2_K_SUPERBLOCKS, 256, Q2_K_BYTES, x, importance, 0, blocks, count);
}

static void q2_K_decode(const uint8_t *blocks, float *x, size_t count) {
  for (; count > 0; count--, blocks += Q2_K_BYTES) {
    float d = load_half(blocks + 80), dmin = load_half(blocks + 82);
    float step[16], shift[16];
    vu8 pairs = load_bytes(blocks);
    store(step, d * floats_of_bytes(pairs & 15));
    store(shift, dmin * floats_of_bytes(pairs >> 4));
    for (int half = 0; half < 2; half++) {
      vu8 first = load_bytes(blocks + 16 + 32 * half), second = load_bytes(blocks + 32 + 32 * half);
      for (int j = 8 * half; j < 8 * half + 8; j += 2, x += 32, first >>= 2, second >>= 2) {
        store(x, step[j] * floats_of_bytes(first & 3) - shift[j]);
        store(x + 16, step[j + 1] * floats_of_bytes(second & 3) - shift[j + 1]);
      }
    }
  }
}
