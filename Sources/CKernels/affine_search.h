// The search for a sub-block's scale and minimum: ggml's make_qkx2_quants and make_qkx3_quants (which differ in nothing
// that finite weights reach), for 32 sub-blocks at a time. Specified by `AffineSearch`.

/// What is searched, and how.
typedef struct {
  /// Weights of a sub-block.
  int length;
  /// The highest code; the lowest is 0.
  int highest;
  /// The inverse scales that are tried: (first + step * n + highest) / range for n in 0 ... steps.
  float first, step;
  int steps;
  /// Whether errors count by their magnitude, not their square.
  bool absolute;
} affine_parameters;

/// For each sub-block the best fit: weight = scale * code - minimum.
typedef struct {
  float scale[GROUP], minimum[GROUP];
  /// How the codes of the best fit came about: nearest(inverse * (weight - origin)).
  float inverse[GROUP], origin[GROUP];
} affine_fits;

/// The codes for a step width, and the sums of the least-squares fit to them.
typedef struct { wf l, ll, xl; } affine_sums;

KERNEL affine_sums affine_codes(
    const float *x, const float *w, affine_parameters p, wf inverse, wf origin, bool is_small, float *codes) {
  affine_sums sum = {0, 0, 0};
  for (int i = 0; i < p.length; i++) {
    wf weight = load_wide(x + i * GROUP);
    wf code = nearest_wide(inverse * (weight - origin), 0, (float)p.highest, is_small);
    store_wide(codes + i * WIDE, code);
    wf weighted = load_wide(w + i * GROUP) * code;
    sum.l += weighted;
    sum.ll += weighted * code;
    sum.xl += weighted * weight;
  }
  return sum;
}

KERNEL wf affine_error(
    const float *x, const float *w, affine_parameters p, wf scale, wf origin, const float *codes) {
  wf error = 0;
  for (int i = 0; i < p.length; i++) {
    wf difference = scale * load_wide(codes + i * WIDE) + origin - load_wide(x + i * GROUP);
    difference = p.absolute ? magnitude_wide(difference) : difference * difference;
    error += load_wide(w + i * GROUP) * difference;
  }
  return error;
}

/// `x` and `w`: p.length rows of GROUP lanes, the weights and what the error of each counts for.
KERNEL void affine_search(const float *x, const float *w, affine_parameters p, affine_fits *fits) {
  for (int lane = 0; lane < GROUP; lane += WIDE, x += WIDE, w += WIDE) {
    wf codes_storage[32];
    float *codes = (float *)codes_storage;
    wf lowest = load_wide(x), highest = lowest, sum_w = load_wide(w), sum_x = sum_w * lowest;
    for (int i = 1; i < p.length; i++) {
      wf weight = load_wide(x + i * GROUP), factor = load_wide(w + i * GROUP);
      lowest = weight < lowest ? weight : lowest;
      highest = weight > highest ? weight : highest;
      sum_w += factor;
      sum_x += factor * weight;
    }
    wf zero = 0;
    wf bound = magnitude_wide(lowest), other = magnitude_wide(highest);
    bound = other > bound ? other : bound;
    wf origin = lowest > zero ? zero : lowest;
    // A sub-block of one value, not positive, has scale 0 and its value as the minimum.
    wi varies = highest != origin;

    // No product inverse * (weight - origin) is larger than this bound by more than rounding.
    #define PRODUCTS_ARE_SMALL(inverse, origin) \
      __builtin_expect(all_wide(magnitude_wide(inverse) * (bound + magnitude_wide(origin)) < 0x1p21f), 1)

    wf inverse = varies ? (float)p.highest / (highest - origin) : zero;
    wf scale = varies ? 1 / inverse : zero;
    if (PRODUCTS_ARE_SMALL(inverse, origin)) {
      affine_codes(x, w, p, inverse, origin, true, codes);
    } else {
      affine_codes(x, w, p, inverse, origin, false, codes);
    }
    wf best_error = affine_error(x, w, p, scale, origin, codes);
    wf best_inverse = inverse, best_origin = origin;

    for (int n = 0; n <= p.steps; n++) {
      // A better fit has moved the origin, and with it the range.
      inverse = varies ? (p.first + p.step * (float)n + (float)p.highest) / (highest - origin) : zero;
      affine_sums sum;
      if (PRODUCTS_ARE_SMALL(inverse, origin)) {
        sum = affine_codes(x, w, p, inverse, origin, true, codes);
      } else {
        sum = affine_codes(x, w, p, inverse, origin, false, codes);
      }
      wf determinant = sum_w * sum.ll - sum.l * sum.l;
      wf new_scale = (sum_w * sum.xl - sum_x * sum.l) / determinant;
      wf new_origin = (sum.ll * sum_x - sum.l * sum.xl) / determinant;
      wi above = new_origin > zero;
      new_scale = above ? sum.xl / sum.ll : new_scale;
      new_origin = above ? zero : new_origin;
      wf error = affine_error(x, w, p, new_scale, new_origin, codes);
      wi better = (determinant > zero) & (error < best_error) & varies;
      best_error = better ? error : best_error;
      best_inverse = better ? inverse : best_inverse;
      best_origin = better ? origin : best_origin;
      scale = better ? new_scale : scale;
      origin = better ? new_origin : origin;
    }
    #undef PRODUCTS_ARE_SMALL
    store_wide(fits->scale + lane, scale);
    store_wide(fits->minimum + lane, -origin);
    store_wide(fits->inverse + lane, best_inverse);
    store_wide(fits->origin + lane, best_origin);
  }
}
