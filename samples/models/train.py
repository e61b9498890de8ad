#!/usr/bin/env python3
"""Trains one of the little models beside this file, from nothing but stories.py and a seed.

pip install -r samples/models/requirements.txt
XLA_FLAGS=--xla_cpu_multi_thread_eigen=false python3 samples/models/train.py stories-0.9M -o FOLDER
XLA_FLAGS=--xla_cpu_multi_thread_eigen=false python3 samples/models/train.py stories-0.9M-ternary -o FOLDER

On another machine the last bits of sums differ, and with them the weights.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
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
from evaluate import chunks, losses, perplexity
from llama import Shape, Tensors

TRAINING_SEED, TRAINING_BOOKS, TOKENIZER_BOOKS = 1, 8_000, 1_000
LOG_EVERY = 100


@dataclass(frozen=True)
class Recipe:
    seed: int
    is_ternary: bool
    steps: int
    batch: int = 4
    learning_rate: float = 3e-3
    warmup: int = 100
    weight_decay: float = 0.1
    betas: tuple[float, float] = (0.9, 0.95)
    largest_gradient: float = 1.0
    """Its norm; longer ones are scaled down to it."""


RECIPES = {"stories-0.9M": Recipe(seed=11, is_ternary=False, steps=1_400),
           "stories-0.9M-ternary": Recipe(seed=12, is_ternary=True, steps=1_400)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("model", choices=RECIPES)
    parser.add_argument("-o", "--output", type=Path, required=True, help="the folder to be written")
    parser.add_argument("--steps", type=int, help="instead of those of the recipe, for a try")
    arguments = parser.parse_args()
    recipe, shape = RECIPES[arguments.model], Shape()

    tokenizer = checkpoint.train_tokenizer(stories.books(TRAINING_SEED, TOKENIZER_BOOKS), shape.vocabulary)
    stream = tokens_of(tokenizer, stories.books(TRAINING_SEED, TRAINING_BOOKS))
    held_out = chunks(tokenizer, stories.held_out(), shape.context)
    print(f"{len(stream)} tokens to learn from, {held_out.size} held out", flush=True)

    steps = arguments.steps or recipe.steps
    trained, log = train(recipe, shape, stream, steps)
    layers = llama.ternary if recipe.is_ternary else (lambda weights: weights)
    final = {name: (layers(value) if llama.is_linear(name) else value).astype(jnp.bfloat16)
             for name, value in trained.items()}
    reached = perplexity(shape, {name: value.astype(jnp.float32) for name, value in final.items()}, held_out)
    untrained = perplexity(shape, llama.initial(shape, recipe.seed), held_out)
    print(f"perplexity of the checkpoint on held-out stories: {reached:.4f}", flush=True)
    checkpoint.write(arguments.output, shape, tokenizer, final)
    card = checkpoint.card(arguments.model, recipe, steps, len(stream), log, untrained, reached)
    (arguments.output / "README.md").write_text(card, encoding="utf-8")


def tokens_of(tokenizer: Tokenizer, books: list[str]) -> np.ndarray:
    """All books one after the other, each between the tokens that begin and end a text."""
    encoded = tokenizer.encode_batch(books)
    return np.concatenate([np.array([*book.ids, checkpoint.END], np.int32) for book in encoded])


def batches(stream: np.ndarray, recipe: Recipe, length: int) -> Callable[[], np.ndarray]:
    """Pieces of the stream from random places, of `length` tokens and the one that follows."""
    draw = stories.Draw(recipe.seed)

    def next_batch() -> np.ndarray:
        starts = [draw.below(len(stream) - length) for _ in range(recipe.batch)]
        pieces = np.stack([stream[start:start + length + 1] for start in starts])
        pieces[:, 0] = checkpoint.BEGIN
        return pieces

    return next_batch


def train(recipe: Recipe, shape: Shape, stream: np.ndarray, steps: int) -> tuple[Tensors, list[tuple[int, float]]]:
    """The weights, and the mean training loss of the steps up to each that is named."""
    tensors = llama.initial(shape, recipe.seed)
    next_batch = batches(stream, recipe, shape.context)
    moments = tuple({name: jnp.zeros_like(value) for name, value in tensors.items()} for _ in range(2))
    step_of = jax.jit(lambda *state: one_step(recipe, shape, steps, *state), donate_argnums=(0, 1))
    log, recent, start = [], [], time.monotonic()
    for step in range(1, steps + 1):
        tensors, moments, loss = step_of(tensors, moments, jnp.float32(step), next_batch())
        recent.append(float(loss))
        if step == 1 or step % LOG_EVERY == 0 or step == steps:
            log.append((step, sum(recent) / len(recent)))
            print(f"step {step}: loss {log[-1][1]:.4f}, {time.monotonic() - start:.0f} s", flush=True)
            recent = []
    return tensors, log


def one_step(recipe: Recipe, shape: Shape, steps: int, tensors: Tensors, moments: tuple[Tensors, Tensors],
             step: jax.Array, tokens: jax.Array) -> tuple[Tensors, tuple[Tensors, Tensors], jax.Array]:
    """AdamW with a warm-up and a cosine down to zero. Norms are not decayed."""
    layers = llama.with_ternary_layers if recipe.is_ternary else (lambda tensors: tensors)
    loss, gradients = jax.value_and_grad(lambda tensors: losses(shape, layers(tensors), tokens).mean())(tensors)
    length = jnp.sqrt(sum(jnp.sum(gradient * gradient) for gradient in gradients.values()))
    shrink = jnp.minimum(1, recipe.largest_gradient / length)
    progress = (step - recipe.warmup) / max(1, steps - recipe.warmup)
    rate = recipe.learning_rate * jnp.where(progress < 0, step / recipe.warmup, (1 + jnp.cos(jnp.pi * progress)) / 2)
    first_beta, second_beta = recipe.betas
    means, squares, updated = {}, {}, {}
    for name, value in tensors.items():
        gradient = shrink * gradients[name]
        means[name] = first_beta * moments[0][name] + (1 - first_beta) * gradient
        squares[name] = second_beta * moments[1][name] + (1 - second_beta) * gradient * gradient
        mean, square = means[name] / (1 - first_beta**step), squares[name] / (1 - second_beta**step)
        decay = recipe.weight_decay if value.ndim > 1 else 0
        updated[name] = value - rate * (mean / (jnp.sqrt(square) + 1e-8) + decay * value)
    return updated, (means, squares), loss


if __name__ == "__main__":
    main()
