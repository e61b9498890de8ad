"""A Llama in JAX, over the tensors of a Hugging Face checkpoint under their own names and in their own shapes."""

from __future__ import annotations

from dataclasses import dataclass

import jax
import jax.numpy as jnp

Tensors = dict[str, jax.Array]

EMBEDDING = "model.embed_tokens.weight"
FINAL_NORM = "model.norm.weight"


@dataclass(frozen=True)
class Shape:
    """The hyper-parameters. Rows are multiples of 256 long: the superblock of K-quants, TQ1_0 and TQ2_0."""

    vocabulary: int = 512
    context: int = 256
    hidden: int = 256
    feed_forward: int = 256
    layers: int = 2
    heads: int = 4
    key_value_heads: int = 2
    rope_theta: float = 10_000.0
    norm_epsilon: float = 1e-5

    @property
    def head(self) -> int:
        return self.hidden // self.heads

    def tensors(self) -> dict[str, tuple[int, ...]]:
        """The shape of every tensor, rows first. The output is the token embedding, as `tie_word_embeddings` says."""
        shapes: dict[str, tuple[int, ...]] = {EMBEDDING: (self.vocabulary, self.hidden)}
        key_value = self.key_value_heads * self.head
        for layer in range(self.layers):
            prefix = f"model.layers.{layer}"
            shapes |= {
                f"{prefix}.input_layernorm.weight": (self.hidden,),
                f"{prefix}.self_attn.q_proj.weight": (self.hidden, self.hidden),
                f"{prefix}.self_attn.k_proj.weight": (key_value, self.hidden),
                f"{prefix}.self_attn.v_proj.weight": (key_value, self.hidden),
                f"{prefix}.self_attn.o_proj.weight": (self.hidden, self.hidden),
                f"{prefix}.post_attention_layernorm.weight": (self.hidden,),
                f"{prefix}.mlp.gate_proj.weight": (self.feed_forward, self.hidden),
                f"{prefix}.mlp.up_proj.weight": (self.feed_forward, self.hidden),
                f"{prefix}.mlp.down_proj.weight": (self.hidden, self.feed_forward),
            }
        return shapes | {FINAL_NORM: (self.hidden,)}


def is_linear(name: str) -> bool:
    """Whether it is the matrix of a linear layer: those are ternary in a ternary model, embedding and norms are not."""
    return name.endswith("_proj.weight")


def initial(shape: Shape, seed: int) -> Tensors:
    tensors = {}
    for name, dims in shape.tensors().items():
        key = jax.random.fold_in(jax.random.key(seed), len(tensors))
        if len(dims) == 1:
            tensors[name] = jnp.ones(dims)
        else:
            # What writes into the residual stream starts smaller, as in GPT-2.
            residual = name.endswith(("o_proj.weight", "down_proj.weight"))
            deviation = dims[1] ** -0.5 * ((2 * shape.layers) ** -0.5 if residual else 1) if is_linear(name) else 0.02
            tensors[name] = deviation * jax.random.normal(key, dims)
    return tensors


def logits(shape: Shape, tensors: Tensors, tokens: jax.Array, inputs: dict[str, jax.Array] | None = None) -> jax.Array:
    """Logits `[batch, length, vocabulary]` for tokens `[batch, length]`, in f32.

    `inputs`, when given, is filled with what each linear layer was applied to, `[batch, length, columns]`, by the name
    of its weight: importance matrices and Hessians are sums over it.
    """

    def linear(name: str, x: jax.Array) -> jax.Array:
        if inputs is not None:
            inputs[name] = x
        return x @ tensors[name].T

    def norm(name: str, x: jax.Array) -> jax.Array:
        return tensors[name] * x * jax.lax.rsqrt(jnp.mean(x * x, axis=-1, keepdims=True) + shape.norm_epsilon)

    length = tokens.shape[1]
    frequencies = shape.rope_theta ** (-jnp.arange(0, shape.head, 2) / shape.head)
    angles = jnp.arange(length)[:, None] * frequencies
    cosine, sine = (jnp.tile(function(angles), 2)[:, None, :] for function in (jnp.cos, jnp.sin))

    def rotated(x: jax.Array) -> jax.Array:
        """Rotary position embedding of `[batch, length, heads, head]`: element i is paired with i + head / 2."""
        first, second = jnp.split(x, 2, axis=-1)
        return x * cosine + jnp.concatenate([-second, first], axis=-1) * sine

    def attention(prefix: str, x: jax.Array) -> jax.Array:
        def heads(letter: str, number: int) -> jax.Array:
            return linear(f"{prefix}.{letter}_proj.weight", x).reshape(*x.shape[:2], number, shape.head)

        # The heads of a group share one key and one value.
        group = shape.heads // shape.key_value_heads
        q, k, v = (heads(letter, number) for letter, number in
                   (("q", shape.heads), ("k", shape.key_value_heads), ("v", shape.key_value_heads)))
        q = rotated(q).reshape(*x.shape[:2], shape.key_value_heads, group, shape.head)
        scores = jnp.einsum("bqkgh,btkh->bkgqt", q, rotated(k)) * shape.head**-0.5
        scores = jnp.where(jnp.tril(jnp.ones((length, length), bool)), scores, -jnp.inf)
        mixed = jnp.einsum("bkgqt,btkh->bqkgh", jax.nn.softmax(scores), v)
        return linear(f"{prefix}.o_proj.weight", mixed.reshape(x.shape))

    def feed_forward(prefix: str, x: jax.Array) -> jax.Array:
        gate = jax.nn.silu(linear(f"{prefix}.gate_proj.weight", x))
        return linear(f"{prefix}.down_proj.weight", gate * linear(f"{prefix}.up_proj.weight", x))

    x = tensors[EMBEDDING][tokens]
    for layer in range(shape.layers):
        prefix = f"model.layers.{layer}"
        x += attention(f"{prefix}.self_attn", norm(f"{prefix}.input_layernorm.weight", x))
        x += feed_forward(f"{prefix}.mlp", norm(f"{prefix}.post_attention_layernorm.weight", x))
    return norm(FINAL_NORM, x) @ tensors[EMBEDDING].T


def ternary(weights: jax.Array) -> jax.Array:
    """Every weight as -1, 0 or 1 times the mean magnitude of them all (BitNet b1.58, arXiv:2402.17764).

    The scale is rounded to BF16, so that the products are BF16 and F16 numbers, and a checkpoint holds them exactly.
    """
    scale = jnp.mean(jnp.abs(weights)).astype(jnp.bfloat16).astype(jnp.float32)
    return scale * jnp.clip(jnp.round(weights / scale), -1, 1)


def with_ternary_layers(tensors: Tensors) -> Tensors:
    """The tensors with ternary linear layers. Gradients pass to the weights unchanged (straight-through)."""
    return {name: value + jax.lax.stop_gradient(ternary(value) - value) if is_linear(name) else value
            for name, value in tensors.items()}
