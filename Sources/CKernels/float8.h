// F8_E4M3 and F8_E5M2, widened; they are not encoded. formats/float.md.

/// Bias 7, no infinity; 0x7F and 0xFF are NaN.
KERNEL vf e4m3_values(vu8 bytes) {
#if SET_HAS_HALF
  // A binary16 with the same fraction and exponent has the bias 15. NaN is the one without a payload.
  vu16 wide = __builtin_convertvector(bytes, vu16), size = wide & 0x7F;
  vu16 half = size == 0x7F ? (vu16)0x7E00 : size << 7;
  return half_values((wide & 0x80) << 8 | half) * 256.0f;
#else
  vu wide = __builtin_convertvector(bytes, vu);
  vu sign = (wide & 0x80) << 24, size = wide & 0x7F;
  vu normal = (size << 20) + (120u << 23);
  // Zero and subnormal: units of 2^-9.
  vu subnormal = (vu)(floats((vi)size) * 0x1p-9f);
  vu result = size < 8 ? subnormal : normal;
  result = size == 0x7F ? (vu)0x7FC00000 : result;
  return (vf)(result | sign);
#endif
}

/// The upper byte of a binary16.
KERNEL vf e5m2_values(vu8 bytes) { return half_values(__builtin_convertvector(bytes, vu16) << 8); }

KERNEL void decode_bytes(vf (*values)(vu8), const uint8_t *bytes, float *x, size_t count) {
  for (; count >= LANES; count -= LANES, x += LANES, bytes += LANES) store(x, values(load_bytes(bytes)));
  if (count == 0) return;
  vu8 rest = 0;
  memcpy(&rest, bytes, count);
  vf weights = values(rest);
  memcpy(x, &weights, count * sizeof(float));
}

static void e4m3_decode(const uint8_t *bytes, float *x, size_t count) { decode_bytes(e4m3_values, bytes, x, count); }
static void e5m2_decode(const uint8_t *bytes, float *x, size_t count) { decode_bytes(e5m2_values, bytes, x, count); }
