"""GGUF: names, dimensions, types, and offsets of tensors."""

import struct

from .gguf_builder import Raw
from .sample import Malformed, unverified
from .valid_gguf import blocks, general, small

LARGEST_ALIGNED = 0x7FFFFFFFFFFFFFC0


def with_second(**changes):
    """The second of two tensors, the one that ends the file, with other fields."""
    builder = small("base")
    for field, value in changes.items():
        setattr(builder.tensors[1], field, value)
    return builder.build()


def single(dims, element_type="F32", payload=bytes(128), **options):
    """One tensor whose dimensions its 128 bytes cannot hold."""
    return general("base").add_tensor("blk.0.attn_q.weight", dims, element_type, payload, **options).build()


def claimed(sizes):
    """I8 tensors of these sizes, each with the offset that follows from those before, and 64 bytes of data."""
    builder = general("base")
    offset = 0
    for index, size in enumerate(sizes):
        builder.add_tensor(f"blk.{index}.attn_q.weight", [size], "I8", b"", offset=offset % 2**64)
        offset += size
    builder.data = bytes(64)
    return builder.build()


def with_data(data, **changes):
    builder = small("base")
    builder.data = data
    for field, value in changes.items():
        setattr(builder.tensors[1], field, value)
    return builder.build()


def same_bytes():
    builder = small("base")
    first, second = builder.tensors
    first.dims, first.offset, second.offset = second.dims, 0, 0
    builder.data = second.payload
    return builder.build()


def gap(before_first, between):
    builder = small("base")
    first, second = builder.tensors
    first.offset = before_first
    second.offset = before_first + len(first.payload) + between
    builder.data = bytes(before_first) + first.payload + bytes(between) + second.payload
    return builder.build()


def many_over_same_bytes(count):
    builder = general("base")
    for index in range(count):
        builder.add_tensor(f"t{index}", [32], "F32", b"", offset=0)
    builder.data = bytes(128)
    return builder.build()


def zero_dimension():
    builder = small("base")
    builder.add_tensor("empty.weight", [32, 0], "F32", b"")
    return builder.build()


def empty_offset_outside():
    builder = small("base")
    builder.add_tensor("empty.weight", [0], "F32", b"", offset=2**40)
    return builder.build()


def samples():
    first, second = small("base").tensors
    wrapped = [4194305, 4194305, 211106198978564]
    assert wrapped[0] * wrapped[1] * wrapped[2] % 2**64 == 4
    assert 5124095576030431008 % 32 == 0 and 5124095576030431008 * 18 % 2**64 == 64
    assert 3 * LARGEST_ALIGNED > 2**64
    removed = "The element type is {}, which was removed from ggml and has no block size."
    table = [
        # Names
        ("name-empty", "A tensor's name is empty.", None, with_second(name="")),
        ("name-65-bytes", "A tensor's name has 65 bytes, where 64 is the most.", None, with_second(name="n" * 65)),
        ("name-parent-directory", "A tensor's name is a path that climbs: \"../../etc/weight\".", None,
         with_second(name="../../etc/weight")),
        ("name-with-nul", "A tensor's name has a NUL byte.", None, with_second(name=b"blk.0\0.weight")),
        ("name-with-escape", "A tensor's name has an escape sequence that turns a terminal red.", None,
         with_second(name=b"blk.0\x1B[31m.weight")),
        ("name-not-utf-8", "A tensor's name is not UTF-8.", None, with_second(name=b"blk.\xFF.weight")),
        ("name-length-max", "The length of a tensor's name is 2^64 - 1.", "CVE-2024-23496",
         with_second(name=Raw(struct.pack("<Q", 2**64 - 1) + b"blk.0"))),
        ("name-duplicate", "Two tensors have the same name.", None, with_second(name=first.name)),
        # Number of dimensions
        ("dims-none", "A tensor has no dimensions.", None,
         general("base").add_tensor("scalar", [], "F32", bytes(4)).build()),
        ("dims-5", "A tensor has 5 dimensions, where 4 is the most.", "gguf-tools#25",
         with_second(dims=[32, 1, 1, 1, 1])),
        ("dims-9", "A tensor has 9 dimensions, where 4 is the most.", "gguf-tools#25",
         with_second(dims=[32] + [1] * 8)),
        ("dims-1000000", "A tensor says that it has 1,000,000 dimensions.", "gguf-py",
         with_second(declared_dims_count=1000000)),
        ("dims-count-max", "A tensor says that it has 2^32 - 1 dimensions.", None,
         with_second(declared_dims_count=2**32 - 1)),
        # Dimensions
        ("dimension-zero", "A tensor's second dimension is 0.", "llama.cpp#26366", zero_dimension()),
        ("dimension-zero-offset-outside", "A tensor with no elements starts outside of the file.", None,
         empty_offset_outside()),
        ("dimension-negative", "A dimension is 2^64 - 32, or -32 as a signed number.", unverified("CVE-2024-21802"),
         single([2**64 - 32])),
        ("dimension-2-63", "A dimension is 2^63.", unverified("CVE-2024-21802"), single([2**63])),
        ("dimensions-product-wraps", "The product of 4194305, 4194305 and 211106198978564 wraps to 4.", "gguf-py",
         single(wrapped, payload=bytes(16))),
        ("dimensions-product-wraps-to-zero", "The product of 2^32 and 2^32 wraps to 0.", "ollama#16183",
         single([2**32, 2**32])),
        ("dimensions-product-negative", "The product of 2^63 - 1 and 2 is negative as a signed number.",
         "llama.cpp#27203", single([2**63 - 1, 2], "I8")),
        ("dimensions-zero-hides-overflow", "The product of 2^40 and 2^40 overflows before the last dimension makes "
         "it 0.", None, single([2**40, 2**40, 0], payload=b"")),
        ("byte-count-wraps", "The second dimension is 2^42 + 1: with rows of 4 MiB the byte count wraps to 4 MiB.",
         "CVE-2026-33298", single([2**20, 2**42 + 1])),
        ("byte-count-of-blocks-wraps", "A Q4_0 row of 5124095576030431008 weights: times 18, then divided by 32, wraps "
         "to 2 bytes.", "llama.cpp#27200", single([5124095576030431008], "Q4_0")),
        ("padded-size-wraps", "An F32 tensor of 2^64 - 4 bytes: padding it to 32 wraps to 0.", "llama.cpp#24759",
         single([2**62 - 1])),
        ("size-sum-wraps", "The sizes of three tensors add up to more than 2^64.", "CVE-2025-53630",
         claimed([LARGEST_ALIGNED, LARGEST_ALIGNED, 256])),
        ("size-sum-near-2-64", "Two I8 tensors of 0x7FFFFFFFFFFFFFC0 bytes: anything added to their sum wraps.",
         "CVE-2026-27940", claimed([LARGEST_ALIGNED, LARGEST_ALIGNED])),
        # Element types
        ("type-4", removed.format("4 (Q4_2)"), "llama.cpp#8816", with_second(element_type=4)),
        ("type-5", removed.format("5 (Q4_3)"), "llama.cpp#8816", with_second(element_type=5)),
        ("type-31", removed.format("31 (Q4_0_4_4)"), "llama.cpp#8816", with_second(element_type=31)),
        ("type-36", removed.format("36 (IQ4_NL_4_4)"), "llama.cpp#8816", with_second(element_type=36)),
        ("type-unknown", "The element type is 9999, which nobody has defined.", "llama.cpp#8816",
         with_second(element_type=9999)),
        ("type-max", "The element type is 2^32 - 1, or -1 as a signed number.", None,
         with_second(element_type=2**32 - 1)),
        ("row-not-divisible-q8-0", "A Q8_0 row has 48 weights, which blocks of 32 do not divide.", None,
         single([48, 2], "Q8_0", blocks("Q8_0", 501, 96, "<"))),
        ("row-not-divisible-q4-k", "A Q4_K row has 128 weights, which blocks of 256 do not divide.", None,
         single([128, 2], "Q4_K", blocks("Q4_K", 502, 256, "<"))),
        # Where the data is
        ("offset-unaligned", "A tensor's offset is 260, not a multiple of the alignment 32.", None,
         with_data(first.payload + bytes(4) + second.payload + bytes(28), offset=260)),
        ("offset-past-end", "A tensor's offset is 2^20, beyond the end of the file.", "CVE-2026-7482",
         with_second(offset=2**20)),
        ("offset-max", "A tensor's offset is 2^64 - 32: with its size added it wraps to 96.", None,
         with_second(offset=2**64 - 32)),
        ("extent-past-end", "A tensor's rows go on beyond the end of the file.", "CVE-2026-7482",
         with_second(dims=[32, 1024])),
        ("extent-past-end-by-one-row", "A tensor has one row more than the file holds.", "CVE-2026-7482",
         with_second(dims=[32, 2])),
        ("tensors-same-bytes", "Two tensors of the same size start at the same offset.", None,
         same_bytes()),
        ("tensors-overlap", "The second tensor starts inside the first.", None,
         with_data(first.payload, offset=128)),
        ("tensors-75-over-same-bytes", "75 tensors lie over the same 128 bytes.", None, many_over_same_bytes(75)),
        ("gap-before-first", "The first tensor's offset is 64, and 64 bytes before it belong to none.", None,
         gap(64, 0)),
        ("gap-between-tensors", "64 aligned bytes between two tensors belong to neither.", None, gap(0, 64)),
    ]
    return [Malformed(f"gguf-{name}.gguf", "gguf", breaks, data, reference) for name, breaks, reference, data in table]
