"""What methods and an importance matrix do to the little model of samples/models: the weights' error, plain and weighed, and what
llama.cpp makes of the files. With --update also the table of it in their page."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path

import losses
from benchmarks import pages
from check_perplexity import DRIFT, MODELS, NAMES, PAGE, SOURCE, Llama, Row, convert, row_of
from report import Once, Report, note, require
from tool import Tool

NAME = NAMES[0]
BEGIN = "<!-- Conformance/run.sh PATH_TO_GGUF --only methods --update -->"
HEAD = "| type | method | RMSE | weighed | perplexity | divergence | same |"
MATRIX = MODELS / f"{NAME}.imatrix.gguf"
TYPES = ("Q8_0", "Q4_0", "Q4_K_M", "IQ4_NL", "NF4", "Q3_K_M", "Q2_K", "TQ2_0")


@dataclass(frozen=True)
class Losses:
    """Relative root mean square errors over all tensors that the matrix has an entry of."""
    plain: float
    weighed: float
    """Of squared errors times the importance of their columns."""
    row: Row

    @property
    def figures(self) -> tuple[float, float]:
        return self.plain, self.weighed

    @property
    def cells(self) -> list[str]:
        return [*(f"{figure:.5f}" for figure in self.figures), *self.row.cells]


def run(report: Report, tool: Tool, folder: Path, seed: int) -> None:
    llama = Once(lambda: Llama(folder))
    rows: dict[tuple[str, str], Losses] = {}
    report.check(f"methods: {NAME}", lambda: _measure(tool, llama(), rows, folder))
    report.check("methods: searching loses less than the reference", lambda: _hold_order(rows))
    report.check("methods: the table of samples/models/README.md", lambda: hold_table(report, BEGIN, rows, HEAD, rel_tol=1e-3))


def _measure(tool: Tool, llama: Llama, rows: dict[tuple[str, str], Losses], folder: Path) -> None:
    source = convert(tool, NAME, SOURCE, folder)
    weights, importance = losses.tensors(source), losses.importance(MATRIX)
    expected = llama.predictions(source)
    for type in TYPES:
        for method, options in losses.ways(type, MATRIX).items():
            file = convert(tool, NAME, type, folder, *options)
            back = tool.quantize(file, file.with_suffix(".f32.gguf"), SOURCE, "--allow-requantize")
            plain, weighed = losses.errors(weights, losses.tensors(back), importance)
            back.unlink()
            rows[type, method] = Losses(plain, weighed, row_of(tool, llama, file, type, expected))
            note(f"{type}, {method}: {' '.join(rows[type, method].cells)}")
            file.unlink()


def _hold_order(rows: dict[tuple[str, str], Losses]) -> None:
    for type in TYPES:
        require(rows[type, "search"].plain < rows[type, "reference"].plain, f"{type}: searching loses more")
        with_matrix = rows.get((type, losses.with_matrix("reference")), rows[type, "reference"])
        require(rows[type, losses.with_matrix("search")].weighed < with_matrix.weighed, f"{type}: searching by importance loses more")


def hold_table(report: Report, begin: str, rows: dict[tuple[str, str], Losses], head: str, rel_tol: float) -> str | None:
    """Compares a table of the page with what was found, two figures and a perplexity a row; or writes it."""
    if report.update:
        lines = [head, "| --- | --- |" + " ---: |" * 5]
        lines += [f"| {' | '.join([*key, *lost.cells])} |" for key, lost in rows.items()]
        pages.write(PAGE, begin, "\n".join(lines))
        return "written"
    written = {(cells[0], cells[1]): cells[2:] for cells in pages.rows(pages.read(PAGE, begin))}
    for key, lost in rows.items():
        there = written.get(key, [])
        require(len(there) == 5, f"{key}: not in the page; run with --update")
        require(math.isclose(float(there[2]), lost.row.perplexity, rel_tol=DRIFT),
                f"{key}: {lost.row.perplexity:.4f}, the page has {there[2]}; run with --update and look at the difference")
        for index, found in enumerate(lost.figures):
            require(math.isclose(float(there[index]), found, rel_tol=rel_tol), f"{key}: {found}, the page has {there[index]}")
    return None
