"""What `gguf convert --method search` loses, and what the reference's method does: the table of formats/search.md."""

from __future__ import annotations

import json
import math
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
TYPES = ("Q8_0", "Q6_K", "Q5_K", "Q5_1", "Q5_0", "Q4_K", "Q4_1", "Q4_0", "IQ4_NL", "IQ4_XS", "NF4", "Q3_K", "Q2_K", "TQ1_0", "TQ2_0")


def measure(gguf: Path) -> dict:
    MODELS.mkdir(exist_ok=True)
    sources = {name: [str(checkpoints.seeded(name, MODELS)), "--raw-tensor", f"w:{checkpoints.ROWS}x{checkpoints.COLUMNS}"]
               for name in checkpoints.DISTRIBUTIONS}
    sources |= {"MiniLM": [str(realmodel.fetch_minilm(MODELS))], "AntiBERTy": [str(checkpoints.fetch_antiberty(MODELS))],
                "stories-0.9M": [str(TOP / "samples/models/stories-0.9M/model.safetensors")]}
    rows = []
    for type in TYPES:
        row = {"type": type, "losses": {}}
        for name, words in sources.items():
            row["losses"][name] = {method: loss(gguf, words, type, method, row) for method in METHODS}
        print(type, {name: {method: round(value, 5) for method, value in losses.items()} for name, losses in row["losses"].items()},
              flush=True)
        rows.append(row)
    for name in checkpoints.DISTRIBUTIONS:
        Path(sources[name][0]).unlink()
    return {"sources": list(sources), "rows": rows}


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
    lines = ["| type | bits a weight | " + " | ".join(document["sources"]) + " |",
             "| --- | ---: |" + " ---: |" * len(document["sources"])]
    for row in document["rows"]:
        cells = [row["type"], f"{row['bits']:.4g}"]
        for name in document["sources"]:
            reference, search = (row["losses"][name][method] for method in METHODS)
            cells.append(f"{reference:#.3g} {search:#.3g} ({search / reference - 1:+.1%})".replace("%", " %"))
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines)


def write_page(document: dict) -> None:
    pages.write(PAGE, BEGIN, table(document))
