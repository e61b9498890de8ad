// The search for the unit of a superblock's scales or minimums under weights: ggml's make_qp_quants. Specified by
// `PositiveSearch`.

/// Codes are 0 ... highest for values that are not negative; returns the unit.
static float positive_search(const float *x, const float *w, int length, int highest, uint8_t *codes) {
  float top = 0;
  for (int i = 0; i < length; i++) top = top > x[i] ? top : x[i];
  if (top < NEGLIGIBLE) {
    for (int i = 0; i < length; i++) codes[i] = 0;
    return 0;
  }
  float inverse = (float)highest / top, unit = 1 / inverse, best = 0;
  for (int i = 0; i < length; i++) {
    float difference = x[i] - unit * (float)(uint8_t)nearest_integer(inverse * x[i]);
    best += w[i] * difference * difference;
  }
  for (int n = -4; n <= 4; n++) {
    if (n == 0) continue;
    float other = (0.1f * (float)n + (float)highest) / top, other_unit = 1 / other, error = 0;
    for (int i = 0; i < length; i++) {
      int32_t code = nearest_integer(other * x[i]);
      code = code < highest ? code : highest;
      float difference = x[i] - other_unit * (float)code;
      error += w[i] * difference * difference;
    }
    if (error < best) best = error, inverse = other;
  }
  float xl = 0, ll = 0;
  for (int i = 0; i < length; i++) {
    int32_t code = nearest_integer(inverse * x[i]);
    code = code < highest ? code : highest;
    codes[i] = (uint8_t)code;
    xl += w[i] * x[i] * (float)code;
    ll += w[i] * (float)code * (float)code;
  }
  // Each code in turn is moved to where the others' unit would have it, as long as that helps.
  for (int round = 0; round < 5; round++) {
    bool changed = false;
    for (int i = 0; i < length; i++) {
      float code = (float)codes[i];
      float new_xl = xl - w[i] * x[i] * code, new_ll = ll - w[i] * code * code;
      if (!(new_xl > 0 && new_ll > 0)) continue;
      int32_t new_code = nearest_integer(x[i] * new_ll / new_xl);
      new_code = new_code < highest ? new_code : highest;
      if (new_code == (int32_t)codes[i]) continue;
      new_xl += w[i] * x[i] * (float)new_code;
      new_ll += w[i] * (float)new_code * (float)new_code;
      if (new_xl * new_xl * ll > xl * xl * new_ll) {
        codes[i] = (uint8_t)new_code;
        xl = new_xl;
        ll = new_ll;
        changed = true;
      }
    }
    if (!changed) break;
  }
  // ggml gives 0 where the sum is NaN, and so makes zeros of all weights; NaN makes the block one that is refused.
  return ll > 0 || ll != ll ? xl / ll : 0;
}
