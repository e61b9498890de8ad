"""What the methods of formats/ranges.md lose, and how long they take, beside the reference's method and `search`: its tables."""

from __future__ import annotations

import subprocess
import time
from pathlib import Path

import checkpoints
import methods
import pages
import realmodel
from program import MODELS

PAGE = methods.TOP / "formats/ranges.md"
BEGIN, BEGIN_TIMES = "<!-- losses: python3 Benchmarks/run.py ranges -->", "<!-- times: python3 Benchmarks/run.py ranges -->"
METHODS = ("reference", "search", "minmax", "percentile", "mse", "entropy")
TYPES = ("Q8_0", "Q6_K", "Q5_K", "Q5_1", "Q5_0", "Q4_K", "Q4_1", "Q4_0", "IQ4_NL", "IQ4_XS", "NF4", "Q3_K", "Q2_K")
ROUNDS = 2


def measure(gguf: Path) -> dict:
    MODELS.mkdir(exist_ok=True)
    seeded = checkpoints.seeded("Student-t", MODELS)
    raw = [str(seeded), "--raw-tensor", f"w:{checkpoints.ROWS}x{checkpoints.COLUMNS}"]
    sources = {"MiniLM": [str(realmodel.fetch_minilm(MODELS))], "Student-t": raw}
    rows = []
    for type in TYPES:
        for name, words in sources.items():
            losses = {method: methods.loss(gguf, words, type, method, {}) for method in METHODS}
            rows.append({"type": type, "source": name, "losses": losses})
        times = {method: seconds(gguf, raw, type, method) for method in METHODS}
        rows[-1]["times"] = {method: 1e9 * time / (checkpoints.ROWS * checkpoints.COLUMNS) for method, time in times.items()}
        print(*rows[-2:], sep="\n", flush=True)
    seeded.unlink()
    return {"rows": rows}


def seconds(gguf: Path, source: list[str], type: str, method: str) -> float:
    """The least of some runs on one thread, in which nothing is measured."""
    output = MODELS / "ranges.gguf"
    best = float("inf")
    for _ in range(ROUNDS):
        start = time.perf_counter()
        subprocess.run([gguf, "convert", *source, "-o", output, "--as-is", "--type", type, "--method", method, "--threads", "1",
                        "--no-verify", "--force", "--quiet"], check=True, capture_output=True)
        best = min(best, time.perf_counter() - start)
    output.unlink()
    return best


def losses(document: dict) -> str:
    lines = ["| type | weights | " + " | ".join(METHODS) + " |", "| --- | --- |" + " ---: |" * len(METHODS)]
    for row in document["rows"]:
        cells = [row["type"], row["source"], *(f"{row['losses'][method]:#.3g}" for method in METHODS)]
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines)


def times(document: dict) -> str:
    lines = ["| type | " + " | ".join(METHODS) + " |", "| --- |" + " ---: |" * len(METHODS)]
    for row in document["rows"]:
        if "times" in row:
            lines.append("| " + " | ".join([row["type"], *(f"{row['times'][method]:.0f}" for method in METHODS)]) + " |")
    return "\n".join(lines)


def write_page(document: dict) -> None:
    pages.write(PAGE, BEGIN, losses(document))
    pages.write(PAGE, BEGIN_TIMES, times(document))
