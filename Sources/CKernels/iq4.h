// IQ4_NL and IQ4_XS: four bits that name one of sixteen unevenly spaced integers. formats/iq4.md.

enum { IQ4_NL_BYTES = 18, IQ4_XS_BYTES = 136, IQ4_XS_SUPERBLOCKS = GROUP / 8 };

static const int8_t iq4_values[16] = {-127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113};

/// Between the values i and i + 1: what is not below it has the higher code. A half, so exact.
#define IQ4_THRESHOLD(i) (0.5f * (float)(iq4_values[i] + iq4_values[i + 1]))

/// The values nearest to `x`; NaN has the highest, as in ggml.
KERNEL wf iq4_nearest_value(wf x) {
  wf value = (float)iq4_values[0], zero = 0;
  _Pragma("clang loop unroll(full)")
  for (int i = 0; i < 15; i++) {
    wf threshold = IQ4_THRESHOLD(i), difference = (float)(iq4_values[i + 1] - iq4_values[i]);
    value += x < threshold ? zero : difference;
  }
  return value;
}

/// The codes of sixteen weights.
KERNEL vu8 iq4_codes(vf x) {
  vi code = 15;
  _Pragma("clang loop unroll(full)")
  for (int i = 0; i < 15; i++) {
    vf threshold = IQ4_THRESHOLD(i);
    code += x < threshold;
  }
  return low_bytes(code);
}

/// The scales of GROUP blocks of 32. `x` and `w`: 32 rows of GROUP lanes.
KERNEL void iq4_search(const float *x, const float *w, float *scales) {
  for (int lane = 0; lane < GROUP; lane += WIDE) {
    wf zero = 0, scale = 0, best = 0, extreme = extreme_wide(x + lane, 32, GROUP);
    wi present = !(magnitude_wide(extreme) < NEGLIGIBLE);
    // First the scale at which the extreme weight is the value of the largest magnitude, then fifteen around it.
    for (int n = -8; n <= 7; n++) {
      wf inverse = n == -8 ? 1 / (-extreme / -127.0f) : ((float)n + -127.0f) / extreme;
      inverse = present ? inverse : zero;
      wf xq = 0, qq = 0;
      for (int i = 0; i < 32; i++) {
        wf weight = load_wide(x + lane + i * GROUP), factor = load_wide(w + lane + i * GROUP);
        wf value = iq4_nearest_value(inverse * weight);
        xq += factor * value * weight;
        qq += factor * value * value;
      }
      wf new_scale = xq / qq;
      wi better = (qq > zero) & (n == -8 ? qq > zero : xq * xq > best * qq);
      scale = better ? new_scale : scale;
      best = better ? new_scale * xq : n == -8 ? zero * xq : best;
    }
    store_wide(scales + lane, present ? scale : zero);
  }
}

/// The sixteen bytes of 32 codes: weight i in the low half of byte i, weight i + 16 in the high half.
KERNEL void iq4_pack(const float *x, float inverse, uint8_t *bytes) {
  store_bytes(bytes, iq4_codes(inverse * load(x)) | iq4_codes(inverse * load(x + 16)) << 4);
}

KERNEL void iq4_group_scales(const float *x, const float *importance, bool of_superblocks, float *scales) {
  float rows[32 * GROUP], weights[32 * GROUP];
  transpose_group(x, 32, rows);
  if (!importance) {
    weigh_by_square(rows, 32, weights);
  } else {
    float variances[GROUP];
    transpose_group(importance, 32, weights);
    if (of_superblocks) {
      squares_of_superblocks(x, IQ4_XS_SUPERBLOCKS, variances);
    } else {
      for (int lane = 0; lane < GROUP; lane += LANES) {
        vf sum = 0;
        for (int i = 0; i < 32; i++) sum += load(rows + lane + i * GROUP) * load(rows + lane + i * GROUP);
        store(variances + lane, sum);
      }
    }
    float factor = 2.0f / (of_superblocks ? 256 : 32);
    for (int lane = 0; lane < GROUP; lane++) variances[lane] *= factor;
    weigh_by_importance(rows, 32, variances, weights);
  }
  iq4_search(rows, weights, scales);
}

static void iq4_nl_encode_group(const float *x, const float *importance, float variance, uint8_t *block) {
  (void)variance;
  float scales[GROUP];
  iq4_group_scales(x, importance, false, scales);
  for (int b = 0; b < GROUP; b++, x += 32, block += IQ4_NL_BYTES) {
    store_half(block, scales[b]);
    iq4_pack(x, scales[b] != 0 ? 1 / scales[b] : 0, block + 2);
  }
}

static void iq4_nl_encode(const float *x, uint8_t *blocks, size_t count) {
  search_in_groups(iq4_nl_encode_group, GROUP, 32, IQ4_NL_BYTES, x, NULL, 0, blocks, count);
}

static void iq4_nl_encode_row(const float *x, const float *importance, uint8_t *blocks, size_t count) {
  search_in_groups(iq4_nl_encode_group, GROUP, 32, IQ4_NL_BYTES, x, importance, 0, blocks, count);
}

/// The eight scales of a superblock, 32 more than they are: low halves in bytes 4 to 7, the two bits above in 2 and 3.
KERNEL void iq4_xs_store_scales(const uint8_t scales[8], uint8_t *block) {
  uint32_t high = 0;
  for (int j = 0; j < 8; j++) high |= (uint32_t)(scales[j] >> 4) << (2 * j);
  for (int j = 0; j < 4; j++) block[4 + j] = (uint8_t)((scales[2 * j] & 15) | scales[2 * j + 1] << 4);
  block[2] = (uint8_t)high;
  block[3] = (uint8_t)(high >> 8);
}

static void iq4_xs_encode_group(const float *x, const float *importance, float variance, uint8_t *block) {
  (void)variance;
  float all_scales[GROUP];
  iq4_group_scales(x, importance, true, all_scales);
  for (int s = 0; s < IQ4_XS_SUPERBLOCKS; s++, block += IQ4_XS_BYTES) {
    const float *scales = all_scales + 8 * s;
    float d = -extreme_of_one(scales, 8) / 32, inverse = d != 0 ? 1 / d : 0;
    bool finite = true;
    for (int j = 0; j < 8; j++) finite &= __builtin_isfinite(scales[j]) != 0;
    store_half(block, finite ? d : __builtin_nanf(""));
    uint8_t stored[8];
    for (int j = 0; j < 8; j++, x += 32) {
      int32_t code = nearest_integer(inverse * scales[j]);
      code = code < 31 ? code : 31;
      code = code > -32 ? code : -32;
      // The scale itself, not its half precision.
      float step = d * (float)code;
      iq4_pack(x, step != 0 ? 1 / step : 0, block + 8 + 16 * j);
      stored[j] = (uint8_t)(code + 32);
    }
    iq4_xs_store_scales(stored, block);
  }
}

static void iq4_xs_encode(const float *x, uint8_t *blocks, size_t count) {
  search_in_groups(iq4_xs_encode_group, IQ4_XS_SUPERBLOCKS, 256, IQ4_XS_BYTES, x, NULL, 0, blocks, count);
}

static void iq4_xs_encode_row(const float *x, const float *importance, uint8_t *blocks, size_t count) {
  search_in_groups(iq4_xs_encode_group, IQ4_XS_SUPERBLOCKS, 256, IQ4_XS_BYTES, x, importance, 0, blocks, count);
}

/// The values of sixteen codes.
KERNEL vf iq4_values_of(vu8 codes) {
#if SET_LOOKS_UP
  vu8 table;
  memcpy(&table, iq4_values, sizeof table);
  return floats_of_signed_bytes(look_up_bytes(table, codes));
#else
  uint8_t code[LANES];
  float values[LANES];
  store_bytes(code, codes);
  for (int i = 0; i < LANES; i++) values[i] = (float)iq4_values[code[i]];
  return load(values);
#endif
}

KERNEL void iq4_decode_block(const uint8_t *bytes, float step, float *x) {
  vu8 pairs = load_bytes(bytes);
  store(x, step * iq4_values_of(pairs & 15));
  store(x + 16, step * iq4_values_of(pairs >> 4));
}

static void iq4_nl_decode(const uint8_t *blocks, float *x, size_t count) {
  for (; count > 0; count--, blocks += IQ4_NL_BYTES, x += 32) iq4_decode_block(blocks + 2, load_half(blocks), x);
}

static void iq4_xs_decode(const uint8_t *blocks, float *x, size_t count) {
  for (; count > 0; count--, blocks += IQ4_XS_BYTES) {
    float d = load_half(blocks);
    uint32_t high = (uint32_t)(blocks[2] | blocks[3] << 8);
    for (int j = 0; j < 8; j++, x += 32) {
      int32_t code = (int32_t)((blocks[4 + j / 2] >> (4 * (j & 1)) & 15) | (high >> (2 * j) & 3) << 4) - 32;
      iq4_decode_block(blocks + 8 + 16 * j, d * (float)code, x);
    }
  }
}
