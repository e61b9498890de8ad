"""Safetensors: the header's length, and the header as a JSON document."""

from .numbers import f32, weights
from .safetensors_builder import SafetensorsBuilder
from .sample import Malformed


def base():
    """Tensor "a" of 2 rows with 32 weights in bytes 0..<256, tensor "b" of 32 weights in bytes 256..<384."""
    builder = SafetensorsBuilder({"format": "pt"})
    builder.add("a", "F32", [2, 32], f32(weights(601, 64)))
    builder.add("b", "F32", [32], f32(weights(602, 32)))
    return builder


def with_length(length):
    builder = base()
    builder.declared_header_length = length
    return builder.build()


def with_header(header):
    builder = base()
    builder.header = header
    return builder.build()


def replacing(old, new):
    """Replaces the one occurrence of `old` in the header."""
    def replace(header):
        assert header.count(old) == 1, old
        return header.replace(old, new)
    return with_header(replace)


def with_metadata(*values):
    builder = base()
    builder.metadata = list(values)
    return builder.build()


def nul_padded():
    builder = base()
    length = len(builder.header_json())
    builder.header = lambda header: header + bytes(-length % 8 or 8)
    return builder.build()


def tensor_twice(key):
    """A reader that keeps the last of two equal keys sees no hole and no overlap."""
    entry = ',"%s":{"dtype":"I32","shape":[2,32],"data_offsets":[0,256]}}' % key
    return with_header(lambda header: header[:-1] + entry.encode())


def metadata_twice_in_one(second_key):
    return with_metadata('{"format":"pt","' + second_key + '":"np"}')


def samples():
    whole = base().build()
    header_length = int.from_bytes(whole[:8], "little")
    data = whole[8 + header_length:]
    table = [
        # The length, and files cut off
        ("shorter-than-length", "The file has 7 bytes, too few for the length of the header.", whole[:7]),
        ("only-length", "The file ends after the length of the header.", whole[:8]),
        ("cut-in-header", "The file is cut off inside the header.", whole[:8 + header_length // 2]),
        ("cut-before-data", "The file is cut off where the data begins.", whole[:8 + header_length]),
        ("cut-by-two-bytes", "The file is cut off by two bytes at the end of the data.", whole[:-2]),
        ("header-length-zero", "The header's length is 0.", with_length(0)),
        ("header-length-one", "The header's length is 1, so that the header is an opening brace.", with_length(1)),
        ("header-length-past-end", "The header's length is one more than the file has.", with_length(len(whole) - 7)),
        ("header-length-above-limit", "The header's length is 100,000,001, above the limit of 100,000,000.",
         with_length(100000001)),
        ("header-length-negative", "The header's length is 2^63, negative when cast to a signed number.",
         with_length(2**63)),
        ("header-length-max", "The header's length is 2^64 - 1: 8 more wraps to 7.", with_length(2**64 - 1)),
        ("header-length-wraps-to-zero", "The header's length is 2^64 - 8: 8 more wraps to 0.", with_length(2**64 - 8)),
        ("header-length-too-small", "The header's length leaves out the header's end.",
         with_length(len(base().header_json()) - 1)),
        ("header-length-too-large", "The header's length takes in eight bytes of data.",
         with_length(header_length + 8)),
        # Text that is no JSON
        ("header-not-utf-8", "A name in the header is not UTF-8.", replacing(b'"a"', b'"\xFF"')),
        ("header-overlong-utf-8", "A name in the header has the overlong form C0 80 of NUL.",
         replacing(b'"a"', b'"\xC0\x80"')),
        ("header-surrogate-utf-8", "A name in the header has the bytes ED A0 80, a lone surrogate.",
         replacing(b'"a"', b'"\xED\xA0\x80"')),
        ("header-utf-16", "The header is UTF-16.", with_header(lambda header: header.decode().encode("utf-16-le"))),
        ("header-byte-order-mark", "The header begins with a byte order mark.",
         with_header(lambda header: b"\xEF\xBB\xBF" + header)),
        ("header-leading-space", "The header begins with a space, not with a brace.",
         with_header(lambda header: b" " + header)),
        ("header-empty-spaces", "The header has nothing but spaces.", with_header(b" " * 16)),
        ("header-not-json", "The header is not JSON.", with_header(b"{hello: world}")),
        ("header-padded-with-nul", "The header is padded with NUL bytes, not with spaces.", nul_padded()),
        ("header-followed-by-json", "A second JSON object follows the header.",
         with_header(lambda header: header + b"{}")),
        ("header-followed-by-text", "Text follows the header.", with_header(lambda header: header + b"x")),
        ("header-unterminated", "The header's closing brace is missing.", with_header(lambda header: header[:-1])),
        ("header-unterminated-string", "The header ends inside a string.",
         with_header(lambda header: header[:header.rindex(b'offsets')])),
        ("header-trailing-comma", "A comma stands before the header's closing brace.",
         with_header(lambda header: header[:-1] + b",}")),
        ("header-trailing-comma-in-array", "A comma stands before the end of a shape.",
         replacing(b"[2,32]", b"[2,32,]")),
        ("header-missing-comma", "A comma between two tensors is missing.", replacing(b'},"b"', b'}"b"')),
        ("header-comment", "The header has a comment.", replacing(b'"a":', b'/* first */"a":')),
        ("header-single-quotes", "A name stands in single quotes.", replacing(b'"a"', b"'a'")),
        ("header-control-character", "A name has a line break that is not escaped.", replacing(b'"a"', b'"a\n"')),
        ("header-escape-unknown", "A name has the escape \\x, which JSON does not have.",
         replacing(b'"a"', b'"\\x61"')),
        ("header-escape-cut", "A name has the escape \\u with three digits.", replacing(b'"a"', b'"\\u061"')),
        ("header-escape-lone-high-surrogate", "A name has the escape of a high surrogate without a low one.",
         replacing(b'"a"', b'"\\ud800"')),
        ("header-escape-lone-low-surrogate", "A name has the escape of a low surrogate without a high one.",
         replacing(b'"a"', b'"\\udc00"')),
        ("header-escape-surrogates-swapped", "A name has the escapes of a surrogate pair in the wrong order.",
         replacing(b'"a"', b'"\\ude00\\ud83d"')),
        ("header-nan", "A value of the metadata is the literal NaN.", replacing(b'"pt"', b"NaN")),
        ("header-infinity", "A value of the metadata is the literal Infinity.", replacing(b'"pt"', b"Infinity")),
        # JSON of another shape
        ("header-array", "The header is a JSON array.", with_header(lambda header: b"[" + header + b"]")),
        ("header-string", "The header is a JSON string.", with_header(b'"header"')),
        ("header-null", "The header is null.", with_header(b"null")),
        ("header-number", "The header is a number.", with_header(b"12345678")),
        ("header-no-tensors", "The header names no tensor, and 384 bytes of data follow.", with_header(b"{}")),
        ("header-nested-1700-deep", "A value of the header is nested 1,700 deep.",
         replacing(b'"__metadata__":', b'"deep":' + b"[" * 1700 + b"]" * 1700 + b',"__metadata__":')),
        ("header-objects-600-deep", "A tensor's shape is nested 600 deep in objects.",
         replacing(b"[2,32]", b'{"":' * 600 + b"1" + b"}" * 600)),
        ("header-unclosed-3500-deep", "The header opens 3,500 arrays and closes none.",
         with_header(b'{"a":' + b"[" * 3500)),
        # Keys that stand twice
        ("duplicate-tensor", "Two tensors have the name \"a\".", replacing(b'"b"', b'"a"')),
        ("duplicate-tensor-by-escape", "Two tensors have the name \"a\", one of them written \\u0061.",
         replacing(b'"b"', b'"\\u0061"')),
        ("duplicate-tensor-same-bytes", "The tensor \"a\" stands twice, over the same bytes, as F32 and as I32.",
         tensor_twice("a")),
        ("duplicate-tensor-same-bytes-by-escape", "The tensor \"a\" stands twice, over the same bytes, once written "
         "\\u0061.", tensor_twice("\\u0061")),
        ("duplicate-metadata", "__metadata__ stands twice.", with_metadata('{"format":"pt"}', '{"format":"np"}')),
        ("duplicate-metadata-by-escape", "__metadata__ stands twice, once written with an escape.",
         replacing(b'"a"', b'"_\\u005fmetadata__":{"format":"np"},"a"')),
        ("duplicate-metadata-key", "A key stands twice inside __metadata__.", metadata_twice_in_one("format")),
        ("duplicate-metadata-key-by-escape", "A key stands twice inside __metadata__, once written with an escape.",
         metadata_twice_in_one("\\u0066ormat")),
        # __metadata__
        ("metadata-number", "A value of __metadata__ is a number.", with_metadata('{"format":1}')),
        ("metadata-null", "A value of __metadata__ is null.", with_metadata('{"format":null}')),
        ("metadata-bool", "A value of __metadata__ is a bool.", with_metadata('{"format":true}')),
        ("metadata-nested", "A value of __metadata__ is an object.", with_metadata('{"format":{"name":"pt"}}')),
        ("metadata-is-array", "__metadata__ is an array.", with_metadata('["pt"]')),
        ("metadata-is-string", "__metadata__ is a string.", with_metadata('"pt"')),
        ("metadata-is-tensor", "__metadata__ is a tensor's entry.",
         with_metadata('{"dtype":"F32","shape":[32],"data_offsets":[0,128]}')),
    ]
    assert len(data) == 384
    return [Malformed(f"safetensors-{name}.safetensors", "safetensors", breaks, contents)
            for name, breaks, contents in table]
