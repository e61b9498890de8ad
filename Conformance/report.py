"""One line a check, and the count."""

from __future__ import annotations

import sys
import traceback
from collections.abc import Callable
from typing import Generic, TypeVar

import numpy as np

from elementtypes import ElementType

Result = TypeVar("Result")


class Difference(Exception):
    """What a check found to be wrong, in one line."""


class Report:
    def __init__(self, only: str = "", update: bool = False) -> None:
        self.only = only
        self.update = update
        """Whether pages that are made of the results are written, and not compared."""
        self.passed = 0
        self.failed = 0

    def check(self, name: str, body: Callable[[], str | None]) -> None:
        """Runs `body` and prints one line. It passes by returning (perhaps a remark) and fails by raising."""
        if self.only not in name:
            return
        try:
            remark = body()
        except Exception as error:
            self.fail(name, error)
        else:
            self.passed += 1
            print(f"ok  {name}" + (f" ({remark})" if remark else ""), flush=True)

    def fail(self, name: str, error: Exception) -> None:
        self.failed += 1
        print(f"FAIL {name}: {describe(error)}", flush=True)

    def finish(self) -> int:
        """Prints the count as the last line and returns the exit code. No checks at all are a failure too."""
        print(f"{self.passed} passed, {self.failed} failed", flush=True)
        return 0 if self.passed and not self.failed else 1


def describe(error: Exception) -> str:
    text = " ".join(str(error).split()) or "no message"
    if isinstance(error, (Difference, OSError)):
        return text
    place = traceback.extract_tb(error.__traceback__)[-1]
    name = type(error).__name__
    return f"{name}: {text} (at {place.name}, line {place.lineno} of {place.filename.rsplit('/', 1)[-1]})"


class Once(Generic[Result]):
    """Work that several checks need, done by the first that asks. If it fails, it fails each of them."""

    def __init__(self, work: Callable[[], Result]) -> None:
        self._work: Callable[[], Result] | None = work
        self._result: Result | None = None
        self._error: Exception | None = None

    def __call__(self) -> Result:
        if self._work is not None:
            work, self._work = self._work, None
            try:
                self._result = work()
            except Exception as error:
                self._error = error
        if self._error is not None:
            raise self._error
        return self._result  # type: ignore[return-value]


def require(condition: bool, message: str) -> None:
    if not condition:
        raise Difference(message)


def require_equal(what: str, ours: object, theirs: object) -> None:
    require(ours == theirs, f"{what}: ours {ours!r}, expected {theirs!r}")


def require_same_bytes(tensor: str, type: ElementType, ours: np.ndarray, theirs: np.ndarray) -> None:
    """Byte for byte; names the first difference by tensor, block and byte."""
    require_equal(f'tensor "{tensor}", bytes', ours.size, theirs.size)
    different = np.flatnonzero(ours != theirs)
    if different.size:
        at = int(different[0])
        block, byte = divmod(at, type.block_bytes)
        blocks = np.unique(different // type.block_bytes).size
        raise Difference(f'first difference: tensor "{tensor}", {type} block {block}, byte {byte}, '
                         f"ours 0x{ours[at]:02X}, theirs 0x{theirs[at]:02X}; "
                         f"{blocks} of {ours.size // type.block_bytes} blocks differ")


def require_same_floats(tensor: str, ours: np.ndarray, theirs: np.ndarray, who: str = "theirs") -> None:
    """Bit for bit, so that -0.0 is not 0.0; names the first difference by tensor and weight."""
    require_equal(f'tensor "{tensor}", weights', ours.size, theirs.size)
    ours, theirs = np.ascontiguousarray(ours).ravel(), np.ascontiguousarray(theirs).ravel()
    different = np.flatnonzero(ours.view(np.uint32) != theirs.view(np.uint32))
    if different.size:
        at = int(different[0])
        raise Difference(f'first difference: tensor "{tensor}", weight {at}, ours {float(ours[at])!r} '
                         f"(0x{ours.view(np.uint32)[at]:08X}), {who} {float(theirs[at])!r} "
                         f"(0x{theirs.view(np.uint32)[at]:08X}); {different.size} of {ours.size} weights differ")


def note(text: str) -> None:
    print(text, file=sys.stderr, flush=True)
