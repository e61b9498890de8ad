"""The same weights from other kinds of source: other dtypes, raw fp32, shards, GGUF."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import ml_dtypes
import numpy as np

import distributions
import elementtypes
import oracles
from expectations import require_converted
from files import read, write_gguf, write_safetensors, write_shards
from report import Once, Report
from tool import Tool

SHAPE = (1024, 1024)


def run(report: Report, tool: Tool, folder: Path, seed: int) -> None:
    _check_dtypes(report, tool, folder, seed)
    _check_containers(report, tool, folder, seed)


def _check_dtypes(report: Report, tool: Tool, folder: Path, seed: int) -> None:
    """A source of another dtype is widened (F64: rounded) to f32 first; what follows is as for an f32 source."""
    rng = distributions.generator(seed, "dtypes")
    wide = rng.standard_normal(SHAPE) * 0.02
    bfloat16 = wide.astype(ml_dtypes.bfloat16)
    # Every finite value of the two FP8 formats; the scale of the second would be infinite in f16 above this.
    e4m3 = _all_finite(rng, ml_dtypes.float8_e4m3fn)
    e5m2 = _all_finite(rng, ml_dtypes.float8_e5m2)
    arrays = {"F64": wide, "F16": wide.astype(np.float16), "BF16": bfloat16.view(np.uint16),
              "F8_E4M3": e4m3.view(np.uint8), "F8_E5M2": e5m2.view(np.uint8)}
    dtypes = {"BF16": "bfloat16", "F8_E4M3": "float8_e4m3fn", "F8_E5M2": "float8_e5m2"}
    widened = {"F64": wide.astype(np.float32), "F16": wide.astype(np.float16).astype(np.float32),
               "BF16": bfloat16.astype(np.float32), "F8_E4M3": e4m3.astype(np.float32),
               "F8_E5M2": e5m2.astype(np.float32)}
    for dtype, array in arrays.items():
        source = write_safetensors(folder / f"{dtype}.safetensors", {dtype: array}, dtypes)
        for type in elementtypes.ALL:
            report.check(f"source {dtype} to {type}", lambda source=source, dtype=dtype, type=type: _require(
                tool, source, folder, {dtype: widened[dtype]}, type))
        source.unlink()


def _check_containers(report: Report, tool: Tool, folder: Path, seed: int) -> None:
    rng = distributions.generator(seed, "containers")
    tensors = {f"blocks.{number}.weight": rng.standard_normal((256, 1024), dtype=np.float32) for number in range(4)}
    tensors["blocks.0.bias"] = rng.standard_normal(300, dtype=np.float32)
    tensors["blocks.ids"] = rng.integers(-(1 << 62), 1 << 62, (3, 7))
    only_floats = {name: array for name, array in tensors.items() if array.dtype == np.float32}

    def check(name: str, make: Callable[[], Path], source: dict[str, np.ndarray], *options: str) -> None:
        path = Once(make)
        for type in (elementtypes.F32, elementtypes.Q8_0, elementtypes.Q4_K, elementtypes.NF4):
            report.check(f"source {name} to {type}",
                         lambda type=type: _require(tool, path(), folder, source, type, *options))

    def raw() -> Path:
        path = folder / "weights.f32"
        path.write_bytes(tensors["blocks.0.weight"].astype("<f4").tobytes())
        return path

    check("raw fp32", raw, {"given": tensors["blocks.0.weight"]}, "--raw-tensor", "given:256x1024")
    check("index.json", lambda: write_shards(folder / "indexed", tensors, 3), tensors)
    check("directory", lambda: write_shards(folder / "directory", tensors, 2).parent, tensors)

    ids = {np.dtype(np.float32): elementtypes.F32.id, np.dtype(np.int64): elementtypes.INTEGER_IDS["int64"]}
    typed = {name: (ids[array.dtype], array) for name, array in tensors.items()}
    check("GGUF F32", lambda: write_gguf(folder / "f32.gguf", typed), tensors)
    check("GGUF F32 big-endian", lambda: write_gguf(folder / "big.gguf", typed, big_endian=True), tensors)

    half = {name: (elementtypes.F16.id, array.astype(np.float16)) for name, array in only_floats.items()}
    check("GGUF F16", lambda: write_gguf(folder / "f16.gguf", half),
          {name: array.astype(np.float32) for name, (_, array) in half.items()})

    upper = {name: oracles.float32_to_bfloat16(array) for name, array in only_floats.items()}
    check("GGUF BF16",
          lambda: write_gguf(folder / "bf16.gguf", {name: (elementtypes.BF16.id, bits.view(np.uint8))
                                                    for name, bits in upper.items()}),
          {name: oracles.bfloat16_to_float32(bits) for name, bits in upper.items()})


def _all_finite(rng: np.random.Generator, dtype: type) -> np.ndarray:
    codes = np.arange(256, dtype=np.uint8)
    finite = codes[np.isfinite(codes.view(dtype).astype(np.float32))]
    return rng.choice(finite, SHAPE).view(dtype)


def _require(tool: Tool, source: Path, folder: Path, tensors: dict[str, np.ndarray], type: elementtypes.ElementType,
             *options: str) -> None:
    output = folder / "output.gguf"
    output.unlink(missing_ok=True)
    require_converted(read(tool.convert(source, output, type, *options)), tensors, type)
