"""llama.cpp loads our files, and makes of them the same tokens, logits and embeddings as of the reference's. Those are
transformers' own, too, as closely as the arithmetic allows: the reference may be wrong."""

from __future__ import annotations

import subprocess
from pathlib import Path

import numpy as np

import forward
import texts

LENGTH = 200
"""Tokens that are computed with: more than the sliding window of the tiny Gemma 3."""

LONGER = {"phi3-long": 600}
"""Models that rotate otherwise beyond some length, which is run as well."""

CLOSE, CLOSE_WITH_GELU = 1e-4, 1e-2
"""Largest difference to transformers, both in F32: of logarithms of probabilities, or of elements of embeddings, whose
deviation is 1. ggml looks GELU up in a table of half precision."""
TOLERANCES = {name: CLOSE_WITH_GELU for name in (
    "gpt2", "gptneox", "bert", "bert-classes", "bert-masked", "roberta", "gemma2", "gemma3")}
# 18 layers of it: 0.031 was seen. Rounding GELU as ggml does makes 0.022 of that; where the rest comes from is not known.
TOLERANCES["gemma-3-270m"] = 0.1
# 1 is added to its norms in half precision, by the reference too (formats/architectures.md).
TOLERANCES["gemma2-f16"] = 5e-2

LAST_BITS = {"bitnet": 1e-3}
"""Largest difference of logits to the reference's, where the last bit of weights may differ (formats/errata.md)."""

Results = dict[str, np.ndarray]


class NotRun(Exception):
    """What llama.cpp says of a file that it does not load or compute with."""


def differences(runner: Path, folder: Path, theirs: Path, ours: Path, type: str) -> list[str]:
    """Between what llama.cpp makes of two files, and what transformers makes of the folder where they are in F32."""
    expected, found = results(runner, folder, theirs), results(runner, folder, ours)
    problems = differences_to_transformers(folder, found) if type == "F32" else []
    for what, values in expected.items():
        if values.shape != found[what].shape:
            problems.append(f"{what}: theirs {list(values.shape)}, ours {list(found[what].shape)}")
        elif folder.name in LAST_BITS and values.dtype == np.float32:
            problems += _far(f"{what} from the reference's", values, found[what], LAST_BITS[folder.name])
        elif values.tobytes() != found[what].tobytes():
            problems.append(f"{what}: not those of the reference's file, from {np.argmax(values != found[what])} on")
    return problems


def differences_to_transformers(folder: Path, found: Results) -> list[str]:
    problems = []
    for what, text in {"tokens": texts.PLAIN, "special tokens": texts.SPECIAL}.items():
        expected = forward.tokens(folder, text)
        if expected is not None and expected != found[what].tolist():
            problems.append(f"{what}: transformers has {_first_difference(expected, found[what].tolist())}")
    for length in _lengths(folder):
        ids, close = found["tokens"][:length], TOLERANCES.get(folder.name, CLOSE)
        for kind in forward.kinds(folder):
            expected = getattr(forward, kind)(folder, ids)
            computed = found[f"{kind} of {length}"].reshape(expected.shape)
            if kind == "logits":
                expected, computed = _log_softmax(expected), _log_softmax(computed)
            problems += _far(f"{kind} of {length} from transformers'", expected, computed, close)
    return problems


def results(runner: Path, folder: Path, model: Path) -> Results:
    """Tokens of the texts, and what is computed of the first of them, by llama.cpp."""
    found = {"tokens": _run(runner, np.int32, "tokens", model, _file(model, texts.PLAIN.encode())),
             "special tokens": _run(runner, np.int32, "tokens", model, _file(model, texts.SPECIAL.encode()))}
    for length in _lengths(folder):
        ids = _file(model, found["tokens"][:length].tobytes())
        for kind in forward.kinds(folder):
            found[f"{kind} of {length}"] = _run(runner, np.float32, kind, model, ids, length)
    return found


def _lengths(folder: Path) -> list[int]:
    length = min(LENGTH, forward.positions(folder))
    return [length, LONGER[folder.name]] if folder.name in LONGER else [length]


def _file(model: Path, data: bytes) -> Path:
    """What llama-run reads, beside a model."""
    path = model.with_suffix(".input")
    path.write_bytes(data)
    return path


def _run(runner: Path, type: type, *words: object) -> np.ndarray:
    output = Path(str(words[1])).with_suffix(".result")
    result = subprocess.run([runner, *map(str, words), output], capture_output=True, text=True)
    if result.returncode != 0:
        raise NotRun(result.stderr.strip())
    return np.fromfile(output, type)


def _first_difference(expected: list[int], found: list[int]) -> str:
    at = next((at for at, pair in enumerate(zip(expected, found)) if pair[0] != pair[1]), min(len(expected), len(found)))
    return f"{expected[at:at + 5]}, llama.cpp {found[at:at + 5]}, from {at} on ({len(expected)} and {len(found)})"


def _far(what: str, expected: np.ndarray, found: np.ndarray, close: float) -> list[str]:
    far = float(np.abs(expected - found).max())
    return [] if far <= close else [f"{what}: {far:.2g} away, which is more than {close:g}"]


def _log_softmax(logits: np.ndarray) -> np.ndarray:
    logits = logits.astype(np.float64) - logits.max(axis=-1, keepdims=True)
    return logits - np.log(np.exp(logits).sum(axis=-1, keepdims=True))
