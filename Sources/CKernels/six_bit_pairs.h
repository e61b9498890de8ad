// Eight scales and eight minimums of six bits in twelve bytes, and what Q4_K and Q5_K do with them. formats/q4_k.md.

KERNEL void store_six_bit_pairs(uint8_t bytes[12], const uint8_t scales[8], const uint8_t minimums[8]) {
  for (int j = 0; j < 4; j++) {
    uint8_t s = scales[j + 4], m = minimums[j + 4];
    bytes[j] = (uint8_t)(scales[j] | (s >> 4) << 6);
    bytes[j + 4] = (uint8_t)(minimums[j] | (m >> 4) << 6);
    bytes[j + 8] = (uint8_t)((s & 15) | (m & 15) << 4);
  }
}

KERNEL void load_six_bit_pairs(const uint8_t bytes[12], uint8_t scales[8], uint8_t minimums[8]) {
  for (int j = 0; j < 4; j++) {
    scales[j] = bytes[j] & 63;
    minimums[j] = bytes[j + 4] & 63;
    scales[j + 4] = (uint8_t)((bytes[j + 8] & 15) | (bytes[j] >> 6) << 4);
    minimums[j + 4] = (uint8_t)(bytes[j + 8] >> 4 | (bytes[j + 4] >> 6) << 4);
  }
}

/// What the eight sub-blocks' scales and minimums become when the largest of each has the code 63. A negative integer
/// wraps to a byte before it is capped, as in ggml.
KERNEL void largest_is_63(const float values[8], uint8_t codes[8], float *unit) {
  float top = 0;
  for (int j = 0; j < 8; j++) top = values[j] > top ? values[j] : top;
  float inverse = top > 0 ? 63.0f / top : 0;
  for (int j = 0; j < 8; j++) {
    uint8_t code = (uint8_t)nearest_integer(inverse * values[j]);
    codes[j] = code < 63 ? code : 63;
  }
  *unit = top / 63.0f;
}
