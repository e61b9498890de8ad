"""Models of each architecture: every tensor's type, shape and bytes, and every metadata value, are what llama.cpp's
converter and llama-quantize behind it write."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

TOP = Path(__file__).resolve().parent.parent.parent
sys.path[:0] = [str(TOP / "Benchmarks"), str(TOP / "Conformance")]

import make_models
import peer
import reference

TYPES = ("F32", "BF16", "Q8_0", "Q4_K_M")
PRE_TOKENIZER = ("--pre-tokenizer", "gpt-2")
LAST_BITS = {"bitnet"}
"""Models of whose F32 weights the last bit may differ (formats/errata.md)."""
NOT_BY_THE_CONVERTER = {"general.file_type", "general.quantization_version"}
"""Keys that llama-quantize sets in every file, and the converter not in every one."""


def main() -> int:
    binary, names = Path(sys.argv[1]).resolve(), sys.argv[2:] or list(make_models.MODELS)
    llama, quantize = peer.sources(), peer.build_quantize()
    passed = failed = 0
    with tempfile.TemporaryDirectory(prefix="gguf-models-") as temporary:
        for name in names:
            folder = make_models.write(name, Path(temporary))
            for type in TYPES:
                differences = compare(binary, llama, quantize, folder, type)
                for difference in differences[:10]:
                    print(f"FAIL {name} {type}: {difference}", flush=True)
                if not differences:
                    print(f"ok  {name} {type}", flush=True)
                passed, failed = passed + (not differences), failed + bool(differences)
    print(f"{passed} passed, {failed} failed")
    return 1 if failed or not passed else 0


def compare(binary: Path, llama: Path, quantize: Path, folder: Path, type: str) -> list[str]:
    theirs, ours = folder.parent / "theirs.gguf", folder.parent / "ours.gguf"
    reference.convert(llama, folder, theirs, type if type in ("F32", "BF16") else "F32")
    if type not in ("F32", "BF16"):
        quantized = folder.parent / "quantized.gguf"
        subprocess.run([quantize, theirs, quantized, type, "1"], check=True, capture_output=True)
        theirs = quantized
    command = [binary, "convert", folder, "-o", ours, "--type", type, "--force", "--quiet", "--no-verify"]
    result = subprocess.run([*command, *PRE_TOKENIZER], capture_output=True, text=True)
    if result.returncode != 0 and "pre-tokenizer" in result.stderr:
        result = subprocess.run(command, capture_output=True, text=True)
    if result.returncode != 0:
        return [f"exit code {result.returncode}: {result.stderr.strip()}"]
    return differences(theirs, ours, folder.name)


def differences(theirs: Path, ours: Path, name: str) -> list[str]:
    import gguf
    import numpy as np

    found = []
    a, b = gguf.GGUFReader(theirs), gguf.GGUFReader(ours)
    keys = [{field.name: ([type.name for type in field.types], field.contents()) for field in reader.fields.values()
             if not field.name.startswith("GGUF.")} for reader in (a, b)]
    for key in sorted(keys[0].keys() | keys[1].keys()):
        if keys[0].get(key) != keys[1].get(key) and not (key in NOT_BY_THE_CONVERTER and key not in keys[0]):
            found.append(f"metadata key {key}: theirs {str(keys[0].get(key))[:100]}, ours {str(keys[1].get(key))[:100]}")
    tensors = [{tensor.name: tensor for tensor in reader.tensors} for reader in (a, b)]
    for tensor in sorted(tensors[0].keys() | tensors[1].keys()):
        left, right = (side.get(tensor) for side in tensors)
        if left is None or right is None:
            found.append(f"tensor {tensor}: only in {'ours' if left is None else 'theirs'}")
        elif (left.tensor_type, list(left.shape)) != (right.tensor_type, list(right.shape)):
            found.append(f"tensor {tensor}: theirs {left.tensor_type.name} {list(left.shape)}, "
                         f"ours {right.tensor_type.name} {list(right.shape)}")
        elif left.data.tobytes() != right.data.tobytes():
            if name in LAST_BITS and left.tensor_type == gguf.GGMLQuantizationType.F32 and np.array_equal(
                    left.data, right.data) is False and np.allclose(left.data, right.data, rtol=2e-7, atol=0):
                continue
            found.append(f"tensor {tensor}: the bytes differ")
    return found


if __name__ == "__main__":
    sys.exit(main())
