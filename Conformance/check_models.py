"""Models of each architecture, converted from tiny Hugging Face folders: metadata and tensors are those that llama.cpp's
converter and llama-quantize wrote when models/record.py recorded their digests."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from report import Report, require_equal
from tool import Tool

sys.path.append(str(Path(__file__).resolve().parent / "models"))

import folders
from digest import digests

OPTIONS = {kind: ("--pre-tokenizer", "gpt-2") for kind in ("byte_pairs", "word_piece")}
"""By the tokenizer. The converter knows no made-up vocabulary; both are told that it is cut as GPT-2 does."""


def run(report: Report, tool: Tool, folder: Path, seed: int) -> None:
    expected = json.loads(folders.DIGESTS.read_text())
    report.check("models: a digest of each that is recorded", lambda: require_equal("models", sorted(expected), folders.names()))
    for name, types in expected.items():
        report.check(f"model {name}", lambda: _require_digests(tool, folders.write(name, folder), types))


def _require_digests(tool: Tool, model: Path, types: dict[str, dict[str, str]]) -> str:
    output = model.parent / f"{model.name}.gguf"
    options = OPTIONS.get(folders.tokenizer(model.name), ())
    for type, expected in types.items():
        tool.quantize(model, output, type, *options)
        for of, digest in digests(output, type).items():
            require_equal(f"digest of {of}, {type}", digest, expected[of])
    return ", ".join(types)
