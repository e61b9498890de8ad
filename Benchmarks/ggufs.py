"""Just enough of GGUF and safetensors for the benchmark: a llama model from the one to the other, and a comparison."""

from __future__ import annotations

import json
import re
import shutil
import struct
from pathlib import Path

ALIGNMENT = 32
NAMES = {
    "model.embed_tokens": "token_embd", "model.norm": "output_norm", "lm_head": "output",
    "input_layernorm": "attn_norm", "post_attention_layernorm": "ffn_norm", "mlp.down_proj": "ffn_down",
    "mlp.gate_proj": "ffn_gate", "mlp.up_proj": "ffn_up", "self_attn.k_proj": "attn_k", "self_attn.o_proj": "attn_output",
    "self_attn.q_proj": "attn_q", "self_attn.v_proj": "attn_v",
}
BLOCKS = {0: (1, 4), 8: (32, 34), 12: (256, 144), 34: (256, 54), 35: (256, 66)}
"""Weights and bytes of a block, by ggml's id of the type."""
SIZES = {0: 1, 1: 1, 2: 2, 3: 2, 4: 4, 5: 4, 6: 4, 7: 1, 10: 8, 11: 8, 12: 8}
"""Bytes of a metadata value, by its type."""


def write_llama(source: Path, path: Path) -> None:
    """F32 tensors, with the metadata without which llama.cpp refuses a model of the architecture llama."""
    with source.open("rb") as file:
        length, = struct.unpack("<Q", file.read(8))
        tensors = json.loads(file.read(length))
        numbers = {"block_count": 22, "context_length": 2048, "embedding_length": 2048, "feed_forward_length": 5632,
                   "attention.head_count": 32, "attention.head_count_kv": 4, "rope.dimension_count": 64,
                   "vocab_size": 32000}
        pairs = [string("general.architecture") + struct.pack("<I", 8) + string("llama"),
                 string("llama.attention.layer_norm_rms_epsilon") + struct.pack("<If", 6, 1e-5)]
        pairs += [string(f"llama.{key}") + struct.pack("<II", 4, number) for key, number in numbers.items()]
        infos, offset = [], 0
        for name, tensor in tensors.items():
            shape = tensor["shape"][::-1]
            infos.append(string(llama_name(name)) + struct.pack(f"<I{len(shape)}QIQ", len(shape), *shape, 0, offset))
            offset += tensor["data_offsets"][1] - tensor["data_offsets"][0]
            assert offset % ALIGNMENT == 0, "every tensor fills whole units of the alignment"
        header = b"GGUF" + struct.pack("<IQQ", 3, len(infos), len(pairs)) + b"".join(pairs) + b"".join(infos)
        with path.open("wb") as output:
            output.write(header + bytes(-len(header) % ALIGNMENT))
            # The tensors stand in the same order, without gaps.
            shutil.copyfileobj(file, output, 16 << 20)


def string(text: str) -> bytes:
    return struct.pack("<Q", len(text)) + text.encode()


def llama_name(name: str) -> str:
    stem = name.removesuffix(".weight")
    layer = re.fullmatch(r"model\.layers\.(\d+)\.(.*)", stem)
    return (f"blk.{layer[1]}.{NAMES[layer[2]]}" if layer else NAMES[stem]) + ".weight"


def read(path: Path) -> dict[str, tuple[int, int, int]]:
    """For each tensor its type, where its data begins, and how many bytes it has."""
    with path.open("rb") as file:
        def number(format: str) -> int:
            return struct.unpack(format, file.read(struct.calcsize(format)))[0]

        def skip(type: int) -> None:
            if type == 8:
                file.seek(number("<Q"), 1)
            elif type == 9:
                element, count = number("<I"), number("<Q")
                if element in SIZES:
                    file.seek(count * SIZES[element], 1)
                else:
                    for _ in range(count):
                        skip(element)
            else:
                file.seek(SIZES[type], 1)

        assert file.read(4) == b"GGUF" and number("<I") == 3
        tensor_count, pair_count = number("<Q"), number("<Q")
        for _ in range(pair_count):
            file.seek(number("<Q"), 1)
            skip(number("<I"))
        tensors = {}
        for _ in range(tensor_count):
            name = file.read(number("<Q")).decode()
            weights = 1
            for _ in range(number("<I")):
                weights *= number("<Q")
            type, offset = number("<I"), number("<Q")
            length, size = BLOCKS[type]
            tensors[name] = (type, offset, weights // length * size)
        start = file.tell() + -file.tell() % ALIGNMENT
        return {name: (type, start + offset, size) for name, (type, offset, size) in tensors.items()}


def first_difference(left: Path, right: Path) -> str | None:
    """Where two files differ in a tensor's type or bytes; the order of tensors and the metadata do not matter."""
    ours, theirs = read(left), read(right)
    if ours.keys() != theirs.keys():
        return f"tensors that only one file has: {', '.join(sorted(ours.keys() ^ theirs.keys()))}"
    with left.open("rb") as left_file, right.open("rb") as right_file:
        for name, (type, start, size) in ours.items():
            if theirs[name][0] != type:
                return f"{name} has the types {type} and {theirs[name][0]}"
            left_file.seek(start)
            right_file.seek(theirs[name][1])
            if left_file.read(size) != right_file.read(size):
                return f"{name} has different bytes"
    return None
