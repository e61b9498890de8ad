"""Edited metadata: the gguf package reads what was set, and the same tensors."""

from __future__ import annotations

import shutil
from pathlib import Path

import gguf
import numpy as np

import distributions
import elementtypes
from files import read_with_gguf_package, read_with_small_reader, write_gguf
from report import Report, require, require_equal
from tool import Tool

ADDED = {
    "a.u8:u8=255": ("a.u8", 255), "a.i8:i8=-128": ("a.i8", -128), "a.u16:u16=65535": ("a.u16", 65535),
    "a.i16:i16=-32768": ("a.i16", -32768), "a.u32:u32=4294967295": ("a.u32", 4294967295),
    "a.i32:i32=-2147483648": ("a.i32", -2147483648), "a.u64:u64=18446744073709551615": ("a.u64", 2**64 - 1),
    "a.i64:i64=-9223372036854775808": ("a.i64", -(2**63)), "a.f32:f32=0.1": ("a.f32", float(np.float32(0.1))),
    "a.f64:f64=0.1": ("a.f64", 0.1), "a.bool:bool=true": ("a.bool", True), "a.str:str=größe": ("a.str", "größe"),
    'a.strs:[str]=["", "ä", "x y"]': ("a.strs", ["", "ä", "x y"]), "a.ints:[i32]=[1,-2,3]": ("a.ints", [1, -2, 3]),
    "a.floats:[f32]=[1, 2.5]": ("a.floats", [1.0, 2.5]), "a.bools:[bool]=[true,false]": ("a.bools", [True, False]),
}


def run(report: Report, tool: Tool, folder: Path, seed: int) -> None:
    rng = distributions.generator(seed, "set")
    blocks = gguf.quants.quantize(rng.standard_normal((64, 256), dtype=np.float32), gguf.GGMLQuantizationType.Q8_0)
    source = write_gguf(folder / "set.gguf", {
        "token_embd.weight": (elementtypes.Q8_0.id, blocks),
        "output_norm.weight": (elementtypes.F32.id, rng.standard_normal(100, dtype=np.float32)),
        "ids": (elementtypes.INTEGER_IDS["int64"], rng.integers(-(1 << 62), 1 << 62, (3, 7)))})
    tool_edits = {"new file": ["-o", str(folder / "edited.gguf")], "in place": ["--in-place"]}
    for name, options in tool_edits.items():
        report.check(f"set {name}", lambda: _require_edited(tool, folder, source, options))
    for alignment in (8, 32, 4096):
        report.check(f"set general.alignment {alignment}", lambda: _require_aligned(tool, folder, source, alignment))


def _require_edited(tool: Tool, folder: Path, source: Path, options: list[str]) -> None:
    copy, edited = folder / "copy.gguf", folder / "edited.gguf"
    edited.unlink(missing_ok=True)
    shutil.copy(source, copy)
    tool.set(copy, "general.name:str=Edited", "c.old:u32=7", *ADDED, "-o", str(edited))
    edited.replace(copy)
    tool.set(copy, "--rename", "c.old=c.new", "--remove", "a.u8", "general.name=Twice", *options)
    before, after = read_with_gguf_package(source), read_with_gguf_package(edited if "-o" in options else copy)
    expected = {**before.metadata, "general.name": "Twice", "c.new": 7, **dict(ADDED.values())}
    del expected["a.u8"]
    require_equal("metadata", after.metadata, expected)
    _require_same_tensors(before.tensors, after.tensors)


def _require_aligned(tool: Tool, folder: Path, source: Path, alignment: int) -> None:
    edited = folder / "aligned.gguf"
    edited.unlink(missing_ok=True)
    tool.set(source, f"general.alignment:u32={alignment}", "-o", str(edited))
    layout = read_with_small_reader(edited).layout
    require(layout is not None and layout.padding_is_zero, "padding that is not zero")
    require_equal("offsets beside the alignment", [o for _, o, _ in layout.spans if o % alignment], [])
    _require_same_tensors(read_with_gguf_package(source).tensors, read_with_gguf_package(edited).tensors)


def _require_same_tensors(before: dict, after: dict) -> None:
    require_equal("names", list(after), list(before))
    for name, tensor in before.items():
        require_equal(f"type of {name}", after[name].type_id, tensor.type_id)
        require_equal(f"shape of {name}", after[name].shape, tensor.shape)
        require(np.array_equal(after[name].data, tensor.data), f"{name}: other bytes")
