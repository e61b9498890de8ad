"""Which tensor gets which type, and what becomes of integers."""

from __future__ import annotations

from pathlib import Path

import numpy as np

import distributions
import elementtypes
from elementtypes import ElementType
from expectations import fitting_type, require_converted, require_tensor
from files import read, write_safetensors
from report import Once, Report, require_equal
from tool import Tool

SHAPES = {
    "blk.0.attn_q.weight": (64, 256),
    "blk.0.attn_q.bias": (256,),
    "blk.0.attn_norm.weight": (64, 256),
    "encoder.LayerNorm.weight": (2, 512),
    "encoder.finalNORMALIZE.gamma": (2, 256),
    "norm": (4, 256),
    "blk.0.weight_norm": (4, 256),
    "norm.blk.weight": (4, 256),
    "rows.32": (7, 32),
    "rows.33": (7, 33),
    "rows.64": (7, 64),
    "rows.96": (5, 96),
    "rows.128": (5, 128),
    "rows.255": (3, 255),
    "rows.257": (3, 257),
    "rows.384": (5, 384),
    "rows.1": (300, 1),
    "one.row": (1, 768),
    "three.axes": (3, 5, 256),
    "four.axes": (2, 3, 5, 512),
    "größe.重み": (3, 256),
}


def run(report: Report, tool: Tool, folder: Path, seed: int) -> None:
    rng = distributions.generator(seed, "rules")
    tensors: dict[str, np.ndarray] = {
        name: rng.standard_normal(shape, dtype=np.float32) for name, shape in SHAPES.items()
    }
    for dtype in (np.int8, np.int16, np.int32, np.int64, np.uint8, np.uint16, np.uint32):
        limits = np.iinfo(dtype)
        values = rng.integers(limits.min, limits.max, (3, 11), dtype=dtype, endpoint=True)
        values[0, :2] = limits.min, limits.max
        tensors[f"integers.{np.dtype(dtype).name}"] = values
    tensors["integers.bool"] = rng.random((5, 7)) < 0.5
    source = write_safetensors(folder / "rules.safetensors", tensors)

    for type in elementtypes.ALL:
        def check(type: ElementType = type) -> str:
            path = tool.convert(source, folder / f"rules-{type}.gguf", type)
            count = require_converted(read(path), tensors, type)
            return f"{count} of {len(tensors)} tensors are {type}"

        report.check(f"rules {type}", check)

    overrides = ("--tensor-type", r".*attn_q\.weight=Q4_0", "--tensor-type", ".*attn.*=TQ2_0",
                 "--tensor-type", ".*axes=NF4", "--tensor-type", "rows.*=F16")
    overridden = Once(lambda: read(tool.convert(source, folder / "overridden.gguf", elementtypes.Q8_0, *overrides)))
    # The first pattern that matches wins.
    wanted = {"blk.0.attn_q.weight": elementtypes.Q4_0, "three.axes": elementtypes.NF4, "four.axes": elementtypes.NF4,
              "rows.96": elementtypes.F16, "rows.33": elementtypes.F16, "one.row": elementtypes.Q8_0}
    for name, type in wanted.items():
        def check_override(name: str = name, type: ElementType = type) -> None:
            require_equal(f"{type} fits", fitting_type(type, name, SHAPES[name]), type)
            require_tensor(name, overridden().tensors[name], tensors[name], type)

        report.check(f"--tensor-type {name} {type}", check_override)
