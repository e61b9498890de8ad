#!/usr/bin/env python3
"""Downloads and builds what the benchmarks compare with: the ggml that llama-cpp-python carries, pinned.

python3 Benchmarks/peer.py ggml        libggml-stock.so and libggml-recompiled.so
python3 Benchmarks/peer.py quantize    llama-quantize (a few hundred files of C++: minutes)
python3 Benchmarks/peer.py readers     llama-readers, what llama.cpp says of files (the same, without the tools)
python3 Benchmarks/peer.py split       llama-gguf-split
python3 Benchmarks/peer.py run         llama-run, which computes with models (as llama-readers)

Everything goes to Benchmarks/.peer, which git ignores; what is there already is not made again.

stock: gcc -O3 -DNDEBUG, as llama.cpp's CMake compiles ggml-base, for any x86-64 or arm64 processor.
recompiled: for this very processor, without fused multiply-add, which would change bytes (formats/errata.md).
"""

from __future__ import annotations

import argparse
import hashlib
import html
import os
import re
import shutil
import subprocess
import sys
import tarfile
import urllib.parse
import urllib.request
from pathlib import Path

VERSION = "0.3.36"
SHA256 = "832db0699007f1be95a7e41ef12e88926b02ba836461e36a36372db2760c1a2e"
ARCHIVE = f"llama_cpp_python-{VERSION}.tar.gz"

HERE = Path(__file__).resolve().parent
PEER = HERE / ".peer"
LLAMA = PEER / f"llama_cpp_python-{VERSION}" / "vendor" / "llama.cpp"

CC, CXX = os.environ.get("CC", "gcc"), os.environ.get("CXX", "g++")
BUILDS = {"stock": ["-O3", "-DNDEBUG"], "recompiled": ["-O3", "-DNDEBUG", "-march=native", "-ffp-contract=off"]}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("what", choices=["ggml", "quantize", "readers", "split", "run"])
    what = parser.parse_args().what
    PEER.mkdir(exist_ok=True)
    try:
        if what == "ggml":
            for name, flags in BUILDS.items():
                build_ggml(name, flags)
        elif what == "quantize":
            build_quantize()
        elif what == "split":
            build_split()
        elif what == "run":
            build_runner()
        else:
            build_readers()
    except subprocess.CalledProcessError as error:
        sys.exit(f"peer: {' '.join(map(str, error.cmd[:4]))} ...: exit code {error.returncode}")
    except OSError as error:
        sys.exit(f"peer: {error}")


def sources() -> Path:
    """The unpacked llama.cpp."""
    stamp = LLAMA / ".unpacked"
    if not stamp.exists():
        archive = download()
        print(f"peer: unpacking {archive.name}", flush=True)
        shutil.rmtree(PEER / f"llama_cpp_python-{VERSION}", ignore_errors=True)
        prefix = f"llama_cpp_python-{VERSION}/vendor/llama.cpp/"
        with tarfile.open(archive) as tar:
            wanted = [member for member in tar if member.name.startswith(prefix)]
            tar.extractall(PEER, wanted, filter="data")
        stamp.touch()
    return LLAMA


def download() -> Path:
    """The source distribution, whose SHA-256 is the pinned one. Without pip, which would build its metadata first."""
    archive = PEER / ARCHIVE
    if archive.exists() and digest(archive) == SHA256:
        return archive
    index = os.environ.get("PIP_INDEX_URL", "https://pypi.org/simple").rstrip("/") + "/llama-cpp-python/"
    with urllib.request.urlopen(index, timeout=60) as response:
        links = [html.unescape(link) for link in re.findall(r'href="([^"]+)"', response.read().decode())]
    link = next((link for link in links if f"/{ARCHIVE}" in link.split("#")[0]), None)
    if link is None:
        sys.exit(f"peer: {index} does not list {ARCHIVE}")
    url = urllib.parse.urljoin(index, link).split("#")[0]
    print(f"peer: downloading {url}", flush=True)
    partial = archive.with_suffix(".partial")
    partial.parent.mkdir(parents=True, exist_ok=True)
    with urllib.request.urlopen(url, timeout=60) as response, partial.open("wb") as file:
        shutil.copyfileobj(response, file)
    if digest(partial) != SHA256:
        sys.exit(f"peer: {url} has the SHA-256 {digest(partial)}, expected {SHA256}")
    partial.rename(archive)
    return archive


def digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def build_ggml(name: str, flags: list[str]) -> None:
    library = PEER / f"libggml-{name}.so"
    if library.exists():
        return
    ggml = sources() / "ggml"
    print(f"peer: compiling {library.name} ({CC} {' '.join(flags)})", flush=True)
    folder = PEER / f"objects-{name}"
    folder.mkdir(exist_ok=True)
    template = (ggml / "src/ggml-version.h.in").read_text()
    (folder / "ggml-version.h").write_text(re.sub(r"@\w+@", "benchmark", template))
    common = [*flags, "-fPIC", "-D_GNU_SOURCE", f"-I{ggml / 'include'}", f"-I{ggml / 'src'}", f"-I{folder}", "-c"]
    objects = []
    for source in ("ggml.c", "ggml-quants.c", "ggml-threading.cpp"):
        compiler = [CXX, "-std=gnu++17"] if source.endswith(".cpp") else [CC, "-std=gnu11"]
        objects.append(folder / f"{source}.o")
        subprocess.run([*compiler, *common, ggml / "src" / source, "-o", objects[-1]], check=True)
    partial = library.with_suffix(".partial")
    # ggml.c names functions of files that quantizing does not need; they are never called.
    subprocess.run([CXX, "-shared", "-o", partial, *objects, "-lm", "-lpthread"], check=True)
    partial.rename(library)


def build_quantize() -> Path:
    return build_tool("llama-quantize")


def build_split() -> Path:
    return build_tool("llama-gguf-split")


def build_tool(name: str) -> Path:
    """A program of llama.cpp's own."""
    program = PEER / name
    if not program.exists():
        PEER.mkdir(exist_ok=True)
        shutil.copy2(build_llama(name) / "bin" / name, program)
    return program


CONFORMANCE = HERE.parent / "Conformance"


def build_readers() -> Path:
    """The program that asks llama.cpp about a file."""
    return build_of_ours("llama-readers", CONFORMANCE / "validators" / "llama_readers.cpp")


def build_runner() -> Path:
    """The program that has llama.cpp compute with a model."""
    return build_of_ours("llama-run", CONFORMANCE / "llama_run.cpp")


def build_of_ours(name: str, source: Path) -> Path:
    """A program of llama.cpp's libraries and a source of ours. Made again if that changed."""
    program = PEER / name
    if program.exists() and program.stat().st_mtime >= source.stat().st_mtime:
        return program
    PEER.mkdir(exist_ok=True)
    build = build_llama("llama")
    print(f"peer: compiling {name}", flush=True)
    libraries = [build / path for path in ("src/libllama.a", "ggml/src/libggml.a", "ggml/src/libggml-cpu.a",
                                           "ggml/src/libggml-base.a")]
    partial = program.with_suffix(".partial")
    subprocess.run([CXX, "-O1", "-std=gnu++17", f"-I{LLAMA / 'include'}", f"-I{LLAMA / 'ggml/include'}", source,
                    "-o", partial, *libraries, "-lm", "-lpthread", "-ldl", "-fopenmp"], check=True)
    partial.rename(program)
    return program


def build_llama(target: str) -> Path:
    """Builds a target of llama.cpp's, and returns the folder in which it was built."""
    cmake = shutil.which("cmake") or install_cmake()
    build = PEER / "build-quantize"
    print(f"peer: compiling {target} of llama.cpp", flush=True)
    # GGML_NATIVE is on, llama.cpp's default.
    options = ["-DCMAKE_BUILD_TYPE=Release", "-DBUILD_SHARED_LIBS=OFF", "-DLLAMA_BUILD_TESTS=OFF", "-DLLAMA_OPENSSL=OFF",
               "-DLLAMA_BUILD_SERVER=OFF", "-DLLAMA_BUILD_EXAMPLES=OFF", "-DLLAMA_BUILD_APP=OFF",
               f"-DCMAKE_C_COMPILER={CC}", f"-DCMAKE_CXX_COMPILER={CXX}"]
    with (PEER / f"{target}.log").open("w") as log:
        try:
            subprocess.run([cmake, "-S", sources(), "-B", build, *options], check=True, stdout=log, stderr=log)
            jobs = os.environ.get("JOBS", str(os.cpu_count() or 1))
            subprocess.run([cmake, "--build", build, "--target", target, "-j", jobs],
                           check=True, stdout=log, stderr=log)
        except subprocess.CalledProcessError:
            print(f"peer: see {log.name}", file=sys.stderr)
            raise
    return build


def install_cmake() -> str:
    environment = PEER / "cmake"
    if not (environment / "bin/cmake").exists():
        print("peer: installing cmake with pip", flush=True)
        subprocess.run([sys.executable, "-m", "venv", environment], check=True)
        subprocess.run([environment / "bin/python", "-m", "pip", "install", "--quiet", "cmake==3.31.6"], check=True)
    return str(environment / "bin/cmake")


if __name__ == "__main__":
    main()
