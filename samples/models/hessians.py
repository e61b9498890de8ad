#!/usr/bin/env python3
"""The Hessians of a model beside this file, for `gguf convert --hessian`: for each linear layer the second moments of what it
was applied to while the model read stories, the means of x[i] * x[j]. Layers that are applied to the same share one.

python3 samples/models/hessians.py samples/models/stories-0.9M -o hessians.safetensors
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

os.environ.setdefault("JAX_PLATFORMS", "cpu")
os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
sys.dont_write_bytecode = True

import numpy as np
from safetensors.numpy import save_file

import checkpoint
import llama
import stories
from calibrate import BOOKS, CHUNKS, SEED, gguf_name
from evaluate import chunks


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("-o", "--output", type=Path, required=True)
    parser.add_argument("--seed", type=int, default=SEED, help="of the stories (default: %(default)s)")
    arguments = parser.parse_args()
    shape, tokenizer, tensors = checkpoint.read(arguments.folder)
    cut = chunks(tokenizer, "".join(stories.books(arguments.seed, BOOKS)), shape.context)[:CHUNKS]
    sums: dict[str, np.ndarray] = {}
    aliases: dict[str, str] = {}
    for chunk in cut:
        inputs: dict = {}
        llama.logits(shape, tensors, chunk[None], inputs)
        first: dict[int, str] = {}
        for name, x in inputs.items():
            # Layers that share their input were given the same array.
            if first.setdefault(id(x), name) != name:
                aliases[gguf_name(name)] = gguf_name(first[id(x)])
                continue
            rows = np.asarray(x, np.float64).reshape(-1, x.shape[-1])
            sums[gguf_name(name)] = sums.get(gguf_name(name), 0) + rows.T @ rows
    metadata = {f"hessian_of.{name}": entry for name, entry in aliases.items()}
    metadata |= {"hessian.dataset": f"stories.py, seed {arguments.seed}", "hessian.samples": str(cut.size)}
    save_file({name: (total / cut.size).astype(np.float32) for name, total in sums.items()}, arguments.output, metadata)


if __name__ == "__main__":
    main()
