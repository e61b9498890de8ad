"""scripts/hessians.py on the little model of samples/models: what its layers are applied to is what the importance matrix beside it
says, and `gguf convert --hessian` takes the file and leaves less error."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
from safetensors import safe_open

TOP = Path(__file__).resolve().parent.parent.parent
MODELS = TOP / "samples" / "models"
MODEL = MODELS / "stories-0.9M"
NAME = "hessians"
TOLERANCE = 0.01
"""Of the diagonal, in relation: transformers computes in BF16, the matrix is of F32."""
SEED, BOOKS, CHUNKS, CONTEXT = 3, 40, 32, 256
"""As samples/models/calibrate.py has them."""


def differences(program: Path, llama: Path, folder: Path) -> list[str]:
    """What is wrong; the sources of llama.cpp have the package gguf."""
    sys.path += [str(MODELS), str(llama / "gguf-py")]
    import stories

    text, hessians = folder / "stories.txt", folder / "hessians.safetensors"
    text.write_text("".join(stories.books(SEED, BOOKS)), encoding="utf-8")
    subprocess.run([sys.executable, TOP / "scripts" / "hessians.py", MODEL, "--text", text, "--context", str(CONTEXT), "--chunks",
                    str(CHUNKS), "-o", hessians], check=True, stdout=subprocess.DEVNULL)
    found = _differences_of_diagonals(hessians)
    report = json.loads(subprocess.run(
        [program, "convert", MODEL, "-o", folder / "fed-back.gguf", "--type", "Q4_0", "--hessian", hessians, "--json", "--quiet"],
        check=True, capture_output=True).stdout)
    fed_back = [tensor for tensor in report["tensors"] if "outputError" in tensor]
    if len(fed_back) != 14:
        found.append(f"errors of {len(fed_back)} tensors were fed back, expected 14")
    for tensor in fed_back:
        left, without = tensor["outputError"]["relativeRMSE"], tensor["outputError"]["relativeRMSEWithoutFeedback"]
        if not left < 0.9 * without:
            found.append(f"{tensor['name']}: {left} of its output is left, without feedback {without}")
    return found


def _differences_of_diagonals(hessians: Path) -> list[str]:
    import gguf

    sums = {tensor.name: tensor.data.reshape(-1) for tensor in gguf.GGUFReader(MODELS / f"{MODEL.name}.imatrix.gguf").tensors}
    found = []
    with safe_open(hessians, "numpy") as file:
        names = {name: name for name in file.keys()}
        prefix = "hessian_of."
        names |= {key.removeprefix(prefix): entry for key, entry in file.metadata().items() if key.startswith(prefix)}
        expected = {name.removesuffix(".in_sum2") for name in sums if name.endswith(".in_sum2")}
        if set(names) != expected:
            found.append(f"Hessians of {sorted(names)}, expected {sorted(expected)}")
        for name in sorted(expected & set(names)):
            diagonal = np.diag(file.get_tensor(names[name]))
            mean = sums[f"{name}.in_sum2"] / sums[f"{name}.counts"]
            distance = float(np.linalg.norm(diagonal - mean) / np.linalg.norm(mean))
            if distance > TOLERANCE:
                found.append(f"{name}: the diagonal is {distance:.2%} from the importance matrix")
    return found
