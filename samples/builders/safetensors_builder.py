"""Writes safetensors files, the correct ones and those that lie.

The header is kept as JSON text, piece by piece, so that any piece can be replaced by text that is wrong. A builder
left alone writes a correct file, its header padded with spaces to a multiple of eight bytes.
"""

import json
import struct

BITS = {
    "F64": 64, "F32": 32, "F16": 16, "BF16": 16, "F8_E4M3": 8, "F8_E5M2": 8, "F8_E8M0": 8, "F8_E4M3FNUZ": 8,
    "F8_E5M2FNUZ": 8, "I64": 64, "I32": 32, "I16": 16, "I8": 8, "U64": 64, "U32": 32, "U16": 16, "U8": 8, "BOOL": 8,
    "F4": 4, "F6_E2M3": 6, "F6_E3M2": 6, "C64": 64,
}


def text(value):
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


class Entry:
    """One tensor of the header. `fields` holds (key, value) pairs of JSON text; `text` replaces the whole value."""

    def __init__(self, name, dtype, shape, payload, offset):
        elements = 1
        for dim in shape:
            elements *= dim
        bits = elements * BITS[dtype]
        assert bits % 8 == 0 and len(payload) == bits // 8, name
        self.key = text(name)
        self.payload = payload
        self.text = None
        self.fields = [("dtype", text(dtype)), ("shape", text(shape)),
                       ("data_offsets", text([offset, offset + len(payload)]))]

    def set(self, field, value):
        self.fields = [(key, value if key == field else old) for key, old in self.fields]

    def remove(self, field):
        self.fields = [pair for pair in self.fields if pair[0] != field]

    def add(self, field, value):
        self.fields.append((field, value))

    def json(self):
        if self.text is not None:
            value = self.text
        else:
            value = "{" + ",".join(f"{text(key)}:{value}" for key, value in self.fields) + "}"
        return f"{self.key}:{value}"


class SafetensorsBuilder:
    def __init__(self, metadata=None, alignment=8):
        self.alignment = alignment
        self.metadata = [] if metadata is None else [text(metadata)]  # JSON text; more than one is a duplicate key
        self.entries = []
        self.header = None  # bytes that replace the header, or a function from the header's bytes to others
        self.declared_header_length = None
        self.data = None
        self.trailing = b""

    def add(self, name, dtype, shape, payload):
        offset = sum(len(entry.payload) for entry in self.entries)
        self.entries.append(Entry(name, dtype, shape, payload, offset))
        return self

    def header_json(self):
        pieces = [f'"__metadata__":{value}' for value in self.metadata]
        pieces += [entry.json() for entry in self.entries]
        return "{" + ",".join(pieces) + "}"

    def build(self):
        header = self.header_json().encode("utf-8")
        if callable(self.header):
            header = self.header(header)
        elif self.header is not None:
            header = self.header
        header += b" " * (-(8 + len(header)) % self.alignment)
        length = len(header) if self.declared_header_length is None else self.declared_header_length
        data = b"".join(entry.payload for entry in self.entries) if self.data is None else self.data
        return struct.pack("<Q", length) + header + data + self.trailing
