"""What types and methods do to the embeddings of two trained encoders (embedders.py), and to their weights. With --update also
the table of it in formats/search.md.

Embeddings are computed by llama.cpp twice: of what the file decodes to, which is what the weights lost, and of the file, where
llama.cpp rounds the inputs of its products as well. It does not know NF4.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

import elementtypes
import embedders
import losses
from benchmarks import methods, pages
from embedders import Embedder
from report import Once, Report, note, require
from tool import Tool

PAGE = Path(__file__).resolve().parent.parent / "formats" / "search.md"
BEGIN = "<!-- Conformance/run.sh PATH_TO_GGUF --only embeddings --update -->"
TYPES = methods.TYPES
MODELS: dict[str, Callable[[Tool, Path], Embedder]] = {"all-MiniLM-L6-v2": embedders.minilm, "AntiBERTy": embedders.antiberty}

SAME = 1e-5
"""How far the cosine of embeddings by llama.cpp and by numpy may be from 1, both in F32: ggml looks GELU up in a table of half
precision."""
DRIFT, NOISE = 0.02, 1e-5
"""How far a cosine may be from the page's, relative to its distance from 1, and besides: other processors sum in another
order. It covers the last digit of an error as well."""


@dataclass(frozen=True)
class Row:
    plain: float
    weighed: float
    decoded: np.ndarray
    """The cosine of each embedding with that of the F32 weights."""
    file: np.ndarray | None
    """The same by llama.cpp's own products."""

    @property
    def cosines(self) -> list[float]:
        return [value for cosines in (self.decoded, self.file) if cosines is not None
                for value in (float(cosines.mean()), float(cosines.min()))]

    @property
    def cells(self) -> list[str]:
        cosines = [f"{cosine:.6f}" for cosine in self.cosines]
        return [f"{self.plain:.5f}", f"{self.weighed:.5f}", *cosines, *([""] * (4 - len(cosines)))]


Rows = dict[tuple[str, str, str], Row]


def run(report: Report, tool: Tool, folder: Path, seed: int) -> None:
    rows: Rows = {}
    for name, make in MODELS.items():
        embedder = Once(lambda: make(tool, folder))
        report.check(f"embeddings of {name}: llama.cpp and numpy", lambda: _hold_numpy(embedder()))
        report.check(f"embeddings of {name}: unlike each other", lambda: _hold_apart(embedder()))
        report.check(f"embeddings of {name}", lambda: _measure(tool, embedder(), rows, folder))
    report.check("embeddings: searching loses less than the reference", lambda: _hold_order(rows))
    report.check("embeddings: the table of formats/search.md", lambda: _hold_table(report, rows))


def _hold_numpy(embedder: Embedder) -> str:
    require(1 - embedder.nearest < SAME, f"a cosine of {embedder.nearest:.7f}")
    return f"{1 - embedder.nearest:.1g} from 1"


def _hold_apart(embedder: Embedder) -> str:
    """Where all embeddings are alike, a cosine near 1 says nothing."""
    found = embedder.embeddings(embedder.file)
    others = (found @ found.T)[~np.eye(len(found), dtype=bool)]
    require(others.mean() < 0.5, f"a cosine of {others.mean():.3f}")
    return f"a cosine of {others.mean():.2f}"


def _measure(tool: Tool, embedder: Embedder, rows: Rows, folder: Path) -> str:
    weights, importance = losses.tensors(embedder.file), losses.importance(embedder.matrix)
    expected = embedder.embeddings(embedder.file)
    for type in TYPES:
        matrices = _that_fit(type, weights)
        for way, options in losses.ways(type, embedder.matrix).items():
            file = tool.quantize(embedder.file, folder / "file.gguf", "F32", "--tensor-type", f"{_pattern(matrices)}={type}", *options)
            back = tool.quantize(file, folder / "back.gguf", "F32", "--allow-requantize")
            found = losses.tensors(back)
            changed = {name for name in weights if not np.array_equal(weights[name], found[name])}
            require(changed == set(matrices), f"{type}: other tensors changed than {matrices}")
            row = Row(*losses.errors(weights, found, {name: importance[name] for name in importance if name in matrices}),
                      _cosines(expected, embedder.embeddings(back)),
                      None if type == "NF4" else _cosines(expected, embedder.embeddings(file)))
            rows[embedder.name, type, way] = row
            note(f"{embedder.name}: {type}, {way}: {' '.join(row.cells)}")
            file.unlink()
            back.unlink()
    return f"{len(expected)} embeddings"


def _that_fit(type: str, weights: dict[str, np.ndarray]) -> list[str]:
    """The matrices that are multiplied, and the embeddings of tokens, whose rows divide into the type's blocks."""
    (block,) = (one.block_weights for one in elementtypes.ALL if one.name == type)
    return [name for name, values in weights.items()
            if re.fullmatch(r"token_embd\.weight|blk\..*\.weight", name) and values.ndim == 2 and values.shape[1] % block == 0]


def _pattern(names: list[str]) -> str:
    kinds = sorted({name.split(".")[-2] for name in names})
    return rf"\b({'|'.join(kinds)})\.weight$"


def _cosines(expected: np.ndarray, found: np.ndarray) -> np.ndarray:
    return (expected * found).sum(axis=1)


def _hold_order(rows: Rows) -> None:
    for name in MODELS:
        for type in TYPES:
            at = {way: row for (model, of, way), row in rows.items() if (model, of) == (name, type)}
            require(at["search"].plain < at["reference"].plain, f"{name} {type}: searching loses more")
            reference = at.get(losses.with_matrix("reference"), at["reference"])
            require(at[losses.with_matrix("search")].weighed < reference.weighed, f"{name} {type}: searching by importance loses more")


def _hold_table(report: Report, rows: Rows) -> str | None:
    require({(name, type) for name, type, _ in rows} == {(name, type) for name in MODELS for type in TYPES}, "not all was measured")
    if report.update:
        pages.write(PAGE, BEGIN, _table(rows))
        return "written"
    written = {tuple(cells[:3]): cells[3:] for cells in pages.rows(pages.read(PAGE, BEGIN))}
    require(set(written) == set(rows), "the page has other rows; run with --update")
    for key, row in rows.items():
        there = [float(cell) for cell in written[key] if cell]
        found = [row.plain, row.weighed, *row.cosines]
        close = [1e-3 * value + NOISE for value in found[:2]] + [DRIFT * (1 - cosine) + NOISE for cosine in row.cosines]
        require(len(there) == len(found) and all(abs(a - b) <= far for a, b, far in zip(there, found, close)),
                f"{key}: {' '.join(row.cells)}, the page has {' '.join(written[key])}; run with --update and look at the difference")
    return None


def _table(rows: Rows) -> str:
    lines = ["| model | type | method | RMSE | weighed | cosine | least | llama.cpp: cosine | least |",
             "| --- | --- | --- |" + " ---: |" * 6]
    lines += [f"| {' | '.join([*key, *row.cells])} |" for key, row in rows.items()]
    return "\n".join(lines)
