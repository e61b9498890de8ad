"""Products of weights with activations as formats/products.md defines them, in numpy.

Nothing here is taken from the program: activations are quantized and blocks taken apart by code of its own, written from
formats/q8_0.md, q8_1.md, q8_k.md and the pages of the types. Sums have the page's order, so that results can be compared
bit by bit.
"""

from __future__ import annotations

import math

import numpy as np

import elementtypes
import oracles
from elementtypes import ElementType

FLOATS = (elementtypes.F32, elementtypes.F16, elementtypes.BF16, elementtypes.NF4)
"""Types whose products are computed with floats; all others with integers."""

WITH_SUMS = (elementtypes.Q4_1, elementtypes.Q5_1)
"""Types whose activations are Q8_1."""

E2M1 = np.array([0, 1, 2, 3, 4, 6, 8, 12, 0, -1, -2, -3, -4, -6, -8, -12])
IQ4 = np.array([-127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113])


def exact(weights: np.ndarray, x: np.ndarray) -> np.ndarray:
    """The products of f32 rows with f32 vectors, in f64: [rows, vectors]."""
    columns = x.shape[-1]
    padding = -columns % 16
    w = np.pad(weights.reshape(-1, columns).astype(np.float64), ((0, 0), (0, padding))).reshape(-1, 1, columns + padding)
    v = np.pad(x.reshape(-1, columns).astype(np.float64), ((0, 0), (0, padding)))[None]
    return _lanes(w * v)


def computed(type: ElementType, blocks: np.ndarray, x: np.ndarray) -> np.ndarray:
    """The products of rows of blocks with f32 vectors, as an inference engine has them."""
    columns = x.shape[-1]
    if type in FLOATS:
        return exact(oracles.decode(type, blocks), _rounded(type, x))
    codes, steps, offsets = unpack(type, blocks.reshape(-1, type.block_bytes))
    rows = codes.size // columns
    acodes, scales, sums = quantize(type, x)
    dots = np.einsum("rgi,sgi->rsg", codes.reshape(rows, -1, 16), acodes.reshape(len(x), -1, 16))
    steps, offsets = steps.reshape(rows, 1, -1), offsets.reshape(rows, 1, -1)
    with np.errstate(invalid="ignore", over="ignore"):
        terms = steps * scales[None] * dots + offsets * sums[None]
    return _lanes(np.pad(terms, ((0, 0), (0, 0), (0, -terms.shape[2] % 16))))


def figures(weights: np.ndarray, type: ElementType, blocks: np.ndarray, x: np.ndarray) -> dict[str, float]:
    """relativeRMSE and weightsOnly of finite products, with exactly rounded sums."""
    reference = exact(weights, x).ravel()
    square = math.fsum(reference * reference)

    def relative(other: np.ndarray) -> float:
        error = math.fsum((other.ravel() - reference) ** 2)
        return math.sqrt(error / square) if error else 0.0

    return {"relativeRMSE": relative(computed(type, blocks, x)),
            "weightsOnly": relative(exact(oracles.decode(type, blocks), x))}


def _lanes(terms: np.ndarray) -> np.ndarray:
    """Term i goes into lane i mod 16, from the first to the last; of sixteen lanes halves are added until one is left."""
    lanes = np.zeros((*terms.shape[:-1], 16))
    for start in range(0, terms.shape[-1], 16):
        lanes = lanes + terms[..., start:start + 16]
    while lanes.shape[-1] > 1:
        half = lanes.shape[-1] // 2
        lanes = lanes[..., :half] + lanes[..., half:]
    return lanes[..., 0]


def _rounded(type: ElementType, x: np.ndarray) -> np.ndarray:
    if type is elementtypes.F16:
        return x.astype(np.float16).astype(np.float32)
    if type is elementtypes.BF16:
        bits = x.view(np.uint32).astype(np.uint64)
        return ((bits + 0x7FFF + (bits >> 16 & 1)) >> 16 << 16).astype(np.uint32).view(np.float32)
    if type is elementtypes.NF4:
        codes, scales, _ = _q8(x)
        return (codes * np.repeat(scales, 16, axis=1)).astype(np.float32)
    return x


def quantize(type: ElementType, x: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Codes, and for each sixteen values their scale and what they add up to."""
    if type.block_weights == 256:
        return _q8_k(x)
    codes, scales, sums = _q8(x)
    return codes, scales, sums if type in WITH_SUMS else np.zeros_like(sums)


def _q8(x: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Q8_0, and the sums of Q8_1, which stand with the first sixteen values of a block."""
    blocks = x.reshape(len(x), -1, 32)
    d = np.abs(blocks).max(axis=2, keepdims=True) / np.float32(127)
    with np.errstate(divide="ignore", over="ignore", invalid="ignore"):
        scaled = blocks * np.where(d > 0, np.float32(1) / d, np.float32(0))
        # Halves away from zero.
        codes = np.where(np.isfinite(scaled), np.trunc(scaled.astype(np.float64) + np.copysign(0.5, scaled)), 0)
        stored = (codes.sum(axis=2, keepdims=True).astype(np.float32) * d).astype(np.float16).astype(np.float64)
    scales = np.repeat(d.astype(np.float16).astype(np.float64), 2, axis=2).reshape(len(x), -1)
    sums = np.concatenate([stored, np.zeros_like(stored)], axis=2).reshape(len(x), -1)
    return codes.reshape(x.shape).astype(np.int64), scales, sums


def _q8_k(x: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    blocks = x.reshape(len(x), -1, 256)
    place = np.abs(blocks).argmax(axis=2, keepdims=True)
    extreme = np.take_along_axis(blocks, place, axis=2)
    with np.errstate(divide="ignore", over="ignore", invalid="ignore"):
        inverse = np.where(extreme != 0, np.float32(-127) / extreme, np.float32(0))
        d = np.where(extreme != 0, np.float32(1) / inverse, np.float32(0)).astype(np.float64)
        products = inverse * blocks
    # rint ties to even.
    codes = np.where(np.isfinite(products), np.minimum(127, np.rint(products)), 0).astype(np.int64)
    scales = np.repeat(d, 16, axis=2).reshape(len(x), -1)
    return codes.reshape(x.shape), scales, scales * codes.reshape(len(x), -1, 16).sum(axis=2)


# Blocks taken apart: integer codes [blocks, weights], and for each sixteen of them a step and an offset.


def _half(blocks: np.ndarray, offset: int) -> np.ndarray:
    return blocks[:, offset:offset + 2].copy().view("<f2").astype(np.float64)


def _nibbles(q: np.ndarray) -> np.ndarray:
    return np.concatenate([q & 15, q >> 4], axis=1).astype(np.int64)


def _bits(q: np.ndarray, width: int) -> np.ndarray:
    """The fields of bytes, the first in the lowest bits, field by field: [blocks, bytes, fields]."""
    return np.stack([q >> shift & (1 << width) - 1 for shift in range(0, 8, width)], axis=2).astype(np.int64)


def _halves_of_two_bits(q: np.ndarray) -> np.ndarray:
    """Two times 32 bytes, each with weights m, m + 32, m + 64 and m + 96 of its 128."""
    return _bits(q, 2).reshape(len(q), 2, 32, 4).transpose(0, 1, 3, 2).reshape(len(q), 256)


def _pairs(scales: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Eight scales and eight minimums of six bits, each twice."""
    low, mid, high = scales[:, 0:4], scales[:, 4:8], scales[:, 8:12]
    scale = np.concatenate([low & 63, high & 15 | low >> 6 << 4], axis=1)
    minimum = np.concatenate([mid & 63, high >> 4 | mid >> 6 << 4], axis=1)
    return np.repeat(scale, 2, axis=1).astype(np.float64), np.repeat(minimum, 2, axis=1).astype(np.float64)


def unpack(type: ElementType, b: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    count, groups = len(b), type.block_weights // 16
    zero = np.zeros((count, groups))
    name = type.name
    if name == "Q8_0":
        return b[:, 2:].view(np.int8).astype(np.int64), _half(b, 0) + zero, zero
    if name == "Q4_0":
        return _nibbles(b[:, 2:]) - 8, _half(b, 0) + zero, zero
    if name == "Q4_1":
        return _nibbles(b[:, 4:]), _half(b, 0) + zero, _half(b, 2) + zero
    if name in ("Q5_0", "Q5_1"):
        start = 2 if name == "Q5_0" else 4
        codes = _nibbles(b[:, start + 4:]) | _bits(b[:, start:start + 4], 1).reshape(count, 32) << 4
        return (codes - 16, _half(b, 0) + zero, zero) if start == 2 else (codes, _half(b, 0) + zero, _half(b, 2) + zero)
    if name == "IQ4_NL":
        return IQ4[_nibbles(b[:, 2:])], _half(b, 0) + zero, zero
    if name == "MXFP4":
        return E2M1[_nibbles(b[:, 1:])], np.ldexp(0.5, b[:, :1].astype(np.int64) - 127) + zero, zero
    if name == "NVFP4":
        codes = np.concatenate([_nibbles(b[:, 4 + 8 * i:12 + 8 * i]) for i in range(4)], axis=1)
        bits = b[:, :4].astype(np.int64) & 127
        value = np.where(bits < 8, bits * 2.0 ** -9, np.ldexp(8.0 + bits % 8, bits // 8 - 10))
        return E2M1[codes], np.where(b[:, :4] == 127, 0, value / 2), zero
    if name == "Q1_0":
        return _bits(b[:, 2:], 1).reshape(count, 128) * 2 - 1, _half(b, 0) + zero, zero
    if name == "Q2_0":
        return _bits(b[:, 2:], 2).reshape(count, 64) - 1, _half(b, 0) + zero, zero
    if name == "Q2_K":
        scales = b[:, :16].astype(np.int64)
        return _halves_of_two_bits(b[:, 16:80]), _half(b, 80) * (scales & 15), -(_half(b, 82) * (scales >> 4))
    if name == "Q3_K":
        high = _bits(b[:, :32], 1).transpose(0, 2, 1).reshape(count, 256)
        packed = b[:, 96:108].astype(np.int64)
        low = np.concatenate([packed[:, :8] & 15, packed[:, :8] >> 4], axis=1)
        top = np.concatenate([packed[:, 8:] >> shift & 3 for shift in (0, 2, 4, 6)], axis=1)
        return _halves_of_two_bits(b[:, 32:96]) + 4 * high - 4, _half(b, 108) * ((low | top << 4) - 32), zero
    if name in ("Q4_K", "Q5_K"):
        start = 16 if name == "Q4_K" else 48
        codes = np.concatenate([_nibbles(b[:, start + 32 * i:start + 32 * i + 32]) for i in range(4)], axis=1)
        if name == "Q5_K":
            codes += _bits(b[:, 16:48], 1).transpose(0, 2, 1).reshape(count, 256) << 4
        scale, minimum = _pairs(b[:, 4:16])
        return codes, _half(b, 0) * scale, -(_half(b, 2) * minimum)
    if name == "Q6_K":
        low = np.concatenate([_nibbles(b[:, 64 * h:64 * h + 64]) for h in range(2)], axis=1)
        codes = low + (_halves_of_two_bits(b[:, 128:192]) << 4) - 32
        return codes, _half(b, 208) * b[:, 192:208].view(np.int8), zero
    if name == "IQ4_XS":
        low = _bits(b[:, 4:8], 4).reshape(count, 8)
        scales = (low | _bits(b[:, 2:4], 2).reshape(count, 8) << 4) - 32
        codes = np.concatenate([_nibbles(b[:, 8 + 16 * i:24 + 16 * i]) for i in range(8)], axis=1)
        return IQ4[codes], np.repeat(_half(b, 0) * scales, 2, axis=1), zero
    if name == "TQ1_0":
        def digits(part: np.ndarray, places: int) -> np.ndarray:
            return np.concatenate([(part * np.uint8(3 ** n)).astype(np.int64) * 3 >> 8 for n in range(places)], axis=1)

        codes = np.concatenate([digits(b[:, :32], 5), digits(b[:, 32:48], 5), digits(b[:, 48:52], 4)], axis=1)
        return codes - 1, _half(b, 52) + zero, zero
    if name == "TQ2_0":
        return _halves_of_two_bits(b[:, :64]) - 1, _half(b, 64) + zero, zero
    raise ValueError(f"no products with {type}")
