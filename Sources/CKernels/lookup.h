// A table of 16 values, looked up by four-bit codes, where the set has an instruction for it.

#define SET_LOOKS_UP (SET_AVX2 || SET_NEON)
#if SET_LOOKS_UP

/// Values that are small integers, of 16 codes.
KERNEL vu8 look_up_bytes(vu8 table, vu8 codes) {
#if SET_AVX2
  return (vu8)_mm_shuffle_epi8((__m128i)table, (__m128i)codes);
#elif SET_NEON
  return (vu8)vqtbl1q_u8((uint8x16_t)table, (uint8x16_t)codes);
#endif
}

#if SET_AVX2
/// The values of codes below 8, one an element.
KERNEL vf look_up_in_8(const float table[8], vi codes) {
  __m256 values = _mm256_loadu_ps(table);
#if SET_AVX512
  return (vf)_mm512_permutexvar_ps((__m512i)codes, _mm512_castps256_ps512(values));
#else
  vf picked;
  picked.lo = _mm256_permutevar8x32_ps(values, (__m256i)codes.lo);
  picked.hi = _mm256_permutevar8x32_ps(values, (__m256i)codes.hi);
  return picked;
#endif
}
#endif

/// The values of 16 codes below 16.
KERNEL vf look_up(vf table, vu8 codes) {
#if SET_AVX512
  return (vf)_mm512_permutexvar_ps((__m512i)__builtin_convertvector(codes, vi), (__m512)table);
#elif SET_AVX2
  vi wide = __builtin_convertvector(codes, vi);
  vf values;
  __m256 low = (__m256)table.lo, high = (__m256)table.hi;
  for (int half = 0; half < 2; half++) {
    __m256i code = half ? (__m256i)wide.hi : (__m256i)wide.lo;
    __m256 first = _mm256_permutevar8x32_ps(low, code), second = _mm256_permutevar8x32_ps(high, code);
    __m256 picked = _mm256_blendv_ps(first, second, (__m256)_mm256_slli_epi32(code, 28));
    if (half) values.hi = picked; else values.lo = picked;
  }
  return values;
#elif SET_NEON
  uint8x16x4_t bytes;
  memcpy(&bytes, &table, sizeof bytes);
  const vu8 places = {0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3};
  vf values;
  for (int i = 0; i < 4; i++) {
    const uint8_t a = (uint8_t)(4 * i), b = (uint8_t)(a + 1), c = (uint8_t)(a + 2), d = (uint8_t)(a + 3);
    const vu8 which = {a, a, a, a, b, b, b, b, c, c, c, c, d, d, d, d};
    vu8 index = look_up_bytes(codes << 2, which) + places;
    uint8x16_t picked = vqtbl4q_u8(bytes, (uint8x16_t)index);
    memcpy((uint8_t *)&values + 16 * i, &picked, sizeof picked);
  }
  return values;
#endif
}
#endif
