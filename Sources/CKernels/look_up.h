// Sixteen bytes picked from a table of sixteen by indices 0 ... 15.
KERNEL vi8 look_up_16(const int8_t table[16], vu8 index) {
  vi8 result;
#if SET_HAS_PSHUFB
  __m128i values, picks;
  memcpy(&values, table, 16);
  memcpy(&picks, &index, 16);
  __m128i picked = _mm_shuffle_epi8(values, picks);
  memcpy(&result, &picked, 16);
#elif SET_HAS_TBL
  uint8x16_t picks;
  memcpy(&picks, &index, 16);
  int8x16_t picked = vqtbl1q_s8(vld1q_s8(table), picks);
  memcpy(&result, &picked, 16);
#else
  uint8_t picks[16];
  int8_t picked[16];
  memcpy(picks, &index, 16);
  for (int i = 0; i < 16; i++) picked[i] = table[picks[i]];
  memcpy(&result, picked, 16);
#endif
  return result;
}
