"""What `gguf verify --activations` says of products, compared with numpy."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import numpy as np

import distributions
import elementtypes
import oracles
import products
from elementtypes import ElementType
from files import write_safetensors
from report import Report, require, require_equal
from tool import TIMEOUT, Tool

ROWS, COLUMNS, SAMPLES = 300, 1024, 5
"""More rows than a chunk has."""

TOLERANCE = 1e-12


def run(report: Report, tool: Tool, folder: Path, seed: int) -> None:
    for type in elementtypes.ALL:
        report.check(f"products: {type} against numpy", lambda type=type: _compare(tool, folder, seed, type))


def _compare(tool: Tool, folder: Path, seed: int, type: ElementType) -> str:
    rng = distributions.generator(seed, f"products {type}")
    weights = rng.standard_normal((ROWS, COLUMNS), dtype=np.float32)
    # Columns of different sizes, as layers have them.
    x = rng.standard_normal((SAMPLES, COLUMNS), dtype=np.float32)
    x *= np.exp2(rng.integers(-3, 4, COLUMNS)).astype(np.float32)
    source, file, activations = (folder / f"{type}.{end}" for end in ("safetensors", "gguf", "x.safetensors"))
    write_safetensors(source, {"w": weights})
    write_safetensors(activations, {"w": x})
    tool.convert(source, file, type)
    expected = products.figures(weights, type, oracles.expected(type, weights)[0], x)
    found = [_verify(tool, file, source, activations, "--threads", threads) for threads in ("1", "3")]
    require_equal("figures with one thread and with three", found[0], found[1])
    require_equal("samples", found[0]["samples"], SAMPLES)
    for name, value in expected.items():
        require(abs(found[0][name] - value) <= TOLERANCE * value, f"{name} is {found[0][name]!r}, expected {value!r}")
    return f"{expected['relativeRMSE']:.3g}, of weights alone {expected['weightsOnly']:.3g}"


def _verify(tool: Tool, file: Path, source: Path, activations: Path, *options: str) -> dict:
    command = [str(tool.binary), "verify", str(file), "--against", str(source), "--activations", str(activations),
               "--json", "--quiet", *options]
    result = subprocess.run(command, capture_output=True, text=True, timeout=TIMEOUT, env={**os.environ, "NO_COLOR": "1"})
    require_equal(f"exit code ({result.stderr.strip()!r})", result.returncode, 0)
    tensor, = json.loads(result.stdout)["tensors"]
    require(tensor.get("product") is not None, "the report has no product")
    return tensor["product"]
