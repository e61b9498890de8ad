#!/usr/bin/env python3
"""The Hessians of a model for `gguf convert --hessian`: for each linear layer of a Llama-like model the means of x[i] * x[j] over what
it is applied to while the model reads a text. Needs PyTorch, transformers and safetensors.

    python3 scripts/hessians.py MODEL-FOLDER --text TEXT -o hessians.safetensors

Memory: the model, and columns x columns floats for each input of a layer. --first-layer and --layers make the Hessians of some layers.
"""

from __future__ import annotations

import argparse
import re
from pathlib import Path

import torch
from safetensors.torch import save_file
from transformers import AutoModelForCausalLM, AutoTokenizer

# The linear layers of a block by their names in GGUF, with the one whose input they have.
LAYERS = {
    "self_attn.q_proj": ("attn_q", "attn_q"), "self_attn.k_proj": ("attn_k", "attn_q"), "self_attn.v_proj": ("attn_v", "attn_q"),
    "self_attn.qkv_proj": ("attn_qkv", "attn_qkv"), "self_attn.o_proj": ("attn_output", "attn_output"),
    "mlp.gate_proj": ("ffn_gate", "ffn_gate"), "mlp.up_proj": ("ffn_up", "ffn_gate"), "mlp.gate_up_proj": ("ffn_up", "ffn_up"),
    "mlp.down_proj": ("ffn_down", "ffn_down"),
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--text", type=Path, required=True, help="what the model reads, UTF-8")
    parser.add_argument("-o", "--output", type=Path, required=True)
    parser.add_argument("--context", type=int, default=512, help="tokens of a chunk (default: %(default)s)")
    parser.add_argument("--chunks", type=int, default=128, help="chunks at most (default: %(default)s)")
    parser.add_argument("--first-layer", type=int, default=0)
    parser.add_argument("--layers", type=int, help="how many (default: all behind the first)")
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    arguments = parser.parse_args()
    tokenizer = AutoTokenizer.from_pretrained(arguments.folder)
    model = AutoModelForCausalLM.from_pretrained(arguments.folder, torch_dtype="auto").to(arguments.device).eval()
    tokens = tokenizer(arguments.text.read_text(encoding="utf-8"), return_tensors="pt").input_ids[0]
    count = min(arguments.chunks, len(tokens) // arguments.context)
    if count == 0:
        parser.error(f"the text has {len(tokens)} tokens, a chunk needs {arguments.context}")
    chunks = tokens[: count * arguments.context].view(count, arguments.context).clone()
    # Where a text begins with a mark of its beginning, every chunk does, as in llama-imatrix.
    if tokens[0] == tokenizer.bos_token_id:
        chunks[:, 0] = tokenizer.bos_token_id
    end = arguments.first_layer + arguments.layers if arguments.layers else 1 << 30
    sums, aliases = collect(model, chunks, range(arguments.first_layer, end))
    if not sums:
        parser.error("the model has no layer whose names are known: " + ", ".join(LAYERS))
    metadata = {f"hessian_of.{name}": entry for name, entry in aliases.items()}
    metadata |= {"hessian.dataset": arguments.text.name, "hessian.samples": str(chunks.numel())}
    save_file({name: (total / chunks.numel()).contiguous() for name, total in sums.items()}, arguments.output, metadata)


@torch.inference_mode()
def collect(model: torch.nn.Module, chunks: torch.Tensor, layers: range) -> tuple[dict[str, torch.Tensor], dict[str, str]]:
    """For each input of layers the sum of x x^T, and the layers that have another's."""
    sums: dict[str, torch.Tensor] = {}
    aliases: dict[str, str] = {}
    for name, module in model.named_modules():
        found = re.search(r"\blayers\.(\d+)\.(.+)$", name)
        if not (found and isinstance(module, torch.nn.Linear) and found[2] in LAYERS and int(found[1]) in layers):
            continue
        own, other = (f"blk.{found[1]}.{part}.weight" for part in LAYERS[found[2]])
        if own != other:
            aliases[own] = other
            continue

        def add(_module: torch.nn.Module, inputs: tuple[torch.Tensor, ...], own: str = own) -> None:
            rows = inputs[0].reshape(-1, inputs[0].shape[-1]).float()
            product = (rows.T @ rows).cpu()
            sums[own] = sums[own] + product if own in sums else product

        module.register_forward_pre_hook(add)
    for number, chunk in enumerate(chunks, 1):
        model(chunk[None].to(model.device))
        print(f"\rchunk {number} of {len(chunks)}", end="", flush=True)
    print()
    return sums, aliases


if __name__ == "__main__":
    main()
