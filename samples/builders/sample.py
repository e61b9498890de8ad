"""What generate.py knows of a file that is wrong."""

from dataclasses import dataclass, field
from typing import Optional


# Well formed for a reader, which does not look into what the values mean; a validator has something to say of them.
WELL_FORMED = frozenset("""
    gguf-architecture-empty.gguf gguf-architecture-type-u32.gguf gguf-f32-metadata-nan.gguf
    gguf-head-count-kv-zeros.gguf gguf-head-count-zero.gguf gguf-name-with-escape.gguf
    gguf-quantization-version-type-string.gguf gguf-token-id-max.gguf
    gguf-token-id-out-of-range.gguf gguf-token-scores-too-few.gguf gguf-token-types-too-many.gguf
    gguf-tokens-type-u32.gguf
    safetensors-index-total-size-negative/model.safetensors.index.json
    safetensors-index-total-size-wrong/model.safetensors.index.json
""".split())


@dataclass
class Malformed:
    """`file` is relative to malformed/; `beside` holds further files that it needs, by name."""

    file: str
    format: str
    breaks: str
    data: bytes
    reference: Optional[str] = None
    command: Optional[str] = None
    beside: dict = field(default_factory=dict)

    def manifest_entry(self):
        return {"file": self.file, "format": self.format, "breaks": self.breaks, "reference": self.reference,
                "command": self.command, "refused": self.file not in WELL_FORMED}


@dataclass
class Hostile:
    """A file that breaks no rule of structure; `file` is relative to hostile/. `rules` are the ids of those that a
    validator finds broken, or what they begin with."""

    file: str
    breaks: str
    data: bytes
    rules: list
    reference: Optional[str] = None

    def manifest_entry(self):
        return {"file": self.file, "breaks": self.breaks, "reference": self.reference, "rules": self.rules}


def unverified(label):
    """For labels that were reported for an input like this one, where the report itself was not read."""
    return f"reported as {label} (unverified)"
