// The search for a scale without a minimum: ggml's make_qx_quants (error weights given) for 32 blocks at a time, and for
// one. Specified by `SymmetricSearch`.

/// For each block the best scale: weight = scale * (code - highest).
typedef struct {
  float scale[GROUP];
  /// How the best codes came about: nearest(inverse * weight); 0 where all weights are negligible.
  float inverse[GROUP];
} symmetric_fits;

typedef struct { wf xl, ll; } symmetric_sums;

KERNEL symmetric_sums symmetric_codes(const float *x, const float *w, int length, int highest, wf inverse) {
  symmetric_sums sum = {0, 0};
  for (int i = 0; i < length; i++) {
    wf weight = load_wide(x + i * GROUP), factor = load_wide(w + i * GROUP);
    // The product is at most highest + 0.9.
    wf code = nearest_wide(inverse * weight, -(float)highest, (float)(highest - 1), true);
    sum.xl += factor * weight * code;
    sum.ll += factor * code * code;
  }
  return sum;
}

/// Codes are 0 ... 2 highest - 1. `x` and `w`: `length` rows of GROUP lanes.
KERNEL void symmetric_search(const float *x, const float *w, int length, int highest, symmetric_fits *fits) {
  for (int lane = 0; lane < GROUP; lane += WIDE, x += WIDE, w += WIDE) {
    wf zero = 0, extreme = extreme_wide(x, length, GROUP);
    wi present = !(magnitude_wide(extreme) < NEGLIGIBLE);
    wf inverse = present ? -(float)highest / extreme : zero;
    symmetric_sums sum = symmetric_codes(x, w, length, highest, inverse);
    wf scale = sum.ll != zero ? sum.xl / sum.ll : zero;
    wf best = scale * sum.xl, best_inverse = inverse;
    for (int n = -9; n <= 9; n++) {
      if (n == 0) continue;
      inverse = present ? -((float)highest + 0.1f * (float)n) / extreme : zero;
      sum = symmetric_codes(x, w, length, highest, inverse);
      wi better = (sum.ll > zero) & (sum.xl * sum.xl > best * sum.ll) & present;
      wf new_scale = sum.xl / sum.ll;
      scale = better ? new_scale : scale;
      best = better ? new_scale * sum.xl : best;
      best_inverse = better ? inverse : best_inverse;
    }
    store_wide(fits->scale + lane, present ? scale : zero);
    store_wide(fits->inverse + lane, best_inverse);
  }
}

KERNEL void symmetric_codes_of_one(const float *x, float inverse, int length, int highest, uint8_t *codes) {
  for (int i = 0; i < length; i++) {
    int32_t code = nearest_integer(inverse * x[i]);
    code = code < highest - 1 ? code : highest - 1;
    codes[i] = (uint8_t)((code > -highest ? code : -highest) + highest);
  }
}

/// The codes as the search left them.
static __attribute__((noinline, cold)) void symmetric_searched_codes(
    const float *x, float inverse, int length, int highest, uint8_t *codes) {
  if (inverse == 0) {
    memset(codes, 0, (size_t)length);
  } else {
    symmetric_codes_of_one(x, inverse, length, highest, codes);
  }
}

/// The same search for the sixteen scales of one superblock, which need not be finite.
static float symmetric_search_of_one(const float *x, const float *w, int length, int highest, uint8_t *codes) {
  float extreme = extreme_of_one(x, length), scale = 0, best = 0, best_inverse = 0;
  if (__builtin_fabsf(extreme) < NEGLIGIBLE) {
    memset(codes, 0, (size_t)length);
    return 0;
  }
  // The plain scale first, then the eighteen around it.
  for (int n = -10; n <= 9; n++) {
    if (n == 0) continue;
    float inverse = n == -10 ? -(float)highest / extreme : -((float)highest + 0.1f * (float)n) / extreme;
    float xl = 0, ll = 0;
    for (int i = 0; i < length; i++) {
      int32_t code = nearest_integer(inverse * x[i]);
      code = code < highest - 1 ? code : highest - 1;
      code = code > -highest ? code : -highest;
      xl += w[i] * x[i] * (float)code;
      ll += w[i] * (float)code * (float)code;
    }
    if (n == -10) {
      scale = ll != 0 ? xl / ll : 0;
    } else if (ll > 0 && xl * xl > best * ll) {
      scale = xl / ll;
    } else {
      continue;
    }
    best = scale * xl;
    best_inverse = inverse;
  }
  symmetric_codes_of_one(x, best_inverse, length, highest, codes);
  return scale;
}
