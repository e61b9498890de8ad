// Q5_K: d, dmin, twelve bytes of scales and minimums, 32 bytes of fifth bits, 128 bytes of low halves. formats/q5_k.md.

enum { Q5_K_BYTES = 176 };

/// The bytes of the codes of a superblock.
KERNEL void q5_K_pack(const uint8_t codes[256], uint8_t *block) {
  for (int i = 0; i < 32; i += 16) {
    vu8 fifth = 0;
    for (int pair = 0; pair < 4; pair++) {
      vu8 low = load_bytes(codes + pair * 64 + i), high = load_bytes(codes + pair * 64 + 32 + i);
      store_bytes(block + 48 + pair * 32 + i, (low & 15) | high << 4);
      fifth |= (low >> 4) << (2 * pair) | (high >> 4) << (2 * pair + 1);
    }
    store_bytes(block + 16 + i, fifth);
  }
}

static void q5_K_encode_group(const float *x, const float *importance, float variance, uint8_t *block) {
  (void)variance;
  affine_fits fits;
  uint8_t scales[GROUP], minimums[GROUP];
  float d[AFFINE_SUPERBLOCKS], dmin[AFFINE_SUPERBLOCKS];
  affine_superblocks(
      x, importance, 31, (affine_parameters){32, 31, -0.5f, 0.1f, 15, false}, &fits, scales, minimums, d, dmin);
  for (int s = 0; s < AFFINE_SUPERBLOCKS; s++, x += 256, block += Q5_K_BYTES) {
    // Unlike in Q4_K, a code that has wrapped is capped here too.
    for (int j = 8 * s; j < 8 * s + 8; j++) {
      scales[j] = scales[j] < 63 ? scales[j] : 63;
      minimums[j] = minimums[j] < 63 ? minimums[j] : 63;
    }
    store_half(block, d[s]);
    store_half(block + 2, dmin[s]);
    store_six_bit_pairs(block + 4, scales + 8 * s, minimums + 8 * s);
    uint8_t codes[256];
    affine_superblock_codes(x, &fits, 8 * s, 31, block, codes);
    q5_K_pack(codes, block);
  }
}

static void q5_K_encode(const float *x, uint8_t *blocks, size_t count) {
  search_in_groups(q5_K_encode_group, AFFINE_SUPERBLOCKS, 256, Q5_K_BYTES, x, NULL, 0, blocks, count);
}

static void q5_K_encode_row(const float *x, const float *importance, uint8_t *blocks, size_t count) {
  search_in_groups(q5_K_encode_group, AFFINE_SUPERBLOCKS, 256, Q5_K_BYTES, x, importance, 0, blocks, count);
}

static void q5_K_decode(const uint8_t *blocks, float *x, size_t count) {
  for (; count > 0; count--, blocks += Q5_K_BYTES, x += 256) {
    float step[8], shift[8];
    affine_steps(blocks, step, shift);
    for (int i = 0; i < 32; i += 16) {
      vu8 fifth = load_bytes(blocks + 16 + i);
      for (int pair = 0; pair < 4; pair++, fifth >>= 2) {
        vu8 bytes = load_bytes(blocks + 48 + pair * 32 + i);
        vu8 low = (bytes & 15) | (fifth & 1) << 4, high = bytes >> 4 | (fifth & 2) << 3;
        store(x + pair * 64 + i, step[2 * pair] * floats_of_bytes(low) - shift[2 * pair]);
        store(x + pair * 64 + 32 + i, step[2 * pair + 1] * floats_of_bytes(high) - shift[2 * pair + 1]);
      }
    }
  }
}
