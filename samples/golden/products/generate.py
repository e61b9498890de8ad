#!/usr/bin/env python3
"""Writes the golden products in this folder: what numpy makes of formats/products.md.

Needs what ../generate.py needs. The rows are the weights and blocks that stand beside this folder.

python3 samples/golden/products/generate.py            writes the files
python3 samples/golden/products/generate.py --check    exits with 1 if a file is missing, or is not what would be written
"""

import argparse
import sys
import zlib
from pathlib import Path

import numpy as np

HERE = Path(__file__).resolve().parent
sys.dont_write_bytecode = True  # no __pycache__ beside the conformance checks
sys.path[:0] = [str(HERE.parent), str(HERE.parent.parent.parent / "Conformance")]

import elementtypes  # noqa: E402
import generate as golden  # noqa: E402
import products  # noqa: E402

COLUMNS = 256
"""Weights of a row: seven rows of each distribution."""


def activations() -> np.ndarray:
    """Vectors as a layer meets them, and at the edges: nearly normal, heavy tails, one column far above the others, all
    positive, and a block of zeros beside numbers of which the reciprocals of the scales overflow."""
    def stream(name):
        return golden.Random("activations_" + name)

    normal = stream("normal").normal(COLUMNS)
    a, b = stream("tails").normal(COLUMNS), stream("divisors").normal(COLUMNS)
    tails = a / np.sqrt(b * b + 0.01)
    outlier = stream("outlier").normal(COLUMNS)
    outlier[77] = 300
    positive = stream("positive").uniform(COLUMNS) * 3
    edge = stream("edge").normal(COLUMNS)
    edge[32:64] = 0
    edge[64:96] *= 2.0 ** -140
    return np.stack([normal, tails, outlier, positive, edge]).astype(np.float32)


def contents() -> dict[str, bytes]:
    x = activations()
    names = (HERE.parent / "distributions.txt").read_text().split()
    weights = np.fromfile(HERE.parent / "weights.f32", dtype="<f4").reshape(len(names), -1, COLUMNS)
    lines = []
    for type in elementtypes.ALL:
        if type is elementtypes.F32:
            blocks = weights.reshape(-1).view(np.uint8)
        else:
            blocks = np.fromfile(HERE.parent / f"{type.name}.blocks", dtype=np.uint8)
        for name, rows, part in zip(names, weights, blocks.reshape(len(names), -1)):
            bits = zlib.crc32(products.computed(type, part, x).astype("<f8").tobytes())
            exact = zlib.crc32(products.exact(rows, x).astype("<f8").tobytes())
            figures = products.figures(rows, type, part, x)
            lines.append(f"{type.name} {name} {exact:08x} {bits:08x} {figures['relativeRMSE']!r} {figures['weightsOnly']!r}")
    return {"activations.f32": x.astype("<f4").tobytes(), "products.txt": ("\n".join(lines) + "\n").encode()}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="write nothing; exit with 1 if a file would change")
    check = parser.parse_args().check
    changed = [name for name, data in contents().items()
               if not (HERE / name).exists() or (HERE / name).read_bytes() != data]
    if check:
        for name in changed:
            print(f"samples/golden/products/{name} is not what generate.py writes")
        return 1 if changed else 0
    for name, data in contents().items():
        (HERE / name).write_bytes(data)
    return 0


if __name__ == "__main__":
    sys.exit(main())
