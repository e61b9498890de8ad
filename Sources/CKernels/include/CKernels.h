/// Quantization kernels: the same bytes as the scalar codecs of `Quantization`, many weights at a time.
///
/// Every kernel is one source in clang's vector types, compiled once for each instruction set. No I/O, no allocation, no
/// state. Arithmetic is IEEE 754 binary32 in the order that formats/ gives, without fused multiply-add.
#ifndef CKERNELS_H
#define CKERNELS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// A row of a constant table: any thread may have it.
#define GGUF_CONSTANT __attribute__((swift_attr("@Sendable")))

/// What one instruction set does with one element type. Weights are binary32 in the machine's order; blocks stand one
/// behind the other, of any alignment, and are little-endian. Nothing overlaps.
typedef struct GGUF_CONSTANT {
  /// The name of the element type, as `ElementType` has it.
  const char *type;
  /// Weights and bytes of a block.
  uint32_t block_length, block_bytes;
  /// Encodes `count` blocks of finite weights; NULL where the type is only decoded.
  void (*encode)(const float *weights, uint8_t *blocks, size_t count);
  /// Encodes one row of `count` blocks. `importance` has one finite factor, not negative, for each column; NULL where
  /// ggml's quantizer takes none.
  void (*encode_row)(const float *row, const float *importance, uint8_t *blocks, size_t count);
  /// Decodes `count` blocks: any bytes.
  void (*decode)(const uint8_t *blocks, float *weights, size_t count);
} gguf_kernel;

/// How far decoded weights are from the originals, in binary64.
typedef struct GGUF_CONSTANT {
  /// The sums of (decoded - original)^2 and of original^2.
  double squared_error, squared_signal;
  /// The largest |decoded - original|.
  double largest_error;
} gguf_round_trip;

/// The kernels of one instruction set.
typedef struct GGUF_CONSTANT {
  const char *name;
  /// Whether this processor (and its system) runs it. Asked before any kernel is called.
  bool (*is_supported)(void);
  size_t count;
  const gguf_kernel *kernels;
  /// Whether none of `count` weights is NaN or infinite.
  bool (*all_finite)(const float *weights, size_t count);
  /// Compares `count` weights. Weight i goes into sum i mod 16, and the sums are added in order, so that the figures are
  /// the same to the last bit in every set.
  void (*measure)(const float *original, const float *decoded, size_t count, gguf_round_trip *result);
} gguf_kernel_set;

/// How many sets were compiled for this architecture; at least 1.
size_t gguf_kernel_set_count(void);

/// Set `index`, from the slowest, `generic`, to the fastest; NULL from gguf_kernel_set_count() on.
const gguf_kernel_set *gguf_kernel_set_at(size_t index);

#endif
