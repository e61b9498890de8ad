"""Tiny Hugging Face models without transformers: the small files of recorded/, and weights that arithmetic makes.

recorded/NAME has what transformers wrote of each model of make_models.py but its weights and its tokenizer, and tensors.json:
which tokenizer of recorded/tokenizers it has, and the name, type and shape of each tensor. record.py writes them.
"""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np

RECORDED = Path(__file__).resolve().parent / "recorded"
TOKENIZERS = RECORDED / "tokenizers"
DIGESTS = RECORDED / "digests.json"
TENSORS = "tensors.json"


def names() -> list[str]:
    return sorted(path.parent.name for path in RECORDED.glob(f"*/{TENSORS}"))


def tokenizer(name: str) -> str:
    """Its name in recorded/tokenizers."""
    return _description(name)["tokenizer"]


def _description(name: str) -> dict:
    return json.loads((RECORDED / name / TENSORS).read_text())


def write(name: str, folder: Path) -> Path:
    """The folder of a recorded model, made below `folder`."""
    made = folder / name
    shutil.copytree(RECORDED / name, made, ignore=shutil.ignore_patterns(TENSORS))
    shutil.copytree(TOKENIZERS / tokenizer(name), made, dirs_exist_ok=True)
    for seed, (file, tensors) in enumerate(_description(name)["files"].items()):
        _write_safetensors(made / file, tensors, seed)
    return made


def _write_safetensors(path: Path, tensors: dict[str, list], seed: int) -> None:
    header, data = {"__metadata__": {"format": "pt"}}, bytearray()
    for number, (name, (type, *shape)) in enumerate(tensors.items()):
        begin = len(data)
        data += weights(type, shape, seed << 32 | number)
        header[name] = {"dtype": type, "shape": shape, "data_offsets": [begin, len(data)]}
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    path.write_bytes(len(text).to_bytes(8, "little") + text + data)


def weights(type: str, shape: list[int], seed: int) -> bytes:
    """Weights of about the size that trained ones have; those of vectors, which are norms and biases, from 0.5 to 1.5. Bytes
    hold four ternary weights each."""
    count = int(np.prod(shape))
    numbers = _splitmix64(np.arange(count, dtype=np.uint64) + (np.uint64(seed) << np.uint64(24)))
    if type == "U8":
        codes = [numbers >> np.uint64(8 * lane) & np.uint64(0xFF) for lane in range(4)]
        return sum(code % np.uint64(3) << np.uint64(2 * lane) for lane, code in enumerate(codes)).astype(np.uint8).tobytes()
    # 24 bits, which F32 holds: from -1 to 1.
    uniform = (numbers >> np.uint64(40)).astype(np.float32) / np.float32(1 << 23) - np.float32(1)
    values = uniform * np.float32(0.0625) if len(shape) > 1 else uniform / np.float32(2) + np.float32(1)
    if type == "BF16":
        return (values.view(np.uint32) >> np.uint32(16)).astype(np.uint16).tobytes()
    return values.astype({"F32": np.float32, "F16": np.float16}[type]).tobytes()


def _splitmix64(state: np.ndarray) -> np.ndarray:
    """Steele, Lea and Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014."""
    with np.errstate(over="ignore"):
        mixed = state * np.uint64(0x9E3779B97F4A7C15)
        mixed = (mixed ^ mixed >> np.uint64(30)) * np.uint64(0xBF58476D1CE4E5B9)
        mixed = (mixed ^ mixed >> np.uint64(27)) * np.uint64(0x94D049BB133111EB)
        return mixed ^ mixed >> np.uint64(31)
