"""GGUF: magic, version, counts, alignment, padding, and files cut off."""

import struct

from .gguf_builder import F32, STRING, U32, U64
from .sample import Malformed, unverified
from .valid_gguf import small


def base(**options):
    return small("base", **options)


def with_attribute(name, value):
    builder = base()
    setattr(builder, name, value)
    return builder.build()


def with_alignment(value, value_type=U32, layout=32):
    return base(alignment=layout).add("general.alignment", value_type, value).build()


def mixed_byte_order():
    data = base().build()
    return data[:4] + data[4:8][::-1] + data[8:]


def nonzero_padding_between_tensors():
    builder = base()
    builder.data_padding = b"\xAA"
    short = builder.tensors[1]
    short.dims, short.payload = [5], short.payload[:20]
    builder.pads_last_tensor = False
    builder.add_tensor("output.bias", [8], "F32", bytes(32))
    return builder.build()


def counts_only(tensors, key_values):
    return b"GGUF" + struct.pack("<IQQ", 3, tensors, key_values)


def samples():
    whole = base().build()
    header_length = len(base().header()[0])
    assert header_length % 32 and len(whole) > header_length
    table = [
        # Magic and version
        ("magic-lower-case", "The magic is \"gguf\" in lower case.", None, with_attribute("magic", b"gguf")),
        ("magic-reversed", "The magic is written backwards, \"FUGG\".", None, with_attribute("magic", b"FUGG")),
        ("magic-ggml", "The magic is \"lmgg\", that of a file older than GGUF.", None,
         with_attribute("magic", b"lmgg")),
        ("version-0", "The version is 0.", None, with_attribute("version", 0)),
        ("version-1", "The version is 1, whose counts had 32 bits.", None, with_attribute("version", 1)),
        ("version-4", "The version is 4, which does not exist.", None, with_attribute("version", 4)),
        ("version-max", "The version is 2^32 - 1.", None, with_attribute("version", 2**32 - 1)),
        ("version-big-endian-rest-little", "The version is big-endian, everything after it little-endian.", None,
         mixed_byte_order()),
        # Counts
        ("kv-count-overflow", "The metadata count is 2^60: times 16 or any multiple of it, it wraps to 0.",
         f"CVE-2024-23605; {unverified('CVE-2024-25664')}", with_attribute("declared_key_value_count", 2**60)),
        ("kv-count-max", "The metadata count is 2^64 - 1.", None,
         with_attribute("declared_key_value_count", 2**64 - 1)),
        ("kv-count-negative", "The metadata count is 2^63, negative when cast to a signed number.", None,
         with_attribute("declared_key_value_count", 2**63)),
        ("kv-count-unbounded", "The metadata count is 2^40 in a file of less than a kilobyte.",
         "CVE-2025-66960, ollama#17042", with_attribute("declared_key_value_count", 2**40)),
        ("kv-count-one-too-many", "The metadata count is one more than the file has, so a tensor is read as metadata.",
         None, with_attribute("declared_key_value_count", 4)),
        ("kv-count-one-too-few", "The metadata count is one less than the file has, so metadata is read as a tensor.",
         None, with_attribute("declared_key_value_count", 2)),
        ("tensor-count-overflow", "The tensor count is 2^60: times 16 or any multiple of it, it wraps to 0.",
         f"CVE-2024-21836; {unverified('CVE-2024-25666')}", with_attribute("declared_tensor_count", 2**60)),
        ("tensor-count-overhead-overflow", "The tensor count is just above 2^64 / 368: it passes a check against a "
         "smaller structure and wraps with one of 368 bytes.", "llama.cpp#15711",
         with_attribute("declared_tensor_count", 2**64 // 368 + 1)),
        ("tensor-count-max", "The tensor count is 2^64 - 1.", None, with_attribute("declared_tensor_count", 2**64 - 1)),
        ("tensor-count-negative", "The tensor count is 2^63, negative when cast to a signed number.", None,
         with_attribute("declared_tensor_count", 2**63)),
        ("tensor-count-one-too-many", "The tensor count is one more than the file has, so padding is read as a tensor.",
         None, with_attribute("declared_tensor_count", 3)),
        ("tensor-count-one-too-few", "The tensor count is one less than the file has, so no tensor owns the end.",
         None, with_attribute("declared_tensor_count", 1)),
        # Alignment
        ("alignment-0", "general.alignment is 0.", "gguf-tools#27", with_alignment(0)),
        ("alignment-2-30", "general.alignment is 2^30, so the data would start a gigabyte into the file.", "ggml#1516",
         with_alignment(2**30)),
        ("alignment-2-31", "general.alignment is 2^31, so the data would start two gigabytes into the file.", None,
         with_alignment(2**31)),
        ("alignment-max", "general.alignment is 2^32 - 1.", None, with_alignment(2**32 - 1)),
        ("alignment-not-power-of-two", "general.alignment is 96, a multiple of 32 that is not a power of two.", None,
         with_alignment(96, layout=96)),
        ("alignment-not-multiple-of-8", "general.alignment is 4, where a multiple of 8 is required.", None,
         with_alignment(4, layout=4)),
        ("alignment-type-u64", "general.alignment is a u64, where a u32 is required.", "ggml#1516",
         with_alignment(32, U64)),
        ("alignment-type-f32", "general.alignment is an f32, where a u32 is required.", None,
         with_alignment(32.0, F32)),
        ("alignment-type-string", "general.alignment is a string, where a u32 is required.", None,
         with_alignment("32", STRING)),
        # Padding, and what follows the data
        ("header-padding-not-zero", "The padding between header and data is not zero.", None,
         with_attribute("header_padding", b"\xAA")),
        ("tensor-padding-not-zero", "The padding between two tensors is not zero.", None,
         nonzero_padding_between_tensors()),
        ("trailing-bytes", "64 bytes follow the last tensor.", None, with_attribute("trailing", b"\xAA" * 64)),
        # Cut off
        ("only-magic", "The file ends after the magic, at 4 bytes.", unverified("CVE-2024-39720"), whole[:4]),
        ("only-version", "The file ends after the version, at 8 bytes.", unverified("CVE-2024-39720"), whole[:8]),
        ("only-tensor-count", "The file ends after the tensor count, at 16 bytes.", unverified("CVE-2024-39720"),
         whole[:16]),
        ("header-cut-at-23-bytes", "The file ends one byte before the end of the metadata count.",
         unverified("CVE-2024-39720"), whole[:23]),
        ("only-counts", "The file ends after counts that promise one key and one tensor, at 24 bytes.",
         unverified("CVE-2024-39720"), counts_only(1, 1)),
        ("cut-in-metadata", "The file is cut off inside a metadata key.",
         unverified("CVE-2024-32878, CVE-2024-41130"), whole[:40]),
        ("cut-in-tensor-info", "The file is cut off inside the last tensor's offset.",
         unverified("CVE-2024-32878, CVE-2024-41130"), whole[:header_length - 3]),
        ("cut-before-data", "The file is cut off where the header ends.", None, whole[:header_length]),
        ("cut-in-data", "The file is cut off by two bytes at the end of the data.", None, whole[:-2]),
    ]
    return [Malformed(f"gguf-{name}.gguf", "gguf", breaks, data, reference) for name, breaks, reference, data in table]
