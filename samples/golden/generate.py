#!/usr/bin/env python3
"""Writes the golden files in this folder: weights, and the blocks that ggml makes of them.

Needs numpy and libgguf==0.2.2, which Conformance/requirements.txt pins. libgguf is ggml's own quantization code in a
Python module. It does not have two types: the blocks of NF4 come from Conformance/nf4.py, bitsandbytes' arithmetic, and
those of Q2_0 from Conformance/q2_0.py, ggml's.

python3 samples/golden/generate.py            writes the files
python3 samples/golden/generate.py --check    exits with 1 if a file is missing, or is not what would be written

The weights are the same with every version of numpy and on every machine: they are computed from the raw output of
PCG64 with nothing but operations that IEEE 754 defines to the last bit.
"""

import argparse
import sys
import zlib
from pathlib import Path

import libgguf
import numpy as np

HERE = Path(__file__).resolve().parent
sys.dont_write_bytecode = True  # no __pycache__ beside the conformance checks
sys.path.insert(0, str(HERE.parent.parent / "Conformance"))

import nf4  # noqa: E402
import q2_0  # noqa: E402

SEED = 20_240_229
COUNT = 1792
"""Weights of each distribution: seven of the longest blocks."""
BLOCK = 256
GGML_IDS = {"F16": 1, "BF16": 30, "Q4_0": 2, "Q4_1": 3, "Q5_0": 6, "Q5_1": 7, "Q8_0": 8, "Q2_K": 10, "Q3_K": 11,
            "Q4_K": 12, "Q5_K": 13, "Q6_K": 14, "IQ4_NL": 20, "IQ4_XS": 23, "TQ1_0": 34, "TQ2_0": 35, "MXFP4": 39,
            "NVFP4": 40, "Q1_0": 41}
NUMPY = {"Q2_0": q2_0, "NF4": nf4}
"""Types that libgguf does not have, and the modules that have their arithmetic."""
NOT_DEFINED_FOR_SUBNORMALS = ("Q4_0", "Q4_1", "Q5_0", "Q5_1", "Q8_0", "MXFP4")


class Random:
    """Numbers for one distribution, from a stream of its own: adding a distribution changes no other."""

    def __init__(self, name):
        self.bits = np.random.PCG64(np.random.SeedSequence([SEED, zlib.crc32(name.encode())]))

    def integers(self, limit, count=COUNT):
        """0 <= n < limit, nearly uniform."""
        return (self.bits.random_raw(count) >> np.uint64(32)).astype(np.int64) * limit >> 32

    def uniform(self, count=COUNT):
        """0 <= x < 1."""
        return (self.bits.random_raw(count) >> np.uint64(11)).astype(np.float64) * 2.0 ** -53

    def normal(self, count=COUNT):
        """Nearly normal: twelve uniform numbers less six, added one by one, since numpy's sum has its own order."""
        total = np.full(count, -6.0)
        for _ in range(12):
            total = total + self.uniform(count)
        return total

    def signs(self, count=COUNT):
        return self.integers(2, count) * 2.0 - 1


def per_block(values, length=BLOCK):
    return np.repeat(values, length)


def gaussian(random):
    return random.normal() * 0.02


def student_t(random):
    """Three degrees of freedom: heavy tails."""
    a, b, c = random.normal(), random.normal(), random.normal()
    return random.normal() / np.sqrt((a * a + b * b + c * c) / 3 + 1e-12)


def uniform(random):
    return random.uniform() * 2 - 1


def constant(random):
    """One value a block of 256, of either sign."""
    return per_block(random.normal(COUNT // BLOCK))


def zeros(random):
    return np.zeros(COUNT)


def signed_zeros(random):
    return random.signs() * 0.0


def outlier(random):
    """One weight in every 64 is 1,000 times the others' size."""
    weights = gaussian(random).reshape(-1, 64)
    weights[np.arange(len(weights)), random.integers(64, len(weights))] *= 1000
    return weights.ravel()


def ternary(random):
    """-s, 0, s with one s a block, as BitNet's weights are."""
    return (random.integers(3) - 1) * per_block(random.uniform(COUNT // BLOCK) * 3 + 0.01)


def all_negative(random):
    return -random.uniform() - 0.5


def all_positive(random):
    return random.uniform() + 0.5


def f16_subnormal(random):
    """Whole multiples of 2^-24 below 2^-14."""
    return (random.integers(2047) - 1023) * 2.0 ** -24


def f16_subnormal_scale(random):
    """Blocks of every size from 2^-30 to 2^-7: their f16 scales are zero, subnormal or small."""
    return random.normal() * per_block(np.ldexp(1.0, random.integers(24, COUNT // BLOCK) - 30))


def tiny(random):
    """Blocks of sizes from 2^-110 to 2^-95: every f16 scale is zero, and no reciprocal overflows."""
    return random.normal() * per_block(np.ldexp(1.0, random.integers(16, COUNT // BLOCK) - 110))


def near_f16_range(random):
    """Up to 65,504 in magnitude, and 65,504 itself in every block: the largest that is in the range of every type."""
    weights = ((random.uniform() * 2 - 1) * 65_504).reshape(-1, 64)
    weights[:, 7] = random.signs(len(weights)) * 65_504
    return weights.ravel()


def bf16_representable(random):
    return (random.normal().astype(np.float32).view(np.uint32) & np.uint32(0xFFFF0000)).view(np.float32)


def half_precision_ties(random):
    """Halfway between two neighbours in bf16 or in f16, or one f32 beside that."""
    bits = random.normal().astype(np.float32).view(np.uint32)
    even = np.arange(COUNT) % 2 == 0
    bits = np.where(even, bits & 0xFFFF0000 | 0x8000, bits & 0xFFFFE000 | 0x1000)
    return (bits + random.integers(3) - 1).astype(np.uint32).view(np.float32)


LAST_STEP = """
2 3 6 2 12 5 5 4 0 6 10 36 10 4 6 3 4 1 5 19 6 2 3 13 16 1 2 4 8 5 6 12
20 6 7 3 13 27 4 99 5 4 9 3 7 13 7 5 2 8 4 2 20 30 6 12 23 10 7 6 18 2 2 8
13 3 4 10 4 2 22 2 2 34 4 12 2 1 11 4 1 6 4 4 11 2 10 3 9 14 24 15 1 1 15 2
8 6 2 3 2 3 3 7 4 8 11 18 34 4 17 2 19 13 3 4 1 4 1 19 8 4 7 4 4 8 3 1
"""


def q4_k_last_step(random):
    """Sub-blocks in which the last of the 21 steps of Q4_K's search fits best, in sizes from 2^-8 to 2^-4. That
    happens to one in a thousand of random ones; these were found by a search."""
    rows = np.array([[int(word) for word in line.split()] for line in LAST_STEP.split("\n") if line])
    count = COUNT // 32
    return (rows[random.integers(4, count)] * np.ldexp(1.0, random.integers(5, count) - 8)[:, None]).ravel()


def f32_subnormal(random):
    """Subnormals, the first of each 64 above 2^-127, so that the reciprocal of the ternary types' scale is finite."""
    bits = random.integers(1 << 23).astype(np.uint32)
    bits[::64] |= np.uint32(1 << 22 | 1)
    return (bits | random.integers(2).astype(np.uint32) << np.uint32(31)).view(np.float32)


DISTRIBUTIONS = (
    gaussian, student_t, uniform, constant, zeros, signed_zeros, outlier, ternary, all_negative, all_positive,
    f16_subnormal, f16_subnormal_scale, tiny, near_f16_range, bf16_representable, half_precision_ties,
    q4_k_last_step,
)


def importance_ones(random):
    return np.ones(COUNT)


def importance_lognormal(random):
    """Two raised to a nearly normal number. The powers are linear between whole exponents, since the pow of one machine
    is not that of another."""
    exponents = random.normal() * 3
    whole = np.floor(exponents)
    return np.ldexp(1 + (exponents - whole), whole.astype(np.int64))


def importance_wide(random):
    """As those of activations are: squares, of sizes that differ by 2^12."""
    return random.normal() ** 2 * np.ldexp(1.0, random.integers(12) - 6)


def importance_half_zeros(random):
    """Every other column at random counts for nothing, and of four groups of 32 one has none that counts."""
    values = random.uniform() * random.integers(2)
    return (values.reshape(-1, 4, 32) * np.array([[[1], [1], [0], [1]]])).ravel()


def importance_mostly_zeros(random):
    """One column in twenty counts: in many sub-blocks none does, or one alone."""
    return (random.integers(20) == 0) * 1.0


def importance_tiny(random):
    """So small that the squares of the sums become zeros."""
    return random.uniform() * 2.0 ** -100


def importance_huge(random):
    """So large that the squares of the sums become infinities."""
    return random.uniform() * 2.0 ** 80


IMPORTANCE = (
    importance_ones, importance_lognormal, importance_wide, importance_half_zeros, importance_mostly_zeros,
    importance_tiny, importance_huge,
)
"""Each is the importance of the columns of one row of COUNT weights."""

WEIGHED = (
    "student_t", "outlier", "all_negative", "constant", "ternary", "f16_subnormal_scale", "tiny", "near_f16_range",
)
"""The distributions of weights that are quantized with one importance each, in turn; `gaussian` is with every one."""

TYPES_WITH_IMPORTANCE = (
    "Q4_0", "Q4_1", "Q5_0", "Q5_1", "Q2_K", "Q3_K", "Q4_K", "Q5_K", "Q6_K", "IQ4_NL", "IQ4_XS",
)


def weighed_rows():
    """Pairs of an importance and a distribution of weights, by their names."""
    for importance in IMPORTANCE:
        yield importance.__name__, "gaussian"
    for index, weights in enumerate(WEIGHED):
        yield IMPORTANCE[index % len(IMPORTANCE)].__name__, weights


def make(distribution):
    weights = distribution(Random(distribution.__name__)).astype("<f4")
    assert weights.size == COUNT and np.isfinite(weights).all(), distribution.__name__
    return weights


def encode(name, weights, importance=None):
    if name in NUMPY:
        return NUMPY[name].encode(weights)
    rows = np.ascontiguousarray(weights.reshape(-1, COUNT))
    return np.ascontiguousarray(libgguf.quantize_rows(rows, GGML_IDS[name], imatrix=importance)).view(np.uint8).ravel()


def decode(name, blocks):
    if name in NUMPY:
        return NUMPY[name].decode(blocks)
    if name == "F16":
        return blocks.view("<f2").astype("<f4")
    if name == "BF16":
        return (blocks.view("<u2").astype("<u4") << 16).view("<f4")
    return libgguf.dequantize_rows(blocks.reshape(1, -1), GGML_IDS[name]).ravel()


def golden_files():
    """Every file by its name."""
    tensors = {distribution.__name__: make(distribution) for distribution in DISTRIBUTIONS}
    subnormal = make(f32_subnormal)
    files = {
        "distributions.txt": "".join(f"{name}\n" for name in tensors).encode(),
        "weights.f32": np.concatenate(list(tensors.values())).tobytes(),
        "f32_subnormal.f32": subnormal.tobytes(),
    }
    decoded = []
    for name in (*GGML_IDS, *NUMPY):
        blocks = {key: encode(name, weights) for key, weights in tensors.items()}
        files[f"{name}.blocks"] = np.concatenate(list(blocks.values())).tobytes()
        if name not in NOT_DEFINED_FOR_SUBNORMALS:
            blocks["f32_subnormal"] = encode(name, subnormal)
            files[f"f32_subnormal.{name}.blocks"] = blocks["f32_subnormal"].tobytes()
        for key, data in blocks.items():
            decoded.append(f"{name} {key} {zlib.crc32(decode(name, data).astype('<f4').tobytes()):08x}\n")
    files["decoded.txt"] = "".join(decoded).encode()

    importance = {values.__name__: make(values) for values in IMPORTANCE}
    files["importance.f32"] = np.concatenate(list(importance.values())).tobytes()
    files["importance.txt"] = "".join(f"{name} {weights}\n" for name, weights in weighed_rows()).encode()
    for name in TYPES_WITH_IMPORTANCE:
        blocks = [encode(name, tensors[weights], importance[values]) for values, weights in weighed_rows()]
        files[f"importance.{name}.blocks"] = np.concatenate(blocks).tobytes()
    return files


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="write nothing; exit with 1 if a file would change")
    files, check = golden_files(), parser.parse_args().check
    wrong = []
    for name, data in files.items():
        path = HERE / name
        if check:
            wrong += [] if path.exists() and path.read_bytes() == data else [name]
        else:
            path.write_bytes(data)
    own = {*files, "generate.py", "README.md"}
    wrong += sorted(path.name for path in HERE.iterdir() if path.is_file() and path.name not in own)
    if wrong:
        sys.exit("not what the script writes: " + ", ".join(wrong))
    print(f"{len(files)} files, {sum(map(len, files.values()))} bytes")


if __name__ == "__main__":
    main()
