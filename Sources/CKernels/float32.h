// F32: the weights themselves. formats/float.md.

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "weights and blocks have the same byte order");

static void f32_encode(const float *x, uint8_t *blocks, size_t count) { memcpy(blocks, x, 4 * count); }
static void f32_decode(const uint8_t *blocks, float *x, size_t count) { memcpy(x, blocks, 4 * count); }
