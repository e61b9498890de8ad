#!/usr/bin/env python3
"""How far the products of formats/products.md are from those that ggml's CPU backend computes.

python3 Benchmarks/peer.py ggml                                   # unpacks ggml
Conformance/.venv/bin/python Conformance/compare_vec_dot.py      # prints a table; exits with 1 where one is far off

ggml's vec_dot functions, the portable ones and (on x86-64) those for this processor, are compiled as they are and called
with rows of random blocks. A difference is relative to the root mean square of the products.
"""

from __future__ import annotations

import argparse
import ctypes
import os
import platform
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np

import elementtypes
import oracles
import products
from elementtypes import ElementType

PEER = Path(__file__).resolve().parent.parent / "Benchmarks" / ".peer"
STUB = """
#include <stdint.h>
float ggml_table_f32_f16[1 << 16], ggml_table_f32_e8m0_half[1 << 8], ggml_table_f32_ue4m3[1 << 8];
"""
LIMIT = 1e-5
"""Ours rounds in f64, ggml in f32: what is more than that is another arithmetic."""


def build(folder: Path, name: str, files: list[str], flags: list[str]) -> ctypes.CDLL:
    ggml = next(PEER.glob("llama_cpp_python-*/vendor/llama.cpp/ggml"), None)
    if ggml is None:
        sys.exit("compare_vec_dot: no ggml; run: python3 Benchmarks/peer.py ggml")
    stub, library = folder / "tables.c", folder / f"{name}.so"
    stub.write_text(STUB)
    source = ggml / "src"
    subprocess.run([os.environ.get("CC", "gcc"), "-O2", "-DNDEBUG", "-fPIC", "-shared", "-w", "-D_GNU_SOURCE", "-std=gnu11",
                    "-include", "stdbool.h", *flags, f"-I{ggml / 'include'}", f"-I{source}", f"-I{source / 'ggml-cpu'}",
                    *(source / file for file in files), stub, "-o", library], check=True)
    code = ctypes.CDLL(str(library), mode=os.RTLD_LAZY)
    halves = np.arange(1 << 16, dtype=np.uint16).view(np.float16).astype(np.float32)
    exponents = np.ldexp(np.float32(0.5), np.arange(256) - 127).astype(np.float32)
    bits = np.arange(256) & 127
    scales = np.where(bits < 8, bits * 2.0 ** -10, np.ldexp(8.0 + bits % 8, bits // 8 - 11))
    scales[127] = 0
    for table, values in (("ggml_table_f32_f16", halves), ("ggml_table_f32_e8m0_half", exponents),
                          ("ggml_table_f32_ue4m3", scales)):
        (ctypes.c_float * len(values)).in_dll(code, table)[:] = values.tolist()
    return code


def pointer(array: np.ndarray) -> ctypes.c_void_p:
    return ctypes.c_void_p(array.ctypes.data)


def function(code: ctypes.CDLL, name: str, suffix: str):
    """The portable functions have a suffix where there are others beside them."""
    return getattr(code, name + suffix, None) or getattr(code, name + ("" if suffix else "_generic"))


def of_ggml(code: ctypes.CDLL, suffix: str, type: ElementType, blocks: np.ndarray, x: np.ndarray) -> np.ndarray:
    name, size = (("q8_K", 292 / 256) if type.block_weights == 256 else
                  ("q8_1", 36 / 32) if type in products.WITH_SUMS else ("q8_0", 34 / 32))
    lower = type.name.lower() if type.name[-2:] != "_K" else type.name[:-1].lower() + "K"
    quantize = function(code, f"quantize_row_{name}", suffix)
    multiply = function(code, f"ggml_vec_dot_{lower}_{name}", suffix)
    rows = blocks.reshape(-1, x.shape[1] // type.block_weights * type.block_bytes)
    result = np.zeros((len(rows), len(x)))
    for s, vector in enumerate(x):
        quantized = np.zeros(int(len(vector) * size), dtype=np.uint8)
        quantize(pointer(np.ascontiguousarray(vector)), pointer(quantized), ctypes.c_int64(len(vector)))
        for r, row in enumerate(rows):
            product = ctypes.c_float(0)
            multiply(ctypes.c_int(len(vector)), ctypes.byref(product), ctypes.c_size_t(0), pointer(row),
                     ctypes.c_size_t(0), pointer(quantized), ctypes.c_size_t(0), ctypes.c_int(1))
            result[r, s] = product.value
    return result


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seed", type=int, default=20260101)
    seed = parser.parse_args().seed
    # The functions that quantize, which the others name.
    ctypes.CDLL(str(PEER / "libggml-stock.so"), mode=os.RTLD_LAZY | os.RTLD_GLOBAL)
    print(f"seed {seed}: 64 rows of 4096 weights, 4 vectors; |ours - ggml's| in units of the products' root mean square")
    worst = 0.0
    with tempfile.TemporaryDirectory() as folder:
        codes = [("portable", "_generic", build(Path(folder), "portable", ["ggml-cpu/quants.c"], ["-ffp-contract=off"]))]
        if platform.machine() == "x86_64":
            native = build(Path(folder), "native", ["ggml-cpu/quants.c", "ggml-cpu/arch/x86/quants.c"], ["-march=native"])
            codes.append(("this processor", "", native))
        print("type     " + "".join(f"{name + ': mean':>24}{'largest':>12}" for name, _, _ in codes))
        for type in elementtypes.ALL:
            if type in products.FLOATS:
                continue
            rng = np.random.default_rng([seed, type.id])
            x = rng.standard_normal((4, 4096), dtype=np.float32)
            blocks = oracles.encode(type, rng.standard_normal((64, 4096), dtype=np.float32))
            ours = products.computed(type, blocks, x)
            rms = np.sqrt(np.mean(ours ** 2))
            line = f"{type.name:9}"
            for name, suffix, code in codes:
                difference = np.abs(ours - of_ggml(code, suffix, type, blocks, x)) / rms
                line += f"{difference.mean():24.1e}{difference.max():12.1e}"
                if name == "portable":
                    worst = max(worst, difference.max())
            print(line, flush=True)
    print(f"the largest difference from the portable functions: {worst:.1e}; allowed: {LIMIT:.0e}")
    return 0 if worst < LIMIT else 1


if __name__ == "__main__":
    sys.exit(main())
