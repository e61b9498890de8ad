// binary16, little-endian: with the processor's instruction where the set has one, else with integers. Ties to even,
// overflow to infinity; NaN becomes 0x7E00 with the sign, as ggml writes it.

#if SET_HAS_HALF
typedef _Float16 vhalf __attribute__((ext_vector_type(16)));
#endif

/// The bits of 16 halves.
KERNEL vu16 half_bits_of_vector(vf value) {
#if SET_HAS_HALF
  vu16 bits = (vu16)__builtin_convertvector(value, vhalf);
  vi nan = value != value;
  if (__builtin_expect(any(nan), 0)) {
    vu16 quiet = __builtin_convertvector((((vu)value >> 16) & 0x8000) | 0x7E00, vu16);
    vu16 mask = __builtin_convertvector(nan, vu16);
    bits = (bits & ~mask) | (quiet & mask);
  }
  return bits;
#else
  vu bits = (vu)value, sign = (bits >> 16) & 0x8000, size = bits & 0x7FFFFFFF;
  // Normal: the exponent's bias from 127 to 15, and the 13 bits that fall away rounded.
  vu rebased = size - 0x38000000;
  vu normal = (rebased + 0x0FFF + ((rebased >> 13) & 1)) >> 13;
  // Subnormal: adding 2^-1 leaves the value in units of 2^-24 in the low bits, rounded by the addition.
  vu subnormal = (vu)((vf)size + 0.5f) - 0x3F000000;
  vu result = size < 0x38800000 ? subnormal : normal;
  result = size >= 0x477FF000 ? (vu)0x7C00 : result;
  result = size > 0x7F800000 ? (vu)0x7E00 : result;
  return __builtin_convertvector(result | sign, vu16);
#endif
}

/// The values of 16 halves.
KERNEL vf half_values(vu16 bits) {
#if SET_HAS_HALF
  return __builtin_convertvector((vhalf)bits, vf);
#else
  vu wide = __builtin_convertvector(bits, vu);
  vu sign = (wide & 0x8000) << 16, size = wide & 0x7FFF;
  vu normal = (size << 13) + 0x38000000;
  // Zero and subnormal: units of 2^-24.
  vu subnormal = (vu)(__builtin_convertvector((vi)size, vf) * 0x1p-24f);
  vu special = (size << 13) | 0x7F800000 | (size > 0x7C00 ? (vu)0x00400000 : (vu)0);
  vu result = size < 0x0400 ? subnormal : normal;
  result = size >= 0x7C00 ? special : result;
  return (vf)(result | sign);
#endif
}

KERNEL uint16_t half_bits(float value) {
#if SET_HAS_HALF
  if (__builtin_expect(value != value, 0)) {
    uint32_t bits; memcpy(&bits, &value, 4);
    return (uint16_t)(((bits >> 16) & 0x8000) | 0x7E00);
  }
  _Float16 half = (_Float16)value;
  uint16_t bits; memcpy(&bits, &half, 2);
  return bits;
#else
  uint32_t bits; memcpy(&bits, &value, 4);
  uint32_t sign = (bits >> 16) & 0x8000, size = bits & 0x7FFFFFFF;
  if (size > 0x7F800000) return (uint16_t)(sign | 0x7E00);
  if (size >= 0x477FF000) return (uint16_t)(sign | 0x7C00);
  if (size >= 0x38800000) {
    uint32_t rebased = size - 0x38000000;
    return (uint16_t)(sign | (rebased + 0x0FFF + ((rebased >> 13) & 1)) >> 13);
  }
  float small; memcpy(&small, &size, 4);
  float sum = small + 0.5f;
  uint32_t units; memcpy(&units, &sum, 4);
  return (uint16_t)(sign | (units - 0x3F000000));
#endif
}

KERNEL float half_value(uint16_t bits) {
#if SET_HAS_HALF && defined(__x86_64__)
  // By way of a register: loaded into a vector's element, it would wait for what that vector was before.
  uint32_t wide = bits;
  __asm__("" : "+r"(wide));
  return _cvtsh_ss((uint16_t)wide);
#elif SET_HAS_HALF
  _Float16 half; memcpy(&half, &bits, 2);
  return (float)half;
#else
  uint32_t sign = (uint32_t)(bits & 0x8000) << 16, size = bits & 0x7FFF, result;
  if (size >= 0x7C00) {
    result = (size << 13) | 0x7F800000 | (size > 0x7C00 ? 0x00400000 : 0);
  } else if (size >= 0x0400) {
    result = (size << 13) + 0x38000000;
  } else {
    float value = (float)(int32_t)size * 0x1p-24f;
    memcpy(&result, &value, 4);
  }
  result |= sign;
  float value; memcpy(&value, &result, 4);
  return value;
#endif
}

KERNEL void store_half_bits(uint8_t *p, uint16_t bits) { p[0] = (uint8_t)bits; p[1] = (uint8_t)(bits >> 8); }
KERNEL uint16_t load_half_bits(const uint8_t *p) { return (uint16_t)(p[0] | p[1] << 8); }
KERNEL void store_half(uint8_t *p, float value) { store_half_bits(p, half_bits(value)); }
KERNEL float load_half(const uint8_t *p) { return half_value(load_half_bits(p)); }
