"""make mutations: damages the lengths and counts in the header of a real GGUF model, and runs the program on it.

    python3 Fuzz/lengths.py GGUF-PROGRAM [MODEL]

A length that is too large makes data a part of the header. Each run must answer, within a second of processor time, and in
64 MiB besides the header's own size and what the program takes to say its version: its code, and no file.
"""

from __future__ import annotations

import os
import shutil
import struct
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "Benchmarks"))
import realmodel  # noqa: E402

COMMANDS = (["inspect"], ["validate", "--no-payload", "--no-config"])
SIZES = {0: 1, 1: 1, 2: 2, 3: 2, 4: 4, 5: 4, 6: 4, 7: 1, 10: 8, 11: 8, 12: 8}
STRING, ARRAY = 8, 9
SECONDS, MIB = 1.0, 64


def lengths(data: bytes) -> tuple[list[tuple[str, int]], int]:
    """Where the metadata's lengths and counts of 64 bits stand, with the keys, and where the metadata ends."""
    places = []

    def behind(kind: int, at: int, key: str) -> int:
        if kind == STRING:
            places.append((f"length of {key}", at))
            return at + 8 + struct.unpack_from("<Q", data, at)[0]
        if kind != ARRAY:
            return at + SIZES[kind]
        element, count = struct.unpack_from("<IQ", data, at)
        places.append((f"count of {key}", at + 4))
        at += 12
        if element != STRING:
            return at + count * SIZES[element]
        for index in range(count):
            if index in (0, count // 2, count - 1):
                places.append((f"length of {key}[{index}]", at))
            at += 8 + struct.unpack_from("<Q", data, at)[0]
        return at

    at = 24
    for _ in range(struct.unpack_from("<Q", data, 16)[0]):
        (length,) = struct.unpack_from("<Q", data, at)
        key = data[at + 8:at + 8 + length].decode()
        places.append((f"length of the key {key}", at))
        (kind,) = struct.unpack_from("<I", data, at + 8 + length)
        at = behind(kind, at + 12 + length, key)
    return places, at


def header(model: Path) -> tuple[bytes, list[tuple[str, int]], int]:
    """The metadata and what ``lengths`` says of it. No more is read: what this process once had counts as its children's."""
    size = 1 << 20
    while True:
        with model.open("rb") as file:
            data = file.read(size)
        try:
            places, end = lengths(data)
            if end <= len(data):
                return data, places, end
        except (struct.error, UnicodeDecodeError):
            if len(data) < size:
                raise
        size *= 2


def changes(data: bytes, at: int):
    """Bytes of a little-endian number, and what they become."""
    for byte in (1, 2, 3, 4, 7):
        for value in {1, 3, 0x80, 0xFF} - {data[at + byte]}:
            yield at + byte, value


def run(program: str, words: list[str], path: Path) -> tuple[int, float, float]:
    """Exit code, seconds of processor time, and MiB."""
    child = subprocess.Popen([program, *words, path], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    return child.returncode, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def memory_without_file(program: str) -> float:
    """MiB that the program takes to say its version. Asked by a small process, as memory of the one that starts it counts."""
    ask = ("import os, sys; child = os.posix_spawn(sys.argv[1], [sys.argv[1], '--version'], os.environ, "
           "file_actions=[(os.POSIX_SPAWN_OPEN, 1, '/dev/null', os.O_WRONLY, 0)]); "
           "print(os.wait4(child, 0)[2].ru_maxrss / 1024)")
    return float(subprocess.run([sys.executable, "-S", "-E", "-c", ask, program], check=True, capture_output=True).stdout)


def main() -> int:
    program = sys.argv[1]
    folder = ROOT / "Fuzz" / ".models"
    folder.mkdir(parents=True, exist_ok=True)
    model = Path(sys.argv[2]) if len(sys.argv) > 2 else realmodel.apart(realmodel.fetch, folder)
    data, places, end = header(model)
    allowed = MIB + memory_without_file(program) + end / (1 << 20)
    failures = count = 0
    most = {"seconds": (0.0, ""), "MiB": (0.0, "")}
    with tempfile.TemporaryDirectory() as temporary:
        copy = Path(temporary) / "model.gguf"
        shutil.copy(model, copy)
        with copy.open("r+b", buffering=0) as file:
            for what, place in places:
                for at, value in changes(data, place):
                    os.pwrite(file.fileno(), bytes([value]), at)
                    for words in COMMANDS:
                        exit_code, seconds, mib = run(program, words, copy)
                        count += 1
                        name = f"{words[0]} with byte {at} ({what}) {value}: exit {exit_code}, {seconds:.2f} s, {mib:.0f} MiB"
                        if exit_code not in (0, 1, 65) or seconds > SECONDS or mib > allowed:
                            failures += 1
                            print("FAIL", name)
                        most = {"seconds": max(most["seconds"], (seconds, name)), "MiB": max(most["MiB"], (mib, name))}
                    os.pwrite(file.fileno(), data[at:at + 1], at)
    for figure, (_, name) in most.items():
        print(f"most {figure}: {name}")
    print(f"{model.name}: {len(places)} lengths and counts, {count} runs, {failures} failures, "
          f"{allowed:.0f} MiB allowed")
    return 1 if failures or not count else 0


if __name__ == "__main__":
    sys.exit(main())
