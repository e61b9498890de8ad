"""NF4 as bitsandbytes computes it on a CPU, in numpy.

The 16 values are `get_4bit_type("nf4")` of bitsandbytes/functional.py; the arithmetic is `quantize_4bit` of
bitsandbytes/backends/default/ops.py (version 0.50.2), which is what it runs on a CPU. This module was compared with
that version itself (torch 2.13.0) on every distribution of this suite, on 2^22 Gaussian weights, and on weights within
two units in the last place of every threshold: the same codes and the same absmax in every block.

- scaled = x * (1 / max(absmax, 1e-38)) in f32, the reciprocal first. Dividing gives other codes near thresholds.
- The code is the number of thresholds below `scaled`: a tie goes to the lower code.
- The thresholds are the midpoints of neighbouring values, rounded to f32: the very constants of `dQuantizeNF4`.
- An all-zero block has absmax 0 and the code 7 (value 0.0) everywhere.

The CUDA source has the same reciprocal, thresholds and tie rule, but no 1e-38, so that an all-zero block gets NaN and
with it code 0; and it is built with --use_fast_math, which lets the reciprocal be inexact. The CPU's codes are the ones
that can be reproduced everywhere, so they are the reference here.

What a block of our file keeps of absmax is its f16; the codes are chosen with the f32 one.
"""

from __future__ import annotations

import numpy as np

BLOCK = 64

VALUES = np.array([
    -1.0, -0.6961928009986877, -0.5250730514526367, -0.39491748809814453,
    -0.28444138169288635, -0.18477343022823334, -0.09105003625154495, 0.0,
    0.07958029955625534, 0.16093020141124725, 0.24611230194568634, 0.33791524171829224,
    0.44070982933044434, 0.5626170039176941, 0.7229568362236023, 1.0,
], dtype=np.float32)

THRESHOLDS = np.array([
    -0.8480964004993439, -0.6106329262256622, -0.4599952697753906, -0.33967943489551544, -0.23460740596055984,
    -0.13791173323988914, -0.045525018125772476, 0.03979014977812767, 0.1202552504837513, 0.2035212516784668,
    0.2920137718319893, 0.3893125355243683, 0.5016634166240692, 0.6427869200706482, 0.8614784181118011,
], dtype=np.float32)


def encode(weights: np.ndarray) -> np.ndarray:
    """The blocks of f32 weights: f16 absmax, then 32 bytes of codes, the first weight of a pair in the high nibble."""
    blocks = weights.reshape(-1, BLOCK)
    absmax = np.abs(blocks).max(axis=1, keepdims=True)
    reciprocal = np.float32(1) / np.maximum(absmax, np.float32(1e-38))
    codes = np.searchsorted(THRESHOLDS, blocks * reciprocal, side="left").astype(np.uint8)
    with np.errstate(over="ignore"):
        scale = absmax.astype("<f2").view(np.uint8)
    return np.concatenate([scale, codes[:, 0::2] << 4 | codes[:, 1::2]], axis=1).ravel()


def decode(data: np.ndarray) -> np.ndarray:
    blocks = data.reshape(-1, 2 + BLOCK // 2)
    absmax = blocks[:, :2].copy().view("<f2").astype(np.float32)
    codes = np.empty((len(blocks), BLOCK), dtype=np.uint8)
    codes[:, 0::2] = blocks[:, 2:] >> 4
    codes[:, 1::2] = blocks[:, 2:] & 15
    return (VALUES[codes] * absmax).ravel()
