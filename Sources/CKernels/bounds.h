// Whether decoded weights are within the bounds of their blocks. formats/bounds.md; each function does what the scalar
// code of the same name in `Quantization` does, in the same order. Original weights and blocks may be anything.

/// What the bounds of a group of blocks, or of the sub-blocks of one, are computed from: a lane each, then an element.
typedef struct { float number[6][LANES]; } block_bounds;

KERNEL void set_bounds(block_bounds *bounds, vf a, vf b, vf c, vf d) {
  store(bounds->number[0], a);
  store(bounds->number[1], b);
  store(bounds->number[2], c);
  store(bounds->number[3], d);
}

/// What scales that are not finite leave of a number: zero, so that no error is within the bound.
KERNEL vf where_finite(vi is_finite, vf value) { return (vf)((vi)value & is_finite); }
KERNEL vi are_finite(vf value) { return magnitude(value) < __builtin_inff(); }

#define GREATEST_FINITE 0x1.fffffep127f

/// Half of the spacing of the halves from each half on: how far what was rounded to it can be.
KERNEL vf half_roundings(vf half) {
  vf smallest = 0x1p-25f;
  return larger(smallest, (vf)((vi)half & 0x7F800000) * 0x1p-11f);
}

/// The numbers of a half each that stands `offset` into 16 blocks.
KERNEL vf load_scales(const uint8_t *blocks, size_t bytes, size_t offset) {
  uint16_t halves[LANES];
  for (size_t i = 0; i < LANES; i++) halves[i] = load_half_bits(blocks + i * bytes + offset);
  vu16 bits;
  memcpy(&bits, halves, sizeof bits);
  return half_values(bits);
}

/// All ones where |decoded - original| is within the bound; not where one of them is NaN.
KERNEL vi is_within(vf original, vf decoded, vf bound) { return magnitude(decoded - original) <= bound; }

/// The bounds of some blocks.
typedef void bounds_of_blocks(const float *original, const uint8_t *blocks, block_bounds *bounds);
/// All ones where the weights of one of them are within; `i` is its number.
typedef vi block_within(
    const block_bounds *bounds, int i, const float *original, const uint8_t *block, const float *decoded);

/// The blocks of which a weight is beyond its bound, among `count` blocks; `first` becomes the number of the first. The
/// bounds of `group` blocks (at most 16, of at most 1024 weights) are made at a time, those of the last group of blocks
/// that are filled up with zeros.
KERNEL size_t count_beyond_bound(
    bounds_of_blocks *make_bounds, block_within *within, size_t group, size_t length, size_t bytes,
    const float *original, const uint8_t *blocks, const float *decoded, size_t count, size_t *first) {
  size_t found = 0;
  for (size_t done = 0; done < count; done += group) {
    const float *x = original + done * length, *y = decoded + done * length;
    const uint8_t *block = blocks + done * bytes;
    size_t now = count - done < group ? count - done : group;
    block_bounds bounds;
    if (group > 1 && now < group) {
      float rest[1024] = {0};
      uint8_t rest_blocks[1024] = {0};
      memcpy(rest, x, now * length * sizeof(float));
      memcpy(rest_blocks, block, now * bytes);
      make_bounds(rest, rest_blocks, &bounds);
    } else {
      make_bounds(x, block, &bounds);
    }
    vi all = -1;
    for (size_t i = 0; i < now; i++) all &= within(&bounds, (int)i, x + i * length, block + i * bytes, y + i * length);
    if (__builtin_expect(!any(~all), 1)) continue;
    for (size_t i = 0; i < now; i++) {
      if (!any(~within(&bounds, (int)i, x + i * length, block + i * bytes, y + i * length))) continue;
      if (found++ == 0) *first = done + i;
    }
  }
  return found;
}

/// A kernel of a type.
#define BEYOND_BOUND(type, make_bounds, within, group, length, bytes)                                             \
  static size_t type##_beyond_bound(                                                                              \
      const float *original, const uint8_t *blocks, const float *decoded, size_t count, size_t *first) {          \
    return count_beyond_bound(make_bounds, within, group, length, bytes, original, blocks, decoded, count, first); \
  }
