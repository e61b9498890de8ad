"""How each reader is asked. Every `load` imports it and returns a function of a path, which returns if the file is
accepted, raises `Refusal` where the reader says in its own way that it is not, and lets everything else through."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass

Read = Callable[[str], None]


class Refusal(Exception):
    """The reader looked at the file and refuses it."""


@dataclass(frozen=True)
class Reader:
    load: Callable[..., Read]
    package: str | None
    """The Python package whose own `raise` is a refusal too."""


def load_gguf() -> Read:
    """The reader, and every value of the metadata as `gguf-dump` prints it."""
    import gguf

    def read(path: str) -> None:
        reader = gguf.GGUFReader(path)
        for field in reader.fields.values():
            field.contents()
    return read


def load_libgguf() -> Read:
    """What its command `gguf-validate` calls."""
    import libgguf

    def read(path: str) -> None:
        result = libgguf.validate_gguf(path)
        if not result.ok:
            raise Refusal("; ".join(f"{issue.code}: {issue.message}" for issue in result.errors))
    return read


def load_modelvet() -> Read:
    import modelvet

    def read(path: str) -> None:
        report = modelvet.verify_path(path, "safetensors" if path.endswith(".safetensors") else "gguf")
        if not report.accepted:
            raise Refusal(f"{report.violation_name} at {report.offset}")
    return read


def load_safetensors() -> Read:
    """The header, as every user of the package opens a file, and every tensor's bytes."""
    import safetensors

    def read(path: str) -> None:
        try:
            with open(path, "rb") as file:
                safetensors.deserialize(file.read())
        except safetensors.SafetensorError as error:
            raise Refusal(str(error)) from None
    return read


def run_command(*command: str) -> Read:
    """A program that gets the path as its last argument: 0 accepts, 1 refuses, and the reason is the first line that it
    prints. In the forked process, whose limits and output it inherits: does not return."""
    def read(path: str) -> None:
        os.execv(command[0], [*command, path])
    return read


def load_trouble() -> Read:
    """No reader: does what the path says, so that the worker itself can be checked."""
    def read(path: str) -> None:
        if path == "rejects":
            raise Refusal("as told")
        if path == "error":
            int("no number")
        if path == "memory":
            bytearray(3 << 30)
        if path == "crashes":
            os.kill(os.getpid(), signal.SIGSEGV)
        while path == "hangs":
            time.sleep(1)
    return read


READERS = {
    "trouble": Reader(load_trouble, None),
    "gguf": Reader(load_gguf, "gguf"),
    "libgguf": Reader(load_libgguf, "libgguf"),
    "modelvet": Reader(load_modelvet, "modelvet"),
    "safetensors": Reader(load_safetensors, "safetensors"),
    "command": Reader(run_command, None),
}
