"""Q2_0 in numpy: neither libgguf 0.2.2 nor the gguf package 0.19.0 has it.

The arithmetic is that of quantize_row_q2_0_ref and dequantize_row_q2_0 in ggml-quants.c of ggml 0.25.3. This module was
compared with that code itself, built with gcc 12 -O2 -ffp-contract=off for x86-64, on every distribution of this suite:
the same bytes in every block, and the same weights.

Where the reciprocal of the scale overflows, ggml converts an infinity or NaN to an integer, which C leaves undefined. The
code 0 is what gcc for x86-64 makes of either.
"""

from __future__ import annotations

import numpy as np

BLOCK = 64


def encode(weights: np.ndarray) -> np.ndarray:
    """The blocks of f32 weights: f16 scale, then 16 bytes of codes, the first weight of four in the lowest bits."""
    blocks = weights.reshape(-1, BLOCK)
    largest = np.abs(blocks).max(axis=1, keepdims=True)
    with np.errstate(divide="ignore", over="ignore", invalid="ignore"):
        reciprocal = np.where(largest > 0, np.float32(1) / largest, np.float32(0))
        scaled = blocks * reciprocal
        scale = largest.astype("<f2").view(np.uint8)
    # Halves away from zero: the magnitude is at most a little above 1.
    rounded = np.where(np.abs(scaled) >= 0.5, np.sign(scaled), 0)
    codes = np.where(np.isinf(reciprocal), 0, rounded + 1).astype(np.uint8)
    packed = codes[:, 0::4] | codes[:, 1::4] << 2 | codes[:, 2::4] << 4 | codes[:, 3::4] << 6
    return np.concatenate([scale, packed], axis=1).ravel()


def decode(data: np.ndarray) -> np.ndarray:
    blocks = data.reshape(-1, 2 + BLOCK // 4)
    scale = blocks[:, :2].copy().view("<f2").astype(np.float32)
    codes = np.stack([blocks[:, 2:] >> shift & 3 for shift in (0, 2, 4, 6)], axis=2).reshape(len(blocks), BLOCK)
    with np.errstate(invalid="ignore"):
        return ((codes.astype(np.float32) - np.float32(1)) * scale).ravel()
