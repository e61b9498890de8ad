"""Times what reads a model: headers against the gguf package's reader, statistics, digests and comparison against what does
nothing but read or compare the bytes."""

from __future__ import annotations

import json
import struct
import subprocess
import sys
import venv
from pathlib import Path

import ggufs
import realmodel
from program import MODELS, Runner, alternate, checkpoint, ours, plural, statistics

HERE = Path(__file__).resolve().parent
READER = """
import sys
from gguf import GGUFReader
reader = GGUFReader(sys.argv[1])
field = reader.fields.get("tokenizer.ggml.tokens")
print(len(reader.tensors), len(field.data) if field else 0)
"""


def measure(gguf: Path, rounds: int) -> dict:
    MODELS.mkdir(exist_ok=True)
    python = environment()
    results: dict = {"rounds": rounds, "headers": [], "reading": []}
    for name, path in (("gemma-3-270m Q4_K_M, 262,144 tokens", realmodel.fetch(MODELS)),
                       ("100,000 tensors", many_tensors(100_000))):
        results["headers"].append({"file": name, "bytes": path.stat().st_size,
                                   "figures": headers(gguf, python, path, rounds)})
    source = checkpoint()
    results["reading"].append(reading(gguf, source, "F32 safetensors", rounds))
    for type in ("Q8_0", "Q4_K"):
        made = ours(gguf, source, type, 2)
        made.run()
        results["reading"].append(reading(gguf, made.output, f"{type} GGUF", rounds))
        made.output.unlink()
    return results


def headers(gguf: Path, python: Path, path: Path, rounds: int) -> list[dict]:
    print(f"the header of {path.name}, and the gguf package's reader", flush=True)
    theirs = [str(python), "-c", READER, str(path)]
    tensors, tokens = map(int, subprocess.run(theirs, check=True, capture_output=True, text=True).stdout.split())
    said = json.loads(subprocess.run([str(gguf), "inspect", "--json", str(path)], check=True, capture_output=True).stdout)
    if (len(said["tensors"]), said.get("tokenizer", {}).get("vocabulary", 0)) != (tensors, tokens):
        sys.exit(f"benchmark: {path.name}: the readers do not agree about tensors or tokens")
    nothing = MODELS / "none"
    runners = [Runner("gguf package", theirs, path, nothing), Runner("gguf inspect", [str(gguf), "inspect", str(path)], path, nothing),
               Runner("gguf inspect --json", [str(gguf), "inspect", "--json", str(path)], path, nothing),
               Runner("gguf validate --no-payload", [str(gguf), "validate", "--no-payload", "--quiet", str(path)], path, nothing)]
    alternate(runners, rounds)
    median = statistics.median(runners[0].seconds)
    return [runner.figures(speedup=median / statistics.median(runner.seconds)) for runner in runners]


def reading(gguf: Path, path: Path, name: str, rounds: int) -> dict:
    print(f"{name}: --stats, validate, hash and diff, and cat, sha256sum and cmp", flush=True)
    copy, nothing = MODELS / f"copy-{path.name}", MODELS / "none"
    subprocess.run(["cp", str(path), str(copy)], check=True)
    quiet = ["sh", "-c", '"$@" >/dev/null', "sh"]
    runners = [Runner("cat", [*quiet, "cat", str(path)], path, nothing), Runner("sha256sum", [*quiet, "sha256sum", str(path)], path, nothing),
               Runner("cmp", ["cmp", str(path), str(copy)], path, nothing, also=copy)]
    for threads in (1, 2):
        count = ["--threads", str(threads)]
        runners += [
            Runner(f"inspect --stats, {plural(threads)}", [str(gguf), "inspect", "--stats", "--quiet", str(path), *count], path, nothing),
            Runner(f"validate, {plural(threads)}", [str(gguf), "validate", "--quiet", str(path), *count], path, nothing),
            Runner(f"hash, xxh64, {plural(threads)}", [str(gguf), "hash", "--algorithm", "xxh64", "--quiet", str(path), *count], path, nothing),
            Runner(f"hash, sha256, {plural(threads)}", [str(gguf), "hash", "--algorithm", "sha256", "--quiet", str(path), *count], path, nothing),
            Runner(f"diff of equal files, {plural(threads)}", [str(gguf), "diff", "--quiet", str(path), str(copy), *count], path, nothing, also=copy)]
    alternate(runners, rounds)
    copy.unlink()
    size, median = path.stat().st_size, statistics.median(runners[0].seconds)
    return {"file": name, "bytes": size,
            "figures": [runner.figures(times_cat=statistics.median(runner.seconds) / median) for runner in runners]}


def environment() -> Path:
    """A Python with the gguf package, at the version that Conformance/ compares with."""
    folder = HERE / ".peer/venv"
    python = folder / "bin/python"
    if not (folder / ".made").exists():
        venv.create(folder, with_pip=True)
        requirements = HERE.parent / "Conformance/requirements.txt"
        subprocess.run([python, "-m", "pip", "install", "--quiet", "--requirement", requirements], check=True)
        (folder / ".made").touch()
    return python


def many_tensors(count: int) -> Path:
    """A header of many small tensors; the data is a hole."""
    path = MODELS / f"{count}-tensors.gguf"
    if not path.exists():
        pairs = ggufs.string("general.architecture") + struct.pack("<I", 8) + ggufs.string("llama")
        infos = b"".join(
            ggufs.string(f"blk.{index // 10}.ffn_{index % 10}.weight") + struct.pack("<IQQIQ", 2, 32, 4, 0, index * 512)
            for index in range(count))
        header = b"GGUF" + struct.pack("<IQQ", 3, count, 1) + pairs + infos
        header += bytes(-len(header) % ggufs.ALIGNMENT)
        with path.open("wb") as file:
            file.write(header)
            file.truncate(len(header) + count * 512)
    return path
