// Blocks taken apart for integer arithmetic: weight i is steps[i / 16] * codes[i] + offsets[i / 16]. formats/products.md.
// The layouts are those of the decoders, and all steps and offsets are exact.

/// Writes sixteen codes.
KERNEL void put_codes(int8_t *codes, vu8 values) { memcpy(codes, &values, sizeof values); }

/// The integers that codes below 16 name.
KERNEL vu8 named_integers(const int8_t table[16], vu8 codes) {
#if SET_LOOKS_UP
  vu8 values;
  memcpy(&values, table, sizeof values);
  return look_up_bytes(values, codes);
#else
  uint8_t code[LANES], picked[LANES];
  store_bytes(code, codes);
  for (int i = 0; i < LANES; i++) picked[i] = (uint8_t)table[code[i]];
  return load_bytes(picked);
#endif
}

/// `groups` times sixteen weights with one step and one offset.
KERNEL void put_scale(float *steps, float *offsets, int groups, float step, float offset) {
  for (int i = 0; i < groups; i++) {
    steps[i] = step;
    offsets[i] = offset;
  }
}

/// Of a superblock's sub-blocks of 32 weights, what sixteen of them have.
KERNEL void put_scales_of_pairs(float steps[16], float offsets[16], const float step[8], const float shift[8]) {
  for (int i = 0; i < 16; i++) {
    steps[i] = step[i / 2];
    offsets[i] = -shift[i / 2];
  }
}

static const int8_t e2m1_integers[16] = {0, 1, 2, 3, 4, 6, 8, 12, 0, -1, -2, -3, -4, -6, -8, -12};

/// For each block in turn: `block` are its bytes, and the pointers those of its codes, steps and offsets.
#define EACH_BLOCK(length, bytes) \
  for (const uint8_t *block = blocks; count > 0; \
       count--, block += (bytes), codes += (length), steps += (length) / 16, offsets += (length) / 16)

#define UNPACK(type) \
  static void type##_unpack(const uint8_t *blocks, int8_t *codes, float *steps, float *offsets, size_t count)

UNPACK(q8_0) {
  EACH_BLOCK(32, Q8_0_BYTES) {
    put_scale(steps, offsets, 2, load_half(block), 0);
    memcpy(codes, block + 2, 32);
  }
}

UNPACK(q4_0) {
  EACH_BLOCK(32, Q4_0_BYTES) {
    put_scale(steps, offsets, 2, load_half(block), 0);
    vu8 pairs = load_bytes(block + 2);
    put_codes(codes, (pairs & 15) - 8);
    put_codes(codes + 16, (pairs >> 4) - 8);
  }
}

UNPACK(q4_1) {
  EACH_BLOCK(32, Q4_1_BYTES) {
    put_scale(steps, offsets, 2, load_half(block), load_half(block + 2));
    vu8 pairs = load_bytes(block + 4);
    put_codes(codes, pairs & 15);
    put_codes(codes + 16, pairs >> 4);
  }
}

UNPACK(q5_0) {
  EACH_BLOCK(32, Q5_0_BYTES) {
    put_scale(steps, offsets, 2, load_half(block), 0);
    vu8 pairs = load_bytes(block + 6);
    put_codes(codes, ((pairs & 15) | ((vu8)mask_of_bits(block + 2) & 16)) - 16);
    put_codes(codes + 16, (pairs >> 4 | ((vu8)mask_of_bits(block + 4) & 16)) - 16);
  }
}

UNPACK(q5_1) {
  EACH_BLOCK(32, Q5_1_BYTES) {
    put_scale(steps, offsets, 2, load_half(block), load_half(block + 2));
    vu8 pairs = load_bytes(block + 8);
    put_codes(codes, (pairs & 15) | ((vu8)mask_of_bits(block + 4) & 16));
    put_codes(codes + 16, pairs >> 4 | ((vu8)mask_of_bits(block + 6) & 16));
  }
}

UNPACK(iq4_nl) {
  EACH_BLOCK(32, IQ4_NL_BYTES) {
    put_scale(steps, offsets, 2, load_half(block), 0);
    vu8 pairs = load_bytes(block + 2);
    put_codes(codes, named_integers(iq4_values, pairs & 15));
    put_codes(codes + 16, named_integers(iq4_values, pairs >> 4));
  }
}

UNPACK(mxfp4) {
  EACH_BLOCK(32, MXFP4_BYTES) {
    put_scale(steps, offsets, 2, mxfp4_half_scale(block[0]), 0);
    vu8 pairs = load_bytes(block + 1);
    put_codes(codes, named_integers(e2m1_integers, pairs & 15));
    put_codes(codes + 16, named_integers(e2m1_integers, pairs >> 4));
  }
}

UNPACK(nvfp4) {
  EACH_BLOCK(64, NVFP4_BYTES) {
    typedef uint32_t vu32 __attribute__((ext_vector_type(4)));
    vf half = nvfp4_half_scales(__builtin_convertvector((vu8)(vu32)load_u32(block), vi));
    for (int sub = 0; sub < 4; sub++) put_scale(steps + sub, offsets + sub, 1, half[sub], 0);
    for (int sub = 0; sub < 4; sub += 2) {
      vu8 bytes = load_bytes(block + 4 + 8 * sub), low = bytes & 15, high = bytes >> 4;
      vu8 a = __builtin_shufflevector(low, high, 0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23);
      vu8 b = __builtin_shufflevector(low, high, 8, 9, 10, 11, 12, 13, 14, 15, 24, 25, 26, 27, 28, 29, 30, 31);
      put_codes(codes + 16 * sub, named_integers(e2m1_integers, a));
      put_codes(codes + 16 * sub + 16, named_integers(e2m1_integers, b));
    }
  }
}

UNPACK(q1_0) {
  EACH_BLOCK(128, Q1_0_BYTES) {
    put_scale(steps, offsets, 8, load_half(block), 0);
    // All ones where the bit is set, so -1: 1 for these, -1 for the others.
    for (int i = 0; i < 128; i += 16) put_codes(codes + i, -((vu8)mask_of_bits(block + 2 + i / 8) * 2 + 1));
  }
}

UNPACK(q2_0) {
  EACH_BLOCK(64, Q2_0_BYTES) {
    put_scale(steps, offsets, 4, load_half(block), 0);
    vu four = __builtin_convertvector(load_bytes(block + 2), vu);
    four = (four | four << 6 | four << 12 | four << 18) & 0x03030303;
    uint8_t digits[64];
    memcpy(digits, &four, sizeof four);
    for (int i = 0; i < 64; i += 16) put_codes(codes + i, load_bytes(digits + i) - 1);
  }
}

UNPACK(q2_K) {
  EACH_BLOCK(256, Q2_K_BYTES) {
    vu8 pairs = load_bytes(block);
    store(steps, load_half(block + 80) * floats_of_bytes(pairs & 15));
    store(offsets, -(load_half(block + 82) * floats_of_bytes(pairs >> 4)));
    for (int i = 0; i < 256; i += 16) {
      vu8 bytes = load_bytes(block + 16 + i / 128 * 32 + i % 32);
      put_codes(codes + i, bytes >> (uint8_t)(i % 128 / 32 * 2) & 3);
    }
  }
}

UNPACK(q3_K) {
  EACH_BLOCK(256, Q3_K_BYTES) {
    uint8_t scales[16];
    q3_K_load_scales(block + 96, scales);
    put_scale(steps, offsets, 16, 0, 0);
    store(steps, load_half(block + 108) * floats_of_levels(load_bytes(scales), 32));
    for (int i = 0; i < 256; i += 16) {
      vu8 low = load_bytes(block + 32 + i / 128 * 32 + i % 32) >> (uint8_t)(i % 128 / 32 * 2) & 3;
      vu8 high = load_bytes(block + i % 32) >> (uint8_t)(i / 32) & 1;
      put_codes(codes + i, (low | high << 2) - 4);
    }
  }
}

UNPACK(q4_K) {
  EACH_BLOCK(256, Q4_K_BYTES) {
    float step[8], shift[8];
    affine_steps(block, step, shift);
    put_scales_of_pairs(steps, offsets, step, shift);
    for (int i = 0; i < 128; i += 16) {
      vu8 bytes = load_bytes(block + 16 + i);
      int8_t *to = codes + i / 32 * 64 + i % 32;
      put_codes(to, bytes & 15);
      put_codes(to + 32, bytes >> 4);
    }
  }
}

UNPACK(q5_K) {
  EACH_BLOCK(256, Q5_K_BYTES) {
    float step[8], shift[8];
    affine_steps(block, step, shift);
    put_scales_of_pairs(steps, offsets, step, shift);
    for (int i = 0; i < 128; i += 16) {
      vu8 bytes = load_bytes(block + 48 + i), fifth = load_bytes(block + 16 + i % 32) >> (uint8_t)(i / 32 * 2);
      int8_t *to = codes + i / 32 * 64 + i % 32;
      put_codes(to, (bytes & 15) | (fifth & 1) << 4);
      put_codes(to + 32, bytes >> 4 | (fifth & 2) << 3);
    }
  }
}

UNPACK(q6_K) {
  EACH_BLOCK(256, Q6_K_BYTES) {
    put_scale(steps, offsets, 16, 0, 0);
    store(steps, load_half(block + 208) * floats_of_signed_bytes(load_bytes(block + 192)));
    for (int i = 0; i < 64; i += 16) {
      const uint8_t *low = block + i / 32 * 64 + i % 32;
      vu8 a = load_bytes(low), b = load_bytes(low + 32), top = load_bytes(block + 128 + i);
      int8_t *to = codes + i / 32 * 128 + i % 32;
      put_codes(to, ((a & 15) | (top & 3) << 4) - 32);
      put_codes(to + 32, ((b & 15) | (top & 12) << 2) - 32);
      put_codes(to + 64, (a >> 4 | (top & 48)) - 32);
      put_codes(to + 96, (b >> 4 | (top & 192) >> 2) - 32);
    }
  }
}

UNPACK(iq4_xs) {
  EACH_BLOCK(256, IQ4_XS_BYTES) {
    float d = load_half(block);
    uint32_t high = (uint32_t)(block[2] | block[3] << 8);
    for (int j = 0; j < 8; j++) {
      int32_t scale = (int32_t)((block[4 + j / 2] >> (4 * (j & 1)) & 15) | (high >> (2 * j) & 3) << 4) - 32;
      put_scale(steps + 2 * j, offsets + 2 * j, 2, d * (float)scale, 0);
      vu8 pairs = load_bytes(block + 8 + 16 * j);
      put_codes(codes + 32 * j, named_integers(iq4_values, pairs & 15));
      put_codes(codes + 32 * j + 16, named_integers(iq4_values, pairs >> 4));
    }
  }
}

UNPACK(tq1_0) {
  EACH_BLOCK(256, TQ1_0_BYTES) {
    put_scale(steps, offsets, 16, load_half(block + 52), 0);
    for (int i = 0; i < 48; i += 16) {
      vu8 biased = load_bytes(block + i) ^ 128;
      int first = i < 32 ? i : 160, stride = i < 32 ? 32 : 16;
      for (int n = 0; n < 5; n++, biased = tripled(biased)) {
        put_codes(codes + first + n * stride, ternary_digits((vi8)biased) - 1);
      }
    }
    put_codes(codes + 240, ternary_digits((vi8)ternary_last_bytes(block + 48)) - 1);
  }
}

UNPACK(tq2_0) {
  EACH_BLOCK(256, TQ2_0_BYTES) {
    put_scale(steps, offsets, 16, load_half(block + 64), 0);
    for (int i = 0; i < 256; i += 16) {
      vu8 bytes = load_bytes(block + i / 128 * 32 + i % 32);
      put_codes(codes + i, (bytes >> (uint8_t)(i % 128 / 32 * 2) & 3) - 1);
    }
  }
}

#undef UNPACK
#undef EACH_BLOCK
