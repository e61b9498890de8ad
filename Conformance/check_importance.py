"""Importance matrices, in GGUF and in the older format: files are those that llama-quantize writes with the same matrix."""

from __future__ import annotations

import filecmp
import struct
import subprocess
from pathlib import Path

import gguf
import numpy as np

import distributions
import llamacpp
from madeup import MODELS, Model
from report import Once, Report, require, require_equal
from tool import BAD_INPUT_DATA, TIMEOUT, Tool

MODELS_WEIGHED = ("three-layers", "rows-of-96", "eight-experts", "tied")
PRESETS = ("Q4_0", "Q4_1", "Q5_0", "Q5_1", "Q2_K", "Q2_K_S", "Q3_K_M", "Q4_K_M", "Q5_K_M", "Q6_K", "IQ4_NL", "IQ4_XS", "Q8_0",
           "TQ2_0")


def run(report: Report, tool: Tool, folder: Path, seed: int) -> None:
    program = Once(llamacpp.build_quantize)
    for model in MODELS:
        if model.name in MODELS_WEIGHED:
            for kind, write in (("gguf", write_gguf), ("dat", write_legacy)):
                report.check(f"importance of {model.name}, {kind}",
                             lambda: _require_same(tool, program(), model, folder, kind, write, seed))
    report.check("importance: a matrix of another model", lambda: _require_refusal(tool, folder, seed))


def importance(model: Model, seed: int) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """Sums and counts by tensor: of some tensors nothing, of some experts no activation, some columns 0."""
    rng = distributions.generator(seed, f"importance of {model.name}")
    found = {}
    for number, (name, shape) in enumerate(model.tensors().items()):
        if len(shape) < 2 or number % 7 == 3:
            continue
        matrices = shape[0] if len(shape) == 3 else 1
        sums = (rng.standard_normal((matrices, shape[-1])) ** 2 * rng.integers(1, 900)).astype(np.float32)
        sums[rng.random(sums.shape) < 0.02] = 0
        counts = rng.integers(1, 5000, matrices).astype(np.float32)
        if matrices > 1:
            counts[rng.integers(matrices)] = 0
        found[name] = (sums, counts)
    return found


def write_gguf(path: Path, entries: dict[str, tuple[np.ndarray, np.ndarray]]) -> None:
    writer = gguf.GGUFWriter(path, "imatrix")
    writer.add_string("general.type", "imatrix")
    writer.add_array("imatrix.datasets", ["größe.txt", "other.txt"])
    writer.add_uint32("imatrix.chunk_count", 17)
    writer.add_uint32("imatrix.chunk_size", 512)
    for name, (sums, counts) in entries.items():
        writer.add_tensor(f"{name}.in_sum2", sums)
        writer.add_tensor(f"{name}.counts", counts.reshape(-1, 1))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def write_legacy(path: Path, entries: dict[str, tuple[np.ndarray, np.ndarray]]) -> None:
    data = struct.pack("<i", len(entries))
    for name, (sums, counts) in entries.items():
        data += struct.pack("<i", len(name.encode())) + name.encode()
        data += struct.pack("<ii", int(counts[0]), sums.size) + sums.tobytes()
    dataset = b"text.txt"
    path.write_bytes(data + struct.pack("<ii", 17, len(dataset)) + dataset)


def _require_same(tool: Tool, program: Path, model: Model, folder: Path, kind: str, write, seed: int) -> str:
    source = model.write(folder / "source.gguf", distributions.generator(seed, model.name))
    matrix, ours, theirs = folder / f"matrix.{kind}", folder / "ours.gguf", folder / "theirs.gguf"
    write(matrix, importance(model, seed))
    for preset in PRESETS:
        result = subprocess.run([program, "--imatrix", matrix, source, theirs, preset], capture_output=True, text=True,
                                timeout=TIMEOUT)
        if "Missing importance matrix" in result.stdout + result.stderr:
            continue
        require_equal(f"exit code of llama-quantize {preset} ({result.stderr[-300:]!r})", result.returncode, 0)
        tool.quantize(source, ours, preset, "--imatrix", str(matrix))
        require(filecmp.cmp(ours, theirs, shallow=False), f"{preset}: the file has other bytes")
        for option in ("--threads=1", "--kernels=scalar"):
            tool.quantize(source, ours, preset, "--imatrix", str(matrix), option)
            require(filecmp.cmp(ours, theirs, shallow=False), f"{preset} {option}: the file has other bytes")
    return f"{len(PRESETS)} presets"


def _require_refusal(tool: Tool, folder: Path, seed: int) -> None:
    models = {model.name: model for model in MODELS}
    source = models["three-layers"].write(folder / "source.gguf", distributions.generator(seed, "three-layers"))
    matrix, output = folder / "matrix.gguf", folder / "ours.gguf"
    output.unlink(missing_ok=True)
    write_gguf(matrix, importance(models["rows-of-96"], seed))
    command = [tool.binary, "convert", source, "-o", output, "--type", "Q4_K_M", "--imatrix", matrix, "--force"]
    result = subprocess.run(command, capture_output=True, text=True, timeout=TIMEOUT)
    require_equal("exit code", result.returncode, BAD_INPUT_DATA)
    require("is it that of another model?" in result.stderr, f"said: {result.stderr}")
    require(not output.exists(), "an output was written")
