// The method `search` for superblocks: whole-number scales and minimums around those of the sub-blocks' best fits, tried
// with the superblock's units as they are stored; then the units of least squares for them; and again. Specified by
// `SuperblockSearch`; formats/search.md.

typedef struct {
  /// Weights of a sub-block: 16 or 32.
  int length;
  code_values values;
  /// The whole numbers that scales, and minimums, may be. `highest_minimum` is 0 where there are none.
  float lowest_scale, highest_scale, highest_minimum;
  /// How far from the fits they are tried.
  int reach_of_scale, reach_of_minimum;
} superblock_form;

/// For each sub-block its scale and minimum, whole numbers, and the units of its superblock:
/// weight = d * scale * value - dmin * minimum.
typedef struct {
  float scale[GROUP], minimum[GROUP], d[GROUP], dmin[GROUP];
} superblock_fits;

/// The error of sub-blocks with that step and shift.
KERNEL wf sub_block_error(const float *x, const float *w, superblock_form form, wf step, wf shift) {
  wf inverse = reciprocal_wide(step), sum = 0;
  for (int i = 0; i < form.length; i++) {
    wf weight = load_wide(x + i * GROUP);
    wf error = step * nearest_value(form.values, (weight + shift) * inverse) - shift - weight;
    wf factor_error = w ? load_wide(w + i * GROUP) * error : error;
    sum += factor_error * error;
  }
  return sum;
}

KERNEL wf between(wf x, float lowest, float highest) {
  wf low = lowest, high = highest;
  x = x > low ? x : low;
  return x < high ? x : high;
}

/// Moves scales and minimums to the best ones in reach, and writes the errors that they leave.
KERNEL void search_neighbours(
    const float *x, const float *w, superblock_form form, int reach_of_scale, int reach_of_minimum,
    superblock_fits *fits, float *errors) {
  const wf middle = (form.values.lowest + form.values.highest) / 2;
  for (int lane = 0; lane < GROUP; lane += WIDE) {
    wf d = load_wide(fits->d + lane), dmin = load_wide(fits->dmin + lane), inverse = reciprocal_wide(dmin);
    wf scale = load_wide(fits->scale + lane), minimum = load_wide(fits->minimum + lane);
    wf best = __builtin_inff(), best_scale = scale, best_minimum = minimum;
    for (int a = -reach_of_scale; a <= reach_of_scale; a++) {
      wf tried = between(scale + (float)a, form.lowest_scale, form.highest_scale);
      // With another scale the minimum moves so that the middle of the codes stays where it is.
      wf moved = minimum + middle * (tried - scale) * d * inverse;
      moved = between(moved, 0, form.highest_minimum) + 12582912.0f - 12582912.0f;
      for (int b = -reach_of_minimum; b <= reach_of_minimum; b++) {
        wf tried_minimum = between(moved + (float)b, 0, form.highest_minimum);
        wf error = sub_block_error(x + lane, w ? w + lane : NULL, form, d * tried, dmin * tried_minimum);
        wi better = error < best;
        best = better ? error : best;
        best_scale = better ? tried : best_scale;
        best_minimum = better ? tried_minimum : best_minimum;
      }
    }
    store_wide(fits->scale + lane, best_scale);
    store_wide(fits->minimum + lane, best_minimum);
    store_wide(errors + lane, best);
  }
}

/// The units of least squares for the scales, the minimums and the codes that go with them; where there are none, the
/// units stay.
KERNEL void fit_units(const float *x, const float *w, superblock_form form, superblock_fits *fits) {
  // Of factors of d, and of dmin: sums of products with each other and with the weights.
  float aa[GROUP], ab[GROUP], bb[GROUP], ax[GROUP], bx[GROUP];
  for (int lane = 0; lane < GROUP; lane += WIDE) {
    wf scale = load_wide(fits->scale + lane), of_dmin = -load_wide(fits->minimum + lane);
    wf step = load_wide(fits->d + lane) * scale, shift = load_wide(fits->dmin + lane) * -of_dmin;
    wf inverse = reciprocal_wide(step);
    wf saa = 0, sab = 0, sbb = 0, sax = 0, sbx = 0;
    for (int i = 0; i < form.length; i++) {
      wf weight = load_wide(x + lane + i * GROUP);
      wf of_d = scale * nearest_value(form.values, (weight + shift) * inverse);
      wf factor_d = w ? load_wide(w + lane + i * GROUP) * of_d : of_d;
      wf factor_dmin = w ? load_wide(w + lane + i * GROUP) * of_dmin : of_dmin;
      saa += factor_d * of_d;
      sab += factor_d * of_dmin;
      sbb += factor_dmin * of_dmin;
      sax += factor_d * weight;
      sbx += factor_dmin * weight;
    }
    store_wide(aa + lane, saa);
    store_wide(ab + lane, sab);
    store_wide(bb + lane, sbb);
    store_wide(ax + lane, sax);
    store_wide(bx + lane, sbx);
  }
  const int subs = 256 / form.length;
  for (int first = 0; first < GROUP; first += subs) {
    float saa = 0, sab = 0, sbb = 0, sax = 0, sbx = 0;
    for (int j = first; j < first + subs; j++) {
      saa += aa[j];
      sab += ab[j];
      sbb += bb[j];
      sax += ax[j];
      sbx += bx[j];
    }
    float d, dmin = fits->dmin[first];
    if (sbb == 0) {
      d = sax / saa;
    } else {
      float determinant = saa * sbb - sab * sab;
      d = (sax * sbb - sbx * sab) / determinant;
      dmin = (sbx * saa - sax * sab) / determinant;
    }
    d = half_value(half_bits(d));
    dmin = half_value(half_bits(dmin));
    float size = form.lowest_scale < 0 ? __builtin_fabsf(d) : d;
    // NaN and infinity are not.
    bool usable = size > 0 && size <= 65504 && dmin >= 0 && dmin <= 65504;
    for (int j = first; usable && j < first + subs; j++) fits->d[j] = d, fits->dmin[j] = dmin;
  }
}

/// From first fits of scales and minimums to whole numbers and units.
KERNEL void search_superblocks(
    const float *x, const float *w, superblock_form form, const float *scales, const float *minimums,
    superblock_fits *best) {
  const int subs = 256 / form.length;
  superblock_fits fits;
  float best_error[GROUP], errors[GROUP];
  for (int first = 0; first < GROUP; first += subs) {
    float extreme = extreme_of_one(scales + first, subs), top = 0;
    for (int j = first; minimums && j < first + subs; j++) top = minimums[j] > top ? minimums[j] : top;
    float d = half_value(half_bits(extreme / (form.lowest_scale < 0 ? form.lowest_scale : form.highest_scale)));
    float dmin = minimums ? half_value(half_bits(top / form.highest_minimum)) : 0;
    // A scale below zero, which fits have where few columns count, is none.
    if (form.lowest_scale == 0 && d < 0) d = 0;
    float inverse = d == 0 ? 0 : 1 / d, inverse_dmin = dmin == 0 ? 0 : 1 / dmin;
    for (int j = first; j < first + subs; j++) {
      fits.d[j] = d;
      fits.dmin[j] = dmin;
      fits.scale[j] = scales[j] * inverse;
      fits.minimum[j] = minimums ? minimums[j] * inverse_dmin : 0;
      best_error[j] = __builtin_inff();
      best->scale[j] = best->minimum[j] = best->d[j] = best->dmin[j] = 0;
    }
  }
  for (int lane = 0; lane < GROUP; lane += WIDE) {
    wf scale = between(load_wide(fits.scale + lane), form.lowest_scale, form.highest_scale);
    wf minimum = between(load_wide(fits.minimum + lane), 0, form.highest_minimum);
    store_wide(fits.scale + lane, scale + 12582912.0f - 12582912.0f);
    store_wide(fits.minimum + lane, minimum + 12582912.0f - 12582912.0f);
  }
  for (int round = 0; round < 3; round++) {
    bool is_last = round == 2;
    search_neighbours(
        x, w, form, is_last ? 0 : form.reach_of_scale >> round, is_last ? 0 : form.reach_of_minimum >> round, &fits, errors);
    for (int first = 0; first < GROUP; first += subs) {
      float sum = 0;
      for (int j = first; j < first + subs; j++) sum += errors[j];
      if (!(sum < best_error[first])) continue;
      best_error[first] = sum;
      for (int j = first; j < first + subs; j++) {
        best->scale[j] = fits.scale[j];
        best->minimum[j] = fits.minimum[j];
        best->d[j] = fits.d[j];
        best->dmin[j] = fits.dmin[j];
      }
    }
    if (!is_last) fit_units(x, w, form, &fits);
  }
}

/// The codes of the superblock whose first sub-block is `first`, of which `x` are the weights.
KERNEL void superblock_codes(
    const float *x, superblock_form form, const superblock_fits *fits, int first, uint8_t codes[256]) {
  for (int i = 0; i < 256; i += 16) {
    int j = first + i / form.length;
    float step = fits->d[j] * fits->scale[j], shift = fits->dmin[j] * fits->minimum[j];
    float inverse = step == 0 ? 0 : 1 / step;
    store_bytes(codes + i, nearest_codes(form.values, (load(x + i) + shift) * inverse));
  }
}
