// One instruction set: includes every kernel, and ends with the table of them. The file that includes this one has
// defined SET_HAS_HALF and SET_SEARCH_LANES, and as 1 what applies of SET_AVX2, SET_AVX512 (which has AVX2 too) and
// SET_NEON, and has set the `target` attribute.

// Vectors wider than a register are never passed to a function that is not inlined.
#pragma clang diagnostic ignored "-Wpsabi"
#pragma STDC FP_CONTRACT OFF

#include "vectors.h"
#include "half_precision.h"
#include "measure.h"
#include "bit_masks.h"
#include "lookup.h"

// Blocks whose weights are taken as they stand.
#include "transposed.h"
#include "block_ranges.h"
#include "float32.h"
#include "float16.h"
#include "float8.h"
#include "q8_0.h"
#include "q4_q5.h"
#include "ternary.h"
#include "q1_0_q2_0.h"
#include "nf4.h"
#include "fp4.h"

// Blocks whose scales are searched for.
#include "error_weights.h"
#include "affine_search.h"
#include "symmetric_search.h"
#include "positive_search.h"
#include "q4_q5_importance.h"
#include "six_bit_pairs.h"
#include "affine_superblocks.h"
#include "q2_K.h"
#include "q3_K.h"
#include "q4_K.h"
#include "q5_K.h"
#include "q6_K.h"
#include "iq4.h"

// The method `search`: the better of the reference's blocks and others.
#include "better_blocks.h"
#include "code_values.h"
#include "least_squares_scale.h"
#include "ternary_search.h"
#include "superblock_search.h"
#include "searches.h"

// Whether decoded weights are as near to the originals as their blocks' scales allow.
#include "bounds.h"
#include "float_bounds.h"
#include "scale_bounds.h"
#include "step_bounds.h"
#include "table_bounds.h"

// Products with activations.
#include "unpacking.h"
#include "products.h"
#include "matrix_products.h"

// What weights and blocks are.
#include "moments.h"
#include "code_moments.h"
#include "counting.h"
#include "faults.h"

static const gguf_kernel kernels[] = {
  {"F32", 1, 4, f32_encode, NULL, NULL, NULL, f32_decode, f32_beyond_bound, NULL},
  {"F16", 1, 2, f16_encode, NULL, NULL, NULL, f16_decode, f16_beyond_bound, NULL},
  {"BF16", 1, 2, bf16_encode, NULL, NULL, NULL, bf16_decode, bf16_beyond_bound, NULL},
  {"F8_E4M3", 1, 1, NULL, NULL, NULL, NULL, e4m3_decode, NULL, NULL},
  {"F8_E5M2", 1, 1, NULL, NULL, NULL, NULL, e5m2_decode, NULL, NULL},
  {"Q8_0", 32, 34, q8_0_encode, NULL, q8_0_searched, q8_0_searched_alone, q8_0_decode, q8_0_beyond_bound, q8_0_unpack},
  {"Q4_0", 32, 18, q4_0_encode, q4_0_encode_row, q4_0_searched, q4_0_searched_alone, q4_0_decode, q4_0_beyond_bound, q4_0_unpack},
  {"Q4_1", 32, 20, q4_1_encode, q4_1_encode_row, q4_1_searched, q4_1_searched_alone, q4_1_decode, q4_1_beyond_bound, q4_1_unpack},
  {"Q5_0", 32, 22, q5_0_encode, q5_0_encode_row, q5_0_searched, q5_0_searched_alone, q5_0_decode, q5_0_beyond_bound, q5_0_unpack},
  {"Q5_1", 32, 24, q5_1_encode, q5_1_encode_row, q5_1_searched, q5_1_searched_alone, q5_1_decode, q5_1_beyond_bound, q5_1_unpack},
  {"Q2_K", 256, 84, q2_K_encode, q2_K_encode_row, q2_K_searched, q2_K_searched_alone, q2_K_decode, q2_K_beyond_bound, q2_K_unpack},
  {"Q3_K", 256, 110, q3_K_encode, q3_K_encode_row, q3_K_searched, q3_K_searched_alone, q3_K_decode, q3_K_beyond_bound, q3_K_unpack},
  {"Q4_K", 256, 144, q4_K_encode, q4_K_encode_row, q4_K_searched, q4_K_searched_alone, q4_K_decode, q4_K_beyond_bound, q4_K_unpack},
  {"Q5_K", 256, 176, q5_K_encode, q5_K_encode_row, q5_K_searched, q5_K_searched_alone, q5_K_decode, q5_K_beyond_bound, q5_K_unpack},
  {"Q6_K", 256, 210, q6_K_encode, q6_K_encode_row, q6_K_searched, q6_K_searched_alone, q6_K_decode, q6_K_beyond_bound, q6_K_unpack},
  {"IQ4_NL", 32, 18, iq4_nl_encode, iq4_nl_encode_row, iq4_nl_searched, iq4_nl_searched_alone, iq4_nl_decode, iq4_nl_beyond_bound, iq4_nl_unpack},
  {"IQ4_XS", 256, 136, iq4_xs_encode, iq4_xs_encode_row, iq4_xs_searched, iq4_xs_searched_alone, iq4_xs_decode, iq4_xs_beyond_bound, iq4_xs_unpack},
  {"TQ1_0", 256, 54, tq1_0_encode, NULL, tq1_0_searched, tq1_0_searched_alone, tq1_0_decode, tq1_0_beyond_bound, tq1_0_unpack},
  {"TQ2_0", 256, 66, tq2_0_encode, NULL, tq2_0_searched, tq2_0_searched_alone, tq2_0_decode, tq2_0_beyond_bound, tq2_0_unpack},
  {"Q1_0", 128, 18, q1_0_encode, NULL, NULL, NULL, q1_0_decode, q1_0_beyond_bound, q1_0_unpack},
  {"Q2_0", 64, 18, q2_0_encode, NULL, NULL, NULL, q2_0_decode, q2_0_beyond_bound, q2_0_unpack},
  {"MXFP4", 32, 17, mxfp4_encode, NULL, NULL, NULL, mxfp4_decode, mxfp4_beyond_bound, mxfp4_unpack},
  {"NVFP4", 64, 36, nvfp4_encode, NULL, NULL, NULL, nvfp4_decode, nvfp4_beyond_bound, nvfp4_unpack},
  {"NF4", 64, 34, nf4_encode, NULL, nf4_searched, nf4_searched_alone, nf4_decode, nf4_beyond_bound, NULL},
};

#define SET_TABLE \
  sizeof kernels / sizeof kernels[0], kernels, all_finite, measure, float_products, integer_products, add_products, \
      subtract_products, float_moments, \
      code_moments, count_codes, tally_bytes, tally_exponents, sizeof fault_checks / sizeof fault_checks[0], fault_checks
