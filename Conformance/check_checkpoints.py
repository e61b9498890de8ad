"""Real trained checkpoints of other people: every tensor, in every type."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import safetensors.numpy

import elementtypes
from elementtypes import ElementType
from expectations import require_converted, require_decoded, require_layout, require_metadata
from files import GGUFFile, read, read_with_small_reader
from models import CHECKPOINTS, Checkpoint
from report import Once, Report
from tool import Tool


def run(report: Report, tool: Tool, folder: Path, seed: int) -> None:
    for checkpoint in CHECKPOINTS:
        source = Once(checkpoint.fetch)
        tensors = Once(lambda source=source: safetensors.numpy.load_file(source()))
        for type in elementtypes.ALL:
            _check(report, tool, folder, checkpoint, source, tensors, type)
            for path in folder.glob("*.gguf"):
                path.unlink()


def _check(report: Report, tool: Tool, folder: Path, checkpoint: Checkpoint, source: Once[Path],
           tensors: Once[dict[str, np.ndarray]], type: ElementType) -> None:
    path = folder / "checkpoint.gguf"
    written = Once(lambda: tool.convert(source(), path, type))
    file: Once[GGUFFile] = Once(lambda: read(written()))

    def weights() -> str:
        count = require_converted(file(), tensors(), type)
        return f"{count} of {len(tensors())} tensors are {type}"

    def header() -> None:
        require_metadata(file(), type)
        require_layout(read_with_small_reader(written()))

    report.check(f"{checkpoint.name} {type} every tensor", weights)
    report.check(f"{checkpoint.name} {type} metadata and layout", header)
    report.check(f"{checkpoint.name} {type} decoded",
                 lambda: require_decoded(file(), read(tool.dequantize(written(), folder / "floats.gguf"))))
