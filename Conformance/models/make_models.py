"""Tiny models of each architecture with seeded weights, in the layout of Hugging Face."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import torch
import transformers as T
from safetensors.torch import load_file, save_file

import tokenizers_made

SIZES = {"vocab_size": 1024, "hidden_size": 256, "intermediate_size": 512, "num_hidden_layers": 2,
         "num_attention_heads": 4, "num_key_value_heads": 2, "max_position_embeddings": 512, "bos_token_id": 1,
         "eos_token_id": 2, "pad_token_id": 0}
BERT = {"vocab_size": 1024, "hidden_size": 128, "num_hidden_layers": 2, "num_attention_heads": 4,
        "intermediate_size": 256}
LLAMA3 = {"rope_type": "llama3", "rope_theta": 500000.0, "factor": 8.0, "low_freq_factor": 1.0,
          "high_freq_factor": 4.0, "original_max_position_embeddings": 8192}
YARN = {"rope_type": "yarn", "rope_theta": 1e6, "factor": 4.0, "original_max_position_embeddings": 128}
LONG = {"rope_type": "longrope", "rope_theta": 10000.0, "original_max_position_embeddings": 512,
        "long_factor": [1 + i / 10 for i in range(32)], "short_factor": [1 + i / 100 for i in range(32)]}
GEMMA = {"head_dim": 64, "query_pre_attn_scalar": 64}
F32, F16, BF16 = torch.float32, torch.float16, torch.bfloat16
Maker = Callable[[Path], None]


def make(folder: Path, kind: type, config: T.PretrainedConfig, type: torch.dtype = BF16,
         tokenizer: Maker = tokenizers_made.byte_pairs, **options: object) -> None:
    torch.manual_seed(7)
    model = kind(config)
    for weights in model.parameters():
        if weights.dim() > 1:
            weights.data.normal_(0, 0.05)
        else:
            weights.data.uniform_(0.5, 1.5)
    model.to(type).save_pretrained(folder, **options)
    tokenizer(folder)


def set_keys(folder: Path, **values: object) -> None:
    path = folder / "config.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | values))


def change_tensors(folder: Path, change: Callable[[dict], dict]) -> None:
    path = folder / "model.safetensors"
    save_file(change(load_file(path)), path, metadata={"format": "pt"})


def gptneox(folder: Path) -> None:
    make(folder, T.GPTNeoXForCausalLM, T.GPTNeoXConfig(
        vocab_size=1024, hidden_size=128, num_hidden_layers=2, num_attention_heads=4, intermediate_size=512,
        max_position_embeddings=256, bos_token_id=1, eos_token_id=2))
    # The reference converter does not find `rotary_pct` where transformers 5 reads the configuration.
    set_keys(folder, rotary_pct=0.25, model_type="gpt_neox_of_version_4")


def gpt2(folder: Path) -> None:
    make(folder, T.GPT2LMHeadModel, T.GPT2Config(
        vocab_size=1024, n_positions=128, n_embd=128, n_layer=2, n_head=4, bos_token_id=1, eos_token_id=2), F32)
    set_keys(folder, n_ctx=128)


def nomic(folder: Path) -> None:
    width, inner, rows = 128, 256, 1024
    shapes = {"embeddings.word_embeddings.weight": (rows, width), "embeddings.token_type_embeddings.weight": (2, width),
              "emb_ln.weight": (width,), "emb_ln.bias": (width,)}
    for layer in range(2):
        shapes |= {f"encoder.layers.{layer}.{name}": shape for name, shape in {
            "attn.Wqkv.weight": (3 * width, width), "attn.out_proj.weight": (width, width),
            "mlp.fc11.weight": (inner, width), "mlp.fc12.weight": (inner, width), "mlp.fc2.weight": (width, inner),
            "norm1.weight": (width,), "norm1.bias": (width,), "norm2.weight": (width,), "norm2.bias": (width,)}.items()}
    torch.manual_seed(7)
    save_file({name: torch.randn(shape) * 0.05 if len(shape) > 1 else torch.rand(shape) + 0.5
               for name, shape in shapes.items()}, folder / "model.safetensors", metadata={"format": "pt"})
    (folder / "config.json").write_text(json.dumps({
        "architectures": ["NomicBertModel"], "model_type": "nomic_bert_of_its_own", "activation_function": "swiglu",
        "causal": False, "qkv_proj_bias": False, "mlp_fc1_bias": False, "mlp_fc2_bias": False, "prenorm": False,
        "rotary_emb_fraction": 1.0, "rotary_emb_interleaved": False, "rotary_emb_scale_base": None,
        "rotary_emb_base": 1000, "n_positions": 8192, "max_trained_positions": 2048, "n_embd": width, "n_head": 4,
        "n_inner": inner, "n_layer": 2, "type_vocab_size": 2, "vocab_size": rows, "layer_norm_epsilon": 1e-12}))
    tokenizers_made.word_piece(folder)
    (folder / "1_Pooling").mkdir()
    module = "sentence_transformers.models."
    (folder / "modules.json").write_text(json.dumps([
        {"idx": 0, "name": "0", "path": "", "type": module + "Transformer"},
        {"idx": 1, "name": "1", "path": "1_Pooling", "type": module + "Pooling"}]))
    (folder / "1_Pooling/config.json").write_text(json.dumps({"pooling_mode_mean_tokens": True}))


def bitnet(folder: Path) -> None:
    make(folder, T.BitNetForCausalLM, T.BitNetConfig(**SIZES, tie_word_embeddings=True),
         tokenizer=tokenizers_made.sentence_piece)
    # The names and the activation that the reference converter and llama.cpp know.
    names = {"self_attn.attn_sub_norm": "self_attn.inner_attn_ln", "mlp.ffn_sub_norm": "mlp.ffn_layernorm"}

    def renamed(name: str) -> str:
        for old, new in names.items():
            name = name.replace(old, new)
        return name

    change_tensors(folder, lambda tensors: {renamed(name): tensor for name, tensor in tensors.items()})
    set_keys(folder, hidden_act="silu")


def packed_llama(folder: Path) -> None:
    """Llama whose weights are ternary and packed, as transformers does it."""
    make(folder, T.LlamaForCausalLM, T.LlamaConfig(**SIZES))
    generator = torch.Generator().manual_seed(3)

    def pack(tensors: dict) -> dict:
        packed = {}
        for name, tensor in tensors.items():
            if not name.endswith("_proj.weight"):
                packed[name] = tensor
                continue
            codes = torch.randint(0, 3, tensor.shape, generator=generator, dtype=torch.uint8)
            a, b, c, d = codes.chunk(4)
            packed[name] = a | b << 2 | c << 4 | d << 6
            packed[name + "_scale"] = torch.tensor([21.3], dtype=BF16)
        return packed

    change_tensors(folder, pack)
    set_keys(folder, quantization_config={"quant_method": "bitnet"})


def of(kind: type, config: type, type: torch.dtype = BF16, tokenizer: Maker = tokenizers_made.byte_pairs,
       save: dict | None = None, sizes: dict = SIZES, **values: object) -> Maker:
    return lambda folder: make(folder, kind, config(**sizes | values), type, tokenizer, **(save or {}))


piece, words = tokenizers_made.sentence_piece, tokenizers_made.word_piece
bare_piece = tokenizers_made.sentence_piece_without_prefix
MODELS: dict[str, Maker] = {
    "Llama-3.1-Tiny-Instruct": of(T.LlamaForCausalLM, T.LlamaConfig, F16, rope_parameters=LLAMA3,
                                  max_position_embeddings=131072),
    "llama-biases": of(T.LlamaForCausalLM, T.LlamaConfig, attention_bias=True, mlp_bias=True, rope_parameters=YARN),
    "llama-tied": of(T.LlamaForCausalLM, T.LlamaConfig, tie_word_embeddings=True,
                     rope_parameters={"rope_type": "linear", "rope_theta": 10000.0, "factor": 2.5}),
    "llama-pieces": of(T.LlamaForCausalLM, T.LlamaConfig, tokenizer=piece),
    "llama-packed": packed_llama,
    "Mistral-7B-v0.3": of(T.MistralForCausalLM, T.MistralConfig, save={"max_shard_size": "1MB"}),
    "mixtral-4x1M-Chat": of(T.MixtralForCausalLM, T.MixtralConfig, num_local_experts=4),
    "Qwen2.5-0.5B": of(T.Qwen2ForCausalLM, T.Qwen2Config, tie_word_embeddings=True, rope_parameters=YARN),
    "qwen3": of(T.Qwen3ForCausalLM, T.Qwen3Config, head_dim=128),
    "qwen3moe": of(T.Qwen3MoeForCausalLM, T.Qwen3MoeConfig, head_dim=128, num_experts=4, num_local_experts=4,
                   moe_intermediate_size=256, num_experts_per_tok=2, norm_topk_prob=True),
    "gemma2": of(T.Gemma2ForCausalLM, T.Gemma2Config, tokenizer=bare_piece, **GEMMA),
    "gemma2-f16": of(T.Gemma2ForCausalLM, T.Gemma2Config, F16, bare_piece, **GEMMA),
    "gemma3": of(T.Gemma3ForCausalLM, T.Gemma3TextConfig, tokenizer=bare_piece, sliding_window=128, **GEMMA),
    "phi3": of(T.Phi3ForCausalLM, T.Phi3Config, tokenizer=piece),
    "phi3-long": of(T.Phi3ForCausalLM, T.Phi3Config, tokenizer=piece, max_position_embeddings=4096,
                    original_max_position_embeddings=512, sliding_window=2047, rope_parameters=LONG),
    "gpt2": gpt2,
    "gptneox": gptneox,
    "bert": of(T.BertModel, T.BertConfig, F32, words, sizes=BERT),
    "bert-classes": of(T.BertForSequenceClassification, T.BertConfig, F16, words, sizes=BERT,
                       id2label={0: "bad", 1: "fair", 2: "good"}, label2id={"bad": 0, "fair": 1, "good": 2}),
    "bert-masked": of(T.BertForMaskedLM, T.BertConfig, tokenizer=words, sizes=BERT),
    "roberta": of(T.RobertaModel, T.RobertaConfig, sizes=BERT, max_position_embeddings=130, type_vocab_size=1),
    "nomic-embed-text-v1.5": nomic,
    "bitnet": bitnet,
}


def write(name: str, folder: Path) -> Path:
    path = folder / name
    shutil.rmtree(path, ignore_errors=True)
    path.mkdir(parents=True)
    MODELS[name](path)
    return path
