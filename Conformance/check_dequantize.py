"""`gguf dequantize`: files that the safetensors package opens, with the weights that other people's decoders find."""

from __future__ import annotations

import json
from pathlib import Path

import ml_dtypes
import numpy as np
from safetensors import safe_open

import distributions
import elementtypes
import oracles
from elementtypes import ElementType
from files import read, write_gguf, write_safetensors
from report import Report, require, require_equal
from tool import BAD_INPUT_DATA, Tool

SHAPE = (16, 1024)
DTYPES = {"F32": np.float32, "F16": np.float16, "BF16": ml_dtypes.bfloat16}


def run(report: Report, tool: Tool, folder: Path, seed: int) -> None:
    rng = distributions.generator(seed, "dequantize")
    weights = (rng.standard_normal(SHAPE) * 0.02).astype(np.float32)
    source = write_safetensors(folder / "source.safetensors", {"w": weights})
    for type in elementtypes.ALL:
        for target in DTYPES:
            report.check(f"dequantize {type} to {target}",
                         lambda type=type, target=target: _require_weights(tool, folder, source, type, target))
    report.check("dequantize into shards", lambda: _require_shards(tool, folder, rng))
    report.check("dequantize integers", lambda: _require_integers(tool, folder, rng))
    for target, options, code in (("F16", (), BAD_INPUT_DATA), ("F16", ("--nonfinite", "clamp"), 0), ("BF16", (), 0)):
        report.check(f"dequantize 70000 to {target} {' '.join(options)}".strip(),
                     lambda target=target, options=options, code=code: _require_overflow(
                         tool, folder, weights, target, options, code))
    for value in (np.nan, np.inf):
        report.check(f"dequantize Q8_0 with the scale {value}",
                     lambda value=value: _require_refusal_of_scale(tool, folder, weights, value))


def _load(path: Path) -> dict[str, np.ndarray]:
    """What the safetensors package finds; numpy has no bfloat16, which is read from the bytes."""
    tensors = {}
    with safe_open(path, framework="np") as file:
        require_equal("format in __metadata__", file.metadata()["format"], "pt")
        for name in file.keys():
            part = file.get_slice(name)
            if part.get_dtype() == "BF16":
                tensors[name] = _bytes(path, name).view(ml_dtypes.bfloat16).reshape(part.get_shape())
            else:
                tensors[name] = file.get_tensor(name)
    return tensors


def _bytes(path: Path, name: str) -> np.ndarray:
    data = path.read_bytes()
    length = int.from_bytes(data[:8], "little")
    begin, end = json.loads(data[8:8 + length])[name]["data_offsets"]
    return np.frombuffer(data[8 + length + begin:8 + length + end], np.uint8)


def _require_weights(tool: Tool, folder: Path, source: Path, type: ElementType, target: str) -> None:
    file = tool.convert(source, folder / "quantized.gguf", type, "--force")
    decoded = oracles.decode(type, read(file).tensors["w"].data).reshape(SHAPE)
    output = tool.to_safetensors(file, folder / "output.safetensors", target, "--force")
    _require_same(_load(output)["w"], decoded.astype(DTYPES[target]))


def _require_shards(tool: Tool, folder: Path, rng: np.random.Generator) -> None:
    tensors = {f"blocks.{number}.weight": rng.standard_normal((64, 256), dtype=np.float32) for number in range(7)}
    tensors["ids"] = rng.integers(-(1 << 62), 1 << 62, (3, 5))
    source = write_safetensors(folder / "whole.safetensors", tensors)
    output = folder / "sharded" / "model.safetensors"
    output.parent.mkdir()
    # Two of the tensors fill a shard.
    tool.to_safetensors(source, output, "F32", "--max-shard-size", "140000")
    index = json.loads((output.parent / "model.safetensors.index.json").read_text())
    require_equal("total_size", index["metadata"]["total_size"], sum(array.nbytes for array in tensors.values()))
    names = sorted(set(index["weight_map"].values()))
    require_equal("shards", names, [f"model-{number:05}-of-00004.safetensors" for number in range(1, 5)])
    require_equal("files", sorted(path.name for path in output.parent.iterdir()),
                  sorted([*names, "model.safetensors.index.json"]))
    found = {}
    for shard in names:
        held = _load(output.parent / shard)
        require_equal(f"tensors that the index names for {shard}", sorted(held),
                      sorted(name for name, file in index["weight_map"].items() if file == shard))
        found |= held
    require_equal("tensors", sorted(found), sorted(tensors))
    for name, array in tensors.items():
        _require_same(found[name], array)


def _require_integers(tool: Tool, folder: Path, rng: np.random.Generator) -> None:
    kinds = (np.int8, np.int16, np.int32, np.int64, np.uint8, np.uint16, np.uint32, np.uint64)
    tensors = {dtype.__name__: rng.integers(np.iinfo(dtype).min, np.iinfo(dtype).max, (3, 4), dtype, endpoint=True)
               for dtype in kinds}
    tensors["bool"] = rng.integers(0, 2, 9).astype(bool)
    source = write_safetensors(folder / "integers.safetensors", tensors)
    found = _load(tool.to_safetensors(source, folder / "integers.out.safetensors", "F16"))
    for name, array in tensors.items():
        _require_same(found[name], array)


def _require_overflow(tool: Tool, folder: Path, weights: np.ndarray, target: str, options: tuple[str, ...],
                      code: int) -> None:
    large = weights.copy()
    large[3, 700] = 70000
    source = write_safetensors(folder / "large.safetensors", {"large.weight": large})
    output = folder / "large.out.safetensors"
    output.unlink(missing_ok=True)
    found, said = tool.try_to_safetensors(source, output, target, *options)
    require_equal(f"exit code (stderr: {said!r})", found, code)
    if code == 0:
        loaded = _load(output)["large.weight"].astype(np.float32)
        require(bool(np.isfinite(loaded).all()), "a weight is not finite")
        expected = 65504 if target == "F16" else float(np.float32(70000).astype(ml_dtypes.bfloat16))
        require_equal("the large weight", float(loaded[3, 700]), expected)
    else:
        require("large.weight" in said and "row 3" in said, f"stderr does not name the weight: {said!r}")
        require(not output.exists(), "a file was left behind")


def _require_refusal_of_scale(tool: Tool, folder: Path, weights: np.ndarray, value: float) -> None:
    blocks = oracles.encode(elementtypes.Q8_0, weights).copy()
    blocks[34 * 40:34 * 40 + 2] = np.array([value], "<f2").view(np.uint8)
    source = write_gguf(folder / "scale.gguf", {"w": (elementtypes.Q8_0.id, blocks.reshape(SHAPE[0], -1))})
    output = folder / "scale.safetensors"
    code, said = tool.try_to_safetensors(source, output, "F32")
    require_equal(f"exit code (stderr: {said!r})", code, BAD_INPUT_DATA)
    # Block 40 is in the second row of 32.
    require('"w"' in said and "row 1" in said, f"stderr does not name the weight: {said!r}")
    require(not output.exists(), "a file was left behind")


def _require_same(found: np.ndarray, expected: np.ndarray) -> None:
    require_equal("dtype", found.dtype, expected.dtype)
    require_equal("shape", found.shape, expected.shape)
    same = np.ascontiguousarray(found).view(np.uint8) == np.ascontiguousarray(expected).view(np.uint8)
    require(bool(same.all()), f"first byte that differs: {int(np.argmin(same.ravel()))}")
