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

/// Sixteen sums each, and the largest error.
typedef struct { vd error, signal, decoded, product, absolute, largest; } sums_beside;

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

static void measure(
    const float *original, const float *decoded, size_t count, size_t block_length, gguf_loss *loss) {
  sums_beside sums = {0};
  *loss = (gguf_loss){0};
  size_t i = 0;
  for (size_t block = 0; block_length >= LANES && i + block_length <= count; block++) {
    vd error = 0;
    for (size_t end = i + block_length; i < end; i += LANES) {
      error += measure_sixteen(load(original + i), load(decoded + i), &sums);
    }
    sums.error += error;
    double of_block = sum_of_halves(error);
    if (of_block > loss->worst_block_error) {
      loss->worst_block_error = of_block;
      loss->worst_block = block;
    }
  }
  for (; i + LANES <= count; i += LANES) sums.error += measure_sixteen(load(original + i), load(decoded + i), &sums);
  if (i < count) {
    // Two zeros add nothing.
    float rest[2][LANES] = {{0}, {0}};
    memcpy(rest[0], original + i, (count - i) * sizeof(float));
    memcpy(rest[1], decoded + i, (count - i) * sizeof(float));
    sums.error += measure_sixteen(load(rest[0]), load(rest[1]), &sums);
  }
  loss->squared_error = sum_of_halves(sums.error);
  loss->squared_signal = sum_of_halves(sums.signal);
  loss->squared_decoded = sum_of_halves(sums.decoded);
  loss->product = sum_of_halves(sums.product);
  loss->absolute_error = sum_of_halves(sums.absolute);
  for (int lane = 0; lane < LANES; lane++) {
    if (sums.largest[lane] > loss->largest_error) loss->largest_error = sums.largest[lane];
  }
}

/// Counts each error in one of GGUF_ERROR_CLASSES by the upper bits of its magnitude. Four tables take turns, so that
/// one count need not wait for the one before.
static void count_errors(
    const float *original, const float *decoded, size_t count, uint32_t *counts, uint32_t *lowest, uint32_t *highest) {
  uint32_t *tables[4];
  for (int t = 0; t < 4; t++) tables[t] = counts + (size_t)t * GGUF_ERROR_CLASSES;
  vu low = *lowest, high = *highest;
  size_t i = 0;
  for (; i + LANES <= count; i += LANES) {
    vu classes = ((vu)(load(decoded + i) - load(original + i)) & 0x7FFFFFFF) >> GGUF_ERROR_CLASS_SHIFT;
    // Class 0 is counted like the others, and needs no search.
    vu positive = classes == 0 ? 0xFFFFFFFF : classes;
    low = positive < low ? positive : low;
    high = classes > high ? classes : high;
    uint32_t places[LANES];
    memcpy(places, &classes, sizeof places);
    for (int lane = 0; lane < LANES; lane++) tables[lane & 3][places[lane]]++;
  }
  for (; i < count; i++) {
    float difference = decoded[i] - original[i];
    uint32_t bits;
    memcpy(&bits, &difference, 4);
    uint32_t class = (bits & 0x7FFFFFFF) >> GGUF_ERROR_CLASS_SHIFT;
    if (class && class < low[0]) low[0] = class;
    if (class > high[0]) high[0] = class;
    tables[i & 3][class]++;
  }
  *lowest = __builtin_reduce_min(low);
  *highest = __builtin_reduce_max(high);
}
