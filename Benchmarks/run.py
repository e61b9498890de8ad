#!/usr/bin/env python3
"""Measures swift-gguf against ggml and llama.cpp, and writes BENCHMARKS.md.

python3 Benchmarks/run.py kernels     every kernel against ggml's code, on one thread
python3 Benchmarks/run.py program     gguf convert of 1.1 billion weights against cp and llama-quantize
python3 Benchmarks/run.py inspect     headers, statistics, digests and comparison against gguf-py, cat, sha256sum, cmp
python3 Benchmarks/run.py archive     what weights shrink to, against zstd; writes the tables of formats/archive.md
python3 Benchmarks/run.py methods     loss and speed of --method search and of the reference's; writes the table of formats/search.md
python3 Benchmarks/run.py ranges      what ranges lose and how long they take; writes the tables of formats/ranges.md
python3 Benchmarks/run.py report      BENCHMARKS.md from the last results of all

Results are JSON in Benchmarks/results, which git ignores.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from pathlib import Path

import archive
import inspection
import machine
import methods
import program
import ranges
import report

HERE = Path(__file__).resolve().parent
TOP = HERE.parent
RESULTS = HERE / "results"
SWIFT = os.environ.get("SWIFT", "swift")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--results", type=Path, default=RESULTS, help="folder of the JSON files")
    commands = parser.add_subparsers(dest="command", required=True)
    kernels = commands.add_parser("kernels")
    kernels.add_argument("--types", nargs="*", default=[], help="only these types")
    kernels.add_argument("--seconds", type=float, default=1.0, help="for each type and operation")
    whole = commands.add_parser("program")
    whole.add_argument("--types", nargs="*", default=list(program.TYPES), choices=list(program.TYPES))
    whole.add_argument("--rounds", type=int, default=3)
    whole.add_argument("--without-llama", action="store_true", help="do not build and run llama-quantize")
    looking = commands.add_parser("inspect")
    looking.add_argument("--rounds", type=int, default=5)
    shrinking = commands.add_parser("archive")
    shrinking.add_argument("--rounds", type=int, default=3)
    commands.add_parser("methods")
    commands.add_parser("ranges")
    commands.add_parser("report")
    arguments = parser.parse_args()
    arguments.results.mkdir(parents=True, exist_ok=True)
    try:
        if arguments.command == "kernels":
            measure_kernels(arguments)
        elif arguments.command == "program":
            measure_program(arguments)
        elif arguments.command == "inspect":
            measure_inspection(arguments)
        elif arguments.command == "archive":
            measure_archives(arguments)
        elif arguments.command == "methods":
            measure_methods(arguments)
        elif arguments.command == "ranges":
            measure_ranges()
        report.write(arguments.results, TOP / "BENCHMARKS.md")
    except subprocess.CalledProcessError as error:
        sys.exit(f"benchmark: {' '.join(map(str, error.cmd[:6]))}: exit code {error.returncode}")


def measure_kernels(arguments: argparse.Namespace) -> None:
    subprocess.run([sys.executable, HERE / "peer.py", "ggml"], check=True)
    build()
    conditions = machine.description()
    measured = arguments.results / "kernels.partial"
    types = ["--types", *arguments.types] if arguments.types else []
    subprocess.run([HERE / ".build/release/benchmark-kernels", "--peer", HERE / ".peer", "--json", measured,
                    "--seconds", str(arguments.seconds), *types], check=True)
    save(conditions, json.loads(measured.read_text()), arguments.results / "kernels.json")
    measured.unlink()


def measure_program(arguments: argparse.Namespace) -> None:
    llama_quantize = None
    if not arguments.without_llama:
        subprocess.run([sys.executable, HERE / "peer.py", "quantize"], check=True)
        llama_quantize = HERE / ".peer/llama-quantize"
    gguf = built()
    conditions = machine.description()
    measured = program.measure(gguf, arguments.rounds, arguments.types, llama_quantize)
    save(conditions, measured, arguments.results / "program.json")


def measure_inspection(arguments: argparse.Namespace) -> None:
    gguf = built()
    conditions = machine.description()
    save(conditions, inspection.measure(gguf, arguments.rounds), arguments.results / "inspect.json")


def measure_archives(arguments: argparse.Namespace) -> None:
    gguf = TOP / ".build/release/gguf"
    if not gguf.exists():
        sys.exit("benchmark: no .build/release/gguf; run make build")
    conditions = machine.description()
    measured = archive.measure(gguf, arguments.rounds)
    save(conditions, measured, arguments.results / "archive.json")
    archive.write_page({"machine": conditions, **measured})


def measure_methods(arguments: argparse.Namespace) -> None:
    gguf = TOP / ".build/release/gguf"
    if not gguf.exists():
        sys.exit("benchmark: no .build/release/gguf; run make build")
    conditions = machine.description()
    measured = methods.measure(gguf)
    save(conditions, measured, arguments.results / "methods.json")
    methods.write_page({"machine": conditions, **measured})


def measure_ranges() -> None:
    gguf = TOP / ".build/release/gguf"
    if not gguf.exists():
        sys.exit("benchmark: no .build/release/gguf; run make build")
    ranges.write_page(ranges.measure(gguf))


def built() -> Path:
    """The program; also what writes the model that it is tried on."""
    build()
    gguf = TOP / ".build/release/gguf"
    if not gguf.exists():
        sys.exit("benchmark: no .build/release/gguf; run make build")
    return gguf


def build() -> None:
    subprocess.run([SWIFT, "build", "--configuration", "release", "--package-path", HERE], check=True)


def save(conditions: dict, results: dict, path: Path) -> None:
    """`conditions` are from before the measurement, whose own load is not the machine's."""
    if conditions["load"] > 0.5:
        print(f"benchmark: the load average was {conditions['load']}: something else was running", file=sys.stderr)
    path.write_text(json.dumps({"machine": conditions, **results}, indent=1) + "\n")
    print(f"benchmark: {path}")


if __name__ == "__main__":
    main()
