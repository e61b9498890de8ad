// F16 and BF16: a half a weight, little-endian. formats/float.md.

KERNEL vu16 load_halves(const uint8_t *p) { vu16 v; memcpy(&v, p, sizeof v); return v; }
KERNEL void store_halves(uint8_t *p, vu16 v) { memcpy(p, &v, sizeof v); }

/// Rounded to nearest even; NaN is made quiet.
KERNEL vu16 bfloat_bits(vf value) {
  vu bits = (vu)value;
  vu rounded = (bits + 0x7FFF + ((bits >> 16) & 1)) >> 16;
  rounded = (bits & 0x7FFFFFFF) > 0x7F800000 ? (bits >> 16) | 0x40 : rounded;
  return __builtin_convertvector(rounded, vu16);
}

KERNEL vf bfloat_values(vu16 bits) { return (vf)(__builtin_convertvector(bits, vu) << 16); }

/// Calls one of the conversions for 16 weights at a time, the last of them filled up with zeros.
KERNEL void encode_halves(vu16 (*bits)(vf), const float *x, uint8_t *bytes, size_t count) {
  for (; count >= LANES; count -= LANES, x += LANES, bytes += 2 * LANES) store_halves(bytes, bits(load(x)));
  if (count == 0) return;
  vf rest = 0;
  memcpy(&rest, x, count * sizeof(float));
  vu16 halves = bits(rest);
  memcpy(bytes, &halves, count * 2);
}

KERNEL void decode_halves(vf (*values)(vu16), const uint8_t *bytes, float *x, size_t count) {
  for (; count >= LANES; count -= LANES, x += LANES, bytes += 2 * LANES) store(x, values(load_halves(bytes)));
  if (count == 0) return;
  vu16 rest = 0;
  memcpy(&rest, bytes, count * 2);
  vf weights = values(rest);
  memcpy(x, &weights, count * sizeof(float));
}

static void f16_encode(const float *x, uint8_t *bytes, size_t count) {
  encode_halves(half_bits_of_vector, x, bytes, count);
}
static void f16_decode(const uint8_t *bytes, float *x, size_t count) { decode_halves(half_values, bytes, x, count); }

static void bf16_encode(const float *x, uint8_t *bytes, size_t count) { encode_halves(bfloat_bits, x, bytes, count); }
static void bf16_decode(const uint8_t *bytes, float *x, size_t count) { decode_halves(bfloat_values, bytes, x, count); }
