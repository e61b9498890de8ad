"""Times the whole program on a model of 1.1 billion weights: `gguf convert` against cp and llama-quantize, and `gguf verify`
against reading both files."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import ggufs

HERE = Path(__file__).resolve().parent
MODELS = HERE / ".models"
TYPES = {"Q8_0": "Q8_0", "Q4_K": "Q4_K_S", "TQ1_0": "TQ1_0", "TQ2_0": "TQ2_0"}
"""Our names, and what llama-quantize calls a file that is --pure in the type."""


@dataclass
class Runner:
    """One side of a comparison."""
    name: str
    command: list[str]
    source: Path
    output: Path
    sync: bool = False
    """Whether the output is to be on the disk before the clock stops; our program sees to that itself."""
    seconds: list[float] = field(default_factory=list)
    also: Path | None = None
    """Another file that is read."""

    def run(self) -> None:
        self.output.unlink(missing_ok=True)
        os.sync()  # so that nobody pays for what the one before left to be written
        if self.also:
            warm(self.also)
        warm(self.source)  # nor for what has left the page cache while the one before took its time
        start = time.monotonic()
        result = subprocess.run(self.command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        if result.returncode == 0 and self.sync:
            with self.output.open("rb+") as file:
                os.fsync(file.fileno())
        self.seconds.append(time.monotonic() - start)
        if result.returncode != 0:
            said = result.stdout.decode(errors="replace").strip().splitlines()[-3:]
            sys.exit(f"benchmark: {' '.join(self.command)}: exit code {result.returncode}: {' / '.join(said)}")

    def figures(self, **ratios: float) -> dict:
        return {"contender": self.name, "seconds": self.seconds, "median_seconds": statistics.median(self.seconds),
                "best_seconds": min(self.seconds), **ratios}


def alternate(runners: list[Runner], rounds: int) -> None:
    """Everybody once a round, in turns of a changing order."""
    for round in range(rounds):
        order = runners if round % 2 == 0 else runners[::-1]
        for runner in order:
            runner.run()
            print(f"  {runner.name:24} {runner.seconds[-1]:7.2f} s", flush=True)
            if round < rounds - 1 or runner.output.name.startswith("copy"):
                runner.output.unlink(missing_ok=True)


def measure(gguf: Path, rounds: int, types: list[str], llama_quantize: Path | None) -> dict:
    MODELS.mkdir(exist_ok=True)
    source = checkpoint()
    results: dict = {"source_bytes": source.stat().st_size, "rounds": rounds, "against_copy": [], "measuring": [],
                     "verifying": [], "against_llama": []}
    for type in types:
        print(f"{type} from safetensors, and cp of the same file", flush=True)
        copy = MODELS / "copy"
        command = ["cp", str(source), str(copy)]
        runners = [Runner("cp", command, source, copy), Runner("cp, on the disk", command, source, copy, sync=True)]
        runners += [ours(gguf, source, type, threads) for threads in (1, 2)]
        alternate(runners, rounds)
        seconds, seconds_on_disk = (statistics.median(runner.seconds) for runner in runners[:2])
        results["against_copy"].append({"type": type, "figures": [
            runner.figures(times_copy=statistics.median(runner.seconds) / seconds,
                           times_copy_on_disk=statistics.median(runner.seconds) / seconds_on_disk)
            for runner in runners]})
        for runner in runners[2:]:
            runner.output.unlink()
        results["measuring"].append({"type": type, "figures": measuring(gguf, source, type, rounds)})
        results["verifying"].append({"type": type, "figures": verifying(gguf, source, type, rounds)})
    if llama_quantize:
        model = f32_gguf(source)
        for type in types:
            results["against_llama"].append(against_llama(gguf, model, type, rounds, llama_quantize))
    return results


def measuring(gguf: Path, source: Path, type: str, rounds: int) -> list[dict]:
    """What measuring the loss adds to a conversion."""
    print(f"{type}: without measuring, and with it", flush=True)
    runners = []
    for threads in (1, 2):
        plain, measured = ours(gguf, source, type, threads), ours(gguf, source, type, threads)
        plain.name += ", --no-verify"
        plain.command = [*plain.command, "--no-verify"]
        runners += [plain, measured]
    alternate(runners, rounds)
    for runner in runners:
        runner.output.unlink(missing_ok=True)
    medians = [statistics.median(runner.seconds) for runner in runners]
    return [runner.figures(times_plain=medians[index] / medians[index // 2 * 2])
            for index, runner in enumerate(runners)]


def verifying(gguf: Path, source: Path, type: str, rounds: int) -> list[dict]:
    """`gguf verify`, and cat of both files, which does nothing but read them."""
    print(f"{type}: gguf verify, and cat of both files", flush=True)
    made = ours(gguf, source, type, 2)
    made.run()
    read = Runner("cat of both files", ["sh", "-c", 'cat "$1" "$2" >/dev/null', "cat", str(source), str(made.output)], source,
                  MODELS / "none")
    runners = [read]
    for threads in (1, 2):
        command = [str(gguf), "verify", str(made.output), "--against", str(source), "--quiet", "--threads", str(threads)]
        runners.append(Runner(f"gguf verify, {plural(threads)}", command, source, MODELS / "none"))
        runners.append(Runner(f"gguf verify --exact, {plural(threads)}", [*command, "--exact"], source, MODELS / "none"))
    for runner in runners:
        runner.also = made.output
    alternate(runners, rounds)
    size = source.stat().st_size + made.output.stat().st_size
    made.output.unlink()
    median = statistics.median(read.seconds)
    return [runner.figures(bytes=size, times_cat=statistics.median(runner.seconds) / median) for runner in runners]


def against_llama(gguf: Path, model: Path, type: str, rounds: int, llama_quantize: Path) -> dict:
    print(f"{type} from an F32 GGUF, and llama-quantize --pure", flush=True)
    figures = []
    for threads in (1, 2):
        theirs = MODELS / "theirs.gguf"
        runners = [Runner(f"llama-quantize, {plural(threads)}",
                          [str(llama_quantize), "--pure", str(model), str(theirs), TYPES[type], str(threads)], model,
                          theirs),
                   ours(gguf, model, type, threads)]
        alternate(runners, rounds)
        different = ggufs.first_difference(runners[1].output, theirs)
        if different:
            sys.exit(f"benchmark: {type}: {different}")
        median = statistics.median(runners[0].seconds)
        figures += [runner.figures(speedup=median / statistics.median(runner.seconds)) for runner in runners]
        for runner in runners:
            runner.output.unlink()
    return {"type": type, "figures": figures}


def ours(gguf: Path, source: Path, type: str, threads: int) -> Runner:
    output = MODELS / f"ours-{threads}.gguf"
    return Runner(f"gguf, {plural(threads)}",
                  [str(gguf), "convert", str(source), "-o", str(output), "--as-is", "--quiet", "--type", type,
                   "--threads", str(threads)], source, output)


def plural(threads: int) -> str:
    return f"{threads} thread{'s' * (threads != 1)}"


def warm(path: Path) -> None:
    """Reads the file, so that the page cache has it."""
    with path.open("rb", buffering=0) as file:
        buffer = bytearray(16 << 20)
        while file.readinto(buffer):
            pass


def once(path: Path, make: Callable[[Path], None]) -> Path:
    if not path.exists():
        partial = path.with_suffix(".partial")
        make(partial)
        partial.rename(path)
    return path


def checkpoint() -> Path:
    maker = HERE / ".build/release/make-checkpoint"

    def make(path: Path) -> None:
        print("benchmark: writing a model of 1.1 billion weights (4.4 GB)", flush=True)
        subprocess.run([maker, path], check=True)
    return once(MODELS / "model-1.1b.safetensors", make)


def f32_gguf(source: Path) -> Path:
    """The same weights as a GGUF file that llama-quantize takes: it wants an architecture and its sizes, which a file
    of `gguf convert --as-is` does not have, and tensors under llama.cpp's names."""
    def make(path: Path) -> None:
        print("benchmark: writing the same model as GGUF", flush=True)
        ggufs.write_llama(source, path)
    return once(MODELS / "model-1.1b.gguf", make)
