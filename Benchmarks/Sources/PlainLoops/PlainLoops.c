#include "PlainLoops.h"
#include <math.h>
#include <string.h>

static const float table[16] = {
  -1.0f, -0.6961928009986877f, -0.5250730514526367f, -0.39491748809814453f, -0.28444138169288635f,
  -0.18477343022823334f, -0.09105003625154495f, 0.0f, 0.07958029955625534f, 0.16093020141124725f,
  0.24611230194568634f, 0.33791524171829224f, 0.44070982933044434f, 0.5626170039176941f, 0.7229568362236023f, 1.0f,
};

static uint16_t half_bits(float value) {
  uint32_t bits;
  memcpy(&bits, &value, 4);
  uint32_t sign = (bits >> 16) & 0x8000, size = bits & 0x7FFFFFFF;
  if (size >= 0x477FF000) return (uint16_t)(sign | 0x7C00);
  if (size >= 0x38800000) {
    uint32_t rebased = size - 0x38000000;
    return (uint16_t)(sign | (rebased + 0x0FFF + ((rebased >> 13) & 1)) >> 13);
  }
  return (uint16_t)(sign | (uint32_t)rintf(ldexpf(fabsf(value), 24)));
}

static float float_of(uint32_t bits) {
  float value;
  memcpy(&value, &bits, 4);
  return value;
}

static float half_value(uint16_t bits) {
  uint32_t sign = (uint32_t)(bits & 0x8000) << 16, exponent = (bits >> 10) & 31, fraction = bits & 0x3FF;
  if (exponent == 0) return bits & 0x8000 ? -((float)fraction * 0x1p-24f) : (float)fraction * 0x1p-24f;
  if (exponent == 31) return float_of(sign | 0x7F800000 | (fraction ? 0x00400000 | fraction << 13 : 0));
  return float_of(sign | (exponent + 112) << 23 | fraction << 13);
}

/// The number of thresholds below the value, by halving.
static uint8_t nf4_code(float value, const float *thresholds) {
  int low = 0, high = 15;
  while (low < high) {
    int middle = (low + high) / 2;
    if (value > thresholds[middle]) low = middle + 1;
    else high = middle;
  }
  return (uint8_t)low;
}

void plain_nf4_encode(const float *x, uint8_t *blocks, size_t count) {
  float thresholds[15];
  for (int i = 0; i < 15; i++) thresholds[i] = (table[i] + table[i + 1]) / 2;
  for (; count > 0; count--, x += 64, blocks += 34) {
    float largest = 0;
    for (int i = 0; i < 64; i++) largest = fabsf(x[i]) > largest ? fabsf(x[i]) : largest;
    float inverse = 1 / (largest > 1e-38f ? largest : 1e-38f);
    uint16_t scale = half_bits(largest);
    blocks[0] = (uint8_t)scale;
    blocks[1] = (uint8_t)(scale >> 8);
    for (int i = 0; i < 32; i++) {
      blocks[2 + i] =
        (uint8_t)(nf4_code(x[2 * i] * inverse, thresholds) << 4 | nf4_code(x[2 * i + 1] * inverse, thresholds));
    }
  }
}

void plain_nf4_decode(const uint8_t *blocks, float *x, size_t count) {
  for (; count > 0; count--, x += 64, blocks += 34) {
    float scale = half_value((uint16_t)(blocks[0] | blocks[1] << 8));
    for (int i = 0; i < 32; i++) {
      x[2 * i] = table[blocks[2 + i] >> 4] * scale;
      x[2 * i + 1] = table[blocks[2 + i] & 15] * scale;
    }
  }
}

static float e4m3_value(uint8_t bits) {
  uint32_t sign = (uint32_t)(bits & 0x80) << 24, exponent = (bits >> 3) & 15, fraction = bits & 7;
  if (exponent == 0) return bits & 0x80 ? -((float)fraction * 0x1p-9f) : (float)fraction * 0x1p-9f;
  if (exponent == 15 && fraction == 7) return float_of(sign | 0x7FC00000);
  return float_of(sign | (exponent + 120) << 23 | fraction << 20);
}

void plain_f8_e4m3_decode(const uint8_t *bytes, float *x, size_t count) {
  for (size_t i = 0; i < count; i++) x[i] = e4m3_value(bytes[i]);
}

void plain_f8_e5m2_decode(const uint8_t *bytes, float *x, size_t count) {
  for (size_t i = 0; i < count; i++) x[i] = half_value((uint16_t)(bytes[i] << 8));
}
