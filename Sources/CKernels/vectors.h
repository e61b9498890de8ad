// Vectors and what all kernels do with them. Compiled once for each instruction set, behind its `target` attribute.
//
// A vector has 16 elements in every set, whatever the width of a register: the compiler splits it. That makes one source
// for all, and on narrow machines it hides the latency of the long sums.

#include <stdint.h>
#include <string.h>

#define KERNEL static inline __attribute__((always_inline))

enum { LANES = 16 };
typedef float vf __attribute__((ext_vector_type(16)));
typedef int32_t vi __attribute__((ext_vector_type(16)));
typedef uint32_t vu __attribute__((ext_vector_type(16)));
typedef uint16_t vu16 __attribute__((ext_vector_type(16)));
typedef uint8_t vu8 __attribute__((ext_vector_type(16)));
typedef int8_t vi8 __attribute__((ext_vector_type(16)));

KERNEL vf load(const float *p) { vf v; memcpy(&v, p, sizeof v); return v; }
KERNEL void store(float *p, vf v) { memcpy(p, &v, sizeof v); }
KERNEL vu8 load_bytes(const uint8_t *p) { vu8 v; memcpy(&v, p, sizeof v); return v; }
KERNEL void store_bytes(uint8_t *p, vu8 v) { memcpy(p, &v, sizeof v); }

// The order of the operands is that of `if (x > maximum) maximum = x`: NaN and equal values change nothing.
KERNEL vf larger(vf maximum, vf x) { return x > maximum ? x : maximum; }
KERNEL vf smaller(vf minimum, vf x) { return x < minimum ? x : minimum; }
KERNEL vf magnitude(vf x) { return (vf)((vi)x & 0x7FFFFFFF); }
KERNEL vf root(vf x) { return __builtin_elementwise_sqrt(x); }

KERNEL bool any(vi mask) { return __builtin_reduce_or(mask) != 0; }

KERNEL vf floats(vi v) { return __builtin_convertvector(v, vf); }
/// The integer part. Only for what an int32 holds.
KERNEL vi integers(vf v) { return __builtin_convertvector(v, vi); }
KERNEL vf floats_of_bytes(vu8 v) { return __builtin_convertvector(__builtin_convertvector(v, vi), vf); }
/// Bytes less the one that stands for zero.
KERNEL vf floats_of_levels(vu8 v, uint8_t zero) {
#if SET_AVX2 || SET_NEON
  return floats(__builtin_convertvector((vi8)(v - zero), vi));
#else
  // Exact: 2^23 has the byte in its low bits. Widening with a sign costs more without an instruction for it.
  return (vf)(__builtin_convertvector(v, vu) | 0x4B000000) - (8388608.0f + (float)zero);
#endif
}
/// The values of signed bytes.
KERNEL vf floats_of_signed_bytes(vu8 v) { return floats_of_levels(v ^ 128, 128); }
/// The low byte of each element.
KERNEL vu8 low_bytes(vi v) { return __builtin_convertvector(v, vu8); }

/// The nearest integer, ties to even, clamped: ggml's `nearest_int` between two bounds, for every input. The sum with
/// 1.5 x 2^23 has the integer in its low bits; beyond 2^22, for infinity and for NaN they are what they are.
KERNEL vi nearest(vf value, int32_t lowest, int32_t highest) {
  vi bits = (vi)(value + 12582912.0f) & 0x007FFFFF;
  vi low = 0x00400000 + lowest, high = 0x00400000 + highest;
  bits = bits < low ? low : bits;
  bits = bits > high ? high : bits;
  return bits - 0x00400000;
}

/// ggml's `nearest_int` of one value.
KERNEL int32_t nearest_integer(float value) {
  float sum = value + 12582912.0f;
  int32_t bits; memcpy(&bits, &sum, 4);
  return (bits & 0x007FFFFF) - 0x00400000;
}

/// The nearest integer, ties away from zero (C's `roundf`). Only for what an int32 holds.
KERNEL vi rounded_away(vf value) {
  // The largest float below one half: with one half itself, the sum of 0.49999997 would round up to 1.
  vf half = (vf)(((vi)value & (int32_t)0x80000000) | 0x3EFFFFFF);
  return integers(value + half);
}

/// The largest element of both.
KERNEL float largest(vf v) {
  typedef float v8 __attribute__((ext_vector_type(8)));
  typedef float v4 __attribute__((ext_vector_type(4)));
  v8 a = v.lo > v.hi ? v.lo : v.hi;
  v4 b = a.lo > a.hi ? a.lo : a.hi;
  float x = b.x > b.z ? b.x : b.z, y = b.y > b.w ? b.y : b.w;
  return x > y ? x : y;
}

/// 1 / d; 0 where d is zero of either sign, or so small that 1 / d is infinite.
KERNEL float finite_reciprocal(float d) {
  float inverse = d == 0 ? 0 : 1 / d;
  return __builtin_isinf(inverse) ? 0 : inverse;
}

/// Whether a search found no scale because its sums overflowed. ggml then makes zeros of the weights; the codecs write a
/// scale that is not finite, so that the block is refused. formats/errata.md.
KERNEL bool any_nan(const float *scales, int count) {
  bool found = false;
  for (int i = 0; i < count; i++) found |= scales[i] != scales[i];
  return found;
}

/// Four bytes, little-endian.
KERNEL uint32_t load_u32(const uint8_t *p) {
  return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}
