"""The little models of samples/models in every type: what llama.cpp makes of them on stories that they do not know. With
--update also the table of it in their page.

Perplexity as llama-perplexity computes it, and the Kullback-Leibler divergence from what the weights say that the checkpoint
has. NF4, which llama.cpp does not know, is converted back to F32 first.
"""

from __future__ import annotations

import math
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import gguf
import numpy as np

import llamacpp
from benchmarks import pages
from report import Once, Report, note, require, require_equal
from tool import Tool

TOP = Path(__file__).resolve().parent.parent
MODELS = TOP / "samples" / "models"
NAMES = ("stories-0.9M", "stories-0.9M-ternary")
PAGE = MODELS / "README.md"
BEGIN = "<!-- Conformance/run.sh PATH_TO_GGUF --only perplexity --update -->"

SOURCE = "F32"
"""Holds the BF16 weights of the checkpoints exactly, and is computed with as they are."""
TYPES = (SOURCE, "BF16", "F16", "Q8_0", "Q6_K", "Q5_K_M", "Q5_K_S", "Q5_1", "Q5_0", "Q4_K_M", "Q4_K_S", "Q4_1", "Q4_0",
         "IQ4_NL", "IQ4_XS", "NF4", "MXFP4", "NVFP4", "Q3_K_L", "Q3_K_M", "Q3_K_S", "Q2_K", "Q2_K_S", "TQ2_0", "TQ1_0")
TERNARY = ("TQ2_0", "TQ1_0")
TOLD = (SOURCE, "Q4_K_M", "Q3_K_S", "TQ1_0")
"""The types of which a story is printed."""

LENGTH = 256
"""Tokens in each piece of the text, as many as the models take. The second half of them counts."""
DRIFT = 0.002
"""How far a perplexity may be from the page's, relative to it: other processors sum in another order."""


@dataclass(frozen=True)
class Row:
    bytes: int
    perplexity: float
    divergence: float
    """Mean Kullback-Leibler divergence from what the source predicts, in nats."""
    same: float
    """Percentage of tokens for which the likeliest is the source's."""

    @property
    def cells(self) -> list[str]:
        return [f"{self.perplexity:.4f}", f"{self.divergence:.5f}", f"{self.same:.1f} %"]


class Llama:
    """llama.cpp with the text of stories."""

    def __init__(self, folder: Path) -> None:
        self._program = llamacpp.build_runner()
        self._text = folder / "held-out.txt"
        self._text.write_bytes(_run(sys.executable, MODELS / "stories.py", "--held-out").encode())

    def predictions(self, model: Path) -> tuple[np.ndarray, np.ndarray]:
        """Logarithms of probabilities `[predictions, vocabulary]`, and the tokens that did follow."""
        tokens, cut, output = (model.with_suffix(ending) for ending in (".tokens", ".cut", ".logits"))
        _run(self._program, "tokens", model, self._text, tokens)
        ids = np.fromfile(tokens, "<i4")
        pieces = ids[:len(ids) // LENGTH * LENGTH].reshape(-1, LENGTH).copy()
        pieces[:, 0] = ids[0]  # the token that begins a text
        pieces.tofile(cut)
        _run(self._program, "logits", model, cut, LENGTH, output)
        logits = np.fromfile(output, "<f4").reshape(*pieces.shape, -1)[:, LENGTH // 2:-1]
        logits = logits.reshape(-1, logits.shape[-1]).astype(np.float64)
        logits -= logits.max(axis=1, keepdims=True)
        for file in (tokens, cut, output):
            file.unlink()
        return logits - np.log(np.exp(logits).sum(axis=1, keepdims=True)), pieces[:, LENGTH // 2 + 1:].reshape(-1)

    def tell(self, model: Path) -> str:
        return _run(self._program, "tell", model, "Once upon a time", LENGTH).strip()


def run(report: Report, tool: Tool, folder: Path, seed: int) -> None:
    llama = Once(lambda: Llama(folder))
    rows: dict[str, dict[str, Row]] = {}
    for name in NAMES:
        rows[name] = {}
        report.check(f"perplexity of {name}", lambda: _measure(tool, llama(), name, rows[name], folder))
    for type in TERNARY:
        report.check(f"perplexity of {NAMES[1]}: {type} holds every weight", lambda: _hold_exactly(tool, type, folder))
    report.check("perplexity: the table of samples/models/README.md", lambda: _hold_table(report, rows))


def _measure(tool: Tool, llama: Llama, name: str, rows: dict[str, Row], folder: Path) -> str:
    expected = llama.predictions(convert(tool, name, SOURCE, folder))
    for type in TYPES:
        file = convert(tool, name, type, folder)
        rows[type] = row_of(tool, llama, file, type, expected)
        note(f"{name} {type}: {' '.join(rows[type].cells)}")
        if type in TOLD:
            note(f"    {llama.tell(file)}")
        file.unlink()
    return f"{rows[SOURCE].perplexity:.4f}, as Q4_K_M {rows['Q4_K_M'].perplexity:.4f}"


def row_of(tool: Tool, llama: Llama, file: Path, type: str, expected: tuple[np.ndarray, np.ndarray]) -> Row:
    """What a file predicts, beside what the source does, and the tokens that did follow."""
    code, said, _ = tool.validate(str(file))
    require_equal(f"exit code of gguf validate of {type} ({said.strip()!r})", code, 0)
    if type == "NF4":
        back = tool.quantize(file, file.with_suffix(".back.gguf"), SOURCE, "--allow-requantize")
        found, _ = llama.predictions(back)
        back.unlink()
    else:
        found, _ = llama.predictions(file)
    source, following = expected
    return Row(file.stat().st_size, math.exp(-found[np.arange(len(following)), following].mean()),
               float((np.exp(source) * (source - found)).sum(axis=1).mean()),
               100 * float((source.argmax(axis=1) == found.argmax(axis=1)).mean()))


def _hold_exactly(tool: Tool, type: str, folder: Path) -> None:
    """Converted to a ternary type, but for the embedding, and back to F32, every weight is what it was, if -0 is 0."""
    source = convert(tool, NAMES[1], SOURCE, folder)
    options = ("--embedding-type", "BF16")
    require_equal("types", set(tool.types(MODELS / NAMES[1], type, *options).values()), {type, "BF16", "F32"})
    ternary = tool.quantize(MODELS / NAMES[1], folder / "ternary.gguf", type, *options)
    back = tool.quantize(ternary, folder / "back.gguf", SOURCE, "--allow-requantize")
    found = {tensor.name: tensor.data for tensor in gguf.GGUFReader(back).tensors}
    for tensor in gguf.GGUFReader(source).tensors:
        require(np.array_equal(tensor.data, found[tensor.name]), f"{tensor.name}: not the weights of the checkpoint")


def _hold_table(report: Report, rows: dict[str, dict[str, Row]]) -> str | None:
    require(all(set(of_model) == set(TYPES) for of_model in rows.values()), "not every type was measured")
    if report.update:
        pages.write(PAGE, BEGIN, _table(rows))
        return "written"
    written = {cells[0]: cells[1:] for cells in pages.rows(pages.read(PAGE, BEGIN))}
    for type in TYPES:
        cells = written.get(type, [])
        for index, name in enumerate(NAMES):
            found, there = rows[name][type].perplexity, cells[1 + 3 * index:2 + 3 * index]
            require(bool(there) and abs(float(there[0]) / found - 1) < DRIFT,
                    f"{name} {type}: {found:.4f}, the page has {there}; run with --update and look at the difference")
    return None


def _table(rows: dict[str, dict[str, Row]]) -> str:
    """A line a type, and for each model what the type does to it."""
    lines = ["| type | bytes |" + "".join(f" {name}: perplexity | divergence | same |" for name in rows),
             "| --- | ---: |" + " ---: |" * 3 * len(rows)]
    for type in TYPES:
        cells = [type, f"{rows[NAMES[0]][type].bytes:,}"]
        for of_model in rows.values():
            cells += of_model[type].cells
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def convert(tool: Tool, name: str, type: str, folder: Path, *options: object) -> Path:
    return tool.quantize(MODELS / name, folder / f"{name}.{type}.gguf", type, *options)


def _run(*words: object) -> str:
    result = subprocess.run([str(word) for word in words], capture_output=True, encoding="utf-8")
    require_equal(f"exit code of {words[0]} {words[1]} ({result.stderr.strip()[-300:]!r})", result.returncode, 0)
    return result.stdout
