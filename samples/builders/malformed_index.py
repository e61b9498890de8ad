"""Indexes of sharded checkpoints: a folder each, with two shards that are correct unless noted."""

import json

from .numbers import f32, weights
from .safetensors_builder import SafetensorsBuilder
from .sample import Malformed

FIRST, SECOND = "model-00001-of-00002.safetensors", "model-00002-of-00002.safetensors"
OTHER_SHARD = "../../valid/sharded/model-00003-of-00003.safetensors"
TENSORS = {FIRST: {"a": (1, [2, 32]), "b": (2, [32])}, SECOND: {"c": (3, [2, 32]), "d": (4, [32])}}


def shard(tensors):
    builder = SafetensorsBuilder({"format": "pt"})
    for name, (seed, shape) in tensors.items():
        count = shape[0] * shape[-1] if len(shape) == 2 else shape[0]
        builder.add(name, "F32", shape, f32(weights(700 + seed, count)))
    return builder.build()


def correct_shards():
    return {file: shard(tensors) for file, tensors in TENSORS.items()}


def correct_map():
    return {name: file for file, tensors in TENSORS.items() for name in tensors}


def document(weight_map, total_size=768):
    return (json.dumps({"metadata": {"total_size": total_size}, "weight_map": weight_map}, indent=2) + "\n").encode()


def with_map(**changes):
    return document({**correct_map(), **changes})


def without(document_bytes, key):
    value = json.loads(document_bytes)
    del value[key]
    return (json.dumps(value, indent=2) + "\n").encode()


def replacing(old, new):
    correct = document(correct_map())
    assert correct.count(old) == 1, old
    return correct.replace(old, new)


def samples():
    correct = document(correct_map())
    shards = correct_shards()
    missing = {FIRST: shards[FIRST]}
    repeated = {**shards, SECOND: shard({**TENSORS[SECOND], "a": (1, [2, 32])})}
    unlisted = {**shards, SECOND: shard({**TENSORS[SECOND], "e": (5, [32])})}
    cut = {**shards, SECOND: shards[SECOND][:-2]}
    table = [
        ("missing-shard", "The index names a shard that is not there.", correct, missing),
        ("shard-cut-off", "The second shard is cut off by two bytes.", correct, cut),
        ("shard-empty", "The second shard is an empty file.", correct, {**shards, SECOND: b""}),
        ("shard-in-parent-directory", "The index names a shard outside of its directory, by a path with \"..\".",
         document({**correct_map(), "lm_head.weight": OTHER_SHARD, "model.norm.weight": OTHER_SHARD}, 768 + 9216),
         shards),
        ("shard-absolute-path", "The index names a shard by an absolute path.", with_map(c=f"/{SECOND}"), shards),
        ("shard-in-subdirectory", "The index names a shard in a directory below its own.",
         with_map(c=f"more/{SECOND}", d=f"more/{SECOND}"), {FIRST: shards[FIRST], f"more/{SECOND}": shards[SECOND]}),
        ("shard-backslash-path", "The index names a shard by a path with backslashes that climbs.",
         with_map(c=f"..\\{SECOND}"), shards),
        ("shard-is-directory", "The index names its own directory as a shard.", with_map(c="."), shards),
        ("shard-name-empty", "The index names a shard by the empty string.", with_map(c=""), shards),
        ("shard-name-with-nul", "The index names a shard by a name with a NUL character.",
         with_map(c=f"{SECOND}\0.txt"), shards),
        ("shard-is-index", "The index names itself as a shard.", with_map(c="model.safetensors.index.json"), shards),
        ("shard-name-number", "The index names a shard by a number.", with_map(c=2), shards),
        ("shard-name-null", "The index names null as a shard.", with_map(c=None), shards),
        ("tensor-in-two-shards", "Both shards hold the tensor \"a\".", correct, repeated),
        ("tensor-in-other-shard", "The index gives the tensor \"c\" to the shard that does not hold it.",
         with_map(c=FIRST), shards),
        ("tensor-in-no-shard", "The index names a tensor that no shard holds.", with_map(e=SECOND), shards),
        ("tensor-not-in-index", "A shard holds a tensor that the index does not name.", correct, unlisted),
        ("tensor-twice", "The index names the tensor \"a\" twice, in one shard and in the other.",
         replacing(f'"b": "{FIRST}"'.encode(), f'"b": "{FIRST}", "a": "{SECOND}"'.encode()), shards),
        ("tensor-twice-by-escape", "The index names the tensor \"a\" twice, once written \\u0061.",
         replacing(f'"b": "{FIRST}"'.encode(), f'"b": "{FIRST}", "\\u0061": "{SECOND}"'.encode()), shards),
        ("total-size-wrong", "The index says that there are 772 bytes of weights, and there are 768.",
         document(correct_map(), 772), shards),
        ("total-size-negative", "The index says that there are -768 bytes of weights.",
         document(correct_map(), -768), shards),
        ("weight-map-missing", "The index has no weight_map.", without(correct, "weight_map"), shards),
        ("weight-map-empty", "The index's weight_map is empty.", document({}, 0), shards),
        ("weight-map-array", "The index's weight_map is an array.", document([FIRST, SECOND]), shards),
        ("array", "The index is a JSON array.", b"[" + correct + b"]", shards),
        ("not-json", "The index is not JSON.", b"<!DOCTYPE html>\n<title>404</title>\n", shards),
        ("not-utf-8", "The index is not UTF-8.", replacing(b'"a"', b'"\xFF"'), shards),
        ("followed-by-text", "Text follows the index.", correct + b"}\n", shards),
        ("empty", "The index is an empty file.", b"", shards),
    ]
    return [Malformed(f"safetensors-index-{name}/model.safetensors.index.json", "safetensors-index", breaks, contents,
                      beside=beside) for name, breaks, contents, beside in table]
