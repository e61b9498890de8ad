"""Models of each architecture: every tensor's type, shape and bytes, and every metadata value, are what llama.cpp's
converter and llama-quantize behind it write; and llama.cpp computes with them as it should (running.py)."""

from __future__ import annotations

import filecmp
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

TOP = Path(__file__).resolve().parent.parent.parent
sys.path[:0] = [str(TOP / "Benchmarks"), str(TOP / "Conformance")]

import calibration
import make_models
import peer
import rebuild
import reference
import running

TYPES = ("F32", "BF16", "Q8_0", "Q4_K_M")
PRE_TOKENIZER = ("--pre-tokenizer", "gpt-2")
LAST_BITS = {"bitnet"}
"""Models of whose F32 weights the last bit may differ, and so what K-quants make of them (formats/errata.md)."""
NOT_BY_THE_CONVERTER = {"general.file_type"}
"""Keys that llama-quantize sets in every file, and the converter not in every one (formats/errata.md)."""


@dataclass(frozen=True)
class Programs:
    gguf: Path
    llama: Path
    """The sources of llama.cpp, whose converter runs in this process."""
    quantize: Path
    run: Path


def main() -> int:
    names = sys.argv[2:] or [*make_models.MODELS, *rebuild.MODELS, calibration.NAME]
    programs = Programs(Path(sys.argv[1]).resolve(), peer.sources(), peer.build_quantize(), peer.build_runner())
    if names == ["--record"]:
        import record

        return record.main(lambda folder, type: compare_files(programs, folder, type), TYPES, LAST_BITS)
    passed = failed = 0
    for name in names:
        with tempfile.TemporaryDirectory(prefix="gguf-models-") as temporary:
            for label, differences in checks(programs, name, Path(temporary)):
                for difference in differences[:10]:
                    print(f"FAIL {label}: {difference}", flush=True)
                if not differences:
                    print(f"ok  {label}", flush=True)
                passed, failed = passed + (not differences), failed + bool(differences)
    print(f"{passed} passed, {failed} failed")
    return 1 if failed or not passed else 0


def checks(programs: Programs, name: str, temporary: Path) -> Iterator[tuple[str, list[str]]]:
    """What is looked at under a name, and what differs."""
    if name == calibration.NAME:
        yield name, calibration.differences(programs.gguf, programs.llama, temporary)
        return
    if name in rebuild.MODELS:
        folder = rebuild.write(programs.llama, name, temporary)
    else:
        folder = make_models.write(name, temporary)
    for type in TYPES:
        yield f"{name} {type}", compare(programs, folder, type)


def compare(programs: Programs, folder: Path, type: str) -> list[str]:
    """What differs in the files, and in what llama.cpp makes of them."""
    found, theirs, ours = compare_files(programs, folder, type)
    if not ours.exists():
        return found
    try:
        found += running.differences(programs.run, folder, theirs, ours, type)
    except running.NotRun as error:
        found.append(f"llama.cpp does not run it: {error}")
    return found


def compare_files(programs: Programs, folder: Path, type: str) -> tuple[list[str], Path, Path]:
    """What differs in the files, and the files: theirs and ours."""
    theirs = reference.write(programs.llama, programs.quantize, folder, type)
    ours = folder.parent / "ours.gguf"
    ours.unlink(missing_ok=True)
    command = [programs.gguf, "convert", folder, "-o", ours, "--type", type, "--force", "--quiet", "--no-verify"]
    made_up = () if folder.name in reference.PUBLISHED else PRE_TOKENIZER
    result = subprocess.run([*command, *made_up], capture_output=True, text=True)
    if result.returncode != 0 and made_up and "pre-tokenizer" in result.stderr:
        result = subprocess.run(command, capture_output=True, text=True)
    if result.returncode != 0:
        return [f"exit code {result.returncode}: {result.stderr.strip()}"], theirs, ours
    return [] if filecmp.cmp(theirs, ours, shallow=False) else differences(theirs, ours, folder.name), theirs, ours


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
            # The last bit of F32 weights; K-quants may choose other scales then, which is less than what they lose anyway.
            values = [gguf.quants.dequantize(side.data, side.tensor_type) for side in (left, right)]
            far = np.linalg.norm(values[0] - values[1]) / np.linalg.norm(values[0])
            if name in LAST_BITS and far < (2e-7 if left.tensor_type == gguf.GGMLQuantizationType.F32 else 0.01):
                continue
            found.append(f"tensor {tensor}: the bytes differ")
    return found


if __name__ == "__main__":
    sys.exit(main())
