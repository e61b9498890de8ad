"""Inputs to begin fuzzing with, out of samples/: python3 Fuzz/seeds.py FOLDER writes a folder for each fuzzer into it."""

import hashlib
import json
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


def definitions():
    """Tokenizers as tokenizer.json has them, one for each model."""
    start = '{"added_tokens": [{"id": 0, "content": "<s>", "special": true}], "pre_tokenizer": '
    byte_level = '{"type": "ByteLevel", "add_prefix_space": false}'
    yield start + byte_level + ', "model": {"type": "BPE", "vocab": {"<s>": 0, "a": 1, "b": 2, "ab": 3}, "merges": ["a b"]}}'
    yield start + byte_level + ', "model": {"type": "BPE", "vocab": {"<s>": 0, "a": 1, "aa": 2}, "merges": [["a", "a"]]}}'
    yield start + ('null, "decoder": {"type": "Sequence", "decoders": []}, "model": {"type": "BPE", "byte_fallback": true, '
                   '"vocab": {"<s>": 0, "<0x0A>": 1}, "merges": []}}')
    yield start + '{"type": "BertPreTokenizer"}, "model": {"type": "WordPiece", "vocab": {"<s>": 0, "##a": 1}}}'
    yield start + 'null, "model": {"type": "Unigram", "unk_id": 0, "vocab": [["<s>", 0.0], ["a", -1.5]]}}'
    yield '{"bos_token": "<s>", "add_bos_token": true, "chat_template": [{"name": "default", "template": "x"}]}'
    yield '{"added_tokens_decoder": {"0": {"content": "<s>", "special": true}}, "eos_token": {"content": "<s>"}}'


def configs():
    """The configuration that fits ModelCheck's checkpoint, and those of other classes."""
    source = (SAMPLES.parent / "Tests" / "ParserChecks" / "ModelCheck.swift").read_text()
    yield re.search(r'#"""\n(.*?)"""#', source, re.DOTALL).group(1)
    for path in sorted((SAMPLES.parent / "Conformance" / "models" / "recorded").glob("*/config.json")):
        yield json.dumps(json.loads(path.read_text()), separators=(",", ":"))


def sentence_piece(pieces):
    """A SentencePiece model in protobuf: a text, a score and a type each."""
    model = b""
    for text, score, kind in pieces:
        piece = b"\x0a" + bytes([len(text)]) + text + b"\x15" + struct.pack("<f", score) + b"\x18" + bytes([kind])
        model += b"\x0a" + bytes([len(piece)]) + piece
    return model + b"\x12\x02\x18\x01" + b"\x1a\x06\x12\x02ab\x18\x01"


def main():
    folder = Path(sys.argv[1])
    seeds = {name: [path.read_bytes() for pattern in patterns for path in sorted(SAMPLES.glob(pattern))]
             for name, patterns in FILES.items()}
    seeds["chat-template"] = list(templates())
    seeds["configuration"] = configurations()
    seeds["tokenizer-definition"] = [text.encode() for text in definitions()]
    seeds["model-config"] = [text.encode() for text in configs()]
    seeds["sentencepiece"] = [sentence_piece([(b"<unk>", 0, 2), (b"<s>", 0, 3), (b"</s>", 0, 3), (b"a", -1.5, 1)]), b"\x0a\x00"]
    for name, inputs in seeds.items():
        (folder / name).mkdir(parents=True, exist_ok=True)
        for data in inputs:
            if len(data) <= MOST_BYTES:
                (folder / name / hashlib.sha1(data).hexdigest()).write_bytes(data)
        print(f"{name}: {len(inputs)} inputs")


if __name__ == "__main__":
    main()
