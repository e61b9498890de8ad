#!/usr/bin/env python3
"""The perplexity of a model beside this file on stories that it has not seen, and a story that it tells, by llama.py.

python3 samples/models/evaluate.py samples/models/stories-0.9M --prompt "Once upon a time"
"""

from __future__ import annotations

import argparse
import math
import os
import sys
from pathlib import Path

os.environ.setdefault("JAX_PLATFORMS", "cpu")
os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
sys.dont_write_bytecode = True

import jax
import jax.numpy as jnp
import numpy as np
from tokenizers import Tokenizer

import checkpoint
import llama
import stories
from llama import Shape, Tensors


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--prompt", default="Once upon a time")
    arguments = parser.parse_args()
    shape, tokenizer, tensors = checkpoint.read(arguments.folder)
    print(f"perplexity: {perplexity(shape, tensors, chunks(tokenizer, stories.held_out(), shape.context)):.4f}")
    print(tell(shape, tensors, tokenizer, arguments.prompt))


def chunks(tokenizer: Tokenizer, text: str, length: int) -> np.ndarray:
    """A text cut as llama-perplexity cuts it: each chunk begins with the token that begins a text."""
    tokens = np.array(tokenizer.encode(text).ids, np.int32)
    cut = tokens[:len(tokens) // length * length].reshape(-1, length).copy()
    cut[:, 0] = checkpoint.BEGIN
    return cut


def losses(shape: Shape, tensors: Tensors, tokens: jax.Array) -> jax.Array:
    """Cross entropies in nats, `[batch, length - 1]`, of every token but the first."""
    predicted = jax.nn.log_softmax(llama.logits(shape, tensors, tokens[:, :-1]))
    return -jnp.take_along_axis(predicted, tokens[:, 1:, None], axis=-1)[..., 0]


def perplexity(shape: Shape, tensors: Tensors, cut: np.ndarray) -> float:
    """As llama-perplexity computes it: over the second half of each chunk."""
    of_batch = jax.jit(lambda tokens: losses(shape, tensors, tokens)[:, shape.context // 2:])
    found = [of_batch(cut[index:index + 1]) for index in range(len(cut))]
    return math.exp(float(np.mean(np.concatenate(found, dtype=np.float64))))


def tell(shape: Shape, tensors: Tensors, tokenizer: Tokenizer, prompt: str) -> str:
    """The prompt and what the model likes best to follow, token by token, until it ends or its context is full."""
    after = jax.jit(lambda tokens: llama.logits(shape, tensors, tokens))
    tokens = tokenizer.encode(prompt).ids
    while len(tokens) < shape.context:
        # Filled up to one length, which is compiled once: what stands behind a token does not change its logits.
        filled = np.pad(np.array(tokens, np.int32), (0, shape.context - len(tokens)))
        tokens.append(int(jnp.argmax(after(filled[None])[0, len(tokens) - 1])))
        if tokens[-1] == checkpoint.END:
            break
    return tokenizer.decode(tokens)


if __name__ == "__main__":
    main()
