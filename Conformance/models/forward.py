"""What others than llama.cpp make of a model: the tokens of tokenizers and SentencePiece, and the logits and embeddings
that transformers computes, in F32."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import torch
import transformers as T
from safetensors.torch import load_file
from sentencepiece import SentencePieceProcessor
from tokenizers import Tokenizer

T.logging.set_verbosity_error()
T.logging.disable_progress_bar()


def tokens(folder: Path, text: str) -> list[int] | None:
    """The tokens of a text, with those that begin and end it, by tokenizer.json or SentencePiece's model.

    Not by a class of transformers: some do otherwise than the file says (Qwen2Tokenizer cuts in a way of its own).
    SentencePiece has no tokens for text such as `</s>`; None where there is some.
    """
    if not (folder / "tokenizer.model").exists():
        return Tokenizer.from_file(str(folder / "tokenizer.json")).encode(text).ids
    processor = SentencePieceProcessor(model_file=str(folder / "tokenizer.model"))
    special = (processor.id_to_piece(id) for id in range(processor.vocab_size()) if processor.is_control(id))
    if any(piece in text for piece in special):
        return None
    return [processor.bos_id(), *processor.encode(text)]


def positions(folder: Path) -> int:
    """How many tokens a model can take, of which RoBERTa needs two for itself."""
    config = json.loads((folder / "config.json").read_text())
    return config.get("max_position_embeddings", config.get("n_positions")) - 2


def kinds(folder: Path) -> list[str]:
    """What a model computes: names of functions here, and of llama-run's commands."""
    if _class(folder).endswith(("ForCausalLM", "LMHeadModel")):
        return ["logits"]
    if _class(folder).endswith("ForSequenceClassification"):
        return ["embeddings", "classes"]
    return ["embeddings", "pooled"] if (folder / "1_Pooling").exists() else ["embeddings"]


def logits(folder: Path, ids: np.ndarray) -> np.ndarray:
    """`[tokens, vocabulary]`"""
    return _computed(_model(folder), ids).logits[0].numpy()


def classes(folder: Path, ids: np.ndarray) -> np.ndarray:
    """`[classes]`, of the first token's embedding: without BERT's pooler, which the converter leaves out
    (formats/errata.md)."""
    with torch.inference_mode():
        return _model(folder).classifier(torch.from_numpy(embeddings(folder, ids)[0])).numpy()


def embeddings(folder: Path, ids: np.ndarray) -> np.ndarray:
    """`[tokens, size]`, of the model without a head."""
    return _computed(_model(folder).base_model, ids).last_hidden_state[0].numpy()


def pooled(folder: Path, ids: np.ndarray) -> np.ndarray:
    """`[size]`: the mean."""
    return embeddings(folder, ids).mean(axis=0)


def _computed(model: T.PreTrainedModel, ids: np.ndarray) -> T.utils.ModelOutput:
    torch.set_num_threads(1)
    with torch.inference_mode():
        return model.eval()(torch.from_numpy(ids.astype(np.int64))[None])


def _class(folder: Path) -> str:
    return json.loads((folder / "config.json").read_text())["architectures"][0]


def _model(folder: Path) -> T.PreTrainedModel:
    config, name = json.loads((folder / "config.json").read_text()), _class(folder)
    if name == "BitNetForCausalLM":
        return _with(folder, T.BitNetForCausalLM, _ternary(load_file(folder / "model.safetensors")))
    if config.get("quantization_config", {}).get("quant_method") == "bitnet":
        return _with(folder, getattr(T, name), _unpacked(load_file(folder / "model.safetensors")))
    options = {"dtype": torch.float32, "attn_implementation": "eager"}
    if name == "NomicBertModel":
        # The publisher's names for the sizes, which transformers knows by the publisher's code only.
        options["config"] = T.NomicBertConfig(
            vocab_size=config["vocab_size"], hidden_size=config["n_embd"], num_hidden_layers=config["n_layer"],
            num_attention_heads=config["n_head"], intermediate_size=config["n_inner"],
            rope_parameters={"rope_type": "default", "rope_theta": config["rotary_emb_base"]})
    return getattr(T, name).from_pretrained(folder, **options)


def _with(folder: Path, kind: type, tensors: dict[str, torch.Tensor]) -> T.PreTrainedModel:
    config = T.AutoConfig.from_pretrained(folder, attn_implementation="eager")
    config.quantization_config = None
    model = kind(config).float()
    missing = model.load_state_dict({name: tensor.float() for name, tensor in tensors.items()}, strict=False)
    tied = {"lm_head.weight"} if config.tie_word_embeddings else set()
    if missing.unexpected_keys or set(missing.missing_keys) - tied:
        raise ValueError(f"{folder.name}: {missing}")
    return model


def _ternary(tensors: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    """BitNet's weights as they are when it computes, under the names of transformers."""
    made = {}
    for name, tensor in tensors.items():
        if name.endswith("_proj.weight"):
            scale = tensor.float().abs().mean()
            tensor = (tensor.float() / scale).round().clamp(-1, 1) * scale
        made[name.replace("inner_attn_ln", "attn_sub_norm").replace("ffn_layernorm", "ffn_sub_norm")] = tensor
    return made


def _unpacked(tensors: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    """Weights that are packed by four into bytes: -1, 0 or 1 and a scale to divide by."""
    made = {}
    for name, tensor in tensors.items():
        if name.endswith("_scale"):
            continue
        if tensor.dtype == torch.uint8:
            codes = torch.cat([tensor >> shift & 3 for shift in (0, 2, 4, 6)])
            tensor = (codes.float() - 1) / tensors[name + "_scale"].float()
        made[name] = tensor
    return made
