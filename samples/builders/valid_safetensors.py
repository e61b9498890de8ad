"""Safetensors files that every reader must accept."""

import json

from .numbers import SplitMix64, bf16, f16, f32, f64, gaussians, integers, weights
from .safetensors_builder import BITS, SafetensorsBuilder


def checkpoint(tensors, metadata=None):
    """Lays tensors out as Hugging Face's writer does: the widest element first, then by name."""
    builder = SafetensorsBuilder(metadata)
    for name, (dtype, shape, payload) in sorted(tensors.items(), key=lambda item: (-BITS[item[1][0]], item[0])):
        builder.add(name, dtype, shape, payload)
    return builder.build()


def tiny_tensors():
    """Two layers of hidden size 256 and intermediate size 512, in which each matrix has only its first rows.

    The row lengths are what quantization sees. No model runs on this.
    """
    shapes = {"model.embed_tokens.weight": [64, 256], "model.norm.weight": [256]}
    for layer in range(2):
        prefix = f"model.layers.{layer}"
        shapes[f"{prefix}.input_layernorm.weight"] = [256]
        shapes[f"{prefix}.self_attn.q_proj.weight"] = [32, 256]
        shapes[f"{prefix}.self_attn.q_proj.bias"] = [32]
        shapes[f"{prefix}.self_attn.k_proj.weight"] = [16, 256]
        shapes[f"{prefix}.self_attn.v_proj.weight"] = [16, 256]
        shapes[f"{prefix}.self_attn.o_proj.weight"] = [16, 256]
        shapes[f"{prefix}.post_attention_layernorm.weight"] = [256]
        shapes[f"{prefix}.mlp.gate_proj.weight"] = [16, 256]
        shapes[f"{prefix}.mlp.up_proj.weight"] = [16, 256]
        shapes[f"{prefix}.mlp.down_proj.weight"] = [16, 512]
    shapes["classifier.dense.weight"] = [12, 96]  # rows that divide by 32, not by 64 or 256
    shapes["classifier.dense.bias"] = [12]
    shapes["classifier.out_proj.weight"] = [6, 100]  # rows that divide by no block
    shapes["classifier.out_proj.bias"] = [6]
    tensors = {}
    for seed, (name, shape) in enumerate(shapes.items(), start=1):
        count = 1
        for dim in shape:
            count *= dim
        values = weights(seed, count)
        if "norm" in name:
            values = [1.0 + value for value in values]
        tensors[name] = ("F32", shape, f32(values))
    tensors["model.position_ids"] = ("I64", [1, 64], integers("q", range(64)))
    return tensors


def dtypes():
    floats = gaussians(201, 12)
    generator = SplitMix64(202)
    return checkpoint({
        "f64": ("F64", [3, 4], f64(floats)),
        "f32": ("F32", [3, 4], f32(floats)),
        "f16": ("F16", [3, 4], f16(floats)),
        "bf16": ("BF16", [3, 4], bf16(floats)),
        # Every code of the 8-bit types, NaN and infinity among them where the type has them.
        "f8_e4m3": ("F8_E4M3", [16, 16], bytes(range(256))),
        "f8_e5m2": ("F8_E5M2", [16, 16], bytes(range(256))),
        "f8_e8m0": ("F8_E8M0", [16, 16], bytes(range(256))),
        "i64": ("I64", [4], integers("q", [-2**63, -1, 0, 2**63 - 1])),
        "i32": ("I32", [4], integers("i", [-2**31, -1, 0, 2**31 - 1])),
        "i16": ("I16", [4], integers("h", [-2**15, -1, 0, 2**15 - 1])),
        "i8": ("I8", [4], integers("b", [-128, -1, 0, 127])),
        "u64": ("U64", [3], integers("Q", [0, 1, 2**64 - 1])),
        "u32": ("U32", [3], integers("I", [0, 1, 2**32 - 1])),
        "u16": ("U16", [3], integers("H", [0, 1, 2**16 - 1])),
        "u8": ("U8", [3], integers("B", [0, 1, 255])),
        "bool": ("BOOL", [8], bytes(generator.below(2) for _ in range(8))),
    })


def dtypes_subbyte():
    return checkpoint({
        "c64": ("C64", [2, 3], f32(gaussians(211, 12))),
        "f6_e2m3": ("F6_E2M3", [4, 4], SplitMix64(212).bytes(12)),
        "f6_e3m2": ("F6_E3M2", [4, 4], SplitMix64(213).bytes(12)),
        "f4": ("F4", [4, 8], SplitMix64(214).bytes(16)),
    })


def dtypes_fnuz():
    return checkpoint({name.lower(): (name, [16, 16], bytes(range(256))) for name in ("F8_E4M3FNUZ", "F8_E5M2FNUZ")})


def unaligned():
    """The header is 5 bytes longer than a multiple of eight, so the data starts at an odd offset."""
    builder = SafetensorsBuilder(alignment=1)
    builder.add("w", "F32", [4, 32], f32(weights(221, 128)))
    length = len(builder.header_json())
    builder.header = lambda header: header + b" " * ((5 - length) % 8)
    return builder.build()


def trailing_spaces():
    builder = SafetensorsBuilder({"format": "pt"})
    builder.add("w", "F32", [4, 32], f32(weights(222, 128)))
    builder.header = lambda header: header + b" " * 1000
    return builder.build()


def null_metadata():
    """What writers without metadata write; the first such file that was met is a published chess model."""
    builder = SafetensorsBuilder()
    builder.add("w", "F32", [4, 32], f32(weights(224, 128)))
    builder.header = lambda header: b'{"__metadata__":null,' + header[1:]
    return builder.build()


def unknown_field():
    """A field that the format does not have, which its reference implementation passes over."""
    builder = SafetensorsBuilder()
    builder.add("w", "F32", [4, 32], f32(weights(225, 128)))
    builder.header = lambda header: header.replace(b'"dtype"', b'"strides":[32,1],"dtype"')
    return builder.build()


def empty_and_scalar():
    return checkpoint({
        "scalar": ("F32", [], f32([0.5])),
        "empty": ("F32", [0, 256], b""),
        "w": ("F32", [2, 32], f32(weights(223, 64))),
    })


def no_tensors():
    return checkpoint({}, {"format": "pt"})


def names():
    """Names that are legal here and of which GGUF could not take the last: it has 65 bytes."""
    return checkpoint({name: ("F32", [32], f32(weights(230 + index, 32))) for index, name in enumerate([
        'quote"backslash\\', "größe.重み", "spaces in a name", "layer." + "n" * 59])})


def escaped():
    """The same header in the spelling of another JSON writer: escapes, blanks, and line breaks."""
    builder = SafetensorsBuilder({"format": "pt"})
    builder.add("weight", "F32", [2, 32], f32(weights(240, 64)))
    builder.add("größe", "F32", [32], f32(weights(241, 32)))
    builder.add("\U0001f600", "F32", [32], f32(weights(242, 32)))
    builder.header = lambda header: json.dumps(json.loads(header), indent=1).replace("weight", "\\u0077eight").encode()
    return builder.build()


def sharded():
    shapes = {
        "model.embed_tokens.weight": [8, 256],
        "model.layers.0.input_layernorm.weight": [256],
        "model.layers.0.self_attn.q_proj.weight": [4, 256],
        "model.layers.0.self_attn.o_proj.weight": [4, 256],
        "model.layers.0.mlp.down_proj.weight": [4, 512],
        "model.norm.weight": [256],
        "lm_head.weight": [8, 256],
    }
    shards, weight_map, total = [{}, {}, {}], {}, 0
    for index, (name, shape) in enumerate(shapes.items()):
        count = shape[0] * shape[-1] if len(shape) == 2 else shape[0]
        shard = index * len(shards) // len(shapes)
        shards[shard][name] = ("F32", shape, f32(weights(251 + index, count)))
        weight_map[name] = f"model-{shard + 1:05d}-of-{len(shards):05d}.safetensors"
        total += 4 * count
    files = {}
    for number, tensors in enumerate(shards, start=1):
        files[f"sharded/model-{number:05d}-of-{len(shards):05d}.safetensors"] = checkpoint(tensors, {"format": "pt"})
    index = {"metadata": {"total_size": total}, "weight_map": weight_map}
    files["sharded/model.safetensors.index.json"] = (json.dumps(index, indent=2, sort_keys=True) + "\n").encode()
    return files


def hessians():
    """Second moments of 200 vectors of 96 numbers that have something in common, as classifier.dense of the tiny model may be
    applied to; the last number of each is the largest by far."""
    columns, samples = 96, 200
    numbers = SplitMix64(281)
    sums = [0.0] * (columns * columns)
    for _ in range(samples):
        common = numbers.gaussian()
        x = [(numbers.gaussian() + common) * (8 if i == columns - 1 else 1) for i in range(columns)]
        for i in range(columns):
            for j in range(columns):
                sums[i * columns + j] += x[i] * x[j] / samples
    metadata = {"hessian.dataset": "seed 281", "hessian.samples": str(samples), "hessian_of.classifier.twin.weight":
                "classifier.dense.weight"}
    return checkpoint({"classifier.dense.weight": ("F32", [columns, columns], f32(sums))}, metadata)


def files():
    return {
        "hessians.safetensors": hessians(),
        "tiny-f32.safetensors": checkpoint(tiny_tensors(), {"format": "pt"}),
        "dtypes.safetensors": dtypes(),
        "dtypes-subbyte.safetensors": dtypes_subbyte(),
        "dtypes-fnuz.safetensors": dtypes_fnuz(),
        "unaligned.safetensors": unaligned(),
        "header-trailing-spaces.safetensors": trailing_spaces(),
        "header-escapes-and-blanks.safetensors": escaped(),
        "null-metadata.safetensors": null_metadata(),
        "unknown-field.safetensors": unknown_field(),
        "empty-and-scalar.safetensors": empty_and_scalar(),
        "no-tensors.safetensors": no_tensors(),
        "names.safetensors": names(),
        **sharded(),
    }
