"""Raw fp32 files and descriptions that do not agree, or descriptions that are none."""

import json

from .numbers import f32, weights
from .sample import Malformed

CORRECT = {
    "byte_order": "little",
    "tensors": [
        {"name": "a", "shape": [2, 32], "offset": 0},
        {"name": "b", "shape": [32], "offset": 256},
    ],
}


def encoded(value):
    return (json.dumps(value, indent=2) + "\n").encode()


def with_byte_order(value):
    return encoded({**CORRECT, "byte_order": value})


def with_tensors(value):
    return encoded({**CORRECT, "tensors": value})


def with_tensor(index, **changes):
    tensors = [dict(tensor) for tensor in CORRECT["tensors"]]
    tensors[index].update(changes)
    return with_tensors(tensors)


def without(index, field):
    tensors = [dict(tensor) for tensor in CORRECT["tensors"]]
    del tensors[index][field]
    return with_tensors(tensors)


def replacing(old, new):
    correct = encoded(CORRECT)
    assert correct.count(old) == 1, old
    return correct.replace(old, new)


def samples():
    correct = encoded(CORRECT)
    data = f32(weights(801, 96))
    gap = data[:256] + bytes(16) + data[256:]
    table = [
        # The file
        ("empty", "The file is empty, where the description has 384 bytes.", b"", correct),
        ("too-short", "The file is one weight shorter than the description says.", data[:-4], correct),
        ("too-short-by-one-byte", "The file is one byte shorter than the description says.", data[:-1], correct),
        ("too-long", "The file is one weight longer than the description says.", data + bytes(4), correct),
        ("nan", "The weight in row 1, column 7 of tensor \"a\" (counted from 0) is NaN.",
         data[:156] + b"\0\0\xC0\x7F" + data[160:], correct),
        # Where the tensors are
        ("overlap", "The second tensor starts inside the first.", data[:256], with_tensor(1, offset=128)),
        ("same-bytes", "Two tensors lie over the same bytes.", data[:128],
         with_tensors([{"name": name, "shape": [32], "offset": 0} for name in "ab"])),
        ("gap", "16 bytes between two tensors belong to neither.", gap, with_tensor(1, offset=272)),
        ("starts-after-zero", "16 bytes before the first tensor belong to none.", bytes(16) + data,
         with_tensors([{**tensor, "offset": tensor["offset"] + 16} for tensor in CORRECT["tensors"]])),
        ("offset-past-end", "A tensor's offset is beyond the end of the file.", data, with_tensor(1, offset=4096)),
        ("offset-negative", "An offset is -256.", data, with_tensor(1, offset=-256)),
        ("offset-fraction", "An offset is 256.5.", data, with_tensor(1, offset=256.5)),
        ("offset-above-2-64", "An offset is 2^64 + 256, which wraps to 256.", data, with_tensor(1, offset=2**64 + 256)),
        ("offset-string", "An offset is a string.", data, with_tensor(1, offset="256")),
        # Shapes
        ("shape-negative", "A dimension is -32.", data, with_tensor(0, shape=[2, -32])),
        ("shape-fraction", "A dimension is 32.5.", data, with_tensor(0, shape=[2, 32.5])),
        ("shape-string", "A dimension is a string.", data, with_tensor(0, shape=["2", 32])),
        ("shape-number", "A shape is a number.", data, with_tensor(1, shape=32)),
        ("shape-overflow", "The product of 2^32 and 2^32 wraps to 0.",
         data[:256], with_tensor(1, shape=[2**32, 2**32])),
        ("shape-bytes-overflow", "2^62 weights of 4 bytes: the product wraps to 0.", data[:256],
         with_tensor(1, shape=[2**62])),
        ("shape-missing", "A tensor has no shape.", data, without(1, "shape")),
        # Names
        ("name-duplicate", "Two tensors have the same name.", data, with_tensor(1, name="a")),
        ("name-duplicate-by-escape", "Two tensors have the name \"a\", one of them written \\u0061.", data,
         replacing(b'"b"', b'"\\u0061"')),
        ("name-empty", "A tensor's name is empty.", data, with_tensor(1, name="")),
        ("name-number", "A tensor's name is a number.", data, with_tensor(1, name=1)),
        ("name-missing", "A tensor has no name.", data, without(1, "name")),
        # The description
        ("byte-order-unknown", "The byte order is \"middle\".", data, with_byte_order("middle")),
        ("byte-order-number", "The byte order is a number.", data, with_byte_order(1234)),
        ("tensors-missing", "The description has no tensors.", data, encoded({"byte_order": "little"})),
        ("tensors-empty", "The list of tensors is empty, where the file has 384 bytes.", data, with_tensors([])),
        ("tensors-object", "The tensors are an object, where a list is required.", data,
         with_tensors({tensor["name"]: tensor for tensor in CORRECT["tensors"]})),
        ("field-twice", "A tensor's offset stands twice.", data,
         replacing(b'"offset": 256', b'"offset": 0, "offset": 256')),
        ("description-array", "The description is a JSON array.", data, encoded(CORRECT["tensors"])),
        ("description-not-json", "The description is not JSON.", data, b"name: a\nshape: [2, 32]\noffset: 0\n"),
        ("description-not-utf-8", "The description is not UTF-8.", data, replacing(b'"a"', b'"\xFF"')),
        ("description-followed-by-text", "Text follows the description.", data, correct + b"}\n"),
        ("description-empty", "The description is an empty file.", data, b""),
    ]
    return [Malformed(f"raw-{name}.f32", "raw-fp32", breaks, contents, command=f"--description raw-{name}.json",
                      beside={f"raw-{name}.json": description}) for name, breaks, contents, description in table]
