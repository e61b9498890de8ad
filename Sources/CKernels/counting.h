// How often each code is there, and each exponent. formats/statistics.md.

/// Adds how often each of `values` is among `count` codes to `counts`; a value may stand there several times.
static void count_codes(
    const int8_t *codes, size_t count, const int8_t *values, size_t value_count, uint64_t *counts) {
  typedef uint16_t wide64 __attribute__((ext_vector_type(64)));
  // A lane counts to 255 at most.
  enum { STRETCH = 64 * 128 };
  for (size_t start = 0; start < count; start += STRETCH) {
    const int8_t *from = codes + start;
    const size_t length = count - start < STRETCH ? count - start : STRETCH, whole = length / 64 * 64;
    for (size_t value = 0; value < value_count; value += 2) {
      const int8_t first = values[value], second = values[value + 1 < value_count ? value + 1 : value];
      codes64 of_first = 0, of_second = 0;
      for (size_t i = 0; i < whole; i += 64) {
        codes64 q = load_codes(from + i);
        of_first -= (codes64)(q == first);
        of_second -= (codes64)(q == second);
      }
      uint32_t found[2] = {
        __builtin_reduce_add(__builtin_convertvector((bytes64)of_first, wide64)),
        __builtin_reduce_add(__builtin_convertvector((bytes64)of_second, wide64)),
      };
      for (size_t i = whole; i < length; i++) {
        found[0] += from[i] == first;
        found[1] += from[i] == second;
      }
      counts[value] += found[0];
      if (value + 1 < value_count) counts[value + 1] += found[1];
    }
  }
}

/// Counts bytes in four tables, which take turns, so that one count need not wait for the one before.
static void tally_bytes(const uint8_t *bytes, size_t count, uint32_t *tables) {
  size_t i = 0;
  for (; i + 8 <= count; i += 8) {
    uint64_t eight;
    memcpy(&eight, bytes + i, sizeof eight);
    for (int byte = 0; byte < 8; byte++) tables[GGUF_TALLY_TABLE * (byte & 3) + (eight >> (8 * byte) & 255)]++;
  }
  for (; i < count; i++) tables[bytes[i]]++;
}

/// Counts the exponents of binary32 numbers, as they are stored, alike.
static void tally_exponents(const float *weights, size_t count, uint32_t *tables) {
  size_t i = 0;
  for (; i + 4 <= count; i += 4) {
    uint64_t pairs[2];
    memcpy(pairs, weights + i, sizeof pairs);
    tables[pairs[0] >> 23 & 255]++;
    tables[GGUF_TALLY_TABLE + (pairs[0] >> 55 & 255)]++;
    tables[2 * GGUF_TALLY_TABLE + (pairs[1] >> 23 & 255)]++;
    tables[3 * GGUF_TALLY_TABLE + (pairs[1] >> 55 & 255)]++;
  }
  for (; i < count; i++) {
    uint32_t bits;
    memcpy(&bits, weights + i, sizeof bits);
    tables[bits >> 23 & 255]++;
  }
}
