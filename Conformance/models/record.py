"""Records tiny models of each architecture, and digests of what llama.cpp's converter and llama-quantize make of them, for
`make conformance`, which has neither PyTorch nor the converter.

    sh Conformance/models/run.sh GGUF_BINARY --record
"""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

import folders
import make_models
import tokenizers_made
from digest import digests

KINDS = {"byte_pairs": tokenizers_made.byte_pairs, "sentence_piece": tokenizers_made.sentence_piece,
         "sentence_piece_without_prefix": tokenizers_made.sentence_piece_without_prefix,
         "word_piece": tokenizers_made.word_piece}


Compare = Callable[[Path, str], tuple[list[str], Path, Path]]
"""What differs in a folder's files of a type, and the files: theirs and ours."""


def main(compare: Compare, types: tuple[str, ...], last_bits: set[str]) -> int:
    """Writes recorded/, with digests only where `compare` finds no difference between ours and theirs.

    Of models in `last_bits`, which may differ from theirs in the last bit, it is our files that are recorded.
    """
    shutil.rmtree(folders.RECORDED, ignore_errors=True)
    for kind, make in KINDS.items():
        path = folders.TOKENIZERS / kind
        path.mkdir(parents=True)
        make(path)
    found, failed = {}, 0
    with tempfile.TemporaryDirectory(prefix="gguf-record-") as temporary:
        for name in make_models.MODELS:
            _record(make_models.write(name, Path(temporary) / "made"), folders.RECORDED / name)
            made = folders.write(name, Path(temporary) / "weights")
            found[name] = {}
            for type in types:
                differences, theirs, ours = compare(made, type)
                failed += bool(differences)
                print(f"{'FAIL' if differences else 'ok '} {name} {type} {differences[:3]}", flush=True)
                found[name][type] = digests(ours if name in last_bits else theirs, type)
    if failed:
        return 1
    folders.DIGESTS.write_text(json.dumps(found, indent=1) + "\n")
    return 0


def _record(made: Path, recorded: Path) -> None:
    kind = next(kind for kind in KINDS if _has(made, folders.TOKENIZERS / kind))
    files = {path.name: _tensors(path) for path in sorted(made.glob("*.safetensors"))}
    tokenizer = {path.name for path in (folders.TOKENIZERS / kind).iterdir()}
    shutil.copytree(made, recorded, ignore=shutil.ignore_patterns("*.safetensors", *tokenizer))
    text = json.dumps({"tokenizer": kind, "files": files})
    # One tensor a line.
    (recorded / folders.TENSORS).write_text(text.replace("], ", "],\n").replace(": {", ": {\n") + "\n")


def _has(made: Path, tokenizer: Path) -> bool:
    """Whether it is a tokenizer of this kind. Those that are trained by the tokenizers package are others each time."""
    return all((made / path.name).exists() and
               (path.name == "tokenizer.json" or (made / path.name).read_bytes() == path.read_bytes())
               for path in tokenizer.iterdir())


def _tensors(path: Path) -> dict[str, list]:
    with path.open("rb") as file:
        header = json.loads(file.read(int.from_bytes(file.read(8), "little")))
    return {name: [entry["dtype"], *entry["shape"]] for name, entry in header.items() if name != "__metadata__"}
