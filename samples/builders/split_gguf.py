"""Models in several GGUF files, as gguf-split of llama.cpp makes them: the metadata in the first, tensors in each."""

from .gguf_builder import I32, U16, GGUFBuilder
from .numbers import f32, weights
from .sample import Malformed
from .valid_gguf import general

TENSORS = [[], [("blk.0.attn_q.weight", [32, 4], 901), ("blk.0.attn_q.bias", [32], 902)],
           [("output.weight", [32, 8], 903)]]


def name(number, count=3):
    return f"model-{number:05d}-of-{count:05d}.gguf"


def builders(tensors=TENSORS):
    """One for each part. The first has no tensor, as with --no-tensor-first-split."""
    total = sum(map(len, tensors))
    parts = []
    for number, own in enumerate(tensors):
        builder = general("a model in three files") if number == 0 else GGUFBuilder()
        builder.add("split.no", U16, number).add("split.count", U16, len(tensors))
        builder.add("split.tensors.count", I32, total)
        for tensor, dims, seed in own:
            count = dims[0] * dims[-1] if len(dims) == 2 else dims[0]
            builder.add_tensor(tensor, dims, "F32", f32(weights(seed, count)))
        parts.append(builder)
    return parts


def built(parts):
    return {name(number): builder.build() for number, builder in enumerate(parts, start=1)}


def files():
    return {f"split/{file}": data for file, data in built(builders()).items()}


def samples():
    def folder(what, breaks, parts, opened=2, missing=None):
        """A set; `opened` is the part that is named."""
        beside = built(parts)
        if missing:
            del beside[name(missing)]
        data = beside.pop(name(opened))
        return Malformed(f"gguf-split-{what}/{name(opened)}", "gguf", breaks, data, beside=beside)

    def changed(number, key, value):
        parts = builders()
        value_type = I32 if key == "split.tensors.count" else U16
        parts[number - 1].remove(key).add(key, value_type, value)
        return parts

    without = builders()
    without[2].remove("split.no")
    return [
        folder("part-missing", "The third of three parts is not there.", builders(), missing=3),
        folder("first-missing", "The first of three parts is not there.", builders(), missing=1),
        folder("number-taken", "The third part says that it is the second.", changed(3, "split.no", 1)),
        folder("number-missing", "The third part does not say which it is.", without),
        folder("count-differs", "The third part says that it is one of four.", changed(3, "split.count", 4)),
        folder("tensor-count-differs", "The first part says that there are four tensors, and there are three.",
               changed(1, "split.tensors.count", 4)),
        folder("tensor-twice", "A tensor is in the second part and in the third.",
               builders([[], TENSORS[1], [TENSORS[1][0]]])),
        folder("name-differs", "The second part says that it is one of nine, its name that it is one of three.", changed(2, "split.count", 9)),
    ]
