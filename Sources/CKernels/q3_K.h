// Q3_K: 32 bytes of high bits, 64 bytes of low pairs of bits, twelve bytes of sixteen six-bit scales, d. formats/q3_k.md.

enum { Q3_K_BYTES = 110, Q3_K_SUPERBLOCKS = GROUP / 16 };

/// Sub-blocks that the search without importance takes at a time, and vectors that it keeps in flight: each step waits
/// for the division of the one before.
enum { Q3_K_LANES = 64, Q3_K_VECTORS = 2, Q3_K_PLAIN_SUPERBLOCKS = Q3_K_LANES / 16 };

/// The search without importance, ggml's make_q3_quants: the plain codes, then up to five rounds in which each code in
/// turn is moved to where the others' scale would have it. `x`: 16 rows of Q3_K_LANES; `codes` receives -4 ... 3.
KERNEL void q3_K_search(const float *x, float *scales, float *codes) {
  wf zero = 0;
  for (int lane = 0; lane < Q3_K_LANES; lane += Q3_K_VECTORS * WIDE) {
    wf xl[Q3_K_VECTORS], ll[Q3_K_VECTORS];
    wi present[Q3_K_VECTORS];
    for (int v = 0; v < Q3_K_VECTORS; v++) {
      const float *column = x + lane + v * WIDE;
      wf extreme = extreme_wide(column, 16, Q3_K_LANES);
      present[v] = !(magnitude_wide(extreme) < NEGLIGIBLE);
      wf inverse = present[v] ? -4.0f / extreme : zero;
      xl[v] = ll[v] = 0;
      for (int i = 0; i < 16; i++) {
        wf weight = load_wide(column + i * Q3_K_LANES), factor = weight * weight;
        wf code = nearest_wide(inverse * weight, -4, 3, true);
        store_wide(codes + lane + v * WIDE + i * Q3_K_LANES, code);
        xl[v] += factor * weight * code;
        ll[v] += factor * code * code;
      }
    }
    for (int round = 0; round < 5; round++) {
      wi changed = 0;
      for (int i = 0; i < 16; i++) {
        _Pragma("clang loop unroll(full)")
        for (int v = 0; v < Q3_K_VECTORS; v++) {
          int place = lane + v * WIDE + i * Q3_K_LANES;
          wf weight = load_wide(x + place), factor = weight * weight, code = load_wide(codes + place);
          wf new_xl = xl[v] - factor * weight * code, new_ll = ll[v] - factor * code * code;
          wf new_code = nearest_wide(weight * new_ll / new_xl, -4, 3, false);
          wi moves = (new_xl > zero) & (new_code != code);
          new_xl += factor * weight * new_code;
          new_ll += factor * new_code * new_code;
          moves &= (new_ll > zero) & (new_xl * new_xl * ll[v] > xl[v] * xl[v] * new_ll);
          store_wide(codes + place, moves ? new_code : code);
          xl[v] = moves ? new_xl : xl[v];
          ll[v] = moves ? new_ll : ll[v];
          changed |= moves;
        }
      }
      if (!any_wide(changed)) break;
    }
    for (int v = 0; v < Q3_K_VECTORS; v++) {
      wf scale = ll[v] > zero ? xl[v] / ll[v] : zero, lowest = -4;
      store_wide(scales + lane + v * WIDE, present[v] ? scale : zero);
      // Where all weights are negligible the code is the lowest, of which a scale of zero makes nothing.
      for (int i = 0; i < 16; i++) {
        float *place = codes + lane + v * WIDE + i * Q3_K_LANES;
        store_wide(place, present[v] ? load_wide(place) : lowest);
      }
    }
  }
}

KERNEL void q3_K_store_scales(uint8_t bytes[12], const uint8_t scales[16]) {
  for (int j = 0; j < 8; j++) bytes[j] = (uint8_t)((scales[j] & 15) | scales[j + 8] << 4);
  for (int j = 0; j < 4; j++) {
    bytes[8 + j] = (uint8_t)(scales[j] >> 4 | (scales[j + 4] >> 4) << 2 | (scales[j + 8] >> 4) << 4 |
                             (scales[j + 12] >> 4) << 6);
  }
}

KERNEL void q3_K_load_scales(const uint8_t bytes[12], uint8_t scales[16]) {
  for (int j = 0; j < 8; j++) {
    scales[j] = (uint8_t)((bytes[j] & 15) | (bytes[8 + j % 4] >> (2 * (j / 4)) & 3) << 4);
    scales[j + 8] = (uint8_t)(bytes[j] >> 4 | (bytes[8 + j % 4] >> (2 * (j / 4 + 2)) & 3) << 4);
  }
}

/// The scales of a superblock when the largest in magnitude has the code -32, as 0 ... 63, and the unit.
KERNEL float q3_K_largest_is_32(const float *values, uint8_t codes[16]) {
  float extreme = extreme_of_one(values, 16);
  memset(codes, 0, 16);
  if (extreme == 0) return 0;
  float inverse = -32.0f / extreme;
  for (int j = 0; j < 16; j++) {
    int32_t code = (int8_t)(uint8_t)nearest_integer(inverse * values[j]);
    code = code < 31 ? code : 31;
    codes[j] = (uint8_t)((code > -32 ? code : -32) + 32);
  }
  return 1 / inverse;
}

/// Where the codes of a sub-block stand as the search left them, as 0 ... 7.
typedef void q3_K_codes_of(const void *fits, const float *x, int sub_block, uint8_t *codes);

static void q3_K_plain_codes(const void *fits, const float *x, int sub_block, uint8_t *codes) {
  (void)x;
  const float *rows = fits;
  for (int i = 0; i < 16; i++) codes[i] = (uint8_t)((int32_t)rows[i * Q3_K_LANES + sub_block] + 4);
}

static void q3_K_importance_codes(const void *fits, const float *x, int sub_block, uint8_t *codes) {
  const symmetric_fits *symmetric = fits;
  symmetric_searched_codes(x, symmetric->inverse[sub_block], 16, 4, codes);
}

/// The bytes of the codes of a superblock, 0 ... 7, of which the low bits stay.
KERNEL void q3_K_pack(uint8_t codes[256], uint8_t *block) {
  for (int i = 0; i < 32; i += 16) {
    vu8 high = 0;
    for (int bit = 0; bit < 8; bit++) high |= (load_bytes(codes + 32 * bit + i) >> 2) << bit;
    store_bytes(block + i, high);
  }
  for (int i = 0; i < 256; i += 16) store_bytes(codes + i, load_bytes(codes + i) & 3);
  pack_two_bits(codes, block + 32);
}

/// Superblock `s` of the group, from the codes of its scales and their unit.
KERNEL void q3_K_finish(
    const float *x, int s, const uint8_t scales[16], float unit, q3_K_codes_of *searched, const void *fits,
    uint8_t *block) {
  uint8_t codes[256];
  q3_K_store_scales(block + 96, scales);
  store_half(block + 108, unit);
  float d = load_half(block + 108);
  for (int j = 0; j < 16; j++) {
    float step = d * (float)(scales[j] - 32);
    if (step == 0) {
      searched(fits, x + 16 * j, 16 * s + j, codes + 16 * j);
    } else {
      store_bytes(codes + 16 * j, low_bytes(nearest(load(x + 16 * j) / step, -4, 3) + 4));
    }
  }
  q3_K_pack(codes, block);
}

static void q3_K_encode_group(const float *x, const float *importance, float variance, uint8_t *block) {
  (void)importance, (void)variance;
  float rows[16 * Q3_K_LANES], fits[16 * Q3_K_LANES], values[Q3_K_LANES];
  transpose_blocks(x, 16, Q3_K_LANES, rows);
  q3_K_search(rows, values, fits);
  for (int s = 0; s < Q3_K_PLAIN_SUPERBLOCKS; s++, x += 256, block += Q3_K_BYTES) {
    uint8_t scales[16];
    float unit = q3_K_largest_is_32(values + 16 * s, scales);
    if (any_nan(values + 16 * s, 16)) unit = __builtin_inff();
    q3_K_finish(x, s, scales, unit, q3_K_plain_codes, fits, block);
  }
}

static void q3_K_encode_group_with_importance(
    const float *x, const float *importance, float variance, uint8_t *block) {
  (void)variance;
  float rows[16 * GROUP], weights[16 * GROUP], sums[GROUP];
  symmetric_fits fits;
  transpose_group(x, 16, rows);
  weigh_superblocks_by_importance(x, rows, importance, 16, 2, weights, sums);
  symmetric_search(rows, weights, 16, 4, &fits);
  for (int s = 0; s < Q3_K_SUPERBLOCKS; s++, x += 256, block += Q3_K_BYTES) {
    uint8_t scales[16];
    float unit = symmetric_search_of_one(fits.scale + 16 * s, sums + 16 * s, 16, 32, scales);
    if (any_nan(fits.scale + 16 * s, 16)) unit = __builtin_inff();
    q3_K_finish(x, s, scales, unit, q3_K_importance_codes, &fits, block);
  }
}

static void q3_K_encode(const float *x, uint8_t *blocks, size_t count) {
  search_in_groups(q3_K_encode_group, Q3_K_PLAIN_SUPERBLOCKS, 256, Q3_K_BYTES, x, NULL, 0, blocks, count);
}

static void q3_K_encode_row(const float *x, const float *importance, uint8_t *blocks, size_t count) {
  search_in_groups(
      q3_K_encode_group_with_importance, Q3_K_SUPERBLOCKS, 256, Q3_K_BYTES, x, importance, 0, blocks, count);
}

static void q3_K_decode(const uint8_t *blocks, float *x, size_t count) {
  for (; count > 0; count--, blocks += Q3_K_BYTES) {
    uint8_t scales[16];
    float d = load_half(blocks + 108), step[16];
    q3_K_load_scales(blocks + 96, scales);
    store(step, d * floats_of_levels(load_bytes(scales), 32));
    vu8 high[2] = {load_bytes(blocks), load_bytes(blocks + 16)};
    for (int half = 0; half < 2; half++) {
      vu8 low[2] = {load_bytes(blocks + 32 + 32 * half), load_bytes(blocks + 48 + 32 * half)};
      for (int j = 8 * half; j < 8 * half + 8; j++, x += 16) {
        vu8 code = (low[j & 1] & 3) | (high[j & 1] & 1) << 2;
        store(x, step[j] * floats_of_levels(code, 4));
        low[j & 1] >>= 2;
        high[j & 1] >>= 1;
      }
    }
  }
}
