// The method `search`, type by type. formats/search.md.

/// A group of blocks in rows, and what their errors count for: the importance, or NULL.
#define ROWS(length) \
  float rows[(length) * GROUP], factor_storage[(length) * GROUP]; \
  const float *factors = NULL; \
  transpose_group(x, length, rows); \
  if (importance) { \
    transpose_group(importance, length, factor_storage); \
    factors = factor_storage; \
  }

/// The codes of sixteen weights in units of a scale as it is stored; all are those of 0 without one.
KERNEL float reciprocal_of(float d) { return d == 0 ? 0 : 1 / d; }

#define Q8_0_VALUES ((code_values){WHOLE_NUMBERS, -127, 127})
#define Q4_0_VALUES ((code_values){WHOLE_NUMBERS, -8, 7})
#define Q5_0_VALUES ((code_values){WHOLE_NUMBERS, -16, 15})
#define Q4_1_VALUES ((code_values){WHOLE_NUMBERS, 0, 15})
#define Q5_1_VALUES ((code_values){WHOLE_NUMBERS, 0, 31})
#define IQ4_CODE_VALUES ((code_values){IQ4_VALUES, -127, 113})
#define NF4_CODE_VALUES ((code_values){NF4_VALUES, -1, 1})

#define Q8_0_TRIALS ((scale_trials){127.4f, -0.5f, 16, false, true})
#define Q4_0_TRIALS ((scale_trials){-8.9f, 0.2f, 11, false, false})
#define Q5_0_TRIALS ((scale_trials){14, 0.35f, 9, true, false})
#define IQ4_TRIALS ((scale_trials){98, 4, 12, true, false})
#define NF4_TRIALS ((scale_trials){0.92f, 0.06f, 12, true, false})
#define Q3_K_TRIALS ((scale_trials){2.6f, 0.2f, 10, true, false})
#define Q6_K_TRIALS ((scale_trials){28, 0.5f, 10, true, false})

static void q8_0_search_group(const float *x, const float *importance, uint8_t *block) {
  ROWS(32)
  float scales[GROUP];
  least_squares_scale(rows, factors, 32, Q8_0_VALUES, Q8_0_TRIALS, scales);
  for (int b = 0; b < GROUP; b++, x += 32, block += Q8_0_BYTES) {
    store_half(block, scales[b]);
    float inverse = reciprocal_of(load_half(block));
    for (int i = 0; i < 32; i += 16) {
      store_bytes(block + 2 + i, nearest_codes(Q8_0_VALUES, load(x + i) * inverse) - 127);
    }
  }
}

KERNEL void search_symmetric_group(
    const float *x, const float *importance, code_values values, scale_trials trials, size_t bytes, uint8_t *block) {
  ROWS(32)
  float scales[GROUP];
  least_squares_scale(rows, factors, 32, values, trials, scales);
  for (int b = 0; b < GROUP; b++, x += 32, block += bytes) {
    store_half(block, scales[b]);
    float inverse = reciprocal_of(load_half(block));
    vu8 low = nearest_codes(values, load(x) * inverse), high = nearest_codes(values, load(x + 16) * inverse);
    store_code_bytes(low, high, bytes == Q5_0_BYTES ? block + 2 : NULL, block + (bytes == Q5_0_BYTES ? 6 : 2));
  }
}
static void q4_0_search_group(const float *x, const float *importance, uint8_t *block) {
  search_symmetric_group(x, importance, Q4_0_VALUES, Q4_0_TRIALS, Q4_0_BYTES, block);
}
static void q5_0_search_group(const float *x, const float *importance, uint8_t *block) {
  search_symmetric_group(x, importance, Q5_0_VALUES, Q5_0_TRIALS, Q5_0_BYTES, block);
}
static void iq4_nl_search_group(const float *x, const float *importance, uint8_t *block) {
  search_symmetric_group(x, importance, IQ4_CODE_VALUES, IQ4_TRIALS, IQ4_NL_BYTES, block);
}

static void nf4_search_group(const float *x, const float *importance, uint8_t *block) {
  ROWS(64)
  float scales[GROUP];
  least_squares_scale(rows, factors, 64, NF4_CODE_VALUES, NF4_TRIALS, scales);
  for (int b = 0; b < GROUP; b++, x += 64, block += NF4_BYTES) {
    store_half(block, scales[b]);
    nf4_pack(x, reciprocal_of(load_half(block)), block + 2);
  }
}

/// What every error counts where there is no importance.
KERNEL const float *or_ones(const float *factors, int length, float *storage) {
  if (factors) return factors;
  for (int i = 0; i < length * GROUP; i++) storage[i] = 1;
  return storage;
}

KERNEL void search_affine_group(
    const float *x, const float *importance, code_values values, size_t bytes, uint8_t *block) {
  ROWS(32)
  affine_fits fits;
  affine_search(
      rows, or_ones(factors, 32, factor_storage), (affine_parameters){32, (int)values.highest, -1.6f, 0.4f, 8, false},
      &fits);
  const size_t header = bytes == Q5_1_BYTES ? 8 : 4;
  for (int b = 0; b < GROUP; b++, x += 32, block += bytes) {
    store_half(block, fits.scale[b]);
    store_half(block + 2, -fits.minimum[b]);
    float inverse = reciprocal_of(load_half(block)), origin = load_half(block + 2);
    vu8 low = nearest_codes(values, (load(x) - origin) * inverse);
    vu8 high = nearest_codes(values, (load(x + 16) - origin) * inverse);
    store_code_bytes(low, high, header == 8 ? block + 4 : NULL, block + header);
  }
}
static void q4_1_search_group(const float *x, const float *importance, uint8_t *block) {
  search_affine_group(x, importance, Q4_1_VALUES, Q4_1_BYTES, block);
}
static void q5_1_search_group(const float *x, const float *importance, uint8_t *block) {
  search_affine_group(x, importance, Q5_1_VALUES, Q5_1_BYTES, block);
}

static void tq1_0_search_group(const float *x, const float *importance, uint8_t *block) {
  float ternary[256];
  ternary_search(x, importance, ternary);
  tq1_0_encode(ternary, block, 1);
}
static void tq2_0_search_group(const float *x, const float *importance, uint8_t *block) {
  float ternary[256];
  ternary_search(x, importance, ternary);
  tq2_0_encode(ternary, block, 1);
}

#define Q2_K_FORM ((superblock_form){16, {WHOLE_NUMBERS, 0, 3}, 0, 15, 15, 4, 2})
#define Q4_K_FORM ((superblock_form){32, {WHOLE_NUMBERS, 0, 15}, 0, 63, 63, 4, 3})
#define Q5_K_FORM ((superblock_form){32, {WHOLE_NUMBERS, 0, 31}, 0, 63, 63, 4, 3})
#define Q3_K_FORM ((superblock_form){16, {WHOLE_NUMBERS, -4, 3}, -32, 31, 0, 4, 0})
#define Q6_K_FORM ((superblock_form){16, {WHOLE_NUMBERS, -32, 31}, -128, 127, 0, 6, 0})
#define IQ4_XS_FORM ((superblock_form){32, {IQ4_VALUES, -127, 113}, -32, 31, 0, 4, 0})

KERNEL void search_affine_superblocks(
    const float *x, const float *importance, superblock_form form, affine_parameters parameters, superblock_fits *best) {
  ROWS(form.length)
  affine_fits fits;
  affine_search(rows, or_ones(factors, form.length, factor_storage), parameters, &fits);
  if (factors) {
    search_superblocks(rows, factors, form, fits.scale, fits.minimum, best);
  } else {
    search_superblocks(rows, NULL, form, fits.scale, fits.minimum, best);
  }
}

KERNEL void search_symmetric_superblocks(
    const float *x, const float *importance, superblock_form form, scale_trials trials, superblock_fits *best) {
  ROWS(form.length)
  float scales[GROUP];
  if (factors) {
    least_squares_scale(rows, factors, form.length, form.values, trials, scales);
    search_superblocks(rows, factors, form, scales, NULL, best);
  } else {
    least_squares_scale(rows, NULL, form.length, form.values, trials, scales);
    search_superblocks(rows, NULL, form, scales, NULL, best);
  }
}

/// Scales or minimums of sub-blocks as bytes, `more` added.
KERNEL void bytes_of_whole_numbers(const float *numbers, int count, int more, uint8_t *bytes) {
  for (int j = 0; j < count; j++) bytes[j] = (uint8_t)((int)numbers[j] + more);
}

/// d, dmin and the pairs, with which Q4_K and Q5_K begin.
KERNEL void store_affine_superblock(const superblock_fits *fits, int first, uint8_t *block) {
  uint8_t scales[8], minimums[8];
  bytes_of_whole_numbers(fits->scale + first, 8, 0, scales);
  bytes_of_whole_numbers(fits->minimum + first, 8, 0, minimums);
  store_half(block, fits->d[first]);
  store_half(block + 2, fits->dmin[first]);
  store_six_bit_pairs(block + 4, scales, minimums);
}

static void q4_K_search_group(const float *x, const float *importance, uint8_t *block) {
  superblock_fits fits;
  search_affine_superblocks(x, importance, Q4_K_FORM, (affine_parameters){32, 15, -1.8f, 0.2f, 18, false}, &fits);
  for (int s = 0; s < AFFINE_SUPERBLOCKS; s++, x += 256, block += Q4_K_BYTES) {
    uint8_t codes[256];
    store_affine_superblock(&fits, 8 * s, block);
    superblock_codes(x, Q4_K_FORM, &fits, 8 * s, codes);
    q4_K_pack(codes, block);
  }
}

static void q5_K_search_group(const float *x, const float *importance, uint8_t *block) {
  superblock_fits fits;
  search_affine_superblocks(x, importance, Q5_K_FORM, (affine_parameters){32, 31, -1.8f, 0.3f, 12, false}, &fits);
  for (int s = 0; s < AFFINE_SUPERBLOCKS; s++, x += 256, block += Q5_K_BYTES) {
    uint8_t codes[256];
    store_affine_superblock(&fits, 8 * s, block);
    superblock_codes(x, Q5_K_FORM, &fits, 8 * s, codes);
    q5_K_pack(codes, block);
  }
}

static void q2_K_search_group(const float *x, const float *importance, uint8_t *block) {
  superblock_fits fits;
  search_affine_superblocks(x, importance, Q2_K_FORM, (affine_parameters){16, 3, -0.9f, 0.1f, 18, false}, &fits);
  for (int s = 0; s < Q2_K_SUPERBLOCKS; s++, x += 256, block += Q2_K_BYTES) {
    uint8_t codes[256], scales[16], minimums[16];
    bytes_of_whole_numbers(fits.scale + 16 * s, 16, 0, scales);
    bytes_of_whole_numbers(fits.minimum + 16 * s, 16, 0, minimums);
    for (int j = 0; j < 16; j++) block[j] = (uint8_t)(scales[j] | minimums[j] << 4);
    superblock_codes(x, Q2_K_FORM, &fits, 16 * s, codes);
    pack_two_bits(codes, block + 16);
    store_half(block + 80, fits.d[16 * s]);
    store_half(block + 82, fits.dmin[16 * s]);
  }
}

static void q3_K_search_group(const float *x, const float *importance, uint8_t *block) {
  superblock_fits fits;
  search_symmetric_superblocks(x, importance, Q3_K_FORM, Q3_K_TRIALS, &fits);
  for (int s = 0; s < Q3_K_SUPERBLOCKS; s++, x += 256, block += Q3_K_BYTES) {
    uint8_t codes[256], scales[16];
    bytes_of_whole_numbers(fits.scale + 16 * s, 16, 32, scales);
    superblock_codes(x, Q3_K_FORM, &fits, 16 * s, codes);
    q3_K_store_scales(block + 96, scales);
    store_half(block + 108, fits.d[16 * s]);
    q3_K_pack(codes, block);
  }
}

static void q6_K_search_group(const float *x, const float *importance, uint8_t *block) {
  superblock_fits fits;
  search_symmetric_superblocks(x, importance, Q6_K_FORM, Q6_K_TRIALS, &fits);
  for (int s = 0; s < Q6_K_SUPERBLOCKS; s++, x += 256, block += Q6_K_BYTES) {
    uint8_t codes[256];
    bytes_of_whole_numbers(fits.scale + 16 * s, 16, 0, block + 192);
    superblock_codes(x, Q6_K_FORM, &fits, 16 * s, codes);
    store_half(block + 208, fits.d[16 * s]);
    q6_K_pack(codes, block);
  }
}

static void iq4_xs_search_group(const float *x, const float *importance, uint8_t *block) {
  superblock_fits fits;
  search_symmetric_superblocks(x, importance, IQ4_XS_FORM, IQ4_TRIALS, &fits);
  for (int s = 0; s < IQ4_XS_SUPERBLOCKS; s++, x += 256, block += IQ4_XS_BYTES) {
    uint8_t codes[256], scales[8];
    bytes_of_whole_numbers(fits.scale + 8 * s, 8, 32, scales);
    superblock_codes(x, IQ4_XS_FORM, &fits, 8 * s, codes);
    store_half(block, fits.d[8 * s]);
    iq4_xs_store_scales(scales, block);
    for (int j = 0; j < 8; j++) {
      store_code_bytes(load_bytes(codes + 32 * j), load_bytes(codes + 32 * j + 16), NULL, block + 8 + 16 * j);
    }
  }
}

/// Blocks of the reference, by importance where it can, and then the better ones.
#define SEARCH(name, reference, group, length, bytes) \
  static void name##_searched(const float *x, const float *importance, uint8_t *blocks, size_t count) { \
    reference(name) \
    keep_better(name##_search_group, name##_decode, group, length, bytes, x, importance, blocks, count); \
  } \
  static void name##_searched_alone(const float *x, const float *importance, uint8_t *blocks, size_t count) { \
    search_blocks(name##_search_group, group, length, bytes, x, importance, blocks, count); \
  }
#define PLAIN(name) name##_encode(x, blocks, count);
#define WEIGHED(name) \
  if (importance) { name##_encode_row(x, importance, blocks, count); } else { name##_encode(x, blocks, count); }

SEARCH(q8_0, PLAIN, GROUP, 32, Q8_0_BYTES)
SEARCH(q4_0, WEIGHED, GROUP, 32, Q4_0_BYTES)
SEARCH(q4_1, WEIGHED, GROUP, 32, Q4_1_BYTES)
SEARCH(q5_0, WEIGHED, GROUP, 32, Q5_0_BYTES)
SEARCH(q5_1, WEIGHED, GROUP, 32, Q5_1_BYTES)
SEARCH(iq4_nl, WEIGHED, GROUP, 32, IQ4_NL_BYTES)
SEARCH(nf4, PLAIN, GROUP, 64, NF4_BYTES)
SEARCH(tq1_0, PLAIN, 1, 256, TQ1_0_BYTES)
SEARCH(tq2_0, PLAIN, 1, 256, TQ2_0_BYTES)
SEARCH(q2_K, WEIGHED, Q2_K_SUPERBLOCKS, 256, Q2_K_BYTES)
SEARCH(q3_K, WEIGHED, Q3_K_SUPERBLOCKS, 256, Q3_K_BYTES)
SEARCH(q4_K, WEIGHED, AFFINE_SUPERBLOCKS, 256, Q4_K_BYTES)
SEARCH(q5_K, WEIGHED, AFFINE_SUPERBLOCKS, 256, Q5_K_BYTES)
SEARCH(q6_K, WEIGHED, Q6_K_SUPERBLOCKS, 256, Q6_K_BYTES)
SEARCH(iq4_xs, WEIGHED, IQ4_XS_SUPERBLOCKS, 256, IQ4_XS_BYTES)
