"""Two encoders of PyPI, trained in F32 by other people, as GGUF files in F32 with texts for them: all-MiniLM-L6-v2, which embeds
sentences, and AntiBERTy, which embeds the residues of antibodies."""

from __future__ import annotations

import json
import subprocess
from dataclasses import dataclass
from pathlib import Path

import numpy as np

import llamacpp
import models
from bert import Bert
from benchmarks import checkpoints
from check_importance import write_gguf
from report import require, require_equal
from tool import Tool

TEXTS = Path(__file__).parent / "texts"


@dataclass
class Embedder:
    name: str
    file: Path
    """In F32."""
    pooled: bool
    """Whether an embedding is that of a text, the mean over its tokens; of a token otherwise."""
    texts: list[np.ndarray]
    """The tokens of every second text, whose embeddings are compared."""
    matrix: Path
    """The importance of the columns while the other texts were read."""
    nearest: float
    """The least cosine between an embedding and that of numpy."""

    def embeddings(self, file: Path) -> np.ndarray:
        """What llama.cpp makes of the texts, as vectors of length 1."""
        tokens, output = file.with_suffix(".ids"), file.with_suffix(".embeddings")
        np.concatenate(self.texts).astype("<i4").tofile(tokens)
        _run("pooled" if self.pooled else "embeddings", file, tokens, ",".join(str(len(text)) for text in self.texts), output)
        found = np.fromfile(output, "<f4").astype(np.float64)
        for path in (tokens, output):
            path.unlink()
        return _units(found.reshape(len(self.texts) if self.pooled else sum(map(len, self.texts)), -1))


def minilm(tool: Tool, folder: Path) -> Embedder:
    file = tool.quantize(models.MINILM.fetch(), folder / "minilm.gguf", "F32")
    # Each sentence between [CLS] and [SEP], which stand around the whole text already.
    text = folder / "sentences.txt"
    text.write_text("[SEP][CLS]".join((TEXTS / "sentences.txt").read_text().splitlines()))
    _run("tokens", file, text, folder / "sentences.ids")
    tokens = np.fromfile(folder / "sentences.ids", "<i4")
    return _embedder("all-MiniLM-L6-v2", file, np.split(tokens, np.flatnonzero(tokens == tokens[0])[1:]), pooled=True)


def antiberty(tool: Tool, folder: Path) -> Embedder:
    """Its weights are in a pickle, and its head and its classes are its own: what is BERT's of it becomes a folder."""
    package = models.ANTIBERTY.fetch()
    trained = package / "AntiBERTy_md_smooth"
    tensors = checkpoints.read_pickle((trained / "pytorch_model.bin").read_bytes())
    made = folder / "antiberty"
    made.mkdir(exist_ok=True)
    (made / "model.safetensors").write_bytes(checkpoints.safetensors(
        {name: tensor for name, tensor in tensors.items() if not name.startswith("cls.")}))
    config = json.loads((trained / "config.json").read_text()) | {"architectures": ["BertModel"]}
    (made / "config.json").write_text(json.dumps(config))
    vocabulary = (package / "vocab.txt").read_text()
    (made / "vocab.txt").write_text(vocabulary)
    file = tool.quantize(made, folder / "antiberty.gguf", "F32")
    # llama.cpp writes texts for BERT in small letters, which this one has none of.
    ids = {token: id for id, token in enumerate(vocabulary.split())}
    texts = [np.array([ids[token] for token in ("[CLS]", *line, "[SEP]")], np.int32)
             for line in (TEXTS / "antibodies.txt").read_text().splitlines()]
    return _embedder("AntiBERTy", file, texts, pooled=False)


def _embedder(name: str, file: Path, texts: list[np.ndarray], pooled: bool) -> Embedder:
    read, compared = texts[0::2], texts[1::2]
    bert = Bert(file)
    for text in read:
        bert(text)
    matrix = file.with_suffix(".imatrix")
    write_gguf(matrix, {name: (squares.astype(np.float32).reshape(1, -1), np.array([bert.tokens], np.float32))
                        for name, squares in bert.squares.items()})
    embedder = Embedder(name, file, pooled, compared, matrix, nearest=0)
    expected = [bert(text) for text in compared]
    expected = [text.mean(axis=0, keepdims=True) for text in expected] if pooled else expected
    found = embedder.embeddings(file)
    embedder.nearest = float((found * _units(np.concatenate(expected))).sum(axis=1).min())
    return embedder


def _units(vectors: np.ndarray) -> np.ndarray:
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def _run(*words: object) -> None:
    result = subprocess.run([llamacpp.build_runner(), *map(str, words)], capture_output=True, text=True)
    require_equal(f"exit code of llama-run {words[0]} ({result.stderr.strip()[-300:]!r})", result.returncode, 0)
