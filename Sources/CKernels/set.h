// One instruction set: includes every kernel, and ends with the table of them. The file that includes this one has
// defined SET_NAME, SET_HAS_HALF and SET_SEARCH_LANES, and has set the `target` attribute.

// Vectors wider than a register are never passed to a function that is not inlined.
#pragma clang diagnostic ignored "-Wpsabi"
#pragma STDC FP_CONTRACT OFF

#include "vectors.h"
#include "half_precision.h"
#include "look_up.h"
#include "measure.h"
#include "transposed.h"
#include "error_weights.h"
#include "affine_search.h"
#include "symmetric_search.h"
#include "positive_search.h"
#include "six_bit_pairs.h"
#include "affine_superblocks.h"
#include "float32.h"
#include "legacy_importance.h"
#include "q2_K.h"
#include "q3_K.h"
#include "q4_K.h"
#include "q5_K.h"
#include "q6_K.h"
#include "iq4.h"

static const gguf_kernel kernels[] = {
  {"F32", 1, 4, f32_encode, NULL, f32_decode},
  {"Q4_0", 32, 18, NULL, q4_0_encode_row, NULL},
  {"Q4_1", 32, 20, NULL, q4_1_encode_row, NULL},
  {"Q5_0", 32, 22, NULL, q5_0_encode_row, NULL},
  {"Q5_1", 32, 24, NULL, q5_1_encode_row, NULL},
  {"Q2_K", 256, 84, q2_K_encode, q2_K_encode_row, q2_K_decode},
  {"Q3_K", 256, 110, q3_K_encode, q3_K_encode_row, q3_K_decode},
  {"Q4_K", 256, 144, q4_K_encode, q4_K_encode_row, q4_K_decode},
  {"Q5_K", 256, 176, q5_K_encode, q5_K_encode_row, q5_K_decode},
  {"Q6_K", 256, 210, q6_K_encode, q6_K_encode_row, q6_K_decode},
  {"IQ4_NL", 32, 18, iq4_nl_encode, iq4_nl_encode_row, iq4_nl_decode},
  {"IQ4_XS", 256, 136, iq4_xs_encode, iq4_xs_encode_row, iq4_xs_decode},
};

#define SET_TABLE sizeof kernels / sizeof kernels[0], kernels, all_finite, measure
