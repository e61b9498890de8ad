// Q6_K: 128 bytes of low halves, 64 bytes of high pairs of bits, sixteen signed scales, d. formats/q6_k.md.

enum { Q6_K_BYTES = 210, Q6_K_SUPERBLOCKS = GROUP / 16 };

KERNEL void q6_K_pack(const uint8_t codes[256], uint8_t *block) {
  for (int half = 0; half < 2; half++, codes += 128) {
    uint8_t *low = block + 64 * half, *high = block + 128 + 32 * half;
    for (int i = 0; i < 32; i += 16) {
      vu8 a = load_bytes(codes + i), b = load_bytes(codes + i + 32), c = load_bytes(codes + i + 64),
          d = load_bytes(codes + i + 96);
      store_bytes(low + i, (a & 15) | c << 4);
      store_bytes(low + i + 32, (b & 15) | d << 4);
      store_bytes(high + i, a >> 4 | (b >> 4) << 2 | (c >> 4) << 4 | (d >> 4) << 6);
    }
  }
}

static void q6_K_encode_group(const float *x, const float *importance, float variance, uint8_t *block) {
  (void)variance;
  float rows[16 * GROUP], weights[16 * GROUP];
  symmetric_fits fits;
  transpose_group(x, 16, rows);
  // The importance counts as it is.
  if (importance) {
    transpose_group(importance, 16, weights);
  } else {
    weigh_by_square(rows, 16, weights);
  }
  symmetric_search(rows, weights, 16, 32, &fits);
  for (int s = 0; s < Q6_K_SUPERBLOCKS; s++, x += 256, block += Q6_K_BYTES) {
    const float *scales = fits.scale + 16 * s;
    float extreme = extreme_of_one(scales, 16);
    bool overflows = any_nan(scales, 16);
    if (__builtin_fabsf(extreme) < NEGLIGIBLE) {
      memset(block, 0, Q6_K_BYTES);
      if (overflows) store_half(block + 208, __builtin_inff());
      continue;
    }
    float inverse = -128.0f / extreme;
    store_half(block + 208, overflows ? __builtin_inff() : 1 / inverse);
    float d = load_half(block + 208);
    uint8_t codes[256];
    for (int j = 0; j < 16; j++) {
      int32_t scale = nearest_integer(inverse * scales[j]);
      scale = scale < 127 ? scale : 127;
      block[192 + j] = (uint8_t)scale;
      float step = d * (float)(int8_t)(uint8_t)scale;
      if (step == 0) {
        symmetric_searched_codes(x + 16 * j, fits.inverse[16 * s + j], 16, 32, codes + 16 * j);
      } else {
        store_bytes(codes + 16 * j, low_bytes(nearest(load(x + 16 * j) / step, -32, 31) + 32));
      }
    }
    q6_K_pack(codes, block);
  }
}

static void q6_K_encode(const float *x, uint8_t *blocks, size_t count) {
  search_in_groups(q6_K_encode_group, Q6_K_SUPERBLOCKS, 256, Q6_K_BYTES, x, NULL, 0, blocks, count);
}

static void q6_K_encode_row(const float *x, const float *importance, uint8_t *blocks, size_t count) {
  search_in_groups(q6_K_encode_group, Q6_K_SUPERBLOCKS, 256, Q6_K_BYTES, x, importance, 0, blocks, count);
}

static void q6_K_decode(const uint8_t *blocks, float *x, size_t count) {
  for (; count > 0; count--, blocks += Q6_K_BYTES) {
    float d = load_half(blocks + 208), step[16];
    store(step, d * floats_of_signed_bytes(load_bytes(blocks + 192)));
    for (int half = 0; half < 2; half++, x += 128) {
      const uint8_t *low = blocks + 64 * half, *high = blocks + 128 + 32 * half;
      const float *steps = step + 8 * half;
      for (int i = 0; i < 2; i++) {
        vu8 a = load_bytes(low + 16 * i), b = load_bytes(low + 32 + 16 * i), top = load_bytes(high + 16 * i);
        store(x + 16 * i, steps[i] * floats_of_levels((a & 15) | (top & 3) << 4, 32));
        store(x + 16 * i + 32, steps[i + 2] * floats_of_levels((b & 15) | (top & 12) << 2, 32));
        store(x + 16 * i + 64, steps[i + 4] * floats_of_levels(a >> 4 | (top & 48), 32));
        store(x + 16 * i + 96, steps[i + 6] * floats_of_levels(b >> 4 | (top & 192) >> 2, 32));
      }
    }
  }
}
