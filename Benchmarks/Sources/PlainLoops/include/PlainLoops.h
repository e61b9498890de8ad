/// What NF4 and the 8-bit floats are measured against, which ggml does not have: loops as one would write them first.
#ifndef PLAIN_LOOPS_H
#define PLAIN_LOOPS_H

#include <stddef.h>
#include <stdint.h>

/// Blocks of 64 weights in 34 bytes, little-endian. formats/nf4.md.
void plain_nf4_encode(const float *weights, uint8_t *blocks, size_t count);
void plain_nf4_decode(const uint8_t *blocks, float *weights, size_t count);

/// One byte a weight. formats/float.md.
void plain_f8_e4m3_decode(const uint8_t *bytes, float *weights, size_t count);
void plain_f8_e5m2_decode(const uint8_t *bytes, float *weights, size_t count);

#endif
