"""Writes a trained model as a folder in Hugging Face's layout, with its tokenizer and its model card."""

from __future__ import annotations

import importlib.metadata
import json
import platform
from pathlib import Path
from typing import TYPE_CHECKING

from safetensors.flax import load_file, save_file
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, processors, trainers

from llama import Shape, Tensors

if TYPE_CHECKING:
    from train import Recipe

BEGIN, END = 0, 1
SPECIAL = {"bos_token": "<s>", "eos_token": "</s>"}
"""Their ids are BEGIN and END."""


def train_tokenizer(texts: list[str], vocabulary: int) -> Tokenizer:
    """Byte-level BPE that cuts words as GPT-2 does."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    begin = SPECIAL["bos_token"]
    tokenizer.post_processor = processors.TemplateProcessing(
        single=f"{begin} $A", pair=f"{begin} $A {begin}:1 $B:1", special_tokens=[(begin, BEGIN)])
    trainer = trainers.BpeTrainer(vocab_size=vocabulary, special_tokens=list(SPECIAL.values()), show_progress=False,
                                  initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet()))
    tokenizer.train_from_iterator(texts, trainer)
    return tokenizer


def write(folder: Path, shape: Shape, tokenizer: Tokenizer, tensors: Tensors) -> None:
    """`tensors` are written in the dtype that they have; config.json says BF16."""
    folder.mkdir(parents=True, exist_ok=True)
    save_file(tensors, folder / "model.safetensors", metadata={"format": "pt"})
    tokenizer.save(str(folder / "tokenizer.json"))
    ends = {"bos_token_id": BEGIN, "eos_token_id": END}
    documents = {
        "config.json": {
            "architectures": ["LlamaForCausalLM"], "attention_bias": False, "attention_dropout": 0.0, **ends,
            "dtype": "bfloat16", "head_dim": shape.head, "hidden_act": "silu", "hidden_size": shape.hidden,
            "initializer_range": 0.02, "intermediate_size": shape.feed_forward,
            "max_position_embeddings": shape.context, "mlp_bias": False, "model_type": "llama",
            "num_attention_heads": shape.heads, "num_hidden_layers": shape.layers,
            "num_key_value_heads": shape.key_value_heads, "rms_norm_eps": shape.norm_epsilon,
            "rope_parameters": {"rope_theta": shape.rope_theta, "rope_type": "default"},
            "tie_word_embeddings": True, "use_cache": True, "vocab_size": shape.vocabulary},
        "generation_config.json": {"_from_model_config": True, **ends},
        "tokenizer_config.json": {"add_bos_token": True, "add_eos_token": False, **SPECIAL,
                                  "clean_up_tokenization_spaces": False, "model_max_length": shape.context,
                                  "tokenizer_class": "PreTrainedTokenizerFast"},
        "special_tokens_map.json": SPECIAL,
    }
    for name, contents in documents.items():
        (folder / name).write_text(json.dumps(contents, indent=2) + "\n", encoding="utf-8")


def read(folder: Path) -> tuple[Shape, Tokenizer, Tensors]:
    """A model that `write` wrote; its tensors as f32."""
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    shape = Shape(vocabulary=config["vocab_size"], context=config["max_position_embeddings"],
                  hidden=config["hidden_size"], feed_forward=config["intermediate_size"],
                  layers=config["num_hidden_layers"], heads=config["num_attention_heads"],
                  key_value_heads=config["num_key_value_heads"], norm_epsilon=config["rms_norm_eps"],
                  rope_theta=config["rope_parameters"]["rope_theta"])
    tensors = load_file(folder / "model.safetensors")
    return (shape, Tokenizer.from_file(str(folder / "tokenizer.json")),
            {name: value.astype("float32") for name, value in tensors.items()})


def card(model: str, recipe: Recipe, steps: int, tokens: int, log: list[tuple[int, float]], untrained: float,
         reached: float) -> str:
    """The model card: what the model is, how it was made, and the losses on the way."""
    about = ("Its linear layers are ternary: every weight is -1, 0 or 1 times one number a tensor. It was trained that "
             "way, with straight-through gradients, as BitNet b1.58 is. Embedding and norms are ordinary numbers."
             if recipe.is_ternary else "Its weights are ordinary numbers.")
    packages = ("jax", "jaxlib", "numpy", "tokenizers", "safetensors")
    versions = ", ".join([f"Python {platform.python_version()}",
                          *(f"{name} {importlib.metadata.version(name)}" for name in packages)])
    rows = "\n".join(f"| {step} | {loss:.4f} |" for step, loss in log if step == 1 or step % 400 == 0 or step == steps)
    first, second = recipe.betas
    kind = "\n- ternary" if recipe.is_ternary else ""
    return f"""---
license: mit
language:
- en
pipeline_tag: text-generation
tags:
- llama
- stories{kind}
---

# {model}

A Llama of 918,784 weights that tells little stories. {about}

It was trained from scratch on text that `samples/models/stories.py` writes, for trying converters: it knows nothing
else. `samples/models/train.py` wrote this folder, this page too:

```
XLA_FLAGS=--xla_cpu_multi_thread_eigen=false python3 samples/models/train.py {model} -o samples/models/{model}
```

| | |
| --- | --- |
| seed | {recipe.seed} |
| steps | {steps} of {recipe.batch} pieces of 256 tokens, from {tokens:,} tokens |
| learning rate | {recipe.learning_rate}, {recipe.warmup} steps of warm-up, a cosine down to zero |
| AdamW | betas {first} and {second}, weight decay {recipe.weight_decay}, gradients clipped to {recipe.largest_gradient} |
| made with | {versions}, {platform.machine()} |
| perplexity on held-out stories, untrained | {untrained:.1f} |
| perplexity on held-out stories, this checkpoint | {reached:.4f} |

Mean cross entropy (nats a token) in training, of the steps since the one before:

| step | loss |
| --- | --- |
{rows}
"""
