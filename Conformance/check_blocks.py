"""Our blocks are ggml's (NF4: bitsandbytes'), for every type and distribution; and what they decode to is too."""

from __future__ import annotations

from pathlib import Path

import numpy as np

import distributions
import elementtypes
import oracles
from elementtypes import ElementType
from expectations import require_decoded, require_layout, require_metadata, require_tensor
from files import GGUFFile, read, read_with_gguf_package, read_with_small_reader, write_gguf, write_safetensors
from report import Difference, Once, Report, require, require_same_floats
from tool import Tool

NEAR_RANGE = "near_the_range"


def run(report: Report, tool: Tool, folder: Path, seed: int) -> None:
    weights = distributions.make(seed)
    source = write_safetensors(folder / "distributions.safetensors", weights)
    sets = tool.kernel_sets()
    require(len(sets) >= 3 and sets[0] == "scalar", f"kernel sets: {sets}")
    for type in elementtypes.ALL:
        _check_type(report, tool, folder, seed, type, source, weights, sets)
        for path in folder.glob("*.gguf"):
            path.unlink()


def _check_type(report: Report, tool: Tool, folder: Path, seed: int, type: ElementType, source: Path,
                weights: dict[str, np.ndarray], sets: list[str]) -> None:
    path = folder / f"{type}.gguf"
    written = Once(lambda: tool.convert(source, path, type))
    quantized: Once[GGUFFile] = Once(lambda: read(written()))

    def blocks(name: str, array: np.ndarray) -> str | None:
        undefined = require_tensor(name, quantized().tensors[name], array, type)
        if undefined:
            return f"{undefined} of {array.size // type.block_weights} blocks are undefined in ggml, zero in ours"
        return None

    for name, array in weights.items():
        report.check(f"blocks {type} {name}", lambda name=name, array=array: blocks(name, array))
    report.check(f"blocks {type} {NEAR_RANGE}", lambda: _near_range(tool, folder, seed, type))

    if type in elementtypes.NOT_IN_GGUF_PACKAGE:
        report.check(f"refused {type} by the gguf package", lambda: _require_refused(written(), type))
    else:
        report.check(f"read {type} by the gguf package", lambda: _require_readable(written(), weights))
    report.check(f"metadata {type}", lambda: require_metadata(quantized(), type))
    report.check(f"layout {type}", lambda: require_layout(read_with_small_reader(written())))
    report.check(f"decode {type}",
                 lambda: require_decoded(quantized(), read(tool.dequantize(written(), folder / "floats.gguf"))))
    for name in sets[:-1]:
        report.check(f"kernels {type} {name}", lambda name=name: _same_file(tool, folder, type, source, written(), name))
    report.check(f"decode {type} arbitrary blocks", lambda: _decode_arbitrary(tool, folder, seed, type))


def _same_file(tool: Tool, folder: Path, type: ElementType, source: Path, written: Path, kernels: str) -> None:
    """Another set of kernels writes the same file as the fastest, which was held against the oracle, and reads it alike."""
    options = ("--force", "--kernels", kernels)
    other = tool.convert(source, folder / "other.gguf", type, *options)
    require(other.read_bytes() == written.read_bytes(), f"--kernels {kernels} writes another file")
    fastest = tool.dequantize(written, folder / "other-floats.gguf", "--force").read_bytes()
    decoded = tool.dequantize(written, folder / "other-floats.gguf", *options).read_bytes()
    require(decoded == fastest, f"--kernels {kernels} reads other weights")


def _near_range(tool: Tool, folder: Path, seed: int, type: ElementType) -> str:
    """Half of the blocks as large as they can be with a finite scale, the others within a factor of two of it."""
    shapes = distributions.unit_blocks(distributions.generator(seed, f"{NEAR_RANGE} {type}"))
    if type is elementtypes.F32:
        factor = np.full(shapes.size, np.finfo(np.float32).max)
    else:
        factor, _ = oracles.largest_finite_factor(type, shapes)
    rng = distributions.generator(seed, f"{NEAR_RANGE} {type} smaller")
    smaller = (factor * rng.uniform(0.5, 1, factor.size)).astype(np.float32)
    blocks = shapes.reshape(-1, type.block_weights)
    scaled = blocks * np.where(rng.random(factor.size) < 0.5, factor, smaller)[:, None]
    # A K-quant's scale is the result of a search, so that a smaller block can have an infinite one.
    finite = oracles.is_finite(type, oracles.encode(type, scaled.reshape(1024, 1024)))
    scaled[~finite] = (blocks * factor[:, None])[~finite]
    weights = scaled.reshape(1024, 1024)

    source = write_safetensors(folder / "near.safetensors", {NEAR_RANGE: weights})
    tensor = read(tool.convert(source, folder / "near.gguf", type)).tensors[NEAR_RANGE]
    require_tensor(NEAR_RANGE, tensor, weights, type)
    require(bool(oracles.is_finite(type, tensor.data).all()), "a scale is not finite")
    return f"largest weight {float(np.abs(weights).max())!r}"


def _require_readable(path: Path, weights: dict[str, np.ndarray]) -> None:
    tensors = read_with_gguf_package(path).tensors
    shapes = {name: tensor.shape for name, tensor in tensors.items()}
    wanted = {name: array.shape for name, array in weights.items()}
    require(shapes == wanted, f"shapes: {shapes}, expected {wanted}")


def _require_refused(path: Path, type: ElementType) -> str:
    try:
        read_with_gguf_package(path)
    except ValueError as error:
        require(str(type.id) in str(error), f"refused for another reason: {error}")
        return str(error)
    raise Difference("the gguf package read a file of a type that it does not know")


def _decode_arbitrary(tool: Tool, folder: Path, seed: int, type: ElementType) -> None:
    """Random bytes under random finite scales, in a file of the gguf package's: codes that no quantizer writes, such
    as -128 in Q8_0 and 3 in TQ2_0, negative scales, and all bit patterns that are a finite number in F16 and BF16."""
    rng = distributions.generator(seed, f"arbitrary {type}")
    count = max(4096, (1 << 18) // type.block_weights)
    data = rng.integers(0, 256, count * type.block_bytes, dtype=np.uint8)
    if type in (elementtypes.F16, elementtypes.BF16):
        data = np.tile(np.arange(1 << 16, dtype="<u2"), 4).view(np.uint8)
    blocks = data.reshape(-1, type.block_bytes)
    if type is elementtypes.F32:
        blocks = rng.permuted(blocks, axis=0)
    blocks = blocks.copy()
    blocks[~oracles.is_finite(type, blocks.ravel())] = 0
    rows = blocks.reshape(16, -1)

    path = folder / "arbitrary.gguf"
    if type in elementtypes.NOT_IN_GGUF_PACKAGE:
        # The gguf package cannot write these: our program writes a file of zeros, and the blocks are put into it.
        zeros = np.zeros((16, len(blocks) // 16 * type.block_weights), dtype=np.float32)
        tool.convert(write_safetensors(folder / "zeros.safetensors", {"arbitrary": zeros}), path, type)
        layout = read_with_small_reader(path).layout
        with path.open("r+b") as file:
            file.seek(layout.data_start)
            file.write(rows.tobytes())
    else:
        array = {"F32": rows.view("<f4"), "F16": rows.view("<f2")}.get(type.name, rows)
        write_gguf(path, {"arbitrary": (type.id, array)})
    require_decoded(read(path), read(tool.dequantize(path, folder / "arbitrary-floats.gguf")))
