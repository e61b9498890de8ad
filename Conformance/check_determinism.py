"""The same bytes on any number of threads and in every run."""

from __future__ import annotations

from pathlib import Path

import numpy as np

import distributions
import elementtypes
from elementtypes import ElementType
from files import write_safetensors
from report import Report, require
from tool import Tool


def run(report: Report, tool: Tool, folder: Path, seed: int) -> None:
    rng = distributions.generator(seed, "determinism")
    shapes = {"wide.weight": (3, 1 << 18), "tall.weight": (4099, 256), "cube.weight": (5, 129, 768),
              "small.weight": (1, 256), "bias": (77,), "ragged.weight": (1001, 333)}
    source = write_safetensors(folder / "threads.safetensors", {
        name: rng.standard_normal(shape, dtype=np.float32) for name, shape in shapes.items()
    })
    for type in elementtypes.ALL:
        report.check(f"threads {type}: 1, 3 and 3 again", lambda type=type: _same(tool, source, folder, type))


def _same(tool: Tool, source: Path, folder: Path, type: ElementType) -> None:
    files = []
    for run, threads in enumerate((1, 3, 3)):
        path = folder / f"threads-{type}-{run}.gguf"
        tool.convert(source, path, type, "--threads", str(threads))
        files.append(np.fromfile(path, dtype=np.uint8))
        path.unlink()
    for other in files[1:]:
        require(files[0].size == other.size, f"{files[0].size} bytes, then {other.size}")
        different = np.flatnonzero(files[0] != other)
        require(different.size == 0, f"{different.size} bytes differ, the first at offset {different[:1]}")
