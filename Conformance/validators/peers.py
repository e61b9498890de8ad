"""Who is asked, about which formats, and how."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from report import Difference
from tool import Tool
from validators.verdicts import Answer, Subject, Verdict

SECONDS, PATIENT_SECONDS = 20, 300
"""For a sample, and for a published model: the gguf package takes ten seconds for 262,144 tokens."""

WORKER = Path(__file__).resolve().parent / "worker.py"


@dataclass(frozen=True)
class Peer:
    name: str
    """The column's."""
    version: str
    what: str
    """How it is asked, in a sentence."""
    is_asked: Callable[[Subject], bool]
    command: tuple[str, ...]
    """Arguments of the worker."""
    is_ours: bool = False

    def ask(self, subjects: Iterable[Subject], seconds: float = SECONDS) -> list[Answer]:
        """One answer a file, in their order."""
        requests = [{"path": str(subject.path), "seconds": PATIENT_SECONDS if subject.patient else seconds}
                    for subject in subjects]
        result = subprocess.run([sys.executable, str(WORKER), *self.command], text=True, capture_output=True,
                                input="".join(json.dumps(request) + "\n" for request in requests),
                                env={**os.environ, "GGML_NO_BACKTRACE": "1", "NO_COLOR": "1"})
        lines = result.stdout.splitlines()
        if result.returncode != 0 or len(lines) != len(requests):
            raise Difference(f"{self.name}: {len(lines)} answers to {len(requests)} files, exit code "
                             f"{result.returncode}: {' '.join(result.stderr.split())[-300:]}")
        return [Answer(Verdict(answer["verdict"]), answer["message"]) for answer in map(json.loads, lines)]


def is_gguf(subject: Subject) -> bool:
    return subject.format == "gguf"


def is_safetensors(subject: Subject) -> bool:
    return subject.format == "safetensors"


def is_whole_model(subject: Subject) -> bool:
    return subject.whole_model


def everyone(tool: Tool, llama_readers: Path) -> tuple[Peer, ...]:
    import peer as llama
    from importlib.metadata import version

    llama_version = f"llama-cpp-python {llama.VERSION}"
    return (
        Peer("gguf", version("gguf"), "`GGUFReader(path)`, and `contents()` of every field", is_gguf, ("gguf",)),
        Peer("libgguf", version("libgguf"), "`validate_gguf(path)`, which is its command `gguf-validate`", is_gguf,
             ("libgguf",)),
        Peer("modelvet", version("modelvet"), "`verify_path(path)`",
             lambda subject: is_gguf(subject) or is_safetensors(subject), ("modelvet",)),
        Peer("safetensors", version("safetensors"), "`deserialize` of the file's bytes", is_safetensors,
             ("safetensors",)),
        Peer("ggml", llama_version, "`gguf_init_from_file` without the data", is_gguf,
             ("command", str(llama_readers), "header")),
        Peer("llama.cpp", llama_version, "`llama_model_load_from_file` with `check_tensors`, of whole models only",
             is_whole_model, ("command", str(llama_readers), "model")),
        *(Peer(f"ours, {profile}", "this one", f"`gguf validate --profile {profile}`", lambda subject: True,
               ("command", str(tool.binary), "validate", "--no-config", "--quiet", "--format", "github",
                "--severity", "error", "--profile", profile), is_ours=True)
          for profile in ("spec", "llama.cpp")),
    )


def ask_everyone(peers: Iterable[Peer], subjects: list[Subject]) -> dict[str, dict[str, Answer]]:
    """By the name of the file, then of the peer. Two are asked at a time."""
    def ask(peer: Peer) -> tuple[list[Subject], list[Answer]]:
        asked = [subject for subject in subjects if peer.is_asked(subject)]
        return asked, peer.ask(asked)

    found: dict[str, dict[str, Answer]] = {subject.key: {} for subject in subjects}
    peers = tuple(peers)
    with ThreadPoolExecutor(2) as pool:
        for peer, (asked, answers) in zip(peers, pool.map(ask, peers)):
            for subject, answer in zip(asked, answers):
                found[subject.key][peer.name] = answer
    return found
