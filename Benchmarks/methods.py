"""What `gguf convert --method search` loses, and what the reference's method does, and how fast they are: the table of
formats/search.md."""

from __future__ import annotations

import json
import math
import resource
import subprocess
from pathlib import Path

import checkpoints
import pages
import realmodel
from program import MODELS

TOP = Path(__file__).resolve().parent.parent
PAGE = TOP / "formats/search.md"
BEGIN = "<!-- losses: python3 Benchmarks/run.py methods -->"
METHODS = ("reference", "search")
"""The first is what the others are compared with."""
TYPES = ("Q8_0", "Q6_K", "Q5_K", "Q5_1", "Q5_0", "Q4_K", "Q4_1", "Q4_0", "IQ4_NL", "IQ4_XS", "NF4", "Q3_K", "Q2_K", "TQ1_0", "TQ2_0")
COPIES, RUNS = 16, 5
"""So often the Gaussian weights are in the file that speeds are measured with, so that what a program needs to start counts
little, and so often it is converted."""


def measure(gguf: Path) -> dict:
    MODELS.mkdir(exist_ok=True)
    sources = {name: [str(checkpoints.seeded(name, MODELS)), "--raw-tensor", f"w:{checkpoints.ROWS}x{checkpoints.COLUMNS}"]
               for name in checkpoints.DISTRIBUTIONS}
    sources |= {"MiniLM": [str(realmodel.fetch_minilm(MODELS))], "AntiBERTy": [str(checkpoints.fetch_antiberty(MODELS))],
                "stories-0.9M": [str(TOP / "samples/models/stories-0.9M/model.safetensors")]}
    rows = [{"type": type, "speeds": speeds} for type, speeds in measure_speeds(gguf, Path(sources["Gaussian"][0])).items()]
    for row in rows:
        type, row["losses"] = row["type"], {}
        for name, words in sources.items():
            row["losses"][name] = {method: loss(gguf, words, type, method, row) for method in METHODS}
        print(type, {name: {method: round(value, 5) for method, value in losses.items()} for name, losses in row["losses"].items()},
              flush=True)
    for name in checkpoints.DISTRIBUTIONS:
        Path(sources[name][0]).unlink()
    return {"sources": list(sources), "rows": rows}


def measure_speeds(gguf: Path, weights: Path) -> dict[str, dict[str, float]]:
    """Weights per second of processor time, by type and method: the most of some runs that take turns."""
    source = MODELS / "methods.copies.f32"
    source.write_bytes(weights.read_bytes() * COPIES)
    least: dict[tuple[str, str], float] = {}
    for run in range(RUNS):
        for type in TYPES:
            for method in METHODS:
                seconds = processor_seconds(gguf, source, type, method)
                least[type, method] = min(least.get((type, method), seconds), seconds)
        print(f"speeds: run {run + 1} of {RUNS}", flush=True)
    source.unlink()
    count = checkpoints.ROWS * checkpoints.COLUMNS * COPIES
    return {type: {method: count / least[type, method] for method in METHODS} for type in TYPES}


def processor_seconds(gguf: Path, source: Path, type: str, method: str) -> float:
    """Of a whole conversion on one thread, without measuring what it lost."""
    output = MODELS / "methods.gguf"
    tensor = f"w:{checkpoints.ROWS * COPIES}x{checkpoints.COLUMNS}"
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([gguf, "convert", source, "--raw-tensor", tensor, "-o", output, "--as-is", "--type", type, "--method", method,
                    "--threads", "1", "--no-verify", "--force", "--quiet"], check=True, stdout=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    output.unlink()
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def loss(gguf: Path, source: list[str], type: str, method: str, row: dict) -> float:
    """The relative RMSE over all tensors that become the type."""
    output = MODELS / "methods.gguf"
    said = json.loads(subprocess.run(
        [gguf, "convert", *source, "-o", output, "--as-is", "--type", type, "--method", method, "--json", "--force", "--quiet"],
        check=True, capture_output=True).stdout)
    output.unlink()
    error = signal = 0.0
    for tensor in said["tensors"]:
        if tensor["type"] != type or "error" not in tensor:
            continue
        weights, found = math.prod(tensor["shape"]), tensor["error"]
        row["bits"] = 8 * tensor["bytes"] / weights
        if found["relativeRMSE"] > 0:
            error += weights * found["rmse"] ** 2
            signal += weights * (found["rmse"] / found["relativeRMSE"]) ** 2
    return math.sqrt(error / signal)


def table(document: dict) -> str:
    lines = ["| type | bits a weight | million weights a second | " + " | ".join(document["sources"]) + " |",
             "| --- |" + " ---: |" * (2 + len(document["sources"]))]
    for row in document["rows"]:
        cells = [row["type"], f"{row['bits']:.4g}", " ".join(millions(row["speeds"][method]) for method in METHODS)]
        cells += [compared([row["losses"][name][method] for method in METHODS]) for name in document["sources"]]
        lines.append("| " + " | ".join(cells) + " |")
    conditions = document["machine"]
    lines += ["", f"Speeds on {conditions['processor']}, at {conditions['commit']} on {conditions['date']}; the load average before was "
                  f"{conditions['load']}."]
    return "\n".join(lines)


def millions(speed: float) -> str:
    return f"{speed / 1e6:.0f}" if speed >= 1e7 else f"{speed / 1e6:.1f}"


def compared(losses: list[float]) -> str:
    """The first, and the others with what they are beside it."""
    first, *others = losses
    return " ".join([f"{first:#.3g}", *(f"{other:#.3g} ({other / first - 1:+.1%})".replace("%", " %") for other in others)])


def write_page(document: dict) -> None:
    pages.write(PAGE, BEGIN, table(document))
