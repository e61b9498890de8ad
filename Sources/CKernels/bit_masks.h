// Masks of 16 bytes as 16 bits, the first element in the lowest bit.

/// One bit for each element that is all ones.
KERNEL uint16_t bits_of_mask(vi8 mask) {
  typedef bool flags __attribute__((ext_vector_type(16)));
  flags set = __builtin_convertvector(mask, flags);
  uint16_t bits; memcpy(&bits, &set, 2);
  return bits;
}

/// Bytes of all ones where a bit is set.
KERNEL vi8 mask_of_bits(const uint8_t *p) {
#if SET_AVX512
  typedef bool flags __attribute__((ext_vector_type(16)));
  flags set; memcpy(&set, p, 2);
  return -__builtin_convertvector(set, vi8);
#else
  typedef uint64_t vu64 __attribute__((ext_vector_type(2)));
  const vu8 bit = {1, 2, 4, 8, 16, 32, 64, 128, 1, 2, 4, 8, 16, 32, 64, 128};
  vu8 spread = (vu8)(vu64){p[0] * 0x0101010101010101ull, p[1] * 0x0101010101010101ull};
  return (vi8)((spread & bit) == bit);
#endif
}
