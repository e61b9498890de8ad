// What weights are that are taken apart (unpacking.h): weight i is steps[i / 16] * codes[i] + offsets[i / 16], a real
// number. formats/statistics.md.

typedef int8_t codes64 __attribute__((ext_vector_type(64)));
typedef uint8_t bytes64 __attribute__((ext_vector_type(64)));
typedef bool mask64 __attribute__((ext_vector_type(64)));
typedef bool mask16 __attribute__((ext_vector_type(16)));

KERNEL codes64 load_codes(const int8_t *p) { codes64 v; memcpy(&v, p, sizeof v); return v; }

/// How many of 64 are all ones; the others are zero.
KERNEL uint32_t count_of_ones(codes64 ones) {
  mask64 mask = __builtin_convertvector(ones, mask64);
  uint64_t bits;
  memcpy(&bits, &mask, sizeof bits);
  return (uint32_t)__builtin_popcountll(bits);
}

/// How many of `count` codes, a multiple of 16, are `code`.
KERNEL uint32_t count_of_code(const int8_t *codes, int count, int8_t code) {
  uint32_t found = 0;
  int i = 0;
  for (; i + 64 <= count; i += 64) found += count_of_ones((codes64)(load_codes(codes + i) == code));
  for (; i < count; i++) found += codes[i] == code;
  return found;
}

/// A bit for each element that is all ones; the others are zero.
KERNEL uint32_t bits_of(vi ones) {
  mask16 mask = __builtin_convertvector(ones, mask16);
  uint16_t bits;
  memcpy(&bits, &mask, sizeof bits);
  return bits;
}
KERNEL uint32_t bits_of_long(vl ones) { return bits_of(__builtin_convertvector(ones, vi)); }

static const int8_t ones[256] = {
#define SIXTEEN_ONES 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1
  SIXTEEN_ONES, SIXTEEN_ONES, SIXTEEN_ONES, SIXTEEN_ONES, SIXTEEN_ONES, SIXTEEN_ONES, SIXTEEN_ONES, SIXTEEN_ONES,
  SIXTEEN_ONES, SIXTEEN_ONES, SIXTEEN_ONES, SIXTEEN_ONES, SIXTEEN_ONES, SIXTEEN_ONES, SIXTEEN_ONES, SIXTEEN_ONES,
#undef SIXTEEN_ONES
};

/// Counts the weights of sixteen with a step or an offset that is not finite. Those of an infinite step and the code 0
/// are not numbers, as they decode.
static void count_group_not_finite(const int8_t *codes, double step, double offset, gguf_moments *moments) {
  for (int i = 0; i < LANES; i++) count_not_finite(step * codes[i] + offset, moments);
}

/// Takes the range of sixteen weights, finite ones, into account.
static void widen_range(const int8_t *codes, double step, double offset, gguf_moments *moments) {
  vi8 q;
  memcpy(&q, codes, sizeof q);
  double a = step * __builtin_reduce_min(q) + offset, b = step * __builtin_reduce_max(q) + offset;
  if (a < moments->smallest) moments->smallest = a;
  if (b < moments->smallest) moments->smallest = b;
  if (a > moments->largest) moments->largest = a;
  if (b > moments->largest) moments->largest = b;
}

/// The zeros among sixteen times sixteen weights, of which those of the groups in `groups` count. Where a step and an
/// offset are zero, all are; else those whose code times the step is the offset, with the other sign.
KERNEL uint64_t zeros_of_groups(const int8_t *codes, vd step, vd offset, uint32_t groups) {
  const uint32_t without_step = bits_of_long(step == 0) & groups;
  if (__builtin_expect(without_step == 0 && bits_of_long(offset != 0) == 0, 1) && groups == 0xFFFF) {
    return count_of_code(codes, 256, 0);
  }
  uint64_t zeros = 16 * (uint64_t)__builtin_popcount(without_step & bits_of_long(offset == 0));
  vd ratio = -offset / (step == 0 ? 1 : step);
  // Beyond what a code is, there is none; and an integer must hold it.
  ratio = ratio >= -128 && ratio <= 127 ? ratio : 0.5;
  vi code = __builtin_convertvector(ratio, vi);
  uint32_t exact = bits_of_long(step * __builtin_convertvector(code, vd) + offset == 0) & groups & ~without_step;
  for (; exact != 0; exact &= exact - 1) {
    int g = __builtin_ctz(exact);
    zeros += count_of_code(codes + 16 * g, 16, (int8_t)code[g]);
  }
  return zeros;
}

/// The number of blocks of `length` groups (2, 4, 8 or 16) whose groups are all set.
KERNEL uint32_t whole_blocks(uint32_t groups, uint32_t length) {
  if (__builtin_expect(groups == 0, 1)) return 0;
  // A bit is then set where it and the next `length - 1` were; it counts where a block begins.
  for (uint32_t width = 1; width < length; width *= 2) groups &= groups >> width;
  return (uint32_t)__builtin_popcount(groups & 0xFFFFu / ((1u << length) - 1));
}

/// A stretch of `count` groups of sixteen weights: the sums of group g are in lane g mod 16. Codes are from `lowest` to
/// `highest`, and blocks have `block_groups` groups, of which the stretch has whole ones.
static void code_moments(
    const int8_t *codes, const float *steps, const float *offsets, size_t count, int lowest, int highest,
    uint32_t block_groups, gguf_moments *moments) {
  vd sum = 0, squares = 0;
  for (size_t i = 0; i < count; i += LANES) {
    const int8_t *q = codes + 16 * i;
    vf s = 0, o = 0;
    uint32_t groups = 0xFFFF;
    int8_t rest[256];
    if (__builtin_expect(count - i < LANES, 0)) {
      groups = (1u << (count - i)) - 1;
      memset(rest, 0, sizeof rest);
      memcpy(rest, q, 16 * (count - i));
      memcpy(&s, steps + i, (count - i) * sizeof(float));
      memcpy(&o, offsets + i, (count - i) * sizeof(float));
      q = rest;
    } else {
      s = load(steps + i);
      o = load(offsets + i);
    }
    // All ones in the exponent: adding one to it carries into the sign.
    uint32_t bad = bits_of((vi)((((vu)s & 0x7FFFFFFF) + 0x00800000) | (((vu)o & 0x7FFFFFFF) + 0x00800000)) < 0);
    if (__builtin_expect(bad != 0, 0)) {
      groups &= ~bad;
      for (; bad != 0; bad &= bad - 1) {
        int g = __builtin_ctz(bad);
        count_group_not_finite(q + 16 * g, s[g], o[g], moments);
        s[g] = 0;
        o[g] = 0;
      }
    }
    vd step = __builtin_convertvector(s, vd), offset = __builtin_convertvector(o, vd);
    vd of_codes = __builtin_convertvector(dots_of_sixteen(q, ones), vd);
    vd of_squares = __builtin_convertvector(dots_of_sixteen(q, q), vd);
    vd square = (step * step * of_squares + 2 * (step * offset) * of_codes) + 16 * (offset * offset);
    // Rounding could leave less than nothing.
    square = square > 0 ? square : 0;
    sum += step * of_codes + 16 * offset;
    squares += square;
    moments->zero_blocks += whole_blocks(bits_of_long(square == 0) & groups, block_groups);
    moments->zeros += zeros_of_groups(q, step, offset, groups);
    // The codes are looked at only where they could be beyond what was seen.
    vd a = step * lowest + offset, b = step * highest + offset;
    vl beyond = ((a < b ? a : b) < moments->smallest) | ((a < b ? b : a) > moments->largest);
    for (uint32_t far = bits_of_long(beyond) & groups; far != 0; far &= far - 1) {
      int g = __builtin_ctz(far);
      widen_range(q + 16 * g, step[g], offset[g], moments);
    }
  }
  moments->sum = sum_of_halves(sum);
  moments->squares = sum_of_halves(squares);
}
