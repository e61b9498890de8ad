// MXFP4 and NVFP4: four-bit floats (E2M1) behind a scale that is a power of two or an E4M3. As in ggml the values are
// doubled, so that they are integers, and the scales halved. formats/mxfp4.md, nvfp4.md.

enum { MXFP4_BYTES = 17, NVFP4_BYTES = 36 };

/// Twice the value of each code without the sign.
static const float e2m1_doubled[8] = {0, 1, 2, 3, 4, 6, 8, 12};

/// ggml's definition: the first of the 16 codes with the smallest error. A negative value is never nearer to a positive
/// one than to zero, so that eight are enough. For scales at the ends of the range, where errors are rounded.
static __attribute__((noinline, cold)) void e2m1_nearest(const float *x, float half_scale, uint8_t codes[16]) {
  for (int i = 0; i < 16; i++) {
    float size = __builtin_fabsf(x[i]), smallest = size;
    uint8_t best = 0;
    for (int code = 1; code < 8; code++) {
      float error = __builtin_fabsf(e2m1_doubled[code] * half_scale - size);
      if (error < smallest) { smallest = error; best = (uint8_t)code; }
    }
    codes[i] = (uint8_t)(best | (x[i] < 0 && best > 0 ? 8 : 0));
  }
}

/// The codes of 16 weights, by the middles between values, which are exact; what equals one has the lower code.
/// `half_scale` is infinite for a scale of zero.
KERNEL vi e2m1_codes(vf x, vf half_scale) {
  vf size = magnitude(x);
  const float middles[7] = {0.5f, 1.5f, 2.5f, 3.5f, 5, 7, 10};
  vi code = 0;
  for (int i = 0; i < 7; i++) code -= (vi)(size > half_scale * middles[i]);
  vi sign = (vi)((vu)x >> 28) & 8;
  return code > 0 ? code | sign : code;
}

KERNEL vi e2m1_searched(const float *x, float half_scale) {
  uint8_t codes[16];
  e2m1_nearest(x, half_scale, codes);
  return __builtin_convertvector(load_bytes(codes), vi);
}

/// Twice the values of 16 codes.
KERNEL vf e2m1_values(vu8 codes) {
#if SET_AVX512
  const vf table = {0, 1, 2, 3, 4, 6, 8, 12, 0, -1, -2, -3, -4, -6, -8, -12};
  return look_up(table, codes);
#elif SET_LOOKS_UP
  const vi8 table = {0, 1, 2, 3, 4, 6, 8, 12, 0, -1, -2, -3, -4, -6, -8, -12};
  return floats_of_signed_bytes(look_up_bytes((vu8)table, codes));
#else
  vu8 size = codes & 7, sign = (vu8)((vi8)codes > 7);
  size -= (vu8)((vi8)size > 4) + (vu8)((vi8)size > 5) + ((vu8)((vi8)size > 6) & 253);
  return floats_of_signed_bytes((size ^ sign) - sign);
#endif
}

// MXFP4

/// The largest magnitude's exponent less 2, as an E8M0. The exponent is the integer part of a logarithm that is rounded
/// to binary32: magnitudes a little below a power of two count as that power.
static __attribute__((noinline, cold)) int32_t mxfp4_exponent_near_power(uint32_t bits) {
  int32_t power = (int32_t)(bits >> 23) - 126, size = power > 0 ? power - 1 : -power;
  int32_t below = 0x00800000 - (int32_t)(bits & 0x007FFFFF);
  // The logarithms' spacing below `power` is 2^(m - 23), and that of the n-th float below it is n 2^-24 / ln 2 lower.
  int32_t reach = size < 2 ? 0 : size < 4 ? 1 : size < 8 ? 2 : size < 16 ? 5 : size < 32 ? 11 : size < 64 ? 22 : 44;
  int32_t exponent = power + 124 + (below <= reach);
  return exponent < 0 ? 0 : exponent;
}

KERNEL vi mxfp4_exponents(vf top) {
  vi bits = (vi)top, exponent = (bits >> 23) - 2, zero = 0;
  exponent = exponent < 0 ? zero : exponent;
  vi near = (bits & 0x007FFFFF) >= 0x00800000 - 44;
  if (__builtin_expect(any(near), 0)) {
    for (int i = 0; i < 16; i++) if (near[i]) exponent[i] = mxfp4_exponent_near_power((uint32_t)bits[i]);
  }
  return exponent;
}

static void mxfp4_encode_group(const float *x, uint8_t *blocks) {
  vi exponent = mxfp4_exponents(largest_magnitudes(x, 32));
  vi normal = (exponent - 1) << 23, low = 0x00200000, next = 0x00400000;
  vf half_scale = (vf)(exponent == 0 ? low : exponent == 1 ? next : normal);
  for (int block = 0; block < BLOCKS_BESIDE; block++, x += 32, blocks += MXFP4_BYTES) {
    blocks[0] = (uint8_t)exponent[block];
    float half = half_scale[block];
    vi first = e2m1_codes(load(x), half), second = e2m1_codes(load(x + 16), half);
    if (__builtin_expect(exponent[block] > 252, 0)) {
      // Eight times this scale is infinite.
      first = e2m1_searched(x, half);
      second = e2m1_searched(x + 16, half);
    }
    store_bytes(blocks + 1, low_bytes(first | second << 4));
  }
}

static void mxfp4_encode(const float *x, uint8_t *blocks, size_t count) {
  encode_in_groups(mxfp4_encode_group, BLOCKS_BESIDE, 32, MXFP4_BYTES, x, blocks, count);
}

/// Half of the scale 2^(e - 127); NaN for 255.
KERNEL float mxfp4_half_scale(uint32_t e) {
  uint32_t bits = e < 2 ? 0x00200000u << e : (e - 1) << 23;
  bits = e == 255 ? 0x7FC00000 : bits;
  float half;
  memcpy(&half, &bits, 4);
  return half;
}

static void mxfp4_decode(const uint8_t *blocks, float *x, size_t count) {
  for (; count > 0; count--, blocks += MXFP4_BYTES, x += 32) {
    float half = mxfp4_half_scale(blocks[0]);
    vu8 bytes = load_bytes(blocks + 1);
    store(x, e2m1_values(bytes & 15) * half);
    store(x + 16, e2m1_values(bytes >> 4) * half);
  }
}

// NVFP4

/// The E4M3 bits of scales that are not negative, with ggml's rounding, which is not E4M3's: halves go up, and what
/// reaches 248 becomes 448, the largest.
KERNEL vi nvfp4_scale_bits(vf scale) {
  vf largest_scale = 448;
  scale = smaller(largest_scale, scale);
  vi bits = (vi)scale, seven = 7, highest = 0x7E;
  vi rounded = (bits >> 20) - (120 << 3) + ((bits >> 19) & 1);
  rounded = rounded >= 15 << 3 ? highest : rounded;
  vi units = integers(scale * 512.0f + 0.5f);
  units = units > 7 ? seven : units;
  return bits >> 23 <= 120 ? units : rounded;
}

/// Half of what E4M3 bits stand for. As in ggml the sign is ignored, 0x7F is 0, and 0xFF is 480.
KERNEL vf nvfp4_half_scales(vi bits) {
  vi size = bits & 0x7F;
  vf subnormal = floats(size) * 0x1p-10f, zero = 0;
  vf half = size < 8 ? subnormal : (vf)((size << 20) + (119 << 23));
  return bits == 0x7F ? zero : half;
}

/// Four blocks: 16 scales.
static void nvfp4_encode_group(const float *x, uint8_t *blocks) {
  vf top = largest_magnitudes(x, 16), infinite = __builtin_inff();
  vi scales = nvfp4_scale_bits(top / 6.0f);
  vf half_scale = nvfp4_half_scales(scales);
  vf unit = scales == 0 ? infinite : half_scale;
  vu8 scale_bytes = low_bytes(scales);
  for (int block = 0; block < 4; block++, x += 64, blocks += NVFP4_BYTES) {
    for (int sub = 0; sub < 4; sub++) blocks[sub] = scale_bytes[4 * block + sub];
    for (int sub = 0; sub < 4; sub += 2) {
      int i = 4 * block + sub;
      const float *from = x + 16 * sub;
      vi a = e2m1_codes(load(from), unit[i]), b = e2m1_codes(load(from + 16), unit[i + 1]);
      // Above the largest scale's range, errors are rounded until they are all the same.
      if (__builtin_expect(top[i] > 0x1p20f, 0)) a = e2m1_searched(from, half_scale[i]);
      if (__builtin_expect(top[i + 1] > 0x1p20f, 0)) b = e2m1_searched(from + 16, half_scale[i + 1]);
      vi low = __builtin_shufflevector(a, b, 0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23);
      vi high = __builtin_shufflevector(a, b, 8, 9, 10, 11, 12, 13, 14, 15, 24, 25, 26, 27, 28, 29, 30, 31);
      store_bytes(blocks + 4 + 8 * sub, low_bytes(low | high << 4));
    }
  }
}

static void nvfp4_encode(const float *x, uint8_t *blocks, size_t count) {
  encode_in_groups(nvfp4_encode_group, 4, 64, NVFP4_BYTES, x, blocks, count);
}

static void nvfp4_decode(const uint8_t *blocks, float *x, size_t count) {
  for (; count > 0; count--, blocks += NVFP4_BYTES, x += 64) {
    // The four scales, four times.
    uint32_t scales = load_u32(blocks);
    typedef uint32_t vu32 __attribute__((ext_vector_type(4)));
    vf half = nvfp4_half_scales(__builtin_convertvector((vu8)(vu32)scales, vi));
    for (int sub = 0; sub < 4; sub += 2) {
      vu8 bytes = load_bytes(blocks + 4 + 8 * sub), low = bytes & 15, high = bytes >> 4;
      vu8 a = __builtin_shufflevector(low, high, 0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23);
      vu8 b = __builtin_shufflevector(low, high, 8, 9, 10, 11, 12, 13, 14, 15, 24, 25, 26, 27, 28, 29, 30, 31);
      store(x + 16 * sub, e2m1_values(a) * half[sub]);
      store(x + 16 * sub + 16, e2m1_values(b) * half[sub + 1]);
    }
  }
}
