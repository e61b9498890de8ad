#!/usr/bin/env python3
"""The importance matrix of a model beside this file, as llama-imatrix writes it: for each column of each linear layer, the sum
of the squares of what it was applied to while the model read stories.

python3 samples/models/calibrate.py samples/models/stories-0.9M -o samples/models/stories-0.9M.imatrix.gguf
"""

from __future__ import annotations

import argparse
import os
import re
import sys
from pathlib import Path

os.environ.setdefault("JAX_PLATFORMS", "cpu")
os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
sys.dont_write_bytecode = True

import gguf
import numpy as np

import checkpoint
import llama
import stories
from evaluate import chunks

SEED, BOOKS, CHUNKS = 3, 40, 32
NAMES = {"self_attn.q_proj": "attn_q", "self_attn.k_proj": "attn_k", "self_attn.v_proj": "attn_v",
         "self_attn.o_proj": "attn_output", "mlp.gate_proj": "ffn_gate", "mlp.up_proj": "ffn_up",
         "mlp.down_proj": "ffn_down"}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("-o", "--output", type=Path, required=True)
    arguments = parser.parse_args()
    shape, tokenizer, tensors = checkpoint.read(arguments.folder)
    cut = chunks(tokenizer, "".join(stories.books(SEED, BOOKS)), shape.context)[:CHUNKS]
    sums: dict[str, np.ndarray] = {}
    for chunk in cut:
        inputs: dict = {}
        llama.logits(shape, tensors, chunk[None], inputs)
        for name, x in inputs.items():
            squares = np.square(np.asarray(x, np.float64)).sum(axis=(0, 1))
            sums[name] = sums.get(name, 0) + squares
    write(arguments.output, sums, tokens=cut.size, chunks=len(cut), chunk_size=shape.context)


def write(path: Path, sums: dict[str, np.ndarray], tokens: int, chunks: int, chunk_size: int) -> None:
    writer = gguf.GGUFWriter(path, "imatrix", use_temp_file=False)
    writer.add_type("imatrix")
    writer.add_array("imatrix.datasets", [f"stories.py, seed {SEED}"])
    writer.add_uint32("imatrix.chunk_count", chunks)
    writer.add_uint32("imatrix.chunk_size", chunk_size)
    for name, values in sums.items():
        writer.add_tensor(f"{gguf_name(name)}.in_sum2", values.astype(np.float32).reshape(1, -1))
        writer.add_tensor(f"{gguf_name(name)}.counts", np.full((1, 1), tokens, np.float32))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def gguf_name(name: str) -> str:
    layer, part = re.fullmatch(r"model\.layers\.(\d+)\.(.+)\.weight", name).groups()
    return f"blk.{layer}.{NAMES[part]}.weight"


if __name__ == "__main__":
    main()
