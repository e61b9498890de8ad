// Q4_K: d, dmin, twelve bytes of scales and minimums, 128 bytes of codes. formats/q4_k.md.

enum { Q4_K_BYTES = 144 };

/// The bytes of the codes of a superblock.
KERNEL void q4_K_pack(const uint8_t codes[256], uint8_t *block) {
  for (int pair = 0; pair < 4; pair++) {
    for (int i = 0; i < 32; i += 16) {
      vu8 low = load_bytes(codes + pair * 64 + i), high = load_bytes(codes + pair * 64 + 32 + i);
      store_bytes(block + 16 + pair * 32 + i, low | high << 4);
    }
  }
}

static void q4_K_encode_group(const float *x, const float *importance, float variance, uint8_t *block) {
  (void)variance;
  affine_fits fits;
  uint8_t scales[GROUP], minimums[GROUP];
  float d[AFFINE_SUPERBLOCKS], dmin[AFFINE_SUPERBLOCKS];
  affine_superblocks(
      x, importance, 15, (affine_parameters){32, 15, -1.0f, 0.1f, 20, false}, &fits, scales, minimums, d, dmin);
  for (int s = 0; s < AFFINE_SUPERBLOCKS; s++, x += 256, block += Q4_K_BYTES) {
    store_half(block, d[s]);
    store_half(block + 2, dmin[s]);
    store_six_bit_pairs(block + 4, scales + 8 * s, minimums + 8 * s);
    uint8_t codes[256];
    affine_superblock_codes(x, &fits, 8 * s, 15, block, codes);
    q4_K_pack(codes, block);
  }
}

static void q4_K_encode(const float *x, uint8_t *blocks, size_t count) {
  search_in_groups(q4_K_encode_group, AFFINE_SUPERBLOCKS, 256, Q4_K_BYTES, x, NULL, 0, blocks, count);
}

static void q4_K_encode_row(const float *x, const float *importance, uint8_t *blocks, size_t count) {
  search_in_groups(q4_K_encode_group, AFFINE_SUPERBLOCKS, 256, Q4_K_BYTES, x, importance, 0, blocks, count);
}

static void q4_K_decode(const uint8_t *blocks, float *x, size_t count) {
  for (; count > 0; count--, blocks += Q4_K_BYTES, x += 256) {
    float step[8], shift[8];
    affine_steps(blocks, step, shift);
    for (int pair = 0; pair < 4; pair++) {
      for (int i = 0; i < 32; i += 16) {
        vu8 bytes = load_bytes(blocks + 16 + pair * 32 + i);
        store(x + pair * 64 + i, step[2 * pair] * floats_of_bytes(bytes & 15) - shift[2 * pair]);
        store(x + pair * 64 + 32 + i, step[2 * pair + 1] * floats_of_bytes(bytes >> 4) - shift[2 * pair + 1]);
      }
    }
  }
}
