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
  /// Encodes `count` blocks of finite weights by the method `search` (formats/search.md). `importance` has one finite
  /// factor, not negative, for each weight, or is NULL; with it the blocks are those of one row. NULL where the type has
  /// no such method.
  void (*search)(const float *weights, const float *importance, uint8_t *blocks, size_t count);
  /// The same without a look at the reference's blocks, which may be better. NULL where `search` is.
  void (*search_alone)(const float *weights, const float *importance, uint8_t *blocks, size_t count);
  /// Decodes `count` blocks: any bytes.
  void (*decode)(const uint8_t *blocks, float *weights, size_t count);
  /// Of `count` blocks, which decode to `decoded`, the number of those with a weight beyond its bound; `first` becomes the
  /// place of the first, if there is one. Original weights: any bits. `by_importance`: the blocks may have been encoded by
  /// importance. NULL where the type is only decoded.
  size_t (*beyond_bound)(
      const float *original, const uint8_t *blocks, const float *decoded, size_t count, bool by_importance,
      size_t *first);
  /// Takes `count` blocks apart, any bytes: weight i is steps[i / 16] * codes[i] + offsets[i / 16]. NULL where products
  /// with the type are not computed with integers.
  void (*unpack)(const uint8_t *blocks, int8_t *codes, float *steps, float *offsets, size_t count);
} gguf_kernel;

/// How far a stretch of decoded weights is from the originals, in binary64.
///
/// Weight i of the stretch goes into sum i mod 16; of sixteen sums, halves are added until one is left. The squared errors
/// of a block are added to each other first, then to those of the blocks before.
typedef struct GGUF_CONSTANT {
  /// The sums of (decoded - original)^2, original^2, decoded^2, original x decoded, and |decoded - original|.
  double squared_error, squared_signal, squared_decoded, product, absolute_error;
  /// The largest |decoded - original|.
  double largest_error;
  /// The largest sum of (decoded - original)^2 of a block, and the number of the first block that has it; 0 and 0 where
  /// there is no whole block, or no error.
  double worst_block_error;
  size_t worst_block;
} gguf_loss;

/// Errors are counted by the upper bits of |decoded - original|, a binary32 number: its exponent and the first bits of its
/// fraction, 64 classes for each power of two. Infinity and NaN are in the last ones.
enum { GGUF_ERROR_CLASS_SHIFT = 17, GGUF_ERROR_CLASSES = 1 << (31 - GGUF_ERROR_CLASS_SHIFT) };
/// Counts from one table to the next: not a power of two, so that the same class of two tables is not in the same part of
/// a cache.
enum { GGUF_ERROR_TABLE = GGUF_ERROR_CLASSES + 272, GGUF_ERROR_COUNTS = 4 * GGUF_ERROR_TABLE };

/// How many errors are of which class.
typedef struct {
  /// Four tables, whose sum is meant, modulo 2^32.
  uint32_t *counts;
  /// The lowest class but 0 that was met, and the highest; more than the highest class, and 0, before that.
  uint32_t lowest, highest;
  /// Of the sixteens of a stretch, those are counted whose number plus `phase` is a multiple of `every`, a power of two.
  uint32_t phase, every;
} gguf_error_counts;

/// What the weights of a stretch are. Weights that are not finite are counted and are in nothing else.
typedef struct GGUF_CONSTANT {
  /// The sums of the weights and of their squares, over the stretch, in binary64.
  double sum, squares;
  /// The smallest and the largest weight, of this stretch and those before.
  double smallest, largest;
  /// Zeros of either sign, and weights that are not finite, of this stretch and those before.
  uint64_t zeros, not_a_number, infinite;
  /// Blocks in which every weight is zero, likewise; weights that were not taken apart have none.
  uint64_t zero_blocks;
} gguf_moments;

/// Counts from one of four tables of bytes to the next: not a power of two, so that the same byte of two tables is not in
/// the same part of a cache.
enum { GGUF_TALLY_TABLE = 256 + 16, GGUF_TALLY_COUNTS = 4 * GGUF_TALLY_TABLE };

/// A first look at what is wrong in blocks of one element type.
typedef struct GGUF_CONSTANT {
  /// The name of the element type, as `ElementType` has it.
  const char *type;
  uint32_t block_bytes;
  /// Whether anything may be wrong in `count` blocks, any bytes, of any alignment, little-endian. Where it may not, it is not.
  bool (*may_be_faulty)(const uint8_t *blocks, size_t count);
} gguf_fault_check;

/// The kernels of one instruction set.
typedef struct GGUF_CONSTANT {
  const char *name;
  /// Whether this processor (and its system) runs it. Asked before any kernel is called.
  bool (*is_supported)(void);
  size_t count;
  const gguf_kernel *kernels;
  /// Whether none of `count` weights is NaN or infinite.
  bool (*all_finite)(const float *weights, size_t count);
  /// Compares `count` weights, in blocks of `block_length` of them (a multiple of 16, or 0 for no blocks), and counts their
  /// errors by class.
  void (*measure)(
      const float *original, const float *decoded, size_t count, size_t block_length, gguf_loss *loss,
      gguf_error_counts *errors);
  /// Products of a row of `count` weights with `samples` vectors of activations. Each of these is filled up with zeros to
  /// a multiple of 16. Term i goes into sum i mod 16, and of sixteen sums halves are added until one is left.
  void (*float_products)(
      const float *weights, size_t count, const double *activations, size_t samples, double *products);
  /// Products of a row of `count` times 256 weights, taken apart, with `samples` vectors of as many activations. Of each
  /// sixteen weights g, (step * scale) * (the sum of the products of their codes) + offset * sum goes into sum g mod 16,
  /// and of sixteen sums halves are added until one is left.
  void (*integer_products)(
      const int8_t *codes, const float *steps, const float *offsets, size_t count, const int8_t *activations,
      const double *scales, const double *sums, size_t samples, double *products);
  /// Of matrices whose rows are `..._stride` elements apart: targets[r][c] += factors[r][k] * vectors[k][c] in binary32, k
  /// from 0 to `depth` - 1.
  void (*add_products)(
      float *targets, size_t target_stride, const float *factors, size_t factor_stride, const float *vectors,
      size_t vector_stride, size_t rows, size_t depth, size_t columns);
  /// sums[r][c] -= factors[k][r] * vectors[k][c] in binary64, likewise.
  void (*subtract_products)(
      double *sums, size_t sum_stride, const double *factors, size_t factor_stride, const float *vectors,
      size_t vector_stride, size_t rows, size_t depth, size_t columns);
  /// Sums of `count` weights, at most 2^30. Weight i goes into sum i mod 16, and of sixteen sums halves are added until one
  /// is left.
  void (*float_moments)(const float *weights, size_t count, gguf_moments *moments);
  /// The same of `count` times sixteen weights, taken apart. Of each sixteen g, with S and Q the sums of the codes and of
  /// their squares, step * S + 16 * offset and ((step * step) * Q + 2 * (step * offset) * S) + 16 * (offset * offset), at
  /// least 0, go into sum g mod 16. All codes are from `lowest` to `highest`; the stretch has whole blocks of `block_groups`
  /// times sixteen weights: 2, 4, 8 or 16.
  void (*code_moments)(
      const int8_t *codes, const float *steps, const float *offsets, size_t count, int lowest, int highest,
      uint32_t block_groups, gguf_moments *moments);
  /// Adds how often each of `values` is among `count` codes to `counts`.
  void (*count_codes)(
      const int8_t *codes, size_t count, const int8_t *values, size_t value_count, uint64_t *counts);
  /// Counts bytes, and the exponents of binary32 numbers, in the four tables of GGUF_TALLY_COUNTS counts, whose sum is
  /// meant.
  void (*tally_bytes)(const uint8_t *bytes, size_t count, uint32_t *tables);
  void (*tally_exponents)(const float *weights, size_t count, uint32_t *tables);
  size_t fault_check_count;
  const gguf_fault_check *fault_checks;
} gguf_kernel_set;

/// How many sets were compiled for this architecture; at least 1.
size_t gguf_kernel_set_count(void);

/// Set `index`, from the slowest, `generic`, to the fastest; NULL from gguf_kernel_set_count() on.
const gguf_kernel_set *gguf_kernel_set_at(size_t index);

#endif
