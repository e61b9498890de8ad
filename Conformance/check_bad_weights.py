"""Weights that have no place in a model, or none in the type asked for: exit code 65, the tensor named, no file."""

from __future__ import annotations

import tempfile
from pathlib import Path

import ml_dtypes
import numpy as np

import distributions
import elementtypes
import oracles
from elementtypes import ElementType
from files import write_safetensors
from report import Report
from tool import Tool

BAD = "layers.7.bad.weight"
GOOD = "layers.6.good.weight"
ROWS, COLUMNS = 64, 1024


def run(report: Report, tool: Tool, folder: Path, seed: int) -> None:
    good = distributions.generator(seed, "bad weights").standard_normal((ROWS, COLUMNS), dtype=np.float32)

    def refuse(type: ElementType, bad: np.ndarray, dtype: str | None = None) -> None:
        source = write_safetensors(folder / "bad.safetensors", {GOOD: good, BAD: bad}, {BAD: dtype or bad.dtype.name})
        with tempfile.TemporaryDirectory(dir=folder) as output:
            tool.require_refusal(source, Path(output), type, BAD)

    def with_one(value: float, dtype: type = np.float32) -> np.ndarray:
        bad = good.astype(dtype)
        bad[41, 700] = value
        return bad

    for type in elementtypes.ALL:
        for name, value in (("NaN", np.nan), ("infinity", np.inf), ("-infinity", -np.inf)):
            report.check(f"refused {type} {name}", lambda type=type, value=value: refuse(type, with_one(value)))

    for type in elementtypes.ALL:
        if type in elementtypes.WITHOUT_LIMIT:
            continue
        report.check(f"refused {type} just above the range",
                     lambda type=type: refuse(type, _just_above(type, good, seed)))
        for value in (1e30, -1e30, float(np.finfo(np.float32).max), float(np.finfo(np.float32).min)):
            if oracles.is_refused(type, with_one(value)):
                report.check(f"refused {type} {value:.2g}",
                             lambda type=type, value=value: refuse(type, with_one(value)))

    other_sources = [
        ("F64 NaN", with_one(np.nan, np.float64), None),
        ("F64 1e300, infinite in f32", with_one(1e300, np.float64), None),
        ("F16 infinity", with_one(np.inf, np.float16), None),
        ("F16 NaN", with_one(np.nan, np.float16), None),
        ("BF16 -infinity", with_one(-np.inf, ml_dtypes.bfloat16).view(np.uint16), "bfloat16"),
        ("BF16 NaN", with_one(np.nan, ml_dtypes.bfloat16).view(np.uint16), "bfloat16"),
        ("F8_E4M3 NaN", with_one(np.nan, ml_dtypes.float8_e4m3fn).view(np.uint8), "float8_e4m3fn"),
        ("F8_E5M2 infinity", with_one(np.inf, ml_dtypes.float8_e5m2).view(np.uint8), "float8_e5m2"),
    ]
    for name, bad, dtype in other_sources:
        report.check(f"refused source {name}",
                     lambda bad=bad, dtype=dtype: refuse(elementtypes.Q8_0, bad, dtype))


def _just_above(type: ElementType, good: np.ndarray, seed: int) -> np.ndarray:
    """One block with the smallest f32 factor that makes its scale infinite in ggml; its neighbour has the largest
    that does not."""
    shapes = distributions.unit_blocks(distributions.generator(seed, f"above {type}"), 512)[:2 * type.block_weights]
    if type.block_weights == 1:
        shapes = np.array([1, -1], dtype=np.float32)
    shapes = shapes.reshape(2, type.block_weights)
    finite, infinite = oracles.largest_finite_factor(type, shapes)
    bad = good.copy().reshape(-1, type.block_weights)
    middle = len(bad) // 2 + 1
    bad[middle - 1] = shapes[0] * finite[0]
    bad[middle] = shapes[1] * infinite[1]
    encoded = oracles.is_finite(type, oracles.encode(type, bad.reshape(ROWS, COLUMNS)))
    assert np.flatnonzero(~encoded).tolist()[:1] == [middle], "the oracle's own scales are not as expected"
    return bad.reshape(ROWS, COLUMNS)
