"""Raw fp32 files with their descriptions, in both byte orders."""

import json

from .numbers import f32, weights


def description(byte_order, tensors):
    return (json.dumps({"byte_order": byte_order, "tensors": tensors}, indent=2) + "\n").encode()


def files():
    shapes = {"encoder.weight": [4, 256], "encoder.bias": [4], "decoder.weight": [2, 3, 32]}
    tensors, values = [], []
    for seed, (name, shape) in enumerate(shapes.items(), start=301):
        count = 1
        for dim in shape:
            count *= dim
        tensors.append({"name": name, "shape": shape, "offset": 4 * len(values)})
        values += weights(seed, count)
    return {
        "raw/weights.f32": f32(values, "<"),
        "raw/weights.json": description("little", tensors),
        "raw/weights-no-offsets.json": description(
            "little", [{key: tensor[key] for key in ("name", "shape")} for tensor in tensors]),
        "raw/weights-be.f32": f32(values, ">"),
        "raw/weights-be.json": description("big", tensors),
    }
