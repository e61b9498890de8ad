"""Made-up models: their headers are real, their weights are holes in the file unless they are asked for. Enough to ask
which type a tensor gets."""

from __future__ import annotations

import struct
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

ALIGNMENT = 32
U32, F32, BOOL, STRING, ARRAY = 4, 6, 7, 8, 9


@dataclass
class Model:
    name: str
    architecture: str
    layers: int
    heads: int
    kv_heads: int
    per_layer: dict[str, list[int]]
    """Shapes, outermost first, of the tensors of each layer, by their names behind `blk.N.`."""
    whole: dict[str, list[int]] = field(default_factory=dict)
    """Of the other tensors."""
    experts: int = 0
    keys: dict[str, int | float | bool | list[int]] = field(default_factory=dict)
    """More of the architecture's."""

    def tensors(self) -> dict[str, list[int]]:
        layers = {f"blk.{layer}.{name}": shape for layer in range(self.layers)
                  for name, shape in self.per_layer.items()}
        return self.whole | layers

    def metadata(self) -> dict[str, object]:
        own = {"context_length": 512, "embedding_length": 256, "block_count": self.layers, "feed_forward_length": 512,
               "attention.head_count": self.heads, "attention.head_count_kv": self.kv_heads,
               "attention.layer_norm_rms_epsilon": 1e-5}
        if self.experts:
            own |= {"expert_count": self.experts, "expert_used_count": 2}
        pairs = {f"{self.architecture}.{key}": value for key, value in (own | self.keys).items()}
        return {"general.architecture": self.architecture, "general.name": self.name,
                "general.file_type": 0} | pairs | {"general.quantization_version": 2}

    def write(self, path: Path, weights: np.random.Generator | None = None) -> Path:
        """
        :param weights: Where they come from; None for holes.
        """
        metadata, tensors = self.metadata(), self.tensors()
        header = b"GGUF" + struct.pack("<IQQ", 3, len(tensors), len(metadata))
        for key, value in metadata.items():
            header += _string(key) + _value(value)
        offset = 0
        for name, shape in tensors.items():
            header += _string(name) + struct.pack(f"<I{len(shape)}QIQ", len(shape), *reversed(shape), 0, offset)
            count = 1
            for dimension in shape:
                count *= dimension
            offset += -(-count * 4 // ALIGNMENT) * ALIGNMENT
        start = -(-len(header) // ALIGNMENT) * ALIGNMENT
        with path.open("wb") as file:
            file.write(header)
            file.truncate(start + offset)
            if weights is not None:
                file.seek(start)
                file.write(weights.standard_normal(offset // 4, dtype=np.float32).tobytes())
        return path


def _string(text: str) -> bytes:
    return struct.pack("<Q", len(text.encode())) + text.encode()


def _value(value: object) -> bytes:
    if isinstance(value, bool):
        return struct.pack("<IB", BOOL, value)
    if isinstance(value, int):
        return struct.pack("<II", U32, value)
    if isinstance(value, float):
        return struct.pack("<If", F32, value)
    if isinstance(value, str):
        return struct.pack("<I", STRING) + _string(value)
    assert isinstance(value, list)
    return struct.pack("<IIQ", ARRAY, U32, len(value)) + b"".join(struct.pack("<I", item) for item in value)


def _llama(row: int = 256, inner: int = 512) -> dict[str, list[int]]:
    return {"attn_norm.weight": [row], "attn_q.weight": [64, row], "attn_k.weight": [8, row], "attn_v.weight": [8, row],
            "attn_output.weight": [row, 256], "ffn_norm.weight": [row], "ffn_gate.weight": [8, row],
            "ffn_up.weight": [8, row], "ffn_down.weight": [8, inner]}


def _whole(row: int = 256, tied: bool = False) -> dict[str, list[int]]:
    whole = {"token_embd.weight": [16, row], "output_norm.weight": [row], "rope_freqs.weight": [32]}
    return whole if tied else whole | {"output.weight": [16, row]}


_experts = {"attn_q.weight": [64, 256], "attn_k.weight": [8, 256], "attn_v.weight": [8, 256],
            "attn_output.weight": [8, 256], "ffn_gate_inp.weight": [8, 256], "ffn_gate_exps.weight": [8, 4, 256],
            "ffn_up_exps.weight": [8, 4, 256], "ffn_down_exps.weight": [8, 4, 512]}
_apart = {"attn_v.weight": [8, 256], "attn_output.weight": [8, 256]} | {
    f"ffn_{part}.{expert}.weight": [8, 256] for part in ("down", "gate", "up") for expert in range(8)}
_falcon = {"attn_norm.weight": [256], "attn_norm.bias": [256], "attn_qkv.weight": [80, 256],
           "attn_output.weight": [8, 256], "ffn_up.weight": [8, 256], "ffn_down.weight": [8, 512]}
_bert = {"attn_q.weight": [8, 256], "attn_q.bias": [256], "attn_k.weight": [8, 256], "attn_v.weight": [8, 256],
         "attn_output.weight": [8, 256], "attn_output_norm.weight": [256], "ffn_up.weight": [8, 256],
         "ffn_down.weight": [8, 512], "layer_output_norm.weight": [256]}
_deepseek = {"attn_norm.weight": [256], "attn_q_a.weight": [8, 256], "attn_q_a_norm.weight": [256],
             "attn_q_b.weight": [8, 256], "attn_kv_a_mqa.weight": [8, 256], "attn_k_b.weight": [4, 8, 128],
             "attn_v_b.weight": [4, 8, 512], "attn_kv_b.weight": [8, 256], "attn_output.weight": [8, 256],
             "ffn_gate_inp.weight": [8, 256], "exp_probs_b.bias": [8], "ffn_down_exps.weight": [8, 4, 256],
             "ffn_gate_exps.weight": [8, 4, 256], "ffn_up_exps.weight": [8, 4, 256], "ffn_down_shexp.weight": [8, 256],
             "ffn_gate_shexp.weight": [8, 256], "ffn_up_shexp.weight": [8, 256]}
_mamba = {"attn_norm.weight": [256], "ssm_in.weight": [8, 256], "ssm_conv1d.weight": [8, 4], "ssm_conv1d.bias": [8],
          "ssm_x.weight": [8, 512], "ssm_dt.weight": [512, 32], "ssm_dt.bias": [512], "ssm_a": [512, 16], "ssm_d": [512],
          "ssm_out.weight": [8, 512]}
_rwkv = {"attn_norm.weight": [256], "time_mix_w1.weight": [64, 256], "time_mix_w2.weight": [5, 256, 32],
         "time_mix_lerp_x.weight": [1, 1, 256], "time_mix_first.weight": [4, 64], "time_mix_decay.weight": [1, 1, 256],
         "time_mix_decay_w1.weight": [64, 256], "time_mix_decay_w2.weight": [8, 64], "time_mix_key.weight": [8, 256],
         "time_mix_value.weight": [8, 256], "time_mix_output.weight": [8, 256], "channel_mix_key.weight": [8, 256],
         "channel_mix_value.weight": [8, 512]}
_gemma3n = _llama() | {"altup_correct_coef.weight": [4, 4], "altup_router.weight": [4, 256], "laurel_l.weight": [64, 256],
                       "inp_gate.weight": [8, 256], "proj.weight": [8, 256]}

MODELS = (
    Model("gqa-1", "llama", 22, 8, 8, _llama(), _whole()),
    Model("gqa-4", "llama", 32, 32, 8, _llama(), _whole()),
    Model("gqa-8-of-80-layers", "llama", 80, 64, 8, _llama(), _whole()),
    Model("gqa-1-of-80-layers", "llama", 80, 64, 64, _llama(), _whole()),
    Model("qwen2-of-80-layers", "qwen2", 80, 64, 64, _llama(), _whole()),
    Model("heads-by-layer", "llama", 4, 8, 2, _llama(), _whole(),
          keys={"attention.head_count": [8, 8, 8, 8], "attention.head_count_kv": [2, 8, 8, 8]}),
    Model("three-layers", "llama", 3, 8, 8, _llama(), _whole()),
    Model("tied", "llama", 16, 32, 8, _llama(), _whole(tied=True)),
    Model("rows-of-96", "llama", 16, 8, 8, _llama(row=96, inner=288), _whole(row=96)),
    Model("rows-of-80", "llama", 16, 8, 8, _llama(row=80, inner=256), _whole(row=80, tied=True)),
    Model("eight-experts", "llama", 32, 32, 8, _experts, _whole(), experts=8),
    Model("experts-apart", "llama", 12, 32, 8, _apart, _whole(), experts=8),
    Model("sixty-four-experts", "deepseek2", 27, 16, 1, _deepseek, _whole(), experts=64,
          keys={"leading_dense_block_count": 1, "attention.q_lora_rank": 256, "attention.kv_lora_rank": 512,
                "attention.key_length": 576, "attention.value_length": 512, "attention.key_length_mla": 192,
                "attention.value_length_mla": 128, "expert_feed_forward_length": 256, "expert_shared_count": 2,
                "expert_weights_scale": 1.0, "rope.dimension_count": 64}),
    Model("falcon", "falcon", 32, 71, 1, _falcon, _whole(), keys={"attention.layer_norm_epsilon": 1e-5}),
    Model("bert", "bert", 12, 4, 4, _bert,
          {"token_embd.weight": [16, 256], "position_embd.weight": [16, 256], "token_types.weight": [2, 256],
           "token_embd_norm.weight": [256]}, keys={"attention.layer_norm_epsilon": 1e-12, "attention.causal": False}),
    Model("mamba", "mamba", 24, 0, 0, _mamba, _whole(tied=True),
          keys={"ssm.conv_kernel": 4, "ssm.inner_size": 512, "ssm.state_size": 16, "ssm.time_step_rank": 32}),
    Model("rwkv6", "rwkv6", 24, 0, 0, _rwkv, _whole(),
          keys={"attention.layer_norm_epsilon": 1e-5, "wkv.head_size": 64, "time_mix_extra_dim": 32,
                "time_decay_extra_dim": 64, "rescale_every_n_layers": 6}),
    Model("gemma3n", "gemma3n", 30, 8, 2, _gemma3n,
          _whole(tied=True) | {"per_layer_token_embd.weight": [16, 512], "per_layer_model_proj.weight": [8, 256],
                               "altup_proj.weight": [3, 8, 256]},
          keys={"attention.sliding_window": 512, "rope.freq_base": 1000000.0}),
    Model("nanbeige", "nanbeige", 16, 8, 8, _llama(), _whole(), keys={"num_loops": 2}),
)
