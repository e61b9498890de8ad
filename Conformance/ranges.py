"""The methods of formats/ranges.md in numpy: what weights become, decoded, bit for bit.

Quantiles are numpy's own. Everything else is written from the page, vectorised over blocks and not over the weights of one, so
that sums have its order.
"""

from __future__ import annotations

import functools
import math
from dataclasses import dataclass

import numpy as np

import nf4

F32 = np.float32
IQ4 = np.array([-127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113], dtype=F32)
BINS, FEWEST, LEAST_GAIN = 2048, 128, 2.0 ** -30


@dataclass(frozen=True)
class Form:
    """How a type holds weights."""
    bits: int
    length: int
    """Weights of a block, or of a sub-block."""
    table: np.ndarray | None = None
    affine: bool = False
    highest_scale: int = 0
    """Of the whole-number scales of a superblock; 0 where there is none."""
    highest_minimum: int = 0

    @property
    def factors(self) -> np.ndarray:
        grid, count = {2: (100, 50), 3: (100, 50), 8: (500, 20)}.get(self.bits, (100, 20))
        return (grid - np.arange(count)).astype(F32) / F32(grid)

    @property
    def ends(self) -> tuple[np.float32, np.float32]:
        if self.table is not None:
            return self.table[0], self.table[-1]
        top = F32(2 ** self.bits - 1 if self.affine else 2 ** (self.bits - 1) - 1)
        return (F32(0) if self.affine else -top), top

    def nearest(self, x: np.ndarray) -> np.ndarray:
        low, high = self.ends
        if self.table is None:
            return np.rint(np.clip(x, low, high))
        if self.table is nf4.VALUES:
            return self.table[np.searchsorted(nf4.THRESHOLDS, x, side="left")]
        above = np.clip(np.searchsorted(self.table, x, side="right"), 1, len(self.table) - 1)
        is_lower = x - self.table[above - 1] < self.table[above] - x
        return self.table[np.where(is_lower, above - 1, above)]


FORMS = {
    "Q8_0": Form(8, 32), "Q4_0": Form(4, 32), "Q5_0": Form(5, 32), "IQ4_NL": Form(4, 32, IQ4), "NF4": Form(4, 64, nf4.VALUES),
    "Q4_1": Form(4, 32, affine=True), "Q5_1": Form(5, 32, affine=True),
    "Q4_K": Form(4, 32, affine=True, highest_scale=63, highest_minimum=63),
    "Q5_K": Form(5, 32, affine=True, highest_scale=63, highest_minimum=63),
    "Q2_K": Form(2, 16, affine=True, highest_scale=15, highest_minimum=15),
    "Q3_K": Form(3, 16, highest_scale=31), "Q6_K": Form(6, 16, highest_scale=127),
    "IQ4_XS": Form(4, 32, IQ4, highest_scale=31),
}


def decoded(weights: np.ndarray, type: str, method: str, percentile: float = 99.9, importance: np.ndarray | None = None) -> np.ndarray:
    """What a matrix of weights becomes; `importance` has one number a column."""
    form = FORMS[type]
    rows, columns = weights.shape
    limits = np.array([_limits(row, form, method, percentile) for row in weights], dtype=F32)
    limits = np.repeat(limits, columns // form.length, axis=0)
    blocks = weights.reshape(-1, form.length)
    ones = np.ones(columns, dtype=F32)
    factors = np.tile(ones if importance is None or method != "mse" else importance, rows).reshape(-1, form.length)
    with np.errstate(over="ignore", divide="ignore", invalid="ignore"):
        if form.highest_scale == 0:
            scale, minimum = _fit(blocks, factors, limits, form, method == "mse", stored=True)
            return _values(blocks, scale, minimum, form).reshape(weights.shape)
        plain = _superblocks(blocks, factors, limits, form, shrinks=False)
        if method != "mse":
            return plain.reshape(weights.shape)
        shrunk = _superblocks(blocks, factors, limits, form, shrinks=True)
        whole, counts = weights.reshape(-1, 256), factors.reshape(-1, 256)
        is_better = _error(whole, shrunk.reshape(-1, 256), counts) < _error(whole, plain.reshape(-1, 256), counts)
        return np.where(is_better[:, None], shrunk.reshape(-1, 256), plain.reshape(-1, 256)).reshape(weights.shape)


def half(x: np.ndarray) -> np.ndarray:
    return x.astype(np.float16).astype(F32)


def reciprocal(x: np.ndarray) -> np.ndarray:
    return np.where(x == 0, F32(0), F32(1) / x)


def _limits(row: np.ndarray, form: Form, method: str, percentile: float) -> tuple[float, float]:
    part = float(F32(percentile))
    if method == "percentile" and form.affine:
        cut = (100 - part) / 200
        low, high = np.quantile(row.astype(np.float64), [cut, 1 - cut])
        return low, high
    if method == "percentile":
        top = F32(np.quantile(np.abs(row).astype(np.float64), part / 100))
        return -top, top
    if method == "entropy":
        top = entropy_threshold(row.tobytes(), 2 ** (form.bits - 1))
        return -top, top
    return -np.inf, np.inf


@functools.cache
def entropy_threshold(row: bytes, levels: int) -> np.float32:
    sizes = np.abs(np.frombuffer(row, dtype=F32))
    largest = sizes.max()
    if largest == 0:
        return F32(0)
    histogram = np.bincount(np.minimum((sizes.astype(np.float64) / float(largest) * BINS).astype(int), BINS - 1), minlength=BINS)
    kept, least = BINS, divergence(histogram, BINS, levels)
    for tried in range(BINS - 1, FEWEST - 1, -1):
        found = divergence(histogram, tried, levels)
        if found < least - LEAST_GAIN:
            kept, least = tried, found
    return F32(largest * F32(kept / BINS))


def divergence(histogram: np.ndarray, kept: int, levels: int) -> float:
    """As the definition has it: no sum is taken apart."""
    reference = histogram[:kept].astype(np.float64)
    beyond = histogram[kept:].sum()
    if beyond and reference[-1] == 0:
        return math.inf
    starts = -(-np.arange(levels) * kept // levels)
    masses = np.add.reduceat(reference, starts)
    counts = np.add.reduceat((reference > 0).astype(np.float64), starts)
    average = np.divide(masses, counts, out=np.zeros(levels), where=counts > 0)
    quantized = np.repeat(average, np.diff(np.append(starts, kept)))
    reference[-1] += beyond
    there = reference > 0
    p, q = reference[there] / reference.sum(), quantized[there] / histogram[:kept].sum()
    return float((p * np.log(p / q)).sum())


def _range(blocks: np.ndarray, limits: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    return tuple(np.clip(end(blocks, axis=1), limits[:, 0], limits[:, 1]) for end in (np.min, np.max))


def _numbers(low: np.ndarray, high: np.ndarray, form: Form, stored: bool) -> tuple[np.ndarray, np.ndarray]:
    lowest, highest = form.ends
    if form.affine:
        minimum = low if stored else np.minimum(low, F32(0))
        scale = (high - minimum) / highest
    else:
        below, above = np.maximum(-low, F32(0)), np.maximum(high, F32(0))
        upright = np.maximum(below / -lowest, above / highest)
        reversed = np.maximum(above / -lowest, below / highest)
        scale, minimum = np.where(upright <= reversed, upright, -reversed), np.zeros_like(low)
    return (half(scale), half(minimum)) if stored else (scale, minimum)


def _fit(blocks, factors, limits, form: Form, shrinks: bool, stored: bool) -> tuple[np.ndarray, np.ndarray]:
    low, high = _range(blocks, limits)
    best = np.stack(_numbers(low, high, form, stored))
    if shrinks:
        least = _error(blocks, _values(blocks, *best, form), factors)
        for factor in form.factors[1:]:
            tried = np.stack(_numbers(low * factor, high * factor, form, stored))
            error = _error(blocks, _values(blocks, *tried, form), factors)
            is_less = error < least
            best, least = np.where(is_less, tried, best), np.where(is_less, error, least)
    return best[0], best[1]


def _values(blocks: np.ndarray, scale: np.ndarray, minimum: np.ndarray, form: Form) -> np.ndarray:
    scale, minimum = scale[:, None], minimum[:, None]
    return form.nearest((blocks - minimum) * reciprocal(scale)) * scale + minimum


def _error(blocks: np.ndarray, values: np.ndarray, factors: np.ndarray) -> np.ndarray:
    difference = values - blocks
    sums = np.zeros(len(blocks), dtype=F32)
    for term in (factors * difference * difference).T:
        sums += term
    return sums


def _superblocks(blocks, factors, limits, form: Form, shrinks: bool) -> np.ndarray:
    scale, minimum = (numbers.reshape(-1, 256 // form.length) for numbers in _fit(blocks, factors, limits, form, shrinks, stored=False))
    d = half(np.abs(scale).max(axis=1, keepdims=True) / F32(form.highest_scale))
    whole = np.rint(np.clip(scale * reciprocal(d), F32(0) if form.affine else F32(-form.highest_scale), F32(form.highest_scale)))
    shift = np.zeros_like(scale)
    if form.highest_minimum:
        dmin = half((-minimum).max(axis=1, keepdims=True) / F32(form.highest_minimum))
        shift = dmin * np.rint(np.clip(-minimum * reciprocal(dmin), F32(0), F32(form.highest_minimum)))
    return _values(blocks, (d * whole).reshape(-1), -shift.reshape(-1), form)
