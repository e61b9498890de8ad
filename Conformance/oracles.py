"""What the bytes and the weights should be, according to other people's software.

libgguf is ggml's quantization code in a Python module; the gguf package decodes with numpy code of its own.
"""

from __future__ import annotations

import gguf
import libgguf
import numpy as np

import elementtypes
import nf4
import q2_0
from elementtypes import ElementType


def encode(type: ElementType, weights: np.ndarray) -> np.ndarray:
    """The bytes of f32 weights (last axis: one row) as libgguf writes them; for NF4, as bitsandbytes does;
    for Q2_0, which libgguf lacks, as numpy code of ggml's arithmetic does."""
    weights = np.ascontiguousarray(weights, dtype=np.float32)
    if type is elementtypes.F32:
        return weights.ravel().view(np.uint8)
    if type is elementtypes.NF4:
        return nf4.encode(weights)
    if type is elementtypes.Q2_0:
        return q2_0.encode(weights)
    rows = weights.reshape(-1, weights.shape[-1])
    return np.ascontiguousarray(libgguf.quantize_rows(rows, type.id)).view(np.uint8).ravel()


def expected(type: ElementType, weights: np.ndarray) -> tuple[np.ndarray, int]:
    """The bytes our program must write, and how many of the blocks are undefined behaviour in ggml.

    Q4_0, Q4_1, Q5_0, Q5_1, Q8_0, TQ1_0, TQ2_0 and Q2_0 multiply by 1/d. In a block whose weights are so small that this
    overflows f32, ggml converts infinity and NaN to an integer, and what comes out depends on the compiler (gcc for
    x86-64: 0; clang with SSE2: 0x80). The scale of such a block is zero, so every choice decodes to zeros. Ours is what
    gcc's conversion gives: code 0, in TQ1_0 and TQ2_0 the digit 1, which stands for the value 0. Those blocks are
    expected to be exactly that, whatever the libgguf at hand does; every other block to be libgguf's.

    MXFP4 has no scale for blocks whose weights are all below 2^-125. ggml converts a negative number to an unsigned
    byte; ours takes the smallest scale.
    """
    data = encode(type, weights)
    if type is elementtypes.MXFP4:
        return _with_smallest_mxfp4_scale(data, weights)
    undefined = _reciprocal_overflows(type, weights)
    count = int(undefined.sum())
    if count:
        blocks = data.reshape(-1, type.block_bytes).copy()
        codes = _codes_of_undefined_block[type.name]
        start = 0 if type.name in ("TQ1_0", "TQ2_0") else 2 * len(type.scale_offsets)
        blocks[undefined, start:start + len(codes)] = codes
        data = blocks.ravel()
    return data, count


def _with_smallest_mxfp4_scale(data: np.ndarray, weights: np.ndarray) -> tuple[np.ndarray, int]:
    x = weights.astype(np.float32).reshape(-1, elementtypes.MXFP4.block_weights)
    largest = np.abs(x).max(axis=1)
    undefined = (largest > 0) & (largest < 2.0 ** -125)
    positive = np.array([0, 1, 2, 3, 4, 6, 8, 12], dtype=np.float32)
    values = np.concatenate([positive, -positive]) * np.float32(2.0 ** -128)
    # The first of the nearest values.
    codes = np.abs(values[None, None, :] - x[undefined][:, :, None]).argmin(axis=2).astype(np.uint8)
    blocks = data.reshape(-1, elementtypes.MXFP4.block_bytes).copy()
    blocks[undefined, 0] = 0
    blocks[undefined, 1:] = codes[:, :16] | codes[:, 16:] << 4
    return blocks.ravel(), int(undefined.sum())


_codes_of_undefined_block = {
    "Q8_0": np.zeros(32, dtype=np.uint8),
    "Q4_0": np.zeros(16, dtype=np.uint8),
    "Q4_1": np.zeros(16, dtype=np.uint8),
    # With the bytes of the codes' highest bits.
    "Q5_0": np.zeros(20, dtype=np.uint8),
    "Q5_1": np.zeros(20, dtype=np.uint8),
    "Q2_0": np.zeros(16, dtype=np.uint8),
    # Five digits 1 in base 3 are 121, ceil(121 * 256 / 243) = 128; the last four bytes hold four digits: 120 -> 127.
    "TQ1_0": np.array([128] * 48 + [127] * 4, dtype=np.uint8),
    "TQ2_0": np.full(64, 0b01010101, dtype=np.uint8),
}


def _reciprocal_overflows(type: ElementType, weights: np.ndarray) -> np.ndarray:
    """True for each block whose f32 scale d is not zero and has an infinite reciprocal."""
    divisor = {"Q8_0": 127, "Q4_0": 8, "Q4_1": 15, "Q5_0": 16, "Q5_1": 31, "Q2_0": 1, "TQ1_0": 1,
               "TQ2_0": 1}.get(type.name)
    if divisor is None:
        return np.zeros(weights.size // type.block_weights, dtype=bool)
    blocks = weights.reshape(-1, type.block_weights)
    size = np.ptp(blocks, axis=1) if type.name in ("Q4_1", "Q5_1") else np.abs(blocks).max(axis=1)
    d = size / np.float32(divisor)
    with np.errstate(divide="ignore", over="ignore"):
        return (d != 0) & np.isinf(np.float32(1) / d)


def decode(type: ElementType, data: np.ndarray) -> np.ndarray:
    """The f32 weights in the bytes: libgguf's decoder; for NF4 and Q2_0, numpy code."""
    if type is elementtypes.NF4:
        return nf4.decode(data)
    if type is elementtypes.Q2_0:
        return q2_0.decode(data)
    if type is elementtypes.F32:
        return data.view("<f4")
    if type is elementtypes.F16:
        return data.view("<f2").astype(np.float32)
    if type is elementtypes.BF16:
        return bfloat16_to_float32(data.view("<u2"))
    return libgguf.dequantize_rows(data.reshape(1, -1), type.id).ravel()


def decode_with_gguf_package(type: ElementType, data: np.ndarray) -> np.ndarray:
    # The package decodes whole rows in groups, so the bytes are given to it as rows of about 64 KiB.
    blocks = data.reshape(-1, type.block_bytes)
    per_row = next(n for n in (512, 256, 64, 16, 4, 2, 1) if len(blocks) % n == 0)
    return gguf.dequantize(blocks.reshape(-1, per_row * type.block_bytes), gguf.GGMLQuantizationType(type.id)).ravel()


def is_finite(type: ElementType, data: np.ndarray) -> np.ndarray:
    """For each block, whether its scales (in F16, BF16 and F32: its weight; in MXFP4: all weights) are finite."""
    if type is elementtypes.F32:
        return np.isfinite(data.view("<f4"))
    if type is elementtypes.BF16:
        return data.view("<u2") & 0x7F80 != 0x7F80
    blocks = data.reshape(-1, type.block_bytes)
    if type is elementtypes.MXFP4:
        # The exponent 255 is NaN. With 253 and 254 the largest codes overflow.
        return (blocks[:, 0] < 255) & np.isfinite(decode(type, data)).reshape(len(blocks), -1).all(axis=1)
    finite = np.ones(len(blocks), dtype=bool)
    for offset in type.scale_offsets:
        finite &= np.isfinite(blocks[:, offset:offset + 2].copy().view("<f2").ravel())
    return finite


LARGEST_WITHOUT_OVERFLOW = {"Q3_K": 1e11, "Q6_K": 1e11, "IQ4_XS": 1e11}
"""For the types of sub-blocks whose searches sum cubes of weights: a magnitude beyond the range, up to which no sum
overflows. Where one does, ggml takes a sub-block for zeros, so that its scale is finite again. Our program refuses such
a block."""


def is_refused(type: ElementType, weights: np.ndarray) -> bool:
    """Whether weights (one row) have a block whose scale is not finite, or that ggml takes for zeros."""
    limit = LARGEST_WITHOUT_OVERFLOW.get(type.name, np.inf)
    return bool((np.abs(weights) > limit).any()) or not is_finite(type, encode(type, weights)).all()


def largest_finite_factor(type: ElementType, shapes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """For each block of weights in -1...1: the largest f32 by which it can be multiplied so that its scale stays
    finite, and the next f32, with which the scale is infinite. Found by bisection with the oracle itself."""
    blocks = shapes.reshape(-1, type.block_weights).astype(np.float32)
    low = np.full(len(blocks), np.float32(1)).view(np.uint32)
    high = np.full(len(blocks), np.float32(LARGEST_WITHOUT_OVERFLOW.get(type.name, np.finfo(np.float32).max)))
    high = high.view(np.uint32)
    while (high - low > 1).any():
        middle = low + (high - low) // 2
        weights = blocks * middle.view(np.float32)[:, None]
        finite = is_finite(type, encode(type, weights))
        low, high = np.where(finite, middle, low), np.where(finite, high, middle)
    return low.view(np.float32), high.view(np.float32)


def float32_to_bfloat16(weights: np.ndarray) -> np.ndarray:
    """The upper half of weights that are bfloat16 already (nothing is rounded)."""
    return (weights.astype(np.float32).view(np.uint32) >> 16).astype("<u2")


def bfloat16_to_float32(bits: np.ndarray) -> np.ndarray:
    return (bits.astype(np.uint32) << 16).view(np.float32)
