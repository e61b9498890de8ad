// Q4_K and Q5_K: superblocks of eight sub-blocks of 32 weights, each with a scale and a minimum. formats/q4_k.md.

/// Superblocks that are searched at a time.
enum { AFFINE_SUPERBLOCKS = GROUP / 8 };

/// The codes of a sub-block as the search left them: where the scale became zero, they stay.
static __attribute__((noinline, cold)) void searched_codes(
    const float *x, float inverse, float origin, int length, int highest, uint8_t *codes) {
  for (int i = 0; i < length; i++) {
    int32_t code = nearest_integer(inverse * (x[i] - origin));
    code = code < highest ? code : highest;
    codes[i] = (uint8_t)(code > 0 ? code : 0);
  }
}

/// The codes of a superblock for the scales as they will be read.
KERNEL void affine_superblock_codes(
    const float *x, const affine_fits *fits, int first, int highest, const uint8_t scales[8],
    const uint8_t minimums[8], float d, float dmin, uint8_t codes[256]) {
  for (int j = 0; j < 8; j++) {
    float step = d * (float)scales[j], shift = dmin * (float)minimums[j];
    if (step == 0) {
      searched_codes(
          x + 32 * j, fits->inverse[first + j], fits->origin[first + j], 32, highest, codes + 32 * j);
      continue;
    }
    for (int i = 0; i < 32; i += 16) {
      store_bytes(codes + 32 * j + i, low_bytes(nearest((load(x + 32 * j + i) + shift) / step, 0, highest)));
    }
  }
}

/// Sub-blocks' weights for the search: sqrt(mean x^2) + |x|. `x` and `w` are rows of GROUP lanes.
KERNEL void own_importance(const float *x, float *w) {
  for (int lane = 0; lane < GROUP; lane += WIDE) {
    wf squares = 0;
    for (int i = 0; i < 32; i++) {
      wf weight = load_wide(x + i * GROUP + lane);
      squares += weight * weight;
    }
    wf level = __builtin_elementwise_sqrt(squares / 32.0f);
    for (int i = 0; i < 32; i++) {
      store_wide(w + i * GROUP + lane, level + magnitude_wide(load_wide(x + i * GROUP + lane)));
    }
  }
}
