"""GGUF: keys and values."""

import struct

from .gguf_builder import ARRAY, BOOL, F32, I32, STRING, U8, U32, U64, Array, Raw
from .sample import Malformed, unverified
from .valid_gguf import small


def with_key_value(key, value_type, value):
    return small("base").add(key, value_type, value).build()


def with_key(key):
    return with_key_value(key, U32, 1)


def with_string(length, data=b"value"):
    """A string value whose length is not that of its bytes."""
    return with_key_value("test.value", STRING, Raw(struct.pack("<Q", length) + data))


def with_array(element_type, count, values):
    return with_key_value("test.value", ARRAY, Array(element_type, values, declared_count=count))


def with_tokenizer(**changes):
    """A tokenizer of four tokens, correct but for `changes`."""
    values = {
        "model": (STRING, "llama"),
        "tokens": (ARRAY, Array(STRING, ["<unk>", "<s>", "</s>", "a"])),
        "scores": (ARRAY, Array(F32, [0.0, 0.0, 0.0, -1.0])),
        "token_type": (ARRAY, Array(I32, [2, 3, 3, 1])),
        "bos_token_id": (U32, 1),
        "eos_token_id": (U32, 2),
    }
    values.update(changes)
    builder = small("base")
    for key, (value_type, value) in values.items():
        builder.add(f"tokenizer.ggml.{key}", value_type, value)
    return builder.build()


def with_heads(heads, key_value_heads):
    builder = small("base").add("llama.block_count", U32, 2).add("llama.embedding_length", U32, 32)
    builder.add("llama.attention.head_count", *heads).add("llama.attention.head_count_kv", *key_value_heads)
    return builder.build()


def with_split(number, count):
    builder = small("base").add("split.no", 2, number).add("split.count", 2, count)  # 2: u16
    return builder.add("split.tensors.count", I32, 2).build()


def nested(depth):
    value = Array(U8, [])
    for _ in range(depth):
        value = Array(ARRAY, [value])
    return with_key_value("test.value", ARRAY, value)


def duplicate_key(key, value_type, value):
    return small("base").add(key, value_type, value).build()


def samples():
    string_array = Raw(struct.pack("<IQ", STRING, 2) + struct.pack("<Q", 1) + b"a" + struct.pack("<Q", 2**40) + b"b")
    long_token = Raw(struct.pack("<IQ", STRING, 4) + struct.pack("<Q", 2**31 + 1) + b"<unk>")
    bad_text = Array(STRING, ["good", b"bad \xFF"])
    table = [
        # Lengths of strings
        ("string-length-max", "A string's length is 2^64 - 1: one more for a terminator wraps to 0.",
         f"CVE-2024-23496; {unverified('CVE-2024-25665')}", with_string(2**64 - 1)),
        ("string-length-negative", "A string's length is 2^63, negative when cast to a signed number.",
         "CVE-2025-66960", with_string(2**63)),
        ("string-length-unbounded", "A string's length is 2^40 in a file of less than a kilobyte.",
         "CVE-2025-66960, ollama#17042", with_string(2**40)),
        ("string-length-past-end", "A string's length is 100,000, beyond the end of the file.", None,
         with_string(100000)),
        ("key-length-max", "A key's length is 2^64 - 1.", f"CVE-2024-23496; {unverified('CVE-2024-25665')}",
         with_key(Raw(struct.pack("<Q", 2**64 - 1) + b"test.key"))),
        ("array-string-length-unbounded", "The second string of an array has the length 2^40.", None,
         with_key_value("test.value", ARRAY, string_array)),
        # Keys
        ("key-empty", "A key is empty.", None, with_key("")),
        ("key-too-long", "A key has 65,536 bytes, where 65,535 is the most.", None, with_key("k" * 65536)),
        ("key-upper-case", "A key has upper-case letters.", None, with_key("Test.Key")),
        ("key-with-space", "A key has a space.", None, with_key("test key")),
        ("key-with-newline", "A key has a line break.", None, with_key("test.key\n")),
        ("key-with-nul", "A key has a NUL byte.", None, with_key(b"test.\0key")),
        ("key-not-ascii", "A key has a letter outside ASCII.", None, with_key("test.schlüssel")),
        ("key-not-utf-8", "A key is not UTF-8.", None, with_key(b"test.\xFF\xFE")),
        ("key-duplicate", "The key general.name stands twice, with different values.", None,
         duplicate_key("general.name", STRING, "another")),
        ("key-duplicate-same-value", "The key general.quantization_version stands twice, with the same value.", None,
         duplicate_key("general.quantization_version", U32, 2)),
        ("key-duplicate-alignment", "The key general.alignment stands twice, as 32 and as 64.", None,
         small("base").add("general.alignment", U32, 32).add("general.alignment", U32, 64).build()),
        # Values
        ("value-type-unknown", "A value's type is 13, one above the last.", "huggingface.js#2028",
         with_key_value("test.value", 13, Raw(bytes(8)))),
        ("value-type-max", "A value's type is 2^32 - 1.", None,
         with_key_value("test.value", 2**32 - 1, Raw(bytes(8)))),
        ("bool-7", "A bool is 7.", None, with_key_value("test.value", BOOL, 7)),
        ("bool-in-array-2", "A bool inside an array is 2.", None, with_array(BOOL, None, [1, 2, 0])),
        ("string-not-utf-8", "A string is not UTF-8.", None, with_key_value("test.value", STRING, b"bad \xFF")),
        ("string-overlong-utf-8", "A string has the overlong form C0 AF of a slash.", None,
         with_key_value("test.value", STRING, b"a\xC0\xAFb")),
        ("string-surrogate-utf-8", "A string has a lone surrogate, ED A0 80.", None,
         with_key_value("test.value", STRING, b"a\xED\xA0\x80b")),
        ("array-string-not-utf-8", "A string inside an array is not UTF-8.", None,
         with_key_value("test.value", ARRAY, bad_text)),
        ("f32-metadata-nan", "An f32 in the metadata is NaN.", None,
         with_key_value("test.value", F32, Raw(struct.pack("<I", 0x7FC00000)))),
        # Arrays
        ("array-count-u32-overflow", "An array of u32 has 2^62 elements: times 4 it wraps to 0.",
         unverified("CVE-2024-21825, CVE-2024-25667"), with_array(U32, 2**62, [1, 2])),
        ("array-count-u64-overflow", "An array of u64 has 2^61 elements: times 8 it wraps to 0.",
         unverified("CVE-2024-21825, CVE-2024-25667"), with_array(U64, 2**61, [1, 2])),
        ("array-count-string-overflow", "An array of strings has 2^60 elements: times 16 or 32 it wraps to 0.",
         unverified("CVE-2024-21825, CVE-2024-25668"), with_array(STRING, 2**60, ["a", "b"])),
        ("array-count-max", "An array of u8 has 2^64 - 1 elements.", None, with_array(U8, 2**64 - 1, [1, 2])),
        ("array-count-negative", "An array of u8 has 2^63 elements, negative when cast to a signed number.",
         "CVE-2025-66960", with_array(U8, 2**63, [1, 2])),
        ("array-count-unbounded", "An array of strings has 2^32 elements in a file of less than a kilobyte.",
         "CVE-2025-66960, ollama#17042", with_array(STRING, 2**32, ["a", "b"])),
        ("array-count-past-end", "An array of u8 has 100,000 elements, beyond the end of the file.", None,
         with_array(U8, 100000, [1, 2])),
        ("array-element-type-unknown", "An array's element type is 13, one above the last.", "huggingface.js#2028",
         with_key_value("test.value", ARRAY, Raw(struct.pack("<IQ", 13, 1) + bytes(8)))),
        ("array-empty-element-type-unknown", "An empty array's element type is 255.", None,
         with_key_value("test.value", ARRAY, Raw(struct.pack("<IQ", 255, 0)))),
        ("array-nested-250-deep", "Arrays are nested 250 deep.", "huggingface.js#2028", nested(250)),
        ("array-nested-count-overflow", "An array has 2^61 arrays.", "huggingface.js#2028",
         with_array(ARRAY, 2**61, [Array(U8, [1])])),
        # Keys with a meaning
        ("architecture-type-u32", "general.architecture is a u32, where a string is required.", None,
         small("base").put("general.architecture", U32, 1).build()),
        ("architecture-empty", "general.architecture is the empty string.", None,
         small("base").put("general.architecture", STRING, "").build()),
        ("quantization-version-type-string", "general.quantization_version is a string, where a u32 is required.", None,
         small("base").put("general.quantization_version", STRING, "2").build()),
        ("token-length-above-2-31", "A tokenizer token's length is 2^31 + 1.", "CVE-2025-49847",
         with_tokenizer(tokens=(ARRAY, long_token))),
        ("token-id-out-of-range", "The id of the token that begins a text is 4, and there are four tokens.",
         "CVE-2025-49847", with_tokenizer(bos_token_id=(U32, 4))),
        ("token-id-max", "The id of the token that ends a text is 2^32 - 1.", "CVE-2025-49847",
         with_tokenizer(eos_token_id=(U32, 2**32 - 1))),
        ("token-scores-too-few", "There are four tokens and three scores.", None,
         with_tokenizer(scores=(ARRAY, Array(F32, [0.0, 0.0, 0.0])))),
        ("token-types-too-many", "There are four tokens and five token types.", None,
         with_tokenizer(token_type=(ARRAY, Array(I32, [2, 3, 3, 1, 1])))),
        ("tokens-type-u32", "The tokens are an array of u32, where one of strings is required.", None,
         with_tokenizer(tokens=(ARRAY, Array(U32, [0, 1, 2, 3])))),
        ("head-count-kv-zeros", "The key/value heads of each layer, by which is divided, are all 0.", "llama.cpp#28345",
         with_heads((U32, 2), (ARRAY, Array(U32, [0, 0])))),
        ("head-count-zero", "The number of attention heads, by which is divided, is 0.", None,
         with_heads((U32, 0), (U32, 2))),
        ("split-number-out-of-range", "The file says it is split 5 (counted from 0) of 2.", None, with_split(5, 2)),
    ]
    return [Malformed(f"gguf-{name}.gguf", "gguf", breaks, data, reference) for name, breaks, reference, data in table]
