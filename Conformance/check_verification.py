"""The figures of `gguf verify`: numpy's, in float64, on trained checkpoints; and that it finds what was changed."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import safetensors.numpy

import elementtypes
import oracles
from elementtypes import ElementType
from files import GGUFFile, read
from models import CHECKPOINTS, Checkpoint
from report import Once, Report, require, require_equal
from tool import Tool

LARGEST_TYPES = (elementtypes.F16, elementtypes.Q8_0, elementtypes.Q4_0, elementtypes.Q4_K, elementtypes.TQ1_0,
                 elementtypes.NF4)
"""Those that the largest checkpoint is verified in. The others are verified in every type."""

TOLERANCE = 1e-12
"""Relative. Both sides sum in float64, in different orders."""

CLASS_SHIFT = 17
"""The bits of an error's magnitude that do not tell its class: formats/verification.md."""

COUNTED_WHOLE = 1 << 18
"""The most weights of a tensor whose errors are all counted by size."""

CHUNK, TILE = 1 << 18, 1 << 14
"""The most weights of a chunk, and of a tile."""

COUNTED = {"weights", "maximumAt", "zeroRows"}


def run(report: Report, tool: Tool, folder: Path, seed: int) -> None:
    for checkpoint in CHECKPOINTS:
        source = Once(checkpoint.fetch)
        tensors = Once(lambda source=source: safetensors.numpy.load_file(source()))
        for type in LARGEST_TYPES if checkpoint.name == "minilm" else elementtypes.ALL:
            _check(report, tool, folder, checkpoint, source, tensors, type)


def _check(report: Report, tool: Tool, folder: Path, checkpoint: Checkpoint, source: Once[Path],
           tensors: Once[dict[str, np.ndarray]], type: ElementType) -> None:
    path = folder / "checkpoint.gguf"
    written = Once(lambda: tool.convert(source(), path, type))
    said = Once(lambda: tool.verify(written(), source(), "--exact"))

    def figures() -> str:
        require_equal("exact", said()["exact"], True)
        require_equal("errors", [f for f in said()["findings"] if f["severity"] == "error"], [])
        count = _require_figures(said(), read(written()), tensors())
        return f"{count} figures of {len(said()['tensors'])} tensors"

    def flipped() -> str:
        return _require_found(tool, said(), written(), source(), folder / "flipped.gguf")

    report.check(f"{checkpoint.name} {type} figures", figures)
    report.check(f"{checkpoint.name} {type} one flipped bit in each tensor", flipped)
    path.unlink(missing_ok=True)


def _require_figures(said: dict, file: GGUFFile, source: dict[str, np.ndarray]) -> int:
    compared = 0
    for tensor in said["tensors"]:
        if "figures" not in tensor:
            require(source[tensor["sourceName"]].dtype.kind in "iub", f"{tensor['name']}: no figures")
            continue
        type = next(type for type in elementtypes.ALL if type.name == tensor["type"])
        original = source[tensor["sourceName"]].astype(np.float32).reshape(-1)
        decoded = oracles.decode(type, file.tensors[tensor["name"]].data).reshape(-1)
        expected = _figures(original, decoded, type, row_length=tensor["shape"][-1] if tensor["shape"] else 1)
        compared += _require_near(tensor["name"], tensor["figures"], expected)
    return compared


def _figures(original: np.ndarray, decoded: np.ndarray, type: ElementType, row_length: int) -> dict:
    x, y = original.astype(np.float64), decoded.astype(np.float64)
    error = np.abs(y - x)
    squared, signal = np.square(y - x), np.square(x)
    nmse = squared.sum() / signal.sum() if squared.any() else 0.0
    rms = np.sqrt(signal.mean())
    figures = {
        "weights": len(x), "rms": rms, "rmse": np.sqrt(squared.mean()), "relativeRMSE": np.sqrt(nmse), "nmse": nmse,
        "sqnr": -10 * np.log10(nmse) if nmse else "inf",
        "cosine": np.dot(x, y) / np.sqrt(np.dot(x, x) * np.dot(y, y)) if squared.any() else 1.0,
        "meanError": error.mean(), "maximumError": error.max(),
        "quantiles": dict(zip(("p50", "p99", "p999"), _quantiles(original, decoded, row_length, rms))),
    }
    if squared.any():
        figures["maximumAt"] = dict(zip(("row", "column"), map(int, divmod(error.argmax(), row_length))))
        rows, weights = squared.reshape(-1, row_length).sum(axis=1), signal.reshape(-1, row_length).sum(axis=1)
        figures["worstRow"] = np.sqrt(np.divide(rows, weights, out=np.zeros_like(rows), where=rows > 0))
        if type.block_weights > 1:
            figures["worstBlock"] = np.sqrt(squared.reshape(-1, type.block_weights).mean(axis=1))
    dead = int((signal.reshape(-1, row_length).sum(axis=1) == 0).sum())
    if dead:
        figures["zeroRows"] = dead
    return figures


def _quantiles(original: np.ndarray, decoded: np.ndarray, row_length: int, rms: float) -> list[float]:
    """Of the middles of the classes that the errors are in; of a large tensor, of a quarter of them."""
    errors = np.abs(decoded - original)
    if len(errors) > COUNTED_WHOLE:
        row, column = np.divmod(np.arange(len(errors)), row_length)
        # Where a weight is in its chunk, and in its stretch: a tile's part of a row.
        place = (column if row_length > CHUNK else np.arange(len(errors))) % (CHUNK // row_length * row_length or CHUNK)
        number = place - np.maximum(place - column, place // TILE * TILE)
        errors = errors[(row + (column - number) // 16 + number // 16) % 4 == 0]
    classes = np.sort(errors.view(np.uint32) >> CLASS_SHIFT)
    found = []
    for share in (0.5, 0.99, 0.999):
        number = classes[int(np.ceil(share * len(classes))) - 1]
        edges = np.array([number, number + 1], dtype=np.uint32) << np.uint32(CLASS_SHIFT)
        found.append(edges.view(np.float32).astype(np.float64).mean() / rms if number else 0.0)
    return found


def _require_near(name: str, ours: dict, theirs: dict) -> int:
    compared = 0
    require_equal(f"{name}: figures", sorted(ours), sorted(theirs))
    for key, expected in theirs.items():
        found = ours[key]
        if key == "quantiles":
            compared += _require_near(f"{name}: quantiles", found, expected)
            continue
        if key in ("worstRow", "worstBlock"):
            # Of several that are equal but for rounding, any may be named.
            number = found["row" if key == "worstRow" else "block"]
            figure = found["relativeRMSE" if key == "worstRow" else "rmse"]
            require(_near(figure, expected.max()), f"{name}: {key}: {figure}, numpy {expected.max()}")
            require(_near(expected[number], expected.max()), f"{name}: {key} is {number}, numpy {expected.argmax()}")
        elif key in COUNTED or isinstance(expected, str):
            require_equal(f"{name}: {key}", found, expected)
        else:
            require(_near(found, expected), f"{name}: {key} is {found!r}, numpy's {expected!r}")
        compared += 1
    return compared


def _near(found: float, expected: float) -> bool:
    return abs(found - expected) <= TOLERANCE * abs(expected)


def _require_found(tool: Tool, said: dict, path: Path, source: Path, flipped: Path) -> str:
    """Flips one bit in the middle of every tensor's data; --exact must name each of the bytes."""
    data = bytearray(path.read_bytes())
    places = {tensor["name"]: tensor["offset"] + tensor["bytes"] // 2 for tensor in said["tensors"]}
    for place in places.values():
        data[place] ^= 0x04
    flipped.write_bytes(data)
    document = tool.verify(flipped, source, "--exact", exit_code=1)
    named = {f["tensor"]: f["offset"] for f in document["findings"] if f["rule"] in ("exact", "integers")}
    for tensor in said["tensors"]:
        require(tensor["name"] in named, f"{tensor['name']}: the flipped bit was not found")
        # Of an integer the offset is that of its first byte.
        distance = places[tensor["name"]] - named[tensor["name"]]
        require(0 <= distance < (8 if "figures" not in tensor else 1),
                f"{tensor['name']}: found at {named[tensor['name']]}, flipped at {places[tensor['name']]}")
    return f"{len(places)} found"
