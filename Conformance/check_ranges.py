"""Ranges of weights: blocks decode to what numpy code of formats/ranges.md (`ranges.py`) makes of the weights, bit for bit."""

from __future__ import annotations

from pathlib import Path

import numpy as np

import distributions
import elementtypes
import oracles
import ranges
from check_importance import write_gguf
from files import read, write_safetensors
from report import Once, Report, require, require_equal
from tool import Tool

ROWS, COLUMNS = 4, 1024
CASES = {"minmax": 0.0, "percentile": 99.9, "percentile 75": 75.0, "percentile 100": 100.0, "mse": 0.0, "entropy": 0.0}


def run(report: Report, tool: Tool, folder: Path, seed: int) -> None:
    weights = {name: _rows(name, array) for name, array in distributions.make(seed).items()}
    source = Once(lambda: write_safetensors(folder / "ranges.safetensors", weights))
    for type in elementtypes.ALL:
        if type.name not in ranges.FORMS:
            continue
        for case, percentile in CASES.items():
            report.check(f"ranges {type} {case}", lambda: _require_same(tool, source(), folder, type, case, percentile, weights))
        report.check(f"ranges {type} mse by importance", lambda: _require_weighed(tool, source(), folder, type, weights, seed))


def _rows(name: str, array: np.ndarray) -> np.ndarray:
    """Some of each kind, from places that differ."""
    rows = array.reshape(-1, COLUMNS)
    return np.ascontiguousarray(rows[:: len(rows) // ROWS][:ROWS])


def _require_same(tool: Tool, source: Path, folder: Path, type, case: str, percentile: float, weights: dict[str, np.ndarray]) -> str:
    method = case.split()[0]
    options = ("--percentile", str(percentile)) if method == "percentile" and percentile != 99.9 else ()
    file = read(tool.convert(source, folder / "ranges.gguf", type, "--method", method, *options, "--force"))
    require_equal("quantize.method", file.metadata["quantize.method"], method)
    if method == "percentile":
        require_equal("quantize.percentile", np.float32(file.metadata["quantize.percentile"]), np.float32(percentile))
    for name, array in weights.items():
        _compare(name, type, file.tensors[name].data, ranges.decoded(array, type.name, method, percentile))
    return f"{len(weights)} kinds of weights"


def _require_weighed(tool: Tool, source: Path, folder: Path, type, weights: dict[str, np.ndarray], seed: int) -> None:
    rng = distributions.generator(seed, "importance of ranges")
    counts = np.array([1], dtype=np.float32)
    importance = {name: (rng.standard_exponential((1, COLUMNS)).astype(np.float32) ** 2, counts) for name in weights}
    matrix = folder / "ranges.imatrix.gguf"
    write_gguf(matrix, importance)
    file = read(tool.convert(source, folder / "ranges.gguf", type, "--method", "mse", "--imatrix", str(matrix), "--force"))
    for name, array in weights.items():
        expected = ranges.decoded(array, type.name, "mse", importance=importance[name][0][0])
        _compare(name, type, file.tensors[name].data, expected)


def _compare(name: str, type, data: np.ndarray, expected: np.ndarray) -> None:
    found = oracles.decode(type, data).reshape(expected.shape)
    differ = np.argwhere(found != expected)
    require(len(differ) == 0, f"{name}: {len(differ)} weights differ, the first at {differ[:1].tolist()}: "
            + " ".join(f"{found[tuple(at)]} and not {expected[tuple(at)]}" for at in differ[:1]))
