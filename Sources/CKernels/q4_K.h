// Q4_K: d, dmin, twelve bytes of scales and minimums, 128 bytes of codes. formats/q4_k.md.

enum { Q4_K_BYTES = 144 };

/// `d` and `dmin` stand in the block already, and so do the scales.
KERNEL void q4_K_pack(const uint8_t codes[256], uint8_t *block) {
  for (int pair = 0; pair < 4; pair++) {
    for (int i = 0; i < 32; i += 16) {
      vu8 low = load_bytes(codes + pair * 64 + i), high = load_bytes(codes + pair * 64 + 32 + i);
      store_bytes(block + 16 + pair * 32 + i, low | high << 4);
    }
  }
}

KERNEL void q4_K_finish(const float *x, const affine_fits *fits, int first, uint8_t *block) {
  uint8_t scales[8], minimums[8], codes[256];
  float d, dmin;
  largest_is_63(fits->scale + first, scales, &d);
  largest_is_63(fits->minimum + first, minimums, &dmin);
  store_half(block, d);
  store_half(block + 2, dmin);
  store_six_bit_pairs(block + 4, scales, minimums);
  affine_superblock_codes(x, fits, first, 15, scales, minimums, load_half(block), load_half(block + 2), codes);
  q4_K_pack(codes, block);
}

static void q4_K_encode_group(const float *x, uint8_t *blocks) {
  float rows[32 * GROUP], importance[32 * GROUP];
  affine_fits fits;
  transpose_group(x, 32, rows);
  own_importance(rows, importance);
  affine_search(rows, importance, (affine_parameters){32, 15, -1.0f, 0.1f, 20, false}, &fits);
  for (int s = 0; s < AFFINE_SUPERBLOCKS; s++) q4_K_finish(x + 256 * s, &fits, 8 * s, blocks + Q4_K_BYTES * s);
}

static void q4_K_encode(const float *x, uint8_t *blocks, size_t count) {
  encode_in_groups(q4_K_encode_group, AFFINE_SUPERBLOCKS, 256, Q4_K_BYTES, x, blocks, count);
}

static void q4_K_decode(const uint8_t *blocks, float *x, size_t count) {
  for (; count > 0; count--, blocks += Q4_K_BYTES, x += 256) {
    float d = load_half(blocks), dmin = load_half(blocks + 2);
    uint8_t scales[8], minimums[8];
    load_six_bit_pairs(blocks + 4, scales, minimums);
    for (int pair = 0; pair < 4; pair++) {
      float step = d * (float)scales[2 * pair], shift = dmin * (float)minimums[2 * pair];
      float step2 = d * (float)scales[2 * pair + 1], shift2 = dmin * (float)minimums[2 * pair + 1];
      for (int i = 0; i < 32; i += 16) {
        vu8 bytes = load_bytes(blocks + 16 + pair * 32 + i);
        store(x + pair * 64 + i, step * floats_of_bytes(bytes & 15) - shift);
        store(x + pair * 64 + 32 + i, step2 * floats_of_bytes(bytes >> 4) - shift2);
      }
    }
  }
}
