"""What a reader can say of a file, and who said what."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from pathlib import Path


class Verdict(str, Enum):
    ACCEPTS = "accepts"
    REJECTS = "rejects"
    """A refusal of its own: it looked, and says so."""
    ERROR = "error"
    """An exception that comes from below its own code (numpy, struct, enum, a codec), or from an expression and not a
    `raise`: the file is not read, but nobody had looked."""
    MEMORY = "memory"
    """It asked for more than the limit of 2 GiB."""
    CRASHES = "crashes"
    """Ended by a signal."""
    HANGS = "hangs"
    """No end within the limit of time."""

    @property
    def is_accepting(self) -> bool:
        return self is Verdict.ACCEPTS

    @property
    def is_failure(self) -> bool:
        """Neither an answer nor a refusal."""
        return self not in (Verdict.ACCEPTS, Verdict.REJECTS)


@dataclass(frozen=True)
class Answer:
    verdict: Verdict
    message: str
    """Its own words, in one line; empty where it accepts."""


@dataclass(frozen=True)
class Subject:
    """A file to be judged."""

    name: str
    """As it stands in the table."""
    path: Path
    what: str
    """What is wrong with it, or what it is, in a sentence."""
    valid: bool | None
    """None: no document says so, and llama.cpp's loader decides."""
    format: str
    """"gguf", "safetensors", "safetensors-index", "gguf-set" or "zst"."""
    group: str
    """The section of the page that it stands in."""
    patient: bool = False
    """Large: it may take longer."""
    whole_model: bool = False
    """All that llama.cpp needs to load a model: only then is its loader asked."""

    @property
    def key(self) -> str:
        return f"{self.group}/{self.name}"
