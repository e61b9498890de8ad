"""Safetensors: the entries of tensors, their place in the data, and weights that are no numbers."""

from .malformed_safetensors_header import base
from .numbers import bf16, f16, f32, weights
from .safetensors_builder import SafetensorsBuilder
from .sample import Malformed


def first(field, value):
    """Tensor "a", the first of two, with other JSON text in a field."""
    builder = base()
    builder.entries[0].set(field, value)
    return builder.build()


def last(field, value):
    builder = base()
    builder.entries[1].set(field, value)
    return builder.build()


def without(field):
    builder = base()
    builder.entries[0].remove(field)
    return builder.build()


def with_extra(field, value):
    builder = base()
    builder.entries[0].add(field, value)
    return builder.build()


def entry_text(value):
    builder = base()
    builder.entries[0].text = value
    return builder.build()


def last_shape_and_extent(shape, begin, end, data_length, dtype='"F32"'):
    builder = base()
    builder.entries[1].set("dtype", dtype)
    builder.entries[1].set("shape", shape)
    builder.entries[1].set("data_offsets", f"[{begin},{end}]")
    builder.data = base().build()[-384:][:data_length]
    return builder.build()


def with_trailing(count):
    builder = base()
    builder.trailing = bytes(count)
    return builder.build()


def hole():
    builder = base()
    builder.entries[1].set("data_offsets", "[264,392]")
    builder.data = builder.entries[0].payload + bytes(8) + builder.entries[1].payload
    return builder.build()


def starts_late():
    builder = base()
    builder.entries[0].set("data_offsets", "[8,264]")
    builder.entries[1].set("data_offsets", "[264,392]")
    builder.data = bytes(8) + builder.entries[0].payload + builder.entries[1].payload
    return builder.build()


def overlap():
    builder = base()
    builder.entries[1].set("data_offsets", "[128,256]")
    builder.data = builder.entries[0].payload
    return builder.build()


def over_same_bytes(count):
    builder = SafetensorsBuilder()
    payload = f32(weights(611, 32))
    for index in range(count):
        builder.add(f"t{index}", "F32", [32], payload)
        builder.entries[-1].set("data_offsets", "[0,128]")
    builder.data = payload
    return builder.build()


def empty_outside():
    builder = base()
    builder.add("empty", "F32", [0], b"")
    builder.entries[-1].set("data_offsets", "[1000,1000]")
    return builder.build()


def nonfinite(dtype, encode, word, row, column):
    """A matrix of 4 rows with 32 weights, one of which has the bits of `word`."""
    payload = bytearray(encode(weights(621, 128)))
    payload_word = word.to_bytes(4 if dtype == "F32" else 2, "little")
    place = (row * 32 + column) * len(payload_word)
    payload[place:place + len(payload_word)] = payload_word
    return SafetensorsBuilder({"format": "pt"}).add("w", dtype, [4, 32], bytes(payload)).build()


def samples():
    table = [
        # Entries
        ("entry-null", "A tensor's entry is null.", entry_text("null")),
        ("entry-number", "A tensor's entry is a number.", entry_text("7")),
        ("entry-array", "A tensor's entry is an array.", entry_text('["F32",[2,32],[0,256]]')),
        ("entry-empty", "A tensor's entry is an empty object.", entry_text("{}")),
        ("missing-dtype", "A tensor has no dtype.", without("dtype")),
        ("missing-shape", "A tensor has no shape.", without("shape")),
        ("missing-data-offsets", "A tensor has no data_offsets.", without("data_offsets")),
        ("duplicate-dtype", "A tensor's dtype stands twice, as F32 and as I32.", with_extra("dtype", '"I32"')),
        ("duplicate-shape", "A tensor's shape stands twice.", with_extra("shape", "[64]")),
        ("duplicate-data-offsets", "A tensor's data_offsets stand twice.", with_extra("data_offsets", "[0,256]")),
        # dtype
        ("dtype-unknown", "The dtype is \"F128\", which the format does not have.", first("dtype", '"F128"')),
        ("dtype-lower-case", "The dtype is \"f32\" in lower case.", first("dtype", '"f32"')),
        ("dtype-number", "The dtype is a number.", first("dtype", "0")),
        ("dtype-null", "The dtype is null.", first("dtype", "null")),
        ("dtype-array", "The dtype is an array.", first("dtype", '["F32"]')),
        ("dtype-f4-odd-count", "An F4 tensor has 257 weights, which fill no whole number of bytes.",
         last_shape_and_extent("[257]", 256, 384, 384, '"F4"')),
        ("dtype-f6-partial-byte", "An F6_E2M3 tensor has 171 weights, which fill no whole number of bytes.",
         last_shape_and_extent("[171]", 256, 384, 384, '"F6_E2M3"')),
        # shape
        ("shape-negative", "A dimension is -32.", first("shape", "[2,-32]")),
        ("shape-two-negatives", "Both dimensions are negative, and their product is right.",
         first("shape", "[-2,-32]")),
        ("shape-float", "A dimension is 32.0.", first("shape", "[2,32.0]")),
        ("shape-fraction", "A dimension is 32.5.", first("shape", "[2,32.5]")),
        ("shape-exponent", "A dimension is 32e0.", first("shape", "[2,32e0]")),
        ("shape-string", "A dimension is the string \"32\".", first("shape", '[2,"32"]')),
        ("shape-bool", "A dimension is true.", first("shape", "[true,64]")),
        ("shape-null", "A dimension is null.", first("shape", "[null,32]")),
        ("shape-nested", "The shape has an array inside.", first("shape", "[[2,32]]")),
        ("shape-is-number", "The shape is a number.", first("shape", "64")),
        ("shape-is-object", "The shape is an object.", first("shape", '{"0":2,"1":32}')),
        ("shape-above-2-64", "A dimension is 2^64 + 32, which wraps to 32.", first("shape", f"[2,{2**64 + 32}]")),
        ("shape-2-53-plus-1", "A dimension is 2^53 + 1, which a double cannot hold.",
         first("shape", f"[1,{2**53 + 1}]")),
        ("shape-leading-zero", "A dimension is written 032.", first("shape", "[2,032]")),
        ("shape-plus-sign", "A dimension is written +32.", first("shape", "[2,+32]")),
        ("shape-hexadecimal", "A dimension is written 0x20.", first("shape", "[2,0x20]")),
        ("shape-product-overflow", "The product of 2^32 and 2^32 wraps to 0.",
         last_shape_and_extent("[4294967296,4294967296]", 256, 256, 256)),
        ("shape-bytes-overflow", "2^62 weights of 4 bytes: the product wraps to 0.",
         last_shape_and_extent(f"[{2**62}]", 256, 256, 256)),
        ("shape-bits-overflow", "2^59 + 32 weights of 32 bits: the product in bits wraps to that of 32 weights.",
         last("shape", f"[{2**59 + 32}]")),
        ("shape-zero-hides-overflow", "The product of 2^40 and 2^40 overflows before the last dimension makes it 0.",
         last_shape_and_extent(f"[{2**40},{2**40},0]", 256, 256, 256)),
        ("shape-smaller-than-extent", "The shape has fewer weights than the extent.", first("shape", "[2,31]")),
        ("shape-larger-than-extent", "The shape has more weights than the extent.", first("shape", "[2,33]")),
        # data_offsets
        ("offset-negative", "An offset is -256.", first("data_offsets", "[-256,0]")),
        ("offset-minus-zero", "An offset is written -0.", first("data_offsets", "[-0,256]")),
        ("offset-fraction", "An offset is 256.5.", first("data_offsets", "[0,256.5]")),
        ("offset-float", "An offset is 256.0.", first("data_offsets", "[0,256.0]")),
        ("offset-exponent", "An offset is written 256e0.", first("data_offsets", "[0,256e0]")),
        ("offset-1e3", "An offset is 1e3.", last("data_offsets", "[256,1e3]")),
        ("offset-1e400", "An offset is 1e400, above every double.", last("data_offsets", "[256,1e400]")),
        ("offset-above-2-64", "An offset is 2^64 + 256, which wraps to 256.",
         first("data_offsets", f"[0,{2**64 + 256}]")),
        ("offset-max", "The last offset is 2^64 - 1.", last("data_offsets", f"[256,{2**64 - 1}]")),
        ("offset-2-63", "The last offset is 2^63, negative when cast to a signed number.",
         last("data_offsets", f"[256,{2**63}]")),
        ("offset-string", "An offset is a string.", first("data_offsets", '[0,"256"]')),
        ("offset-null", "An offset is null.", first("data_offsets", "[0,null]")),
        ("offsets-one", "data_offsets has one entry.", first("data_offsets", "[256]")),
        ("offsets-three", "data_offsets has three entries.", first("data_offsets", "[0,256,384]")),
        ("offsets-none", "data_offsets has no entry.", first("data_offsets", "[]")),
        ("offsets-object", "data_offsets is an object.", first("data_offsets", '{"begin":0,"end":256}')),
        ("offsets-reversed", "A tensor begins after its end.", first("data_offsets", "[256,0]")),
        ("offset-past-end", "The last tensor ends beyond the data.", last("data_offsets", "[256,100000]")),
        ("offset-past-end-by-one-weight", "The last tensor has one weight more than the data.",
         last_shape_and_extent("[33]", 256, 388, 384)),
        ("offset-hole", "Eight bytes between two tensors belong to neither.", hole()),
        ("offset-starts-after-zero", "Eight bytes before the first tensor belong to none.", starts_late()),
        ("offset-overlap", "The second tensor lies inside the first.", overlap()),
        ("offset-empty-tensor-outside", "A tensor with no elements lies beyond the end of the data.", empty_outside()),
        ("trailing-bytes", "Eight bytes follow the last tensor.", with_trailing(8)),
        ("two-over-same-bytes", "Two tensors lie over the same bytes.", over_same_bytes(2)),
        ("1000-over-same-bytes", "1,000 tensors lie over the same 128 bytes.", over_same_bytes(1000)),
        # Weights
        ("f32-nan", "The F32 weight in row 1, column 5 of tensor \"w\" (counted from 0) is NaN.",
         nonfinite("F32", f32, 0x7FC00000, 1, 5)),
        ("f32-infinity", "The F32 weight in row 2, column 31 of tensor \"w\" (counted from 0) is +infinity.",
         nonfinite("F32", f32, 0x7F800000, 2, 31)),
        ("f16-nan", "The F16 weight in row 3, column 0 of tensor \"w\" (counted from 0) is NaN.",
         nonfinite("F16", f16, 0x7E00, 3, 0)),
        ("bf16-infinity", "The BF16 weight in row 0, column 17 of tensor \"w\" (counted from 0) is -infinity.",
         nonfinite("BF16", bf16, 0xFF80, 0, 17)),
    ]
    return [Malformed(f"safetensors-{name}.safetensors", "safetensors", breaks, contents)
            for name, breaks, contents in table]
