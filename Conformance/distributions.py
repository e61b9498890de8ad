"""Seeded generators of f32 weights. Each is 2^20 weights; all of them stay inside the range of every element type."""

from __future__ import annotations

import zlib
from collections.abc import Callable

import numpy as np

import nf4

COUNT = 1 << 20
BLOCK = 256
"""The longest block of any type; what a generator calls a block."""

SHAPES = [(1024, 1024), (4096, 256), (16, 64, 1024), (1, COUNT), (2048, 512), (64, 16384), (2, 4, 512, 256)]
"""Taken in turn: short rows of one block, ordinary ones, and one row that is the whole tensor."""

Generator = Callable[[np.random.Generator], np.ndarray]


def generator(seed: int, name: str) -> np.random.Generator:
    """A stream of its own for each name, so that adding a distribution changes no other."""
    return np.random.default_rng([seed, zlib.crc32(name.encode())])


def make(seed: int) -> dict[str, np.ndarray]:
    tensors = {}
    for number, (name, generate) in enumerate(DISTRIBUTIONS.items()):
        weights = generate(generator(seed, name)).astype(np.float32)
        assert weights.size == COUNT and np.isfinite(weights).all(), name
        tensors[name] = weights.reshape(SHAPES[number % len(SHAPES)])
    return tensors


def _per_block(values: np.ndarray, length: int = BLOCK) -> np.ndarray:
    return np.repeat(values, length)


def _signs(rng: np.random.Generator) -> np.ndarray:
    return rng.choice(np.array([-1, 1], dtype=np.float32), COUNT)


def gaussian(rng):
    return rng.standard_normal(COUNT, dtype=np.float32) * np.float32(0.02)


def student_t(rng):
    return rng.standard_t(1.5, COUNT).clip(-60_000, 60_000)


def uniform(rng):
    return rng.uniform(-1, 1, COUNT)


def lognormal(rng):
    return rng.lognormal(-3, 1, COUNT).clip(0, 60_000)


def negative(rng):
    return -rng.gamma(2, 0.1, COUNT) - 0.5


def constant(rng):
    """Each block one value: the same for 64 blocks, then another."""
    values = rng.standard_normal(COUNT // BLOCK // 64)
    values[:4] = 1, -1, 0.1, 60_000
    return np.repeat(values, BLOCK * 64)


def zeros(rng):
    return np.zeros(COUNT)


def signed_zeros(rng):
    return _signs(rng) * np.float32(0)


def sparse(rng):
    """Mostly zeros of either sign."""
    return rng.standard_normal(COUNT) * (rng.random(COUNT) < 0.02)


def outlier(rng):
    """One weight a block 1,000 times the others."""
    weights = gaussian(rng).reshape(-1, BLOCK)
    weights[np.arange(len(weights)), rng.integers(0, BLOCK, len(weights))] *= 1000
    return weights.ravel()


def ternary(rng):
    """-s, 0, s with one s a row of 4 blocks, as BitNet's weights are."""
    scale = _per_block(rng.uniform(0.01, 3, COUNT // BLOCK // 4), BLOCK * 4).astype(np.float32)
    return rng.integers(-1, 2, COUNT).astype(np.float32) * scale


def equal_magnitudes(rng):
    """Weights s and -s: which of them is the largest is decided by which comes first."""
    return _signs(rng) * _per_block(rng.lognormal(0, 3, COUNT // 32), 32).clip(1e-6, 60_000)


def ties(rng):
    """Weights exactly between two codes in blocks of 32 whose scale is a power of two."""
    largest = rng.choice(np.array([127, -127, 8, -8, 4, 1, -1, 15], dtype=np.float32), COUNT // 32)
    weights = np.floor(rng.uniform(-1, 1, (COUNT // 32, 32)) * np.abs(largest)[:, None]) + 0.5
    weights = np.where(np.abs(weights) > np.abs(largest)[:, None], 0.5, weights)
    weights[:, 5] = largest
    return (weights * 2.0 ** rng.integers(-9, 9, (COUNT // 32, 1))).ravel()


def nf4_thresholds(rng):
    """Weights within two units in the last place of an NF4 threshold times the block's largest."""
    weights = rng.choice(nf4.THRESHOLDS, COUNT).view(np.int32) + rng.integers(-2, 3, COUNT).astype(np.int32)
    weights = weights.view(np.float32).reshape(-1, nf4.BLOCK)
    weights[:, 0] = 1
    scale = rng.uniform(0.001, 3, (len(weights), 1)).astype(np.float32)
    scale[::2] = 1
    return (weights * scale).ravel()


def f16_subnormal(rng):
    """Weights that are f16 subnormals: whole multiples of 2^-24 below 2^-14."""
    return rng.integers(-1023, 1024, COUNT) * 2.0 ** -24


def f16_subnormal_scale(rng):
    """Gaussian blocks of every size from 2^-30 to 2^-6: the f16 scale is zero, subnormal or small."""
    return rng.standard_normal(COUNT) * _per_block(2.0 ** rng.uniform(-30, -6, COUNT // BLOCK))


def f32_subnormal(rng):
    """Every f32 subnormal is as likely as the other, and a quarter of the blocks have only a few of the lowest bits."""
    bits = rng.integers(0, 1 << 23, COUNT, dtype=np.uint32) >> _per_block(
        np.where(rng.random(COUNT // BLOCK) < 0.25, rng.integers(1, 22, COUNT // BLOCK), 0).astype(np.uint32))
    return (bits | rng.integers(0, 2, COUNT, dtype=np.uint32) << 31).view(np.float32)


def f32_tiny(rng):
    """Gaussian blocks of every size from 2^-140 to 2^-110: about where the reciprocal of a scale overflows."""
    return rng.standard_normal(COUNT) * _per_block(2.0 ** rng.uniform(-140, -110, COUNT // BLOCK))


def group_epsilon(rng):
    """Groups of 16 of every size from 2^-52 to 2^-48, beside larger ones: ggml takes a group below 1e-15 for zeros."""
    sizes = _per_block(2.0 ** rng.uniform(-52, -48, COUNT // 16), 16) * _per_block(rng.choice([1, 1, 2.0 ** 48],
                                                                                            COUNT // BLOCK))
    sizes.reshape(-1, 16)[::5] *= 2.0 ** -3
    return rng.uniform(-1, 1, COUNT) * sizes


def any_exponent(rng):
    """Weights of wholly different sizes in one block: 2^-150 to 2^15."""
    return _signs(rng) * 2.0 ** rng.uniform(-150, 15, COUNT)


def bf16_representable(rng):
    bits = rng.standard_normal(COUNT).astype(np.float32).view(np.uint32) & np.uint32(0xFFFF0000)
    return bits.view(np.float32)


def half_precision_ties(rng):
    """Weights exactly between, and one f32 beside the middle of, two neighbours in bf16 or in f16."""
    bits = rng.standard_normal(COUNT).astype(np.float32).view(np.uint32)
    even = np.arange(COUNT) % 2 == 0
    bits = np.where(even, bits & 0xFFFF0000 | 0x8000, bits & 0xFFFFE000 | 0x1000)
    return (bits + rng.integers(-1, 2, COUNT)).astype(np.uint32).view(np.float32)


DISTRIBUTIONS: dict[str, Generator] = {
    function.__name__: function
    for function in (
        gaussian, student_t, uniform, lognormal, negative, constant, zeros, signed_zeros, sparse, outlier, ternary,
        equal_magnitudes, ties, nf4_thresholds, f16_subnormal, f16_subnormal_scale, f32_subnormal, f32_tiny,
        group_epsilon, any_exponent, bf16_representable, half_precision_ties,
    )
}


def unit_blocks(rng: np.random.Generator, count: int = COUNT) -> np.ndarray:
    """Blocks of 256 weights in -1...1 whose largest magnitude is 1 in every 32 weights: the shapes that are scaled up
    to the edge of a type's range. Both signs, one sign only, one constant, one weight alone."""
    weights = rng.uniform(-1, 1, (count // 32, 32)).astype(np.float32)
    weights[np.arange(len(weights)), rng.integers(0, 32, len(weights))] = rng.choice([-1, 1], len(weights))
    weights = weights.reshape(-1, BLOCK)
    kind = np.arange(len(weights)) % 6
    weights[kind == 1] = np.abs(weights[kind == 1])
    weights[kind == 2] = -np.abs(weights[kind == 2])
    weights[kind == 3] = 1
    weights[kind == 4] = -1
    alone = weights[kind == 5]
    weights[kind == 5] = np.where(np.abs(alone) == 1, alone, 0)
    return weights.ravel()
