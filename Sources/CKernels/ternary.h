// TQ1_0 and TQ2_0: 256 weights as -1, 0 or 1 times the largest magnitude. formats/ternary.md.

enum { TQ1_0_BYTES = 54, TQ2_0_BYTES = 66 };

/// The largest magnitude of a block of 256.
KERNEL float ternary_scale(const float *x) {
  vf top[4];
  for (int i = 0; i < 4; i++) top[i] = magnitude(load(x + 16 * i));
  for (int i = 64; i < 256; i += 64) {
    for (int j = 0; j < 4; j++) top[j] = larger(top[j], magnitude(load(x + i + 16 * j)));
  }
  return largest(larger(larger(top[0], top[1]), larger(top[2], top[3])));
}

/// Sixteen weights as -1, 0 or 1. Where 1 / d overflows the factor is 0, and so is every one of them.
KERNEL vi ternary_units(const float *x, float inverse) { return rounded_away(load(x) * inverse); }

/// For 16 weights from `x` on, and four further digits of each that stand `stride` weights apart: the number with these
/// digits, the first in the highest place, as a fraction of 3^5 in units of 1/256, rounded up.
KERNEL vu8 ternary_bytes(const float *x, int stride, float inverse) {
  vi number = 0;
  for (int n = 0; n < 5; n++) number = number * 3 + ternary_units(x + n * stride, inverse);
  // Each digit is one more than its unit: 1 + 3 + 9 + 27 + 81. Then (256 n + 242) / 243 without a division.
  number += 121;
  return low_bytes(number + (number * 13 + 242) * 270 / 65536);
}

static void tq1_0_encode(const float *x, uint8_t *blocks, size_t count) {
  for (; count > 0; count--, x += 256, blocks += TQ1_0_BYTES) {
    float d = ternary_scale(x), inverse = finite_reciprocal(d);
    for (int i = 0; i < 32; i += 16) store_bytes(blocks + i, ternary_bytes(x + i, 32, inverse));
    store_bytes(blocks + 32, ternary_bytes(x + 160, 16, inverse));
    // Four digits, four weights apart, and a fifth that is zero.
    const vi places = {81, 81, 81, 81, 27, 27, 27, 27, 9, 9, 9, 9, 3, 3, 3, 3};
    vi terms = (ternary_units(x + 240, inverse) + 1) * places;
    for (int m = 0; m < 4; m++) {
      int32_t number = terms[m] + terms[m + 4] + terms[m + 8] + terms[m + 12];
      blocks[48 + m] = (uint8_t)((number * 256 + 242) / 243);
    }
    store_half(blocks + 52, d);
  }
}

/// The digits of bytes: what leaves the byte when 3^n times the byte is multiplied with 3. That is 1 from 86 on, 2
/// from 171 on. `biased` is 128 more, modulo 256: processors have an instruction that compares bytes with a sign.
KERNEL vu8 ternary_digits(vi8 biased) { return -(vu8)(biased > 86 - 129) - (vu8)(biased > 171 - 129); }

/// The weights of the digits.
KERNEL vf ternary_values(vi8 biased, float d) { return floats_of_levels(ternary_digits(biased), 1) * d; }

/// Three times each byte, modulo 256. The bias stays, since 3 x 128 is 128.
KERNEL vu8 tripled(vu8 bytes) {
#if defined(__x86_64__)
  // Two additions, where the compiler would multiply with a power of 3 by way of 16 bits.
  __asm__("" : "+x"(bytes));
#endif
  return bytes + bytes + bytes;
}

/// 16 bytes of five digits each.
KERNEL void ternary_unpack(const uint8_t *bytes, float d, float *x, int stride) {
  vu8 biased = load_bytes(bytes) ^ 128;
  for (int n = 0; n < 5; n++, biased = tripled(biased)) store(x + n * stride, ternary_values((vi8)biased, d));
}

/// Four bytes of four digits each, with 128 more: all of them for the first digit, then all for the second.
KERNEL vu8 ternary_last_bytes(const uint8_t *bytes) {
  typedef uint32_t vu32 __attribute__((ext_vector_type(4)));
  const vu8 powers = {1, 1, 1, 1, 3, 3, 3, 3, 9, 9, 9, 9, 27, 27, 27, 27};
  return (vu8)(vu32)load_u32(bytes) * powers ^ 128;
}

static void tq1_0_decode(const uint8_t *blocks, float *x, size_t count) {
  for (; count > 0; count--, x += 256, blocks += TQ1_0_BYTES) {
    float d = load_half(blocks + 52);
    ternary_unpack(blocks, d, x, 32);
    ternary_unpack(blocks + 16, d, x + 16, 32);
    ternary_unpack(blocks + 32, d, x + 160, 16);
    store(x + 240, ternary_values((vi8)ternary_last_bytes(blocks + 48), d));
  }
}

static void tq2_0_encode(const float *x, uint8_t *blocks, size_t count) {
  for (; count > 0; count--, x += 256, blocks += TQ2_0_BYTES) {
    float d = ternary_scale(x), inverse = finite_reciprocal(d);
    for (int half = 0; half < 2; half++) {
      for (int i = 0; i < 32; i += 16) {
        const float *from = x + 128 * half + i;
        vi packed = ternary_units(from + 96, inverse);
        for (int n = 2; n >= 0; n--) packed = packed * 4 + ternary_units(from + 32 * n, inverse);
        // Each digit is one more than its unit: 1 + 4 + 16 + 64.
        store_bytes(blocks + 32 * half + i, low_bytes(packed + 85));
      }
    }
    store_half(blocks + 64, d);
  }
}

static void tq2_0_decode(const uint8_t *blocks, float *x, size_t count) {
  for (; count > 0; count--, x += 256, blocks += TQ2_0_BYTES) {
    float d = load_half(blocks + 64);
    for (int half = 0; half < 2; half++) {
      for (int i = 0; i < 32; i += 16) {
        vu8 bytes = load_bytes(blocks + 32 * half + i);
        for (int n = 0; n < 4; n++) {
          store(x + 128 * half + 32 * n + i, floats_of_levels(bytes >> (2 * n) & 3, 1) * d);
        }
      }
    }
  }
}
