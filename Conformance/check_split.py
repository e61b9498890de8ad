"""Models in several files: the same bytes as llama-gguf-split, and what it does wrong is right here."""

from __future__ import annotations

import filecmp
import subprocess
from pathlib import Path

import gguf
import numpy as np

import distributions
import llamacpp
import models
from files import read_with_small_reader
from report import Once, Report, require, require_equal
from tool import Tool

TIMEOUT = 300
CUTS = (("--max-tensors", "1"), ("--max-tensors", "7"), ("--max-tensors", "7", "--no-tensor-first-split"),
        ("--max-tensors", "1000"), ("--max-size", "1M"), ("--max-size", "1M", "--no-tensor-first-split"),
        ("--max-size", "3M"), ("--max-size", "1G"))


def run(report: Report, tool: Tool, folder: Path, seed: int) -> None:
    programs = Once(lambda: (llamacpp.build_split(), llamacpp.build_readers()))
    sources = {"random model": Once(lambda: write_model(folder / "random.gguf", seed, alignment=None)),
               "random model, alignment 32": Once(lambda: write_model(folder / "random32.gguf", seed, alignment=32))}
    published = models.QUANTIZED[0]
    for name, source in sources.items():
        for cut in CUTS:
            report.check(f"split {name} {' '.join(cut)}", lambda: _require_same(tool, folder, programs()[0], source(), cut))
    for cut in (("--max-size", "200M"), ("--max-tensors", "100"), ("--max-tensors", "100", "--no-tensor-first-split")):
        report.check(f"split {published.name} {' '.join(cut)}",
                     lambda: _require_same(tool, folder, programs()[0], published.fetch(), cut))
    report.check(f"split {published.name}: llama.cpp loads the parts",
                 lambda: _require_loads(tool, folder, programs()[1], published.fetch()))
    for alignment in (64, 4096):
        report.check(f"split alignment {alignment}: ours is read, llama-gguf-split's is not",
                     lambda: _require_aligned(tool, folder, programs(), seed, alignment))
    report.check("split a first tensor that is larger than a part",
                 lambda: _require_large_first(tool, folder, programs()[0]))
    report.check("merge of a part that was cut off", lambda: _require_refusal(tool, folder, programs()[0], published.fetch()))


def write_model(path: Path, seed: int, alignment: int | None) -> Path:
    """A small tensor, and forty of several types and sizes."""
    rng = distributions.generator(seed, "split")
    writer = gguf.GGUFWriter(path, "conformance")
    writer.add_string("general.name", "größe")
    writer.add_array("tokenizer.ggml.tokens", ["a", "", "ä"])
    writer.add_bool("a.bool", True)
    writer.add_float64("a.f64", 0.1)
    if alignment is not None:
        writer.add_custom_alignment(alignment)
    kinds = (gguf.GGMLQuantizationType.F32, gguf.GGMLQuantizationType.Q8_0, gguf.GGMLQuantizationType.F16)
    # Where the next one starts depends on the alignment.
    writer.add_tensor("odd", rng.standard_normal(5, dtype=np.float32))
    for index in range(40):
        rows, columns = int(rng.integers(1, 300)), int(rng.integers(1, 30)) * 32
        kind = kinds[index % 3]
        weights = rng.standard_normal((rows, columns), dtype=np.float32)
        data = weights if kind == kinds[0] else gguf.quants.quantize(weights, kind)
        writer.add_tensor(f"blk.{index}.weight", data, raw_dtype=kind)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path


def _llama(program: Path, *words: object) -> subprocess.CompletedProcess:
    return subprocess.run([program, *map(str, words)], capture_output=True, text=True, errors="replace", timeout=TIMEOUT)


def _clean(folder: Path) -> tuple[Path, Path]:
    """Two empty folders: theirs and ours."""
    both = folder / "theirs", folder / "ours"
    for each in both:
        each.mkdir(exist_ok=True)
        for file in each.iterdir():
            file.unlink()
    return both


def _require_same(tool: Tool, folder: Path, program: Path, source: Path, cut: tuple[str, ...]) -> str:
    theirs, ours = _clean(folder)
    limit, value, *rest = cut
    result = _llama(program, "--split", limit.replace("--", "--split-"), value, *rest, source, theirs / "m")
    require_equal("exit code of llama-gguf-split", result.returncode, 0)
    tool.split(source, ours / "m", *cut)
    names = sorted(path.name for path in theirs.iterdir())
    require_equal("names", sorted(path.name for path in ours.iterdir()), names)
    for name in names:
        require(filecmp.cmp(theirs / name, ours / name, shallow=False), f"{name} has other bytes")
    require_equal("exit code of llama-gguf-split --merge",
                  _llama(program, "--merge", theirs / names[0], theirs / "merged.gguf").returncode, 0)
    tool.merge(ours / names[0], ours / "merged.gguf", "--keep-split-keys")
    require(filecmp.cmp(theirs / "merged.gguf", ours / "merged.gguf", shallow=False), "the merged file has other bytes")
    tool.merge(ours / names[-1], ours / "whole.gguf")
    require(filecmp.cmp(source, ours / "whole.gguf", shallow=False), "what was split and merged is not what it was")
    return f"{len(names)} parts"


def _require_loads(tool: Tool, folder: Path, readers: Path, source: Path) -> None:
    _, ours = _clean(folder)
    tool.split(source, ours / "m", "--parts", "5")
    result = _llama(readers, "model", ours / "m-00001-of-00005.gguf")
    require_equal(f"exit code of the loader ({result.stdout.strip()[-200:]})", result.returncode, 0)


def _require_aligned(tool: Tool, folder: Path, programs: tuple[Path, Path], seed: int, alignment: int) -> None:
    split, readers = programs
    source = write_model(folder / f"aligned{alignment}.gguf", seed, alignment)
    theirs, ours = _clean(folder)
    require_equal("exit code of llama-gguf-split",
                  _llama(split, "--split", "--split-max-tensors", 20, source, theirs / "m").returncode, 0)
    tool.split(source, ours / "m", "--max-tensors", "20")
    accepted = [_llama(readers, "header", theirs / f"m-0000{part}-of-00003.gguf").returncode == 0 for part in (1, 2, 3)]
    require_equal("parts of llama-gguf-split that ggml reads", accepted, [False, True, True])
    for part in (1, 2, 3):
        path = ours / f"m-0000{part}-of-00003.gguf"
        require_equal(f"exit code of ggml on part {part}", _llama(readers, "header", path).returncode, 0)
        layout = read_with_small_reader(path).layout
        require(layout is not None and layout.alignment == alignment, "a part without the alignment")
    require_equal("exit code of llama-gguf-split --merge",
                  _llama(split, "--merge", ours / "m-00001-of-00003.gguf", theirs / "merged.gguf").returncode, 0)
    require_equal("exit code of ggml on what llama-gguf-split merged",
                  _llama(readers, "header", theirs / "merged.gguf").returncode, 1)
    tool.merge(ours, ours / "whole.gguf")
    require(filecmp.cmp(source, ours / "whole.gguf", shallow=False), "what was split and merged is not what it was")


def _require_large_first(tool: Tool, folder: Path, program: Path) -> None:
    large = folder / "large.gguf"
    writer = gguf.GGUFWriter(large, "conformance")
    writer.add_tensor("first", np.zeros(300_000, dtype=np.float32))
    writer.add_tensor("second", np.ones(100, dtype=np.float32))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    theirs, ours = _clean(folder)
    require_equal("exit code of llama-gguf-split",
                  _llama(program, "--split", "--split-max-size", "1M", large, theirs / "m").returncode, 1)
    tool.split(large, ours / "m", "--max-size", "1M")
    require_equal("parts", sorted(path.name for path in ours.iterdir()), ["m-00001-of-00002.gguf", "m-00002-of-00002.gguf"])


def _require_refusal(tool: Tool, folder: Path, program: Path, source: Path) -> None:
    theirs, ours = _clean(folder)
    tool.split(source, ours / "m", "--max-tensors", "100")
    last = ours / "m-00003-of-00003.gguf"
    with last.open("r+b") as file:
        file.truncate(last.stat().st_size - 1_000_000)
    result = _llama(program, "--merge", ours / "m-00001-of-00003.gguf", theirs / "merged.gguf")
    require_equal("exit code of llama-gguf-split, which does not notice", result.returncode, 0)
    command = [tool.binary, "merge", ours, "-o", ours / "merged.gguf", "--quiet"]
    refused = subprocess.run(command, capture_output=True, text=True, timeout=TIMEOUT)
    require_equal("exit code of gguf merge", refused.returncode, 65)
    require("m-00003-of-00003.gguf" in refused.stderr, f"stderr does not name the part: {refused.stderr!r}")
    require(not (ours / "merged.gguf").exists(), "a file was written")
