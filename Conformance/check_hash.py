"""Digests: those of hashlib and of the xxhash package over the tensors that the gguf and safetensors packages read."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

import gguf
import numpy as np
import safetensors.numpy
import xxhash

import distributions
import elementtypes
from files import read_with_gguf_package, write_gguf, write_safetensors
from report import Report, require, require_equal
from tool import Tool

FUNCTIONS: dict[str, Callable[[bytes], str]] = {
    "xxh64": lambda data: xxhash.xxh64_hexdigest(data),
    "sha256": lambda data: hashlib.sha256(data).hexdigest(),
}


def run(report: Report, tool: Tool, folder: Path, seed: int) -> None:
    rng = distributions.generator(seed, "hash")
    arrays = {f"blk.{number}.weight": rng.standard_normal((number * 37 + 1, 160), dtype=np.float32)
              for number in range(12)}
    arrays["output.bias"] = rng.standard_normal(3, dtype=np.float32)
    path = write_gguf(folder / "hash.gguf", {name: (elementtypes.F32.id, array) for name, array in arrays.items()})
    source = write_safetensors(folder / "hash.safetensors", arrays)
    for name, function in FUNCTIONS.items():
        for threads in ("1", "2"):
            report.check(f"hash {name} of GGUF, threads {threads}",
                         lambda: _require_gguf(tool, path, name, function, threads))
        report.check(f"hash {name} of safetensors", lambda: _require_safetensors(tool, source, name, function))
    report.check("hash manifest finds a changed byte", lambda: _require_found(tool, folder, path))
    for file in (path, source):
        file.unlink()


def _lines(file: Path, name: str, function: Callable[[bytes], str], tensors: list[tuple[str, str, str, bytes]]) -> str:
    """Each tensor as its name, type, shape and data: the lines as llama-gguf-hash prints them, and the model's."""
    text = "".join(f"{name:8}  {function(data)}  {file}:{tensor}\n" for tensor, _, _, data in tensors)
    text += f"{name:8}  {function(b''.join(data for *_, data in tensors))}  {file}\n"
    digests = sorted((tensor.encode(), function(f"{type} {shape} {function(data)}\n".encode()))
                     for tensor, type, shape, data in tensors)
    model = b"".join(b"%s %d %s\n" % (digest.encode(), len(tensor), tensor) for tensor, digest in digests)
    return text + f"{name + '-model':8}  {function(model)}  {file}\n"


def _require_gguf(tool: Tool, path: Path, name: str, function: Callable[[bytes], str], threads: str) -> None:
    tensors = [(tensor, gguf.GGMLQuantizationType(read.type_id).name, "x".join(map(str, read.shape)),
                read.data.tobytes()) for tensor, read in read_with_gguf_package(path).tensors.items()]
    require_equal("lines", tool.hash(path, "--algorithm", name, "--threads", threads),
                  _lines(path, name, function, tensors))


def _require_safetensors(tool: Tool, path: Path, name: str, function: Callable[[bytes], str]) -> None:
    loaded = safetensors.numpy.load_file(path)
    ours = tool.hash(path, "--algorithm", name)
    # The package gives no order of the data: ours is taken, after it was seen to name each tensor once.
    order = [line.split(f"  {path}:", 1)[1] for line in ours.splitlines() if f"  {path}:" in line]
    require_equal("names", sorted(order), sorted(loaded))
    tensors = [(tensor, "F32", "x".join(map(str, loaded[tensor].shape)), loaded[tensor].tobytes())
               for tensor in order]
    require_equal("lines", ours, _lines(path, name, function, tensors))


def _require_found(tool: Tool, folder: Path, path: Path) -> None:
    manifest, changed = folder / "hash.manifest", folder / "changed.gguf"
    tool.hash(path, "--manifest", str(manifest), "--algorithm", "all")
    tool.hash(path, "--check", str(manifest), "--algorithm", "all")
    data = bytearray(path.read_bytes())
    data[-100] ^= 1
    changed.write_bytes(data)
    said = tool.hash(changed, "--check", str(manifest), exit_code=1)
    require(said.count("FAILED ") == 2, f"not one tensor and the model: {said!r}")
    changed.unlink()
    manifest.unlink()
