"""Reads GGUF files, with the gguf package and with a small reader of our own, and writes source checkpoints."""

from __future__ import annotations

import json
import struct
from dataclasses import dataclass
from pathlib import Path

import gguf
import numpy as np
import safetensors

import elementtypes


@dataclass
class Tensor:
    type_id: int
    shape: tuple[int, ...]
    """Outermost first, as safetensors and numpy have it: the reverse of what a GGUF file says."""
    data: np.ndarray
    """The bytes."""


@dataclass
class GGUFFile:
    metadata: dict[str, object]
    tensors: dict[str, Tensor]
    layout: Layout | None = None


@dataclass
class Layout:
    """Where the tensors stand, as only the small reader tells it."""
    alignment: int
    data_start: int
    file_size: int
    spans: list[tuple[str, int, int]]
    """Name, offset from data_start, size in bytes; in the file's order."""
    padding_is_zero: bool


def read_with_gguf_package(path: Path) -> GGUFFile:
    reader = gguf.GGUFReader(path)
    metadata = {name: field.contents() for name, field in reader.fields.items() if not name.startswith("GGUF.")}
    tensors = {
        tensor.name: Tensor(
            int(tensor.tensor_type),
            tuple(reversed(tensor.shape.tolist())),
            np.asarray(reader.data[tensor.data_offset:tensor.data_offset + tensor.n_bytes]),
        )
        for tensor in reader.tensors
    }
    return GGUFFile(metadata, tensors)


def read(path: Path) -> GGUFFile:
    """With the gguf package's reader, or with ours where that one cannot: it knows no NF4 and no Q2_0."""
    file = read_with_small_reader(path)
    unknown = {type.id for type in elementtypes.NOT_IN_GGUF_PACKAGE}
    if any(tensor.type_id in unknown for tensor in file.tensors.values()):
        return file
    return read_with_gguf_package(path)


_sizes = {type.id: (type.block_weights, type.block_bytes) for type in elementtypes.ALL}
_sizes |= {24: (1, 1), 25: (1, 2), 26: (1, 4), 27: (1, 8), 28: (1, 8)}

_scalars = {0: "B", 1: "b", 2: "H", 3: "h", 4: "I", 5: "i", 6: "f", 7: "?", 10: "Q", 11: "q", 12: "d"}


def read_with_small_reader(path: Path) -> GGUFFile:
    """GGUF version 3, little-endian. Trusts the file: only for files that `gguf` has just written."""
    data = np.memmap(path, dtype=np.uint8, mode="r")
    position = 0

    def take(format: str) -> int | float | bool:
        nonlocal position
        (value,) = struct.unpack_from("<" + format, data, position)
        position += struct.calcsize("<" + format)
        return value

    def string() -> str:
        nonlocal position
        length = take("Q")
        position += length
        return bytes(data[position - length:position]).decode()

    def value(kind: int) -> object:
        if kind == 8:
            return string()
        if kind == 9:
            element, count = take("I"), take("Q")
            return [value(element) for _ in range(count)]
        return take(_scalars[kind])

    magic, version = bytes(data[:4]), struct.unpack_from("<I", data, 4)[0]
    if (magic, version) != (b"GGUF", 3):
        raise ValueError(f"{path.name}: magic {magic!r}, version {version}")
    position = 8
    tensor_count, metadata_count = take("Q"), take("Q")
    metadata = {}
    for _ in range(metadata_count):
        key = string()
        metadata[key] = value(take("I"))
    infos = []
    for _ in range(tensor_count):
        name = string()
        dimensions = [take("Q") for _ in range(take("I"))]
        infos.append((name, tuple(reversed(dimensions)), take("I"), take("Q")))

    alignment = metadata.get("general.alignment", 32)
    data_start = -(-position // alignment) * alignment
    gaps = [data[position:data_start]]
    tensors, spans, end = {}, [], data_start
    for name, shape, type_id, offset in infos:
        block_weights, block_bytes = _sizes[type_id]
        size = int(np.prod(shape, dtype=np.int64)) // block_weights * block_bytes
        start = data_start + offset
        gaps.append(data[end:start])
        end = start + size
        tensors[name] = Tensor(type_id, shape, np.asarray(data[start:end]))
        spans.append((name, offset, size))
    gaps.append(data[end:])
    return GGUFFile(metadata, tensors,
                    Layout(alignment, data_start, data.size, spans, not any(gap.any() for gap in gaps)))


def write_safetensors(path: Path, tensors: dict[str, np.ndarray], dtypes: dict[str, str] | None = None) -> Path:
    """With the safetensors package. `dtypes` gives its name of a dtype where numpy's own is not it (bfloat16)."""
    arrays = {name: np.ascontiguousarray(array) for name, array in tensors.items()}
    specs = {
        name: safetensors.TensorSpec(dtype=(dtypes or {}).get(name, array.dtype.name), shape=tensors[name].shape,
                                     data_ptr=array.ctypes.data, data_len=array.nbytes)
        for name, array in arrays.items()
    }
    safetensors.serialize_file(specs, path)
    return path


def write_shards(folder: Path, tensors: dict[str, np.ndarray], count: int) -> Path:
    """A directory as the Hugging Face hub has it: shards and model.safetensors.index.json. Returns the index."""
    folder.mkdir()
    names = list(tensors)
    weight_map = {}
    for number in range(count):
        shard = f"model-{number + 1:05}-of-{count:05}.safetensors"
        mine = {name: tensors[name] for name in names[number::count]}
        write_safetensors(folder / shard, mine)
        weight_map |= dict.fromkeys(mine, shard)
    total = sum(array.nbytes for array in tensors.values())
    index = folder / "model.safetensors.index.json"
    index.write_text(json.dumps({"metadata": {"total_size": total}, "weight_map": weight_map}))
    return index


def write_gguf(path: Path, tensors: dict[str, tuple[int, np.ndarray]], big_endian: bool = False) -> Path:
    """With the gguf package: tensors by name as (type id, array). Blocks are given as uint8 rows of bytes."""
    endianness = gguf.GGUFEndian.BIG if big_endian else gguf.GGUFEndian.LITTLE
    writer = gguf.GGUFWriter(path, "conformance", endianess=endianness)
    for name, (type_id, array) in tensors.items():
        writer.add_tensor(name, array, raw_dtype=gguf.GGMLQuantizationType(type_id))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path
