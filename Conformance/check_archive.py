"""Archives: what pyzstd's reader of the seekable format and the program zstd make of ours, and we of theirs."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import numpy as np
import pyzstd

import distributions
import elementtypes
from files import write_gguf, write_safetensors
from report import Report, require, require_equal
from tool import Tool

SHAPE = (700, 1024)


def run(report: Report, tool: Tool, folder: Path, seed: int) -> None:
    rng = distributions.generator(seed, "archive")
    arrays = {f"blk.{number}.weight": rng.standard_normal(SHAPE, dtype=np.float32) for number in range(4)}
    arrays["output.bias"] = rng.standard_normal(3, dtype=np.float32)
    gguf = write_gguf(folder / "archive.gguf", {name: (elementtypes.F32.id, array) for name, array in arrays.items()})
    sources = {"GGUF": gguf, "safetensors": write_safetensors(folder / "archive.safetensors", arrays), "nothing": folder / "nothing",
               "text": folder / "text"}
    sources["nothing"].write_bytes(b"")
    sources["text"].write_bytes(b"not a model\n" * 100_000)
    for name, source in sources.items():
        for options in ((), ("--level", "9", "--frame-size", "64KiB", "--threads", "1")):
            title = f"archive of {name} {' '.join(options)}".strip()
            archive = folder / "packed.zst"
            report.check(title, lambda: _require_read(tool.pack(source, archive, *options), source, rng))
            archive.unlink(missing_ok=True)
    report.check("archive of a conversion", lambda: _require_conversion(tool, gguf, folder, rng))
    for frame_bytes in (100_000, 1 << 20, 1 << 30):
        report.check(f"archive of pyzstd, frames of {frame_bytes}", lambda: _require_unpacked(tool, gguf, folder, frame_bytes))
    for source in sources.values():
        source.unlink()


def _require_read(archive: Path, source: Path, rng: np.random.Generator) -> str:
    expected = source.read_bytes()
    require(pyzstd.decompress(archive.read_bytes()) == expected, "libzstd unpacks something else")
    with pyzstd.SeekableZstdFile(archive, "rb") as file:
        require_equal("size by the seek table", file.seek(0, 2), len(expected))
        for start in sorted(rng.integers(0, len(expected) + 1, 20), key=lambda _: rng.random()):
            file.seek(start)
            require(file.read(5000) == expected[start:start + 5000], f"pyzstd reads something else at {start}")
    program = shutil.which("zstd")
    if program is None:
        return "no zstd here"
    require_equal("exit code of zstd -t", subprocess.run([program, "-q", "-t", archive]).returncode, 0)
    unpacked = subprocess.run([program, "-q", "-d", "-c", archive], capture_output=True, check=True).stdout
    require(unpacked == expected, "zstd -d gives something else")
    return "zstd -d restores it"


def _require_conversion(tool: Tool, source: Path, folder: Path, rng: np.random.Generator) -> str:
    plain = tool.convert(source, folder / "converted.gguf", "Q8_0")
    packed = tool.convert(source, folder / "converted.gguf.zst", "Q8_0")
    again = tool.pack(plain, folder / "again.zst")
    require(packed.read_bytes() == again.read_bytes(), "gguf pack of the converted file is another archive")
    remark = _require_read(packed, plain, rng)
    for path in (plain, packed, again):
        path.unlink()
    return remark


def _require_unpacked(tool: Tool, source: Path, folder: Path, frame_bytes: int) -> None:
    archive, output = folder / "theirs.zst", folder / "unpacked"
    with pyzstd.SeekableZstdFile(archive, "wb", max_frame_content_size=frame_bytes) as file:
        file.write(source.read_bytes())
    tool.unpack(archive, output)
    require(output.read_bytes() == source.read_bytes(), "gguf unpack gives something else")
    require_equal("lines of gguf hash", tool.hash(archive).replace(archive.name, source.name), tool.hash(source))
    archive.unlink()
    output.unlink()
