"""What weights shrink to in an archive, and how fast: `gguf pack` and `gguf unpack` beside the program zstd, and what byte
planes would bring. Writes the tables of formats/archive.md."""

from __future__ import annotations

import json
import os
import resource
import statistics
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

import pages
import realmodel
from program import MODELS

TOP = Path(__file__).resolve().parent.parent
PAGE = TOP / "formats/archive.md"
LEVELS = (3, 19)
BEGIN = "<!-- {}: python3 Benchmarks/run.py archive -->"
ROWS = 1536
"""Of the matrices of all-MiniLM-L6-v2 whose rows divide into every type's blocks: six, with 3.5 million weights."""
TYPES = ("F32", "F16", "BF16", "Q8_0", "Q6_K", "Q5_K", "Q5_0", "Q4_K", "Q4_0", "IQ4_NL", "MXFP4", "NF4", "Q3_K", "Q2_K", "TQ2_0")


@dataclass
class Size:
    bytes: int
    seconds: float


def measure(gguf: Path, rounds: int) -> dict:
    MODELS.mkdir(exist_ok=True)
    minilm = realmodel.fetch_minilm(MODELS)
    nothing = MODELS / "shrink.nothing"
    nothing.write_bytes(b"")
    idle = {"pack": packed(gguf, nothing, 3).seconds, "unpack": unpacked(gguf, nothing)}
    nothing.unlink()
    results = {"rounds": rounds, "idle": idle, "types": [type_row(gguf, minilm, name) for name in TYPES], "files": []}
    # At level 19 the second one takes minutes, and says nothing that the first does not.
    for name, path, levels in (("all-MiniLM-L6-v2, F32 safetensors", minilm, LEVELS),
                               ("gemma-3-270m, Q4_K_M GGUF", realmodel.fetch(MODELS), LEVELS[:1])):
        results["files"].append({"file": name, "bytes": path.stat().st_size, "levels": [
            file_row(gguf, path, level, 1 if level == 19 else rounds) for level in levels]})
    results["libzstd"] = subprocess.run(["zstd", "--version"], check=True, capture_output=True, text=True).stdout.strip()
    return results


def type_row(gguf: Path, source: Path, type: str) -> dict:
    """The weights of one type: nothing but the data of six tensors."""
    print(f"{type}: zstd, gguf pack, and byte planes", flush=True)
    model, data = MODELS / f"shrink.{type}.gguf", MODELS / f"shrink.{type}"
    subprocess.run([gguf, "convert", source, "-o", model, "--as-is", "--type", type, "--unquantized-type", "F32", "--force", "--quiet",
                    "--no-verify"], check=True, stdout=subprocess.DEVNULL)
    said = json.loads(subprocess.run([gguf, "inspect", "--json", model], check=True, capture_output=True).stdout)
    tensors = [tensor for tensor in said["tensors"] if tensor["type"] == type and tensor["shape"][1:] == [ROWS]]
    weights = sum(tensor["shape"][0] * ROWS for tensor in tensors)
    whole = model.read_bytes()
    payloads = [whole[tensor["offset"]:tensor["offset"] + tensor["bytes"]] for tensor in tensors]
    data.write_bytes(b"".join(payloads))
    # A plane is the bytes at one place of every number, or of every block.
    unit = len(payloads[0]) * block_weights(type) // (weights // len(tensors))
    planes = MODELS / f"shrink.{type}.planes"
    planes.write_bytes(b"".join(whole_plane for payload in payloads for whole_plane in (payload[at::unit] for at in range(unit))))
    row: dict = {"type": type, "weights": weights, "bytes": data.stat().st_size}
    for level in LEVELS:
        extra = ["--long"] if level == 19 else []
        row[f"zstd {level}"] = vars(zstd(data, level, extra))
        row[f"planes {level}"] = vars(zstd(planes, level, extra))
        row[f"pack {level}"] = vars(packed(gguf, data, level))
    row["unpack 3"] = unpacked(gguf, data)
    for path in (model, data, planes):
        path.unlink()
    return row


def block_weights(type: str) -> int:
    if type in ("F32", "F16", "BF16"):
        return 1
    if type.endswith("_K") or type.startswith("TQ"):
        return 256
    return 64 if type == "NF4" else 32


def zstd(path: Path, level: int, extra: list[str]) -> Size:
    output = path.with_suffix(path.suffix + ".zst")
    rounds = 1 if level == 19 else 3
    return timed(["zstd", "-q", "-f", f"-{level}", "--single-thread", *extra, str(path), "-o", str(output)], output, rounds)


def packed(gguf: Path, path: Path, level: int) -> Size:
    output = path.with_suffix(path.suffix + ".zst")
    return timed([str(gguf), "pack", str(path), "-o", str(output), "--level", str(level), "--threads", "1", "--force", "--quiet"], output,
                 1 if level == 19 else 3)


def unpacked(gguf: Path, path: Path) -> float:
    """Seconds to unpack the archive at level 3, on one thread."""
    archive, output = path.with_suffix(path.suffix + ".zst"), path.with_suffix(".out")
    subprocess.run([gguf, "pack", path, "-o", archive, "--force", "--quiet"], check=True, stdout=subprocess.DEVNULL)
    seconds = timed([str(gguf), "unpack", str(archive), "-o", str(output), "--threads", "1", "--force", "--quiet"], output).seconds
    archive.unlink()
    return seconds


def timed(command: list[str], output: Path, rounds: int = 3) -> Size:
    """Processor time, the median of some runs: what else the machine does counts little."""
    seconds = []
    for _ in range(rounds):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        seconds.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    size = output.stat().st_size
    output.unlink()
    return Size(size, statistics.median(seconds))


def file_row(gguf: Path, path: Path, level: int, rounds: int) -> dict:
    """A whole file, on all processors, each side in turns; zstd's output is on the disk before the clock stops, as ours is."""
    print(f"{path.name} at level {level}: gguf pack and zstd -T0", flush=True)
    theirs, ours, back = MODELS / "theirs.zst", MODELS / "ours.zst", MODELS / "back"
    packing = {"zstd": (["zstd", "-q", "-f", "-T0", f"-{level}", str(path), "-o", str(theirs)], theirs),
               "gguf": ([str(gguf), "pack", str(path), "-o", str(ours), "--level", str(level), "--force", "--quiet"], ours)}
    unpacking = {"zstd": (["zstd", "-q", "-f", "-d", str(theirs), "-o", str(back)], back),
                 "gguf": ([str(gguf), "unpack", str(ours), "-o", str(back), "--force", "--quiet"], back)}
    row = {"level": level, "packing": alternate(packing, rounds), "unpacking": alternate(unpacking, rounds)}
    row["sizes"] = {"zstd": theirs.stat().st_size, "gguf": ours.stat().st_size}
    for file in (theirs, ours, back):
        file.unlink()
    return row


def alternate(sides: dict[str, tuple[list[str], Path]], rounds: int) -> dict:
    """The median of wall-clock and of processor seconds of each side."""
    seconds: dict[str, list[tuple[float, float]]] = {name: [] for name in sides}
    for round in range(rounds):
        for name in (list(sides) if round % 2 == 0 else list(sides)[::-1]):
            command, output = sides[name]
            os.sync()
            before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
            subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
            with output.open("rb+") as file:
                os.fsync(file.fileno())
            wall, after = time.monotonic() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
            seconds[name].append((wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime))
    return {name: {"wall": statistics.median(wall for wall, _ in runs), "processor": statistics.median(cpu for _, cpu in runs)}
            for name, runs in seconds.items()}


# The page.

def tables(document: dict) -> dict[str, str]:
    return {"types": types_table(document), "files": files_table(document)}


def types_table(document: dict) -> str:
    lines = ["| type | `zstd -3` | `gguf pack` | planes, `zstd -3` | `zstd -19 --long` | `gguf pack --level 19` | planes, `zstd -19 --long` "
             "| pack MB/s | at 19 | unpack MB/s |", "| --- |" + " ---: |" * 9]
    for row in document["types"]:
        size = row["bytes"]
        shares = [row[f"{what} {level}"]["bytes"] / size for level in LEVELS for what in ("zstd", "pack", "planes")]
        # Without what the program takes for a file in which nothing is.
        seconds = [row["pack 3"]["seconds"] - document["idle"]["pack"], row["pack 19"]["seconds"] - document["idle"]["pack"],
                   row["unpack 3"] - document["idle"]["unpack"]]
        speeds = [size / 1e6 / max(second, 1e-4) for second in seconds]
        lines.append(f"| {row['type']} | " + " | ".join(f"{share:.1%}".replace("%", " %") for share in shares) + " | "
                     + " | ".join(f"{speed:.0f}" if speed >= 10 else f"{speed:.1f}" for speed in speeds) + " |")
    return "\n".join(lines)


def files_table(document: dict) -> str:
    load = document["machine"]["load"]
    lines = [f"Load average before: {load}. Seconds, and in brackets those of the processors.", "",
             "| file | level | `zstd -T0` | `gguf pack` | `zstd -T0`, s | `gguf pack`, s | `zstd -d`, s | `gguf unpack`, s |",
             "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |"]
    for row in document["files"]:
        for level in row["levels"]:
            cells = [f"{level['sizes'][side] / row['bytes']:.2%}".replace("%", " %") for side in ("zstd", "gguf")]
            cells += [f"{level[work][side]['wall']:.2f} ({level[work][side]['processor']:.2f})"
                      for work in ("packing", "unpacking") for side in ("zstd", "gguf")]
            lines.append(f"| {row['file']}, {row['bytes'] / 1e6:.0f} MB | {level['level']} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def write_page(document: dict) -> None:
    for name, table in tables(document).items():
        pages.write(PAGE, BEGIN.format(name), table)
