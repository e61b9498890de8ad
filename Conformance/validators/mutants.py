"""Valid files with a seeded change somewhere: what a damaged download or a bug of a writer looks like."""

from __future__ import annotations

import random
import struct
from dataclasses import dataclass
from pathlib import Path

from files import read_with_small_reader
from validators.verdicts import Subject

COUNT = 600

BASES = (
    ("samples/valid", "v3-little.gguf"), ("samples/valid", "tiny-model.gguf"), ("samples/valid", "alignment-64.gguf"),
    ("whole models", "sound"),
    ("samples/valid", "tiny-f32.safetensors"), ("samples/valid", "dtypes.safetensors"),
    ("samples/valid", "names.safetensors"), ("samples/valid", "empty-and-scalar.safetensors"),
)


@dataclass(frozen=True)
class Mutant:
    subject: Subject
    base: Subject
    kind: str


def change_bit(data: bytearray, at: int, rng: random.Random) -> str:
    data[at] ^= 1 << rng.randrange(8)
    return f"byte {at} is 0x{data[at]:02X}"


def change_byte(data: bytearray, at: int, rng: random.Random) -> str:
    data[at] = (data[at] + rng.randrange(1, 256)) % 256
    return f"byte {at} is 0x{data[at]:02X}"


def zero_bytes(data: bytearray, at: int, rng: random.Random) -> str:
    count = min(rng.choice((2, 4, 8, 16)), len(data) - at)
    data[at:at + count] = bytes(count)
    return f"{count} bytes at {at} are 0"


def put_extreme(data: bytearray, at: int, rng: random.Random) -> str:
    number = rng.choice((2**31, 2**32 - 1, 2**32, 2**61, 2**62, 2**63 - 1, 2**63, 2**64 - 1))
    data[at:at + 8] = struct.pack("<Q", number)
    return f"the 8 bytes at {at} are {number}"


def insert_byte(data: bytearray, at: int, rng: random.Random) -> str:
    data.insert(at, rng.randrange(256))
    return f"a byte 0x{data[at]:02X} stands between bytes {at - 1} and {at}"


def remove_byte(data: bytearray, at: int, _: random.Random) -> str:
    del data[at]
    return f"byte {at} is missing"


def cut(data: bytearray, at: int, _: random.Random) -> str:
    del data[at:]
    return f"only the first {at} bytes are there"


KINDS = {
    "one bit": change_bit, "one byte": change_byte, "zeros": zero_bytes, "an extreme number": put_extreme,
    "a byte more": insert_byte, "a byte less": remove_byte, "cut off": cut,
}


def make(folder: Path, subjects: list[Subject], seed: int) -> list[Mutant]:
    """Nine in ten changes are in the header."""
    rng = random.Random(f"{seed} mutants")
    named = {(subject.group, subject.name): subject for subject in subjects}
    bases = [(named[key], named[key].path.read_bytes(), header_bytes(named[key])) for key in BASES]
    mutants = []
    for number in range(COUNT):
        base, data, header = rng.choice(bases)
        kind = rng.choice(list(KINDS))
        end = header if rng.random() < 0.9 else len(data)
        changed = bytearray(data)
        what = KINDS[kind](changed, rng.randrange(end), rng)
        if changed == data:
            continue
        path = folder / f"mutant-{number}.{base.format}"
        path.write_bytes(changed)
        subject = Subject(f"{number}", path, f"{base.name}: {what}", valid=None, format=base.format, group="mutants",
                          whole_model=base.whole_model)
        mutants.append(Mutant(subject, base, kind))
    return mutants


def header_bytes(subject: Subject) -> int:
    if subject.format == "safetensors":
        return 8 + struct.unpack("<Q", subject.path.read_bytes()[:8])[0]
    layout = read_with_small_reader(subject.path).layout
    assert layout is not None
    return layout.data_start
