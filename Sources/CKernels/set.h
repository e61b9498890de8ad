// One instruction set: includes every kernel, and ends with the table of them. The file that includes this one has
// defined SET_NAME, SET_HAS_HALF and SET_SEARCH_LANES, and has set the `target` attribute.

// Vectors wider than a register are never passed to a function that is not inlined.
#pragma clang diagnostic ignored "-Wpsabi"
#pragma STDC FP_CONTRACT OFF

#include "vectors.h"
#include "half_precision.h"
#include "transposed.h"
#include "affine_search.h"
#include "six_bit_pairs.h"
#include "affine_superblocks.h"
#include "q4_K.h"

static const gguf_kernel kernels[] = {
  {"Q4_K", 256, 144, q4_K_encode, NULL, q4_K_decode},
};
