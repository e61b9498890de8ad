"""Inputs to begin fuzzing with, out of samples/: python3 Fuzz/seeds.py FOLDER writes a folder for each fuzzer into it."""

import hashlib
import re
import struct
import sys
from pathlib import Path

SAMPLES = Path(__file__).resolve().parent.parent / "samples"
MOST_BYTES = 1000
FILES = {
    "gguf": ["valid/*.gguf", "malformed/gguf-*.gguf", "hostile/*.gguf"],
    "safetensors": ["valid/*.safetensors", "malformed/safetensors-*.safetensors"],
    "shard-index": ["valid/sharded/*.json", "malformed/safetensors-index-*/*.json"],
    "raw-description": ["valid/raw/*.json", "malformed/raw-*.json"],
    "zstandard": ["valid/zstandard/*.zst", "malformed/zstd-*.zst"],
}


def templates():
    for path in sorted((SAMPLES / "hostile").glob("*template*.gguf")) + [SAMPLES / "valid" / "tiny-model.gguf"]:
        data = path.read_bytes()
        found = re.search(rb"tokenizer\.chat_template[a-z_.]*\x08\0\0\0", data)
        (length,) = struct.unpack_from("<Q", data, found.end())
        yield data[found.end() + 8:found.end() + 8 + length]


def configurations():
    """The configuration of formats/validate.md, whole and by its keys at the top."""
    page = (SAMPLES.parent / "formats" / "validate.md").read_text()
    whole = re.search(r"```yaml\n(.*?)```", page, re.DOTALL).group(1)
    return [part.encode() for part in [whole] + re.split(r"^(?=\w)", whole, flags=re.MULTILINE)[1:]]


def main():
    folder = Path(sys.argv[1])
    seeds = {name: [path.read_bytes() for pattern in patterns for path in sorted(SAMPLES.glob(pattern))]
             for name, patterns in FILES.items()}
    seeds["chat-template"] = list(templates())
    seeds["configuration"] = configurations()
    for name, inputs in seeds.items():
        (folder / name).mkdir(parents=True, exist_ok=True)
        for data in inputs:
            if len(data) <= MOST_BYTES:
                (folder / name / hashlib.sha1(data).hexdigest()).write_bytes(data)
        print(f"{name}: {len(inputs)} inputs")


if __name__ == "__main__":
    main()
