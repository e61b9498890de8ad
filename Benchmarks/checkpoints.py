"""Weights on which methods are compared: seeded ones of three distributions, and those of trained models in F32."""

from __future__ import annotations

import array
import collections
import io
import json
import math
import pickle
import random
import struct
import sys
import zipfile
from pathlib import Path

import realmodel

COLUMNS, ROWS = 4096, 512


def gaussian(source: random.Random) -> float:
    return source.gauss(0, 1)


def laplace(source: random.Random) -> float:
    size = -math.log(1 - source.random())
    return size if source.random() < 0.5 else -size


def student_t(source: random.Random) -> float:
    """With 4 degrees of freedom."""
    return source.gauss(0, 1) / math.sqrt(source.gammavariate(2, 0.5))


DISTRIBUTIONS = {"Gaussian": gaussian, "Laplace": laplace, "Student-t": student_t}


def seeded(name: str, folder: Path) -> Path:
    """A headerless file of `COLUMNS` times `ROWS` weights."""
    path = folder / f"methods.{name}.f32"
    source = random.Random(f"2026 {name}")
    draw = DISTRIBUTIONS[name]
    weights = array.array("f", (0.02 * draw(source) for _ in range(COLUMNS * ROWS)))
    if sys.byteorder == "big":
        weights.byteswap()
    path.write_bytes(weights.tobytes())
    return path


ANTIBERTY_PACKAGE = "antiberty==0.1.3"
ANTIBERTY_PATH = "antiberty/trained_models/AntiBERTy_md_smooth/pytorch_model.bin"


def fetch_antiberty(folder: Path) -> Path:
    """AntiBERTy, 26 million trained weights in a package on PyPI, as safetensors; downloaded once."""
    return realmodel.fetch_member(folder / "antiberty.safetensors", "AntiBERTy (97 MB)", ANTIBERTY_PACKAGE, ANTIBERTY_PATH,
                                  lambda data: safetensors(read_pickle(data)))


def read_pickle(data: bytes) -> dict[str, tuple[list[int], bytes]]:
    """Shapes and F32 data of the tensors that torch.save wrote, of which nothing else is let in."""
    archive = zipfile.ZipFile(io.BytesIO(data))
    (name,) = [name for name in archive.namelist() if name.endswith("/data.pkl")]
    top = name.removesuffix("data.pkl")

    class Reader(pickle.Unpickler):
        def find_class(self, module: str, name: str):
            known = {("collections", "OrderedDict"): collections.OrderedDict, ("torch._utils", "_rebuild_tensor_v2"): rebuild,
                     ("torch", "FloatStorage"): "F32", ("torch", "LongStorage"): "I64"}
            if (module, name) not in known:
                raise pickle.UnpicklingError(f"{module}.{name} is not let in")
            return known[module, name]

        def persistent_load(self, identifier):
            _, type, key, _, _ = identifier
            return type, archive.read(f"{top}data/{key}")

    def rebuild(storage, offset, shape, strides, *_):
        type, data = storage
        count, expected = math.prod(shape), 1
        for size, stride in zip(reversed(shape), reversed(strides)):
            if size > 1 and stride != expected:
                raise ValueError("a tensor that is not stored row by row")
            expected *= size
        return (list(shape), data[4 * offset:4 * (offset + count)]) if type == "F32" else None

    return {name: tensor for name, tensor in Reader(archive.open(name)).load().items() if tensor is not None}


def safetensors(tensors: dict[str, tuple[list[int], bytes]]) -> bytes:
    header, at = {}, 0
    for name, (shape, data) in tensors.items():
        header[name] = {"dtype": "F32", "shape": shape, "data_offsets": [at, at + len(data)]}
        at += len(data)
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    return struct.pack("<Q", len(text)) + text + b"".join(data for _, data in tensors.values())
