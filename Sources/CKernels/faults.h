// Whether anything may be wrong in blocks: scales that are not finite or have a sign that no quantizer writes, codes that no
// quantizer writes; of floats, whether any is not finite. A first look at any bytes that need no second where it finds
// nothing. formats/payload.md.

typedef uint8_t bytes32 __attribute__((ext_vector_type(32)));
typedef uint16_t halves32 __attribute__((ext_vector_type(32)));
typedef uint64_t longs8 __attribute__((ext_vector_type(8)));

KERNEL bytes32 load_bytes_32(const uint8_t *p) { bytes32 v; memcpy(&v, p, sizeof v); return v; }
KERNEL uint16_t load_u16(const uint8_t *p) { return (uint16_t)(p[0] | p[1] << 8); }

// Halves: two at most in `bits`, of which `signs` has the sign bits that are never set. The sign bits of the result are set
// where an exponent is all ones, to which adding one carries into them.
enum { BOTH_SIGNS = 0x80008000u, FIRST_SIGN = 0x8000 };
KERNEL uint32_t faulty_halves(uint32_t bits, uint32_t signs) {
  return ((bits & 0x7C007C00) + 0x04000400) | (bits & signs);
}

/// One half a block, at byte `at` of it.
KERNEL bool any_half_faulty(const uint8_t *blocks, size_t count, size_t bytes, size_t at, uint32_t signs) {
  uint32_t found = 0;
  for (const uint8_t *scale = blocks + at; count > 0; count--, scale += bytes) {
    found |= faulty_halves(load_u16(scale), signs);
  }
  return (found & FIRST_SIGN) != 0;
}

/// Two halves a block, at byte `at` of it.
KERNEL bool any_pair_faulty(const uint8_t *blocks, size_t count, size_t bytes, size_t at, uint32_t signs) {
  uint32_t found = 0;
  for (const uint8_t *scales = blocks + at; count > 0; count--, scales += bytes) {
    found |= faulty_halves(load_u32(scales), signs);
  }
  return (found & BOTH_SIGNS) != 0;
}

#define HALF(name, bytes, at, signs) \
  static bool name##_faulty(const uint8_t *blocks, size_t count) { \
    return any_half_faulty(blocks, count, bytes, at, signs); \
  }
#define PAIR(name, bytes, at, signs) \
  static bool name##_faulty(const uint8_t *blocks, size_t count) { \
    return any_pair_faulty(blocks, count, bytes, at, signs); \
  }
// Scales of either sign.
HALF(q4_0, 18, 0, 0)
HALF(q5_0, 22, 0, 0)
HALF(q3_K, 110, 108, 0)
HALF(q6_K, 210, 208, 0)
HALF(iq4_nl, 18, 0, 0)
HALF(iq4_xs, 136, 0, 0)
PAIR(q4_1, 20, 0, 0)
PAIR(q5_1, 24, 0, 0)
// Scales, and mins, that are never negative.
HALF(q1_0, 18, 0, FIRST_SIGN)
HALF(nf4, 34, 0, FIRST_SIGN)
HALF(iq1_s, 50, 0, FIRST_SIGN)
HALF(iq2_xxs, 66, 0, FIRST_SIGN)
HALF(iq2_xs, 74, 0, FIRST_SIGN)
HALF(iq2_s, 82, 0, FIRST_SIGN)
HALF(iq3_xxs, 98, 0, FIRST_SIGN)
HALF(iq3_s, 110, 0, FIRST_SIGN)
PAIR(q2_K, 84, 80, BOTH_SIGNS)
PAIR(q4_K, 144, 0, BOTH_SIGNS)
PAIR(q5_K, 176, 0, BOTH_SIGNS)

/// The scale's nibbles are the highest of four numbers of 16 bits.
static bool iq1_m_faulty(const uint8_t *blocks, size_t count) {
  uint32_t found = 0;
  for (const uint8_t *scales = blocks + 48; count > 0; count--, scales += 56) {
    uint32_t upper = (scales[5] & 0xF0) << 4 | (scales[7] & 0xF0) << 8;
    found |= faulty_halves(upper | (scales[3] & 0xF0) | scales[1] >> 4, FIRST_SIGN);
  }
  return (found & FIRST_SIGN) != 0;
}

/// -128 is not written.
static bool q8_0_faulty(const uint8_t *blocks, size_t count) {
  uint32_t found = 0;
  bytes32 codes = 0;
  for (; count > 0; count--, blocks += 34) {
    found |= faulty_halves(load_u16(blocks), FIRST_SIGN);
    codes |= (bytes32)(load_bytes_32(blocks + 2) == 0x80);
  }
  return (found & FIRST_SIGN) != 0 || __builtin_reduce_or(codes) != 0;
}

/// Likewise; the sum may be negative.
static bool q8_1_faulty(const uint8_t *blocks, size_t count) {
  uint32_t found = 0;
  bytes32 codes = 0;
  for (; count > 0; count--, blocks += 36) {
    found |= faulty_halves(load_u32(blocks), FIRST_SIGN);
    codes |= (bytes32)(load_bytes_32(blocks + 4) == 0x80);
  }
  return (found & BOTH_SIGNS) != 0 || __builtin_reduce_or(codes) != 0;
}

/// A byte of five digits is ceil(v * 256 / 243) for an integer v: times 243, it is less than 243 above a multiple of 256.
/// Of four digits likewise, with 81.
static bool tq1_0_faulty(const uint8_t *blocks, size_t count) {
  uint32_t found = 0;
  vu8 codes = 0;
  for (; count > 0; count--, blocks += 54) {
    found |= faulty_halves(load_u16(blocks + 52), FIRST_SIGN);
    for (int i = 0; i < 48; i += 16) codes |= (vu8)(load_bytes(blocks + i) * 243 >= 243);
    for (int i = 48; i < 52; i++) found |= (uint8_t)(blocks[i] * 81) >= 81 ? FIRST_SIGN : 0;
  }
  return (found & FIRST_SIGN) != 0 || __builtin_reduce_or(codes) != 0;
}

/// The pair of bits 3 is not written.
static bool tq2_0_faulty(const uint8_t *blocks, size_t count) {
  uint32_t found = 0;
  bytes32 codes = 0;
  for (; count > 0; count--, blocks += 66) {
    found |= faulty_halves(load_u16(blocks + 64), FIRST_SIGN);
    bytes32 first = load_bytes_32(blocks), second = load_bytes_32(blocks + 32);
    codes |= (first & first >> 1) | (second & second >> 1);
  }
  return (found & FIRST_SIGN) != 0 || (__builtin_reduce_or(codes) & 0x55) != 0;
}

/// Likewise.
static bool q2_0_faulty(const uint8_t *blocks, size_t count) {
  uint32_t found = 0;
  vu8 codes = 0;
  for (; count > 0; count--, blocks += 18) {
    found |= faulty_halves(load_u16(blocks), FIRST_SIGN);
    vu8 four = load_bytes(blocks + 2);
    codes |= four & four >> 1;
  }
  return (found & FIRST_SIGN) != 0 || (__builtin_reduce_or(codes) & 0x55) != 0;
}

/// Of exponents from 253 on, the largest codes overflow; 255 is NaN.
static bool mxfp4_faulty(const uint8_t *blocks, size_t count) {
  uint32_t found = 0;
  for (; count > 0; count--, blocks += 17) found |= blocks[0] + 3u;
  return (found & 0x100) != 0;
}

/// 0x7F is NaN; the sign is not written.
static bool nvfp4_faulty(const uint8_t *blocks, size_t count) {
  uint32_t found = 0;
  for (; count > 0; count--, blocks += 36) {
    uint32_t scales = load_u32(blocks);
    found |= scales | ((scales & 0x7F7F7F7F) + 0x01010101);
  }
  return (found & 0x80808080) != 0;
}

// Floats of `bytes` bytes each: `wrong` says which elements of the vector `x` are.
#define FLOATS(name, vector, bytes, wrong) \
  static bool name##_faulty(const uint8_t *numbers, size_t count) { \
    vector found = 0, x; \
    size_t size = count * bytes, i = 0; \
    for (; i + sizeof x <= size; i += sizeof x) { \
      memcpy(&x, numbers + i, sizeof x); \
      found |= (vector)(wrong); \
    } \
    x = 0; \
    memcpy(&x, numbers + i, size - i); \
    found |= (vector)(wrong); \
    return __builtin_reduce_or(found) != 0; \
  }
// All ones in the exponent: adding one to it carries into the sign.
FLOATS(f32, vu, 4, ((x & 0x7F800000) + 0x00800000) & 0x80000000)
FLOATS(c64, vu, 8, ((x & 0x7F800000) + 0x00800000) & 0x80000000)
FLOATS(f16, halves32, 2, ((x & 0x7C00) + 0x0400) & 0x8000)
FLOATS(bf16, halves32, 2, ((x & 0x7F80) + 0x0080) & 0x8000)
// From 2^127 on, some are beyond the range of binary32: exponents of 2046 - 896 and more.
FLOATS(f64, longs8, 8, ((x & 0x7FF0000000000000) + 0x3820000000000000) & 0x8000000000000000)
FLOATS(e4m3, bytes64, 1, ((x & 0x7F) + 1) & 0x80)
FLOATS(e5m2, bytes64, 1, ((x & 0x7C) + 4) & 0x80)
FLOATS(e8m0, bytes64, 1, x == 0xFF)
FLOATS(fnuz, bytes64, 1, x == 0x80)

static const gguf_fault_check fault_checks[] = {
  {"F32", 4, f32_faulty}, {"F16", 2, f16_faulty}, {"BF16", 2, bf16_faulty}, {"F64", 8, f64_faulty},
  {"F8_E4M3", 1, e4m3_faulty}, {"F8_E5M2", 1, e5m2_faulty}, {"F8_E8M0", 1, e8m0_faulty},
  {"F8_E4M3FNUZ", 1, fnuz_faulty}, {"F8_E5M2FNUZ", 1, fnuz_faulty}, {"C64", 8, c64_faulty},
  {"Q4_0", 18, q4_0_faulty}, {"Q4_1", 20, q4_1_faulty}, {"Q5_0", 22, q5_0_faulty}, {"Q5_1", 24, q5_1_faulty},
  {"Q8_0", 34, q8_0_faulty}, {"Q8_1", 36, q8_1_faulty},
  {"Q2_K", 84, q2_K_faulty}, {"Q3_K", 110, q3_K_faulty}, {"Q4_K", 144, q4_K_faulty}, {"Q5_K", 176, q5_K_faulty},
  {"Q6_K", 210, q6_K_faulty},
  {"IQ1_S", 50, iq1_s_faulty}, {"IQ1_M", 56, iq1_m_faulty}, {"IQ2_XXS", 66, iq2_xxs_faulty},
  {"IQ2_XS", 74, iq2_xs_faulty}, {"IQ2_S", 82, iq2_s_faulty}, {"IQ3_XXS", 98, iq3_xxs_faulty},
  {"IQ3_S", 110, iq3_s_faulty}, {"IQ4_NL", 18, iq4_nl_faulty}, {"IQ4_XS", 136, iq4_xs_faulty},
  {"TQ1_0", 54, tq1_0_faulty}, {"TQ2_0", 66, tq2_0_faulty}, {"Q1_0", 18, q1_0_faulty}, {"Q2_0", 18, q2_0_faulty},
  {"MXFP4", 17, mxfp4_faulty}, {"NVFP4", 36, nvfp4_faulty}, {"NF4", 34, nf4_faulty},
};
#undef HALF
#undef PAIR
#undef FLOATS
