"""A model of two layers with random weights that llama.cpp loads, and what becomes of it with one thing wrong.

The gguf package writes it, so that the files are judged by software that did not make them. What is wrong here needs a
whole model to be seen: hyper-parameters, vocabulary, shapes, blocks. Whether such a file is wrong is for llama.cpp's loader
to say, but for what the GGUF document itself demands.
"""

from __future__ import annotations

import copy
import struct
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import gguf
import numpy as np

from validators.verdicts import Subject

Type = gguf.GGUFValueType
Quantization = gguf.GGMLQuantizationType

WIDTH, FEED_FORWARD, LAYERS, HEADS, KV_HEADS, TOKENS = 256, 512, 2, 4, 2, 300


@dataclass
class Model:
    metadata: dict[str, tuple[Type, object]] = field(default_factory=dict)
    tensors: dict[str, tuple[Quantization, np.ndarray]] = field(default_factory=dict)
    """By name: the type, and the blocks as rows of bytes, or an array of f32."""
    trailing: bytes = b""

    def write(self, path: Path) -> Path:
        architecture = self.metadata.get("general.architecture", (None, ""))[1]
        writer = gguf.GGUFWriter(path, str(architecture))
        writer.kv_data[0].clear()
        for key, (kind, value) in self.metadata.items():
            if kind == Type.ARRAY:
                writer.add_array(key, value)
            else:
                writer.add_key_value(key, value, kind)
        for name, (type, array) in self.tensors.items():
            writer.add_tensor(name, array, raw_dtype=type)
        writer.write_header_to_file()
        writer.write_kv_data_to_file()
        writer.write_tensors_to_file()
        writer.close()
        if self.trailing:
            with path.open("ab") as file:
                file.write(self.trailing)
        return path


def sound() -> Model:
    rng = np.random.default_rng(4711)
    model = Model()
    tokens = ["<unk>", "<s>", "</s>", *(f"<0x{byte:02X}>" for byte in range(256))]
    tokens += [f"▁t{index}" for index in range(TOKENS - len(tokens))]
    kinds = [2, 3, 3, *[6] * 256, *[1] * (TOKENS - 259)]
    model.metadata = {
        "general.architecture": (Type.STRING, "llama"),
        "general.name": (Type.STRING, "random weights"),
        "general.file_type": (Type.UINT32, 7),
        "general.quantization_version": (Type.UINT32, 2),
        "llama.context_length": (Type.UINT32, 128),
        "llama.embedding_length": (Type.UINT32, WIDTH),
        "llama.block_count": (Type.UINT32, LAYERS),
        "llama.feed_forward_length": (Type.UINT32, FEED_FORWARD),
        "llama.attention.head_count": (Type.UINT32, HEADS),
        "llama.attention.head_count_kv": (Type.UINT32, KV_HEADS),
        "llama.attention.layer_norm_rms_epsilon": (Type.FLOAT32, 1e-5),
        "llama.rope.dimension_count": (Type.UINT32, WIDTH // HEADS),
        "llama.rope.freq_base": (Type.FLOAT32, 10000.0),
        "llama.vocab_size": (Type.UINT32, TOKENS),
        "tokenizer.ggml.model": (Type.STRING, "llama"),
        "tokenizer.ggml.pre": (Type.STRING, "default"),
        "tokenizer.ggml.tokens": (Type.ARRAY, tokens),
        "tokenizer.ggml.scores": (Type.ARRAY, [-float(index) for index in range(TOKENS)]),
        "tokenizer.ggml.token_type": (Type.ARRAY, kinds),
        "tokenizer.ggml.bos_token_id": (Type.UINT32, 1),
        "tokenizer.ggml.eos_token_id": (Type.UINT32, 2),
        "tokenizer.ggml.unknown_token_id": (Type.UINT32, 0),
        "tokenizer.chat_template": (Type.STRING, "{% for m in messages %}{{ m['content'] }}\n{% endfor %}"),
    }

    def weights(name: str, rows: int, columns: int, type: Quantization) -> None:
        array = (0.02 * rng.standard_normal((rows, columns))).astype(np.float32)
        model.tensors[name] = (type, gguf.quants.quantize(array, type))

    def norm(name: str) -> None:
        model.tensors[name] = (Quantization.F32, (1 + 0.1 * rng.standard_normal(WIDTH)).astype(np.float32))

    narrow = WIDTH // HEADS * KV_HEADS
    weights("token_embd.weight", TOKENS, WIDTH, Quantization.Q8_0)
    for layer in range(LAYERS):
        norm(f"blk.{layer}.attn_norm.weight")
        weights(f"blk.{layer}.attn_q.weight", WIDTH, WIDTH, Quantization.Q8_0)
        weights(f"blk.{layer}.attn_k.weight", narrow, WIDTH, Quantization.Q8_0)
        weights(f"blk.{layer}.attn_v.weight", narrow, WIDTH, Quantization.F16)
        weights(f"blk.{layer}.attn_output.weight", WIDTH, WIDTH, Quantization.BF16)
        norm(f"blk.{layer}.ffn_norm.weight")
        weights(f"blk.{layer}.ffn_gate.weight", FEED_FORWARD, WIDTH, Quantization.Q4_0)
        weights(f"blk.{layer}.ffn_up.weight", FEED_FORWARD, WIDTH, Quantization.Q5_1)
        weights(f"blk.{layer}.ffn_down.weight", WIDTH, FEED_FORWARD, Quantization.Q8_0)
    norm("output_norm.weight")
    weights("output.weight", TOKENS, WIDTH, Quantization.Q8_0)
    return model


@dataclass(frozen=True)
class Fault:
    name: str
    what: str
    change: Callable[[Model], object]
    of_the_document: bool = False
    """The GGUF document demands otherwise, or blocks decode to what is no number."""


def put(key: str, kind: Type, value: object) -> Callable[[Model], object]:
    return lambda model: model.metadata.__setitem__(key, (kind, value))


def drop(key: str) -> Callable[[Model], object]:
    return lambda model: model.metadata.pop(key)


def shorten(key: str, count: int) -> Callable[[Model], object]:
    return lambda model: model.metadata.__setitem__(key, (Type.ARRAY, model.metadata[key][1][:count]))


def poke(name: str, at: int, data: bytes) -> Callable[[Model], object]:
    """Writes bytes into a tensor's data."""
    def change(model: Model) -> None:
        type, array = model.tensors[name]
        changed = array.copy()
        changed.reshape(-1).view(np.uint8)[at:at + len(data)] = np.frombuffer(data, np.uint8)
        model.tensors[name] = (type, changed)
    return change


def replace(name: str, change: Callable[[np.ndarray], np.ndarray]) -> Callable[[Model], object]:
    def apply(model: Model) -> None:
        type, array = model.tensors[name]
        model.tensors[name] = (type, np.ascontiguousarray(change(array)))
    return apply


def rename(old: str, new: str) -> Callable[[Model], object]:
    return lambda model: model.tensors.__setitem__(new, model.tensors.pop(old))


HALF_NAN, HALF_INFINITY, F32_NAN = b"\x00\x7e", b"\x00\x7c", b"\x00\x00\xc0\x7f"
NAN = struct.unpack("<f", F32_NAN)[0]
U32, I32, F32, STRING = Type.UINT32, Type.INT32, Type.FLOAT32, Type.STRING

FAULTS = (
    Fault("architecture-missing", "general.architecture is missing.", drop("general.architecture"), True),
    Fault("architecture-unknown", "The architecture is one that nobody has.",
          put("general.architecture", STRING, "nonesuch")),
    Fault("quantization-version-missing", "general.quantization_version is missing, and tensors are quantized.",
          drop("general.quantization_version"), True),
    Fault("context-length-missing", "llama.context_length is missing.", drop("llama.context_length")),
    Fault("context-length-string", "llama.context_length is a string.", put("llama.context_length", STRING, "128")),
    Fault("block-count-missing", "llama.block_count is missing.", drop("llama.block_count")),
    Fault("block-count-one-more", "There is one layer less than llama.block_count says.",
          put("llama.block_count", U32, LAYERS + 1)),
    Fault("block-count-max", "llama.block_count is 2^32 - 1.", put("llama.block_count", U32, 2**32 - 1)),
    Fault("embedding-length-doubled", "llama.embedding_length is twice the length of the embeddings.",
          put("llama.embedding_length", U32, 2 * WIDTH)),
    Fault("embedding-length-zero", "llama.embedding_length is 0.", put("llama.embedding_length", U32, 0)),
    Fault("feed-forward-length-wrong", "llama.feed_forward_length is not that of the tensors.",
          put("llama.feed_forward_length", U32, FEED_FORWARD // 2)),
    Fault("head-count-zero", "llama.attention.head_count is 0.", put("llama.attention.head_count", U32, 0)),
    Fault("head-count-not-a-divisor", "llama.attention.head_count is 3, and the embeddings have 256 columns.",
          put("llama.attention.head_count", U32, 3)),
    Fault("head-count-kv-zero", "llama.attention.head_count_kv is 0.", put("llama.attention.head_count_kv", U32, 0)),
    Fault("head-count-kv-not-a-divisor", "There are 4 heads and 3 for keys and values.",
          put("llama.attention.head_count_kv", U32, 3)),
    Fault("rms-epsilon-missing", "llama.attention.layer_norm_rms_epsilon is missing.",
          drop("llama.attention.layer_norm_rms_epsilon")),
    Fault("rms-epsilon-nan", "llama.attention.layer_norm_rms_epsilon is NaN.",
          put("llama.attention.layer_norm_rms_epsilon", F32, NAN)),
    Fault("rope-dimensions-too-many", "More dimensions are rotated than a head has.",
          put("llama.rope.dimension_count", U32, 2 * WIDTH // HEADS)),
    Fault("expert-used-without-experts", "Two experts of none are used.", put("llama.expert_used_count", U32, 2)),
    Fault("tokens-fewer-than-rows", "There are fewer tokens than rows of the embeddings.",
          shorten("tokenizer.ggml.tokens", TOKENS - 1)),
    Fault("tokens-missing", "There is no list of tokens.", drop("tokenizer.ggml.tokens")),
    Fault("scores-too-few", "There are fewer scores than tokens.", shorten("tokenizer.ggml.scores", TOKENS - 1)),
    Fault("token-types-too-few", "There are fewer types than tokens.",
          shorten("tokenizer.ggml.token_type", TOKENS - 1)),
    Fault("tokenizer-unknown", "The tokenizer is one that nobody has.", put("tokenizer.ggml.model", STRING, "nonesuch")),
    Fault("tokenizer-missing", "tokenizer.ggml.model is missing.", drop("tokenizer.ggml.model")),
    Fault("bos-out-of-range", "The token that begins a text is 300, and there are 300 tokens.",
          put("tokenizer.ggml.bos_token_id", U32, TOKENS)),
    Fault("eos-max", "The token that ends a text is 2^32 - 1.", put("tokenizer.ggml.eos_token_id", U32, 2**32 - 1)),
    Fault("file-type-wrong", "general.file_type says Q2_K, and there is none.", put("general.file_type", U32, 10)),
    Fault("tensor-missing", "A matrix of the second layer is missing.",
          lambda model: model.tensors.pop("blk.1.ffn_up.weight")),
    Fault("norm-missing", "output_norm.weight is missing.", lambda model: model.tensors.pop("output_norm.weight")),
    Fault("tensor-unknown", "There is a tensor that no model of this architecture has.",
          rename("output.weight", "outptu.weight")),
    Fault("tensor-transposed", "A matrix stands with rows and columns exchanged.",
          replace("blk.0.attn_v.weight", lambda array: array.T)),
    Fault("norm-too-short", "A norm has one weight less than the embeddings have columns.",
          replace("blk.0.attn_norm.weight", lambda array: array[:-1])),
    Fault("name-64-bytes", "A tensor's name has 64 bytes: one too many for llama.cpp.",
          rename("output.weight", "output." + "n" * 50 + ".weight")),
    Fault("q8_0-scale-nan", "A scale of a Q8_0 tensor is NaN.", poke("blk.0.attn_q.weight", 340, HALF_NAN), True),
    Fault("q8_0-scale-infinite", "A scale of a Q8_0 tensor is infinite.",
          poke("output.weight", 34, HALF_INFINITY), True),
    Fault("q4_0-scale-nan", "A scale of a Q4_0 tensor is NaN.", poke("blk.1.ffn_gate.weight", 18, HALF_NAN), True),
    Fault("q5_1-minimum-nan", "A minimum of a Q5_1 tensor is NaN.", poke("blk.1.ffn_up.weight", 26, HALF_NAN), True),
    Fault("f16-nan", "An F16 weight is NaN.", poke("blk.0.attn_v.weight", 100, HALF_NAN), True),
    Fault("bf16-infinite", "A BF16 weight is infinite.", poke("blk.0.attn_output.weight", 100, b"\x80\x7f"), True),
    Fault("f32-nan", "A weight of a norm is NaN.", poke("output_norm.weight", 40, F32_NAN), True),
    Fault("trailing-bytes", "32 bytes follow the last tensor.",
          lambda model: setattr(model, "trailing", b"\x01" * 32), True),
)


def subjects(folder: Path) -> list[Subject]:
    model = sound()
    found = [Subject("sound", model.write(folder / "sound.gguf"), "", valid=True, format="gguf", group="whole models",
                     whole_model=True)]
    for fault in FAULTS:
        changed = copy.deepcopy(model)
        fault.change(changed)
        found.append(Subject(fault.name, changed.write(folder / f"whole-{fault.name}.gguf"), fault.what,
                             valid=None if not fault.of_the_document else False, format="gguf", group="whole models",
                             whole_model=True))
    return found
