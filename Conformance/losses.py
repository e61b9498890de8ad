"""The ways to quantize a model that are compared with each other, and what the weights lose."""

from __future__ import annotations

from pathlib import Path

import gguf
import numpy as np

METHODS = ("reference", "search")
"""Of `gguf convert --method`."""
WITHOUT_IMPORTANCE = {"reference": ("Q8_0", "NF4", "TQ1_0", "TQ2_0")}
"""The types of which a method makes the same with an importance matrix and without."""


def ways(type: str, matrix: Path) -> dict[str, tuple[str, ...]]:
    """Options of `gguf convert`, by the name that the tables have: each method without the matrix, and with it."""
    found = {}
    for method in METHODS:
        found[method] = ("--method", method)
        if type not in WITHOUT_IMPORTANCE.get(method, ()):
            found[with_matrix(method)] = ("--method", method, "--imatrix", str(matrix))
    return found


def with_matrix(method: str) -> str:
    return f"{method}, matrix"


def tensors(file: Path) -> dict[str, np.ndarray]:
    """Those of a GGUF file."""
    return {tensor.name: tensor.data for tensor in gguf.GGUFReader(file).tensors}


def importance(matrix: Path) -> dict[str, np.ndarray]:
    """The mean square of what each column was applied to, by the name of the tensor."""
    found = tensors(matrix)
    return {name.removesuffix(".in_sum2"): (data / found[name.replace(".in_sum2", ".counts")]).reshape(-1).astype(np.float64)
            for name, data in found.items() if name.endswith(".in_sum2")}


def errors(original: dict[str, np.ndarray], decoded: dict[str, np.ndarray],
           importance: dict[str, np.ndarray]) -> tuple[float, float]:
    """Relative RMSE over the tensors that have an importance: plain, and with squared errors times that of their columns."""
    error, signal = np.zeros(2), np.zeros(2)
    for name, factors in importance.items():
        weights = original[name].astype(np.float64)
        for sums, values in ((error, (decoded[name] - weights) ** 2), (signal, weights ** 2)):
            sums += values.sum(), (values * factors).sum()
    plain, weighed = np.sqrt(error / signal)
    return float(plain), float(weighed)
