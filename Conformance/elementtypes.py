"""The element types that `gguf` writes: ids, block sizes and where a block keeps its scales."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class ElementType:
    name: str
    id: int
    block_weights: int
    block_bytes: int
    file_type: int | None
    """The value of general.file_type; None where the file has no such key."""
    scale_offsets: tuple[int, ...] = ()
    """Where in a block the f16 scales stand. In F16 the weight itself is looked at as the scale."""

    def __str__(self) -> str:
        return self.name


F32 = ElementType("F32", 0, 1, 4, 0)
F16 = ElementType("F16", 1, 1, 2, 1, (0,))
BF16 = ElementType("BF16", 30, 1, 2, 32)
Q8_0 = ElementType("Q8_0", 8, 32, 34, 7, (0,))
Q4_0 = ElementType("Q4_0", 2, 32, 18, 2, (0,))
Q2_K = ElementType("Q2_K", 10, 256, 84, 10, (80, 82))
Q3_K = ElementType("Q3_K", 11, 256, 110, 11, (108,))
Q4_K = ElementType("Q4_K", 12, 256, 144, 14, (0, 2))
Q5_K = ElementType("Q5_K", 13, 256, 176, 16, (0, 2))
Q6_K = ElementType("Q6_K", 14, 256, 210, 18, (208,))
TQ1_0 = ElementType("TQ1_0", 34, 256, 54, 36, (52,))
TQ2_0 = ElementType("TQ2_0", 35, 256, 66, 37, (64,))
NF4 = ElementType("NF4", 0x0034464E, 64, 34, None, (0,))

ALL = (F32, F16, BF16, Q8_0, Q4_0, Q2_K, Q3_K, Q4_K, Q5_K, Q6_K, TQ1_0, TQ2_0, NF4)
"""Every type, in the order in which the checks are printed."""

GGML = tuple(type for type in ALL if type is not NF4)
"""The types that ggml, and so libgguf and the gguf package, know."""

INTEGER_IDS = {"int8": 24, "int16": 25, "int32": 26, "int64": 27}
"""ggml's ids of the integer types, by numpy's names for them."""
