// The bounds of F32, F16 and BF16: half of the spacing of the numbers around the weight. formats/bounds.md.

KERNEL vf f32_bounds(vf x) {
  (void)x;
  return 0;
}
KERNEL vf f16_bounds(vf x) {
  vf greatest = GREATEST_FINITE;
  return smaller(greatest, half_roundings(x));
}
KERNEL vf bf16_bounds(vf x) {
  vf greatest = GREATEST_FINITE, smallest = 0x1p-134f;
  return smaller(greatest, larger(smallest, (vf)((vi)x & 0x7F800000) * 0x1p-8f));
}

/// A weight is a block here.
KERNEL size_t count_weights_beyond(
    vf (*bounds)(vf), const float *original, const float *decoded, size_t count, size_t *first) {
  size_t found = 0;
  for (size_t i = 0; i < count; i += LANES) {
    vf x = 0, y = 0;
    if (count - i >= LANES) {
      x = load(original + i);
      y = load(decoded + i);
    } else {
      memcpy(&x, original + i, (count - i) * sizeof(float));
      memcpy(&y, decoded + i, (count - i) * sizeof(float));
    }
    // Zeros at the end are within.
    vi beyond = ~is_within(x, y, bounds(x));
    if (__builtin_expect(!any(beyond), 1)) continue;
    for (size_t lane = 0; lane < LANES; lane++) {
      if (beyond[lane] && found++ == 0) *first = i + lane;
    }
  }
  return found;
}

#define FLOAT_BEYOND_BOUND(type)                                                                         \
  static size_t type##_beyond_bound(                                                                     \
      const float *original, const uint8_t *blocks, const float *decoded, size_t count, size_t *first) { \
    (void)blocks;                                                                                        \
    return count_weights_beyond(type##_bounds, original, decoded, count, first);                         \
  }

FLOAT_BEYOND_BOUND(f32)
FLOAT_BEYOND_BOUND(f16)
FLOAT_BEYOND_BOUND(bf16)
