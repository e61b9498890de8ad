// What is asked of weights besides their blocks: whether they are finite, and how far decoded ones are from the originals.

static bool all_finite(const float *x, size_t count) {
  vu found = 0;
  size_t i = 0;
  // All ones in the exponent: adding one to it carries into the sign.
  for (; i + LANES <= count; i += LANES) found |= ((vu)load(x + i) & 0x7FFFFFFF) + 0x00800000;
  if (i < count) {
    float rest[LANES] = {0};
    memcpy(rest, x + i, (count - i) * sizeof(float));
    found |= ((vu)load(rest) & 0x7FFFFFFF) + 0x00800000;
  }
  return (__builtin_reduce_or(found) & 0x80000000) == 0;
}

typedef double vd __attribute__((ext_vector_type(16)));
typedef int64_t vl __attribute__((ext_vector_type(16)));

KERNEL vd magnitude_in_double(vd x) { return (vd)((vl)x & 0x7FFFFFFFFFFFFFFF); }

/// The sum of sixteen numbers: halves are added until one is left.
KERNEL double sum_of_halves(vd v) {
  typedef double v8 __attribute__((ext_vector_type(8)));
  typedef double v4 __attribute__((ext_vector_type(4)));
  v8 a = v.lo + v.hi;
  v4 b = a.lo + a.hi;
  return (b.x + b.z) + (b.y + b.w);
}

/// Sixteen sums each, the largest error, and the range of the classes of errors.
typedef struct {
  vd error, signal, decoded, product, absolute, largest;
  vu lowest, highest;
} sums_beside;

/// Counts sixteen errors by the upper bits of their magnitude. Four tables take turns, so that one count need not wait for
/// the one before.
KERNEL void count_sixteen(vf original, vf decoded, sums_beside *sums, uint32_t *counts) {
  typedef uint64_t pairs __attribute__((ext_vector_type(8)));
  vu classes = ((vu)(decoded - original) & 0x7FFFFFFF) >> GGUF_ERROR_CLASS_SHIFT;
  // Class 0 is counted like the others, and is not part of the range.
  vu positive = classes == 0 ? 0xFFFFFFFF : classes;
  sums->lowest = positive < sums->lowest ? positive : sums->lowest;
  sums->highest = classes > sums->highest ? classes : sums->highest;
  for (int i = 0; i < 8; i += 2) {
    uint64_t first = ((pairs)classes)[i], second = ((pairs)classes)[i + 1];
    // Told that classes are small, clang 21 forgets to cut off the upper half of `first`; so it is not told.
    __asm__("" : "+r"(first), "+r"(second));
    counts[(uint32_t)first]++;
    counts[GGUF_ERROR_TABLE + (first >> 32)]++;
    counts[2 * GGUF_ERROR_TABLE + (uint32_t)second]++;
    counts[3 * GGUF_ERROR_TABLE + (second >> 32)]++;
  }
}

/// Adds sixteen weights to all sums but that of the squared errors, and gives these.
KERNEL vd measure_sixteen(vf original, vf decoded, sums_beside *sums) {
  vd x = __builtin_convertvector(original, vd), y = __builtin_convertvector(decoded, vd);
  vd difference = y - x, size = magnitude_in_double(difference);
  sums->signal += x * x;
  sums->decoded += y * y;
  sums->product += x * y;
  sums->absolute += size;
  sums->largest = size > sums->largest ? size : sums->largest;
  return difference * difference;
}

/// Whether the next sixteen are counted; `turn` goes on.
KERNEL bool is_counted(uint32_t *turn, const gguf_error_counts *errors) { return ((*turn)++ & (errors->every - 1)) == 0; }

/// Both.
KERNEL vd measure_at(
    const float *original, const float *decoded, sums_beside *sums, uint32_t *turn, const gguf_error_counts *errors) {
  vf x = load(original), y = load(decoded);
  if (is_counted(turn, errors)) count_sixteen(x, y, sums, errors->counts);
  return measure_sixteen(x, y, sums);
}

static void measure(
    const float *original, const float *decoded, size_t count, size_t block_length, gguf_loss *loss,
    gguf_error_counts *errors) {
  sums_beside sums = {.lowest = errors->lowest, .highest = errors->highest};
  const gguf_error_counts given = *errors;
  uint32_t turn = given.phase;
  *loss = (gguf_loss){0};
  size_t i = 0;
  for (size_t block = 0; block_length >= LANES && i + block_length <= count; block++) {
    vd error = 0;
    for (size_t end = i + block_length; i < end; i += LANES) {
      error += measure_at(original + i, decoded + i, &sums, &turn, &given);
    }
    sums.error += error;
    double of_block = sum_of_halves(error);
    if (of_block > loss->worst_block_error) {
      loss->worst_block_error = of_block;
      loss->worst_block = block;
    }
  }
  for (; i + LANES <= count; i += LANES) sums.error += measure_at(original + i, decoded + i, &sums, &turn, &given);
  if (i < count) {
    // Two zeros add nothing to the sums; what they add to class 0 is taken away again.
    float rest[2][LANES] = {{0}, {0}};
    memcpy(rest[0], original + i, (count - i) * sizeof(float));
    memcpy(rest[1], decoded + i, (count - i) * sizeof(float));
    uint32_t last = turn;
    sums.error += measure_at(rest[0], rest[1], &sums, &turn, &given);
    if (is_counted(&last, &given)) given.counts[3 * GGUF_ERROR_TABLE] -= (uint32_t)(LANES - (count - i));
  }
  loss->squared_error = sum_of_halves(sums.error);
  loss->squared_signal = sum_of_halves(sums.signal);
  loss->squared_decoded = sum_of_halves(sums.decoded);
  loss->product = sum_of_halves(sums.product);
  loss->absolute_error = sum_of_halves(sums.absolute);
  for (int lane = 0; lane < LANES; lane++) {
    if (sums.largest[lane] > loss->largest_error) loss->largest_error = sums.largest[lane];
  }
  errors->lowest = __builtin_reduce_min(sums.lowest);
  errors->highest = __builtin_reduce_max(sums.highest);
}
