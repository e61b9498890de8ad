"""Conversions that are killed at random moments, and go on with --resume: the bytes are those of one that nobody disturbed."""

from __future__ import annotations

import array
import json
import random
import signal
import subprocess
import tempfile
import time
from pathlib import Path

ROWS, COLUMNS = 16_384, 1_024
# Slow enough that most kills come before the end.
OPTIONS = ["--raw-tensor", f"w:{ROWS}x{COLUMNS}", "--as-is", "--type", "Q4_K", "--threads", "1", "--kernels", "generic",
           "--json", "--quiet"]


class Conversion:
    def __init__(self, program: Path, folder: Path, seed: int):
        self.program, self.folder = program, folder
        generator = random.Random(seed)
        row = array.array("f", (generator.gauss(0, 1) for _ in range(COLUMNS * 64)))
        with (folder / "w.f32").open("wb") as file:
            for _ in range(ROWS // 64):
                file.write(row.tobytes())

    def start(self, output: str, *options: str) -> subprocess.Popen:
        return subprocess.Popen([self.program, "convert", "w.f32", "-o", output, *OPTIONS, *options], cwd=self.folder,
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL, text=True)

    def names(self) -> set[str]:
        return {path.name for path in self.folder.iterdir()}


def run(program: Path, count: int, seed: int) -> tuple[int, list[str]]:
    """How many were tried, and what went wrong."""
    generator, failures, killed, resumed = random.Random(seed), [], 0, 0
    started = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="moments.") as name:
        conversion = Conversion(program, Path(name), seed)
        begin = time.monotonic()
        undisturbed = conversion.start("expected.gguf")
        undisturbed.communicate()
        seconds = time.monotonic() - begin
        expected = (conversion.folder / "expected.gguf").read_bytes()
        for number in range(count):
            moment = generator.uniform(0, seconds)
            process = conversion.start("x.gguf", *(["--resume"] if number % 2 else []))
            try:
                process.communicate(timeout=moment)
            except subprocess.TimeoutExpired:
                process.send_signal(signal.SIGKILL)
                process.communicate()
            killed += process.returncode == -signal.SIGKILL
            # The journal goes last: without it, what has the name is whole, and nothing is left to go on with.
            is_done = conversion.names() == {"w.f32", "expected.gguf", "x.gguf"}
            if process.returncode == 0 and not is_done:
                failures.append(f"moments: number {number}, seed {seed}: exit 0, and {sorted(conversion.names())}")
            if is_done and (conversion.folder / "x.gguf").read_bytes() != expected:
                failures.append(f"moments: killed after {moment:.3f} s, number {number}, seed {seed}: other bytes at the end")
            again = conversion.start("x.gguf", "--resume", *(["--force"] if is_done else []))
            text, messages = again.communicate()
            what = f"moments: killed after {moment:.3f} s, number {number}, seed {seed}"
            output = conversion.folder / "x.gguf"
            if again.returncode != 0:
                failures.append(f"{what}: exit {again.returncode}, {messages}")
            elif output.read_bytes() != expected:
                failures.append(f"{what}: other bytes")
            elif conversion.names() != {"w.f32", "expected.gguf", "x.gguf"}:
                failures.append(f"{what}: left {sorted(conversion.names())}")
            else:
                resumed += json.loads(text)["resumed"]["chunks"] > 0
            for left in conversion.names() - {"w.f32", "expected.gguf"}:
                (conversion.folder / left).unlink()
    if count and not resumed:
        failures.append(f"moments: of {killed} that were killed, none left anything to go on with, seed {seed}")
    for failure in failures:
        print("  " + failure, flush=True)
    print(f"moments: {count} conversions of {seconds:.2f} s, {killed} killed, {resumed} went on with what was there, "
          f"{len(failures)} failures, {time.monotonic() - started:.0f} s", flush=True)
    return count, failures
