#!/usr/bin/env python3
"""Writes every file in samples/valid, samples/malformed and samples/hostile. Needs only Python (3.9 or later).

python3 samples/generate.py            writes them
python3 samples/generate.py --check    exits with 1 if a file is missing, differs, or is one that it would not write
"""

import argparse
import json
import sys
from pathlib import Path

sys.dont_write_bytecode = True  # no __pycache__ among the samples

from builders import (hostile_payload, hostile_templates, malformed_gguf_header, malformed_gguf_metadata,
                      malformed_gguf_tensors, malformed_index, malformed_raw, malformed_safetensors_entries,
                      malformed_safetensors_header, malformed_zstandard, not_a_model, split_gguf, valid_gguf, valid_raw,
                      valid_safetensors, valid_zstandard)

HERE = Path(__file__).resolve().parent
VALID = (valid_safetensors, valid_raw, valid_gguf, split_gguf, valid_zstandard)
MALFORMED = (malformed_gguf_header, malformed_gguf_metadata, malformed_gguf_tensors, malformed_safetensors_header,
             malformed_safetensors_entries, malformed_index, malformed_raw, not_a_model,
             split_gguf, malformed_zstandard)
HOSTILE = (hostile_templates, hostile_payload)


def all_files():
    """Every file by its path relative to samples/."""
    files = {}

    def put(path, data):
        assert path not in files, path
        files[path] = data

    for module in VALID:
        for name, data in module.files().items():
            put(f"valid/{name}", data)
    samples = [sample for module in MALFORMED for sample in module.samples()]
    for sample in samples:
        put(f"malformed/{sample.file}", sample.data)
        folder = sample.file.rpartition("/")[0]
        for name, data in sample.beside.items():
            put(f"malformed/{folder}/{name}" if folder else f"malformed/{name}", data)
    entries = [sample.manifest_entry() for sample in sorted(samples, key=lambda sample: sample.file)]
    put("malformed/manifest.json", (json.dumps(entries, indent=2) + "\n").encode())
    hostile = [sample for module in HOSTILE for sample in module.samples()]
    for sample in hostile:
        put(f"hostile/{sample.file}", sample.data)
    entries = [sample.manifest_entry() for sample in hostile]
    put("hostile/manifest.json", (json.dumps(entries, indent=2) + "\n").encode())
    return files


def present_files():
    return {path.relative_to(HERE).as_posix() for folder in ("valid", "malformed", "hostile")
            for path in (HERE / folder).rglob("*") if path.is_file()}


def check(files):
    present = present_files()
    problems = [f"not made by generate.py: {path}" for path in sorted(present - files.keys())]
    for path in sorted(files):
        if path not in present:
            problems.append(f"missing: {path}")
        elif (HERE / path).read_bytes() != files[path]:
            problems.append(f"differs: {path}")
    for problem in problems:
        print(problem, file=sys.stderr)
    return 1 if problems else 0


def write(files):
    for path in sorted(present_files() - files.keys()):
        print(f"left alone, not made by generate.py: {path}", file=sys.stderr)
    for path, data in files.items():
        target = HERE / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)


def main():
    parser = argparse.ArgumentParser(description="Writes the sample files.")
    parser.add_argument("--check", action="store_true", help="compare the files with what would be written")
    arguments = parser.parse_args()
    files = all_files()
    if arguments.check:
        return check(files)
    write(files)
    print(f"{len(files)} files, {sum(map(len, files.values()))} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main())
