"""What methods and an importance matrix do to the little model of samples/models: the weights' error, plain and weighed, and what
llama.cpp makes of the files. With --update also the table of it in their page."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path

import gguf
import numpy as np

from benchmarks import pages
from check_perplexity import DRIFT, MODELS, NAMES, PAGE, SOURCE, Llama, Row, convert, row_of
from report import Once, Report, note, require
from tool import Tool

NAME = NAMES[0]
BEGIN = "<!-- Conformance/run.sh PATH_TO_GGUF --only methods --update -->"
MATRIX = MODELS / f"{NAME}.imatrix.gguf"
TYPES = ("Q8_0", "Q4_0", "Q4_K_M", "IQ4_NL", "NF4", "Q3_K_M", "Q2_K", "TQ2_0")
METHODS = {"reference": (), "reference, matrix": ("--imatrix", MATRIX), "search": ("--method", "search"),
           "search, matrix": ("--method", "search", "--imatrix", MATRIX)}


@dataclass(frozen=True)
class Losses:
    """Relative root mean square errors over all tensors that the matrix has an entry of."""
    plain: float
    weighed: float
    """Of squared errors times the importance of their columns."""
    row: Row

    @property
    def cells(self) -> list[str]:
        return [f"{self.plain:.5f}", f"{self.weighed:.5f}", *self.row.cells]


def run(report: Report, tool: Tool, folder: Path, seed: int) -> None:
    llama = Once(lambda: Llama(folder))
    rows: dict[tuple[str, str], Losses] = {}
    report.check(f"methods: {NAME}", lambda: _measure(tool, llama(), rows, folder))
    report.check("methods: searching loses less than the reference", lambda: _hold_order(rows))
    report.check("methods: the table of samples/models/README.md", lambda: _hold_table(report, rows))


def _measure(tool: Tool, llama: Llama, rows: dict[tuple[str, str], Losses], folder: Path) -> None:
    source = convert(tool, NAME, SOURCE, folder)
    weights = {tensor.name: tensor.data for tensor in gguf.GGUFReader(source).tensors}
    sums = {tensor.name: tensor.data for tensor in gguf.GGUFReader(MATRIX).tensors}
    importance = {name.removesuffix(".in_sum2"): (data / sums[name.replace(".in_sum2", ".counts")]).reshape(-1).astype(np.float64)
                  for name, data in sums.items() if name.endswith(".in_sum2")}
    expected = llama.predictions(source)
    for type in TYPES:
        for method, options in METHODS.items():
            if type in ("Q8_0", "NF4", "TQ2_0") and method == "reference, matrix":
                continue  # These take no importance by the reference's method.
            file = convert(tool, NAME, type, folder, *options)
            plain, weighed = _errors(tool, file, weights, importance)
            rows[type, method] = Losses(plain, weighed, row_of(tool, llama, file, type, expected))
            note(f"{type}, {method}: {' '.join(rows[type, method].cells)}")
            file.unlink()


def _errors(tool: Tool, file: Path, weights: dict[str, np.ndarray], importance: dict[str, np.ndarray]) -> tuple[float, float]:
    back = tool.quantize(file, file.with_suffix(".f32.gguf"), SOURCE, "--allow-requantize")
    error, signal = np.zeros(2), np.zeros(2)
    for tensor in gguf.GGUFReader(back).tensors:
        if tensor.name in importance:
            original = weights[tensor.name].astype(np.float64)
            factors = importance[tensor.name]
            for sums, values in ((error, (tensor.data - original) ** 2), (signal, original ** 2)):
                sums += values.sum(), (values * factors).sum()
    back.unlink()
    plain, weighed = np.sqrt(error / signal)
    return float(plain), float(weighed)


def _hold_order(rows: dict[tuple[str, str], Losses]) -> None:
    for type in TYPES:
        require(rows[type, "search"].plain < rows[type, "reference"].plain, f"{type}: searching loses more")
        with_matrix = rows.get((type, "reference, matrix"), rows[type, "reference"])
        require(rows[type, "search, matrix"].weighed < with_matrix.weighed, f"{type}: searching by importance loses more")


def _hold_table(report: Report, rows: dict[tuple[str, str], Losses]) -> str | None:
    if report.update:
        pages.write(PAGE, BEGIN, _table(rows))
        return "written"
    written = {(cells[0], cells[1]): cells[2:] for cells in pages.rows(pages.read(PAGE, BEGIN))}
    for key, losses in rows.items():
        there = written.get(key, [])
        require(len(there) == 5, f"{key}: not in the page; run with --update")
        require(math.isclose(float(there[2]), losses.row.perplexity, rel_tol=DRIFT),
                f"{key}: {losses.row.perplexity:.4f}, the page has {there[2]}; run with --update and look at the difference")
        for index, found in enumerate((losses.plain, losses.weighed)):
            require(math.isclose(float(there[index]), found, rel_tol=1e-3), f"{key}: {found}, the page has {there[index]}")
    return None


def _table(rows: dict[tuple[str, str], Losses]) -> str:
    lines = ["| type | method | RMSE | weighed | perplexity | divergence | same |", "| --- | --- |" + " ---: |" * 5]
    lines += [f"| {' | '.join([*key, *losses.cells])} |" for key, losses in rows.items()]
    return "\n".join(lines)
