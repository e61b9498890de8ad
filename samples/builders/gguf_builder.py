"""Writes GGUF files of version 2 and 3 in both byte orders, the correct ones and those that lie.

A builder left alone writes a correct file. Each way to break it is one argument or attribute, None by default.
"""

import struct
from dataclasses import dataclass
from typing import Any, Optional

# Metadata value types.
U8, I8, U16, I16, U32, I32, F32, BOOL, STRING, ARRAY, U64, I64, F64 = range(13)

STRUCT_CODES = {U8: "B", I8: "b", U16: "H", I16: "h", U32: "I", I32: "i", F32: "f", BOOL: "B", U64: "Q", I64: "q",
                F64: "d"}

# Element types of tensors: id, weights a block, bytes a block.
ELEMENT_TYPES = {
    "F32": (0, 1, 4), "F16": (1, 1, 2), "Q4_0": (2, 32, 18), "Q8_0": (8, 32, 34), "Q4_K": (12, 256, 144),
    "IQ4_NL": (20, 32, 18), "I8": (24, 1, 1), "I16": (25, 1, 2), "I32": (26, 1, 4), "I64": (27, 1, 8),
    "F64": (28, 1, 8), "BF16": (30, 1, 2), "TQ1_0": (34, 256, 54), "TQ2_0": (35, 256, 66),
}


@dataclass
class Raw:
    """Bytes that stand in the file as they are, where a string or a value belongs."""

    bytes: bytes


@dataclass
class Array:
    element_type: int
    values: list
    declared_count: Optional[int] = None


@dataclass
class Tensor:
    """`dims` in GGUF's order: the row length first."""

    name: Any
    dims: list
    element_type: Any
    payload: bytes
    offset: Optional[int] = None
    declared_dims_count: Optional[int] = None


class GGUFBuilder:
    """`alignment` is what the file is laid out with; the key general.alignment is added like any other."""

    def __init__(self, version=3, order="<", alignment=32):
        self.magic = b"GGUF"
        self.version = version
        self.order = order
        self.alignment = alignment
        self.metadata = []
        self.tensors = []
        self.declared_key_value_count = None
        self.declared_tensor_count = None
        self.header_padding = b"\0"
        self.data_padding = b"\0"
        self.pads_last_tensor = True
        self.data = None
        self.trailing = b""

    def add(self, key, value_type, value):
        self.metadata.append((key, value_type, value))
        return self

    def put(self, key, value_type, value):
        """Replaces the value of a key that is already there, or adds it."""
        for index, entry in enumerate(self.metadata):
            if entry[0] == key:
                self.metadata[index] = (key, value_type, value)
                return self
        return self.add(key, value_type, value)

    def remove(self, key):
        self.metadata = [entry for entry in self.metadata if entry[0] != key]
        return self

    def add_tensor(self, *arguments, **options):
        self.tensors.append(Tensor(*arguments, **options))
        return self

    def pack(self, code, *values):
        return struct.pack(self.order + code, *values)

    def string(self, text):
        if isinstance(text, Raw):
            return text.bytes
        data = text.encode("utf-8") if isinstance(text, str) else text
        return self.pack("Q", len(data)) + data

    def value(self, value_type, value):
        if isinstance(value, Raw):
            return value.bytes
        if value_type == STRING:
            return self.string(value)
        if value_type == ARRAY:
            count = len(value.values) if value.declared_count is None else value.declared_count
            elements = b"".join(self.value(value.element_type, element) for element in value.values)
            return self.pack("IQ", value.element_type, count) + elements
        return self.pack(STRUCT_CODES[value_type], value)

    def key_value(self, key, value_type, value):
        return self.string(key) + self.pack("I", value_type) + self.value(value_type, value)

    def padded(self, data, padding):
        return data + padding * (-len(data) % self.alignment)

    def tensor_info(self, tensor, offset):
        element_type = tensor.element_type
        if isinstance(element_type, str):
            element_type = ELEMENT_TYPES[element_type][0]
        count = len(tensor.dims) if tensor.declared_dims_count is None else tensor.declared_dims_count
        dims = b"".join(self.pack("Q", dim) for dim in tensor.dims)
        return (self.string(tensor.name) + self.pack("I", count) + dims
                + self.pack("IQ", element_type, offset if tensor.offset is None else tensor.offset))

    def header(self):
        """Everything before the padding in front of the data, and the data."""
        key_values = len(self.metadata) if self.declared_key_value_count is None else self.declared_key_value_count
        tensors = len(self.tensors) if self.declared_tensor_count is None else self.declared_tensor_count
        header = self.magic + self.pack("IQQ", self.version, tensors, key_values)
        header += b"".join(self.key_value(*entry) for entry in self.metadata)
        data = b""
        for index, tensor in enumerate(self.tensors):
            header += self.tensor_info(tensor, len(data))
            data += tensor.payload
            if self.pads_last_tensor or index + 1 < len(self.tensors):
                data = self.padded(data, self.data_padding)
        return header, data

    def build(self):
        header, data = self.header()
        if self.data is not None:
            data = self.data
        if self.tensors:
            header = self.padded(header, self.header_padding)
        return header + data + self.trailing
