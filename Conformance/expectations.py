"""What a whole converted file must be: which tensor gets which type, and that every byte of it is right."""

from __future__ import annotations

import numpy as np

import elementtypes
import oracles
from elementtypes import ElementType
from files import GGUFFile, Tensor
from report import require, require_equal, require_same_bytes, require_same_floats


def is_norm(name: str) -> bool:
    """The component before the last says so: `encoder.LayerNorm.weight`."""
    components = name.split(".")
    return len(components) > 1 and "norm" in components[-2].lower()


def fitting_type(asked: ElementType, name: str, shape: tuple[int, ...]) -> ElementType:
    """The type a float tensor gets: the one asked for, or F32 if it is 1-D, a norm, or of rows it does not divide."""
    fits = len(shape) > 1 and not is_norm(name) and shape[-1] % asked.block_weights == 0
    return asked if fits else elementtypes.F32


def integer_array(array: np.ndarray) -> np.ndarray:
    """GGUF has signed integers only: each unsigned type becomes the next wider signed one, and bool int8."""
    wider = {"bool": "int8", "uint8": "int16", "uint16": "int32", "uint32": "int64"}
    return array.astype(wider.get(array.dtype.name, array.dtype.name))


def require_converted(file: GGUFFile, source: dict[str, np.ndarray], type: ElementType) -> int:
    """Every tensor of `source` (floats as f32, integers as they are) is in `file`, and nothing else is.
    Returns how many tensors have the type asked for."""
    require_equal("tensor names", sorted(file.tensors), sorted(source))
    count = 0
    for name, array in source.items():
        if array.dtype == np.float32:
            wanted = fitting_type(type, name, array.shape)
            count += wanted is type
            require_tensor(name, file.tensors[name], array, wanted)
        else:
            require_integers(name, file.tensors[name], array)
    return count


def require_tensor(name: str, ours: Tensor, weights: np.ndarray, type: ElementType) -> int:
    """Returns the number of blocks that ggml leaves undefined."""
    require_equal(f'tensor "{name}", type id', ours.type_id, type.id)
    require_equal(f'tensor "{name}", shape', ours.shape, weights.shape)
    theirs, undefined = oracles.expected(type, weights)
    require_same_bytes(name, type, ours.data, theirs)
    return undefined


def require_integers(name: str, ours: Tensor, array: np.ndarray) -> None:
    wanted = integer_array(array)
    require_equal(f'tensor "{name}", type id', ours.type_id, elementtypes.INTEGER_IDS[wanted.dtype.name])
    require_equal(f'tensor "{name}", shape', ours.shape, wanted.shape)
    require(bool((ours.data.view(wanted.dtype) == wanted.ravel()).all()), f'tensor "{name}": other integers')


def require_decoded(quantized: GGUFFile, floats: GGUFFile) -> None:
    """`floats`, which our program made of `quantized`, holds what other decoders make of the same bytes, bit for bit.

    Both decoders are compared: numpy code in the gguf package and ggml's C code in libgguf. There is no exception, not
    even for the sign of zero: all of them multiply the same two numbers, so that a code 0 under a negative scale, and a
    negative code under a zero scale, is -0.0 everywhere.
    """
    require_equal("tensor names", sorted(floats.tensors), sorted(quantized.tensors))
    types = {type.id: type for type in elementtypes.ALL}
    for name, tensor in quantized.tensors.items():
        ours = floats.tensors[name]
        require_equal(f'tensor "{name}", shape after decoding', ours.shape, tensor.shape)
        type = types.get(tensor.type_id)
        if type is None:
            require_equal(f'tensor "{name}", type id after decoding', ours.type_id, tensor.type_id)
            require(bool((ours.data == tensor.data).all()), f'tensor "{name}": other integers after decoding')
            continue
        require_equal(f'tensor "{name}", type id after decoding', ours.type_id, elementtypes.F32.id)
        require_same_floats(name, ours.data.view("<f4"), oracles.decode(type, tensor.data), "libgguf")
        if type not in elementtypes.NOT_DECODED_BY_GGUF_PACKAGE:
            require_same_floats(name, ours.data.view("<f4"), oracles.decode_with_gguf_package(type, tensor.data),
                                "gguf package")


def require_metadata(file: GGUFFile, type: ElementType) -> None:
    architecture = file.metadata.get("general.architecture")
    require(isinstance(architecture, str) and bool(architecture), f"general.architecture is {architecture!r}")
    require_equal("general.quantization_version", file.metadata.get("general.quantization_version"), 2)
    require_equal("general.file_type", file.metadata.get("general.file_type"), type.file_type)


def require_layout(file: GGUFFile) -> None:
    """What ggml's reader insists on: tensors in order, each at the next multiple of the alignment, zeros between."""
    layout = file.layout
    require(layout is not None, "not read by the small reader")
    require_equal("general.alignment", file.metadata.get("general.alignment"), layout.alignment)
    end = 0
    for name, offset, size in layout.spans:
        require_equal(f'tensor "{name}", offset', offset, end)
        end = -(-(offset + size) // layout.alignment) * layout.alignment
    require_equal("file size", layout.file_size, layout.data_start + end)
    require(layout.padding_is_zero, "bytes other than zero in the padding")
