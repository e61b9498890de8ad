"""BERT in numpy: what it makes of tokens, and what its linear layers are applied to."""

from __future__ import annotations

import math
from pathlib import Path

import gguf
import numpy as np

_erf = np.vectorize(math.erf, otypes=[np.float32])


class Bert:
    """A GGUF file in F32."""

    def __init__(self, path: Path) -> None:
        reader = gguf.GGUFReader(path)

        def value(key: str):
            return reader.fields[f"bert.{key}"].contents()

        self._layers, self._heads = value("block_count"), value("attention.head_count")
        self._epsilon = value("attention.layer_norm_epsilon")
        self._tensors = {tensor.name: tensor.data for tensor in reader.tensors}
        self.squares: dict[str, np.ndarray] = {}
        """For each matrix and column of it, the sum of the squares of what it was applied to, of all texts so far."""
        self.tokens = 0
        """In those texts."""

    def __call__(self, tokens: np.ndarray) -> np.ndarray:
        """The embedding of each token of a text, `[tokens, size]`."""
        self.tokens += len(tokens)
        x = self._tensors["token_embd.weight"][tokens] + self._tensors["position_embd.weight"][:len(tokens)]
        x = self._norm("token_embd_norm", x + self._tensors["token_types.weight"][0])
        for layer in range(self._layers):
            x = self._layer(f"blk.{layer}", x)
        return x

    def _layer(self, layer: str, x: np.ndarray) -> np.ndarray:
        q, k, v = (self._linear(f"{layer}.attn_{part}", x).reshape(len(x), self._heads, -1).transpose(1, 0, 2) for part in "qkv")
        scores = q @ k.transpose(0, 2, 1) / math.sqrt(q.shape[-1])
        weights = np.exp(scores - scores.max(axis=-1, keepdims=True))
        heads = weights / weights.sum(axis=-1, keepdims=True) @ v
        attended = self._linear(f"{layer}.attn_output", heads.transpose(1, 0, 2).reshape(x.shape))
        x = self._norm(f"{layer}.attn_output_norm", x + attended)
        up = self._linear(f"{layer}.ffn_up", x)
        gelu = up * (1 + _erf(up / math.sqrt(2))) / 2
        return self._norm(f"{layer}.layer_output_norm", x + self._linear(f"{layer}.ffn_down", gelu))

    def _linear(self, name: str, x: np.ndarray) -> np.ndarray:
        weight = f"{name}.weight"
        self.squares[weight] = self.squares.get(weight, 0) + np.square(x, dtype=np.float64).sum(axis=0)
        return x @ self._tensors[weight].T + self._tensors[f"{name}.bias"]

    def _norm(self, name: str, x: np.ndarray) -> np.ndarray:
        x = x - x.mean(axis=-1, keepdims=True)
        x = x / np.sqrt(np.square(x).mean(axis=-1, keepdims=True) + self._epsilon)
        return x * self._tensors[f"{name}.weight"] + self._tensors[f"{name}.bias"]
