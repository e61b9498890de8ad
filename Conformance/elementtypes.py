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
Q4_0 = ElementType("Q4_0", 2, 32, 18, 2, (0,))
Q4_1 = ElementType("Q4_1", 3, 32, 20, 3, (0, 2))
Q5_0 = ElementType("Q5_0", 6, 32, 22, 8, (0,))
Q5_1 = ElementType("Q5_1", 7, 32, 24, 9, (0, 2))
Q8_0 = ElementType("Q8_0", 8, 32, 34, 7, (0,))
Q2_K = ElementType("Q2_K", 10, 256, 84, 10, (80, 82))
Q3_K = ElementType("Q3_K", 11, 256, 110, 11, (108,))
Q4_K = ElementType("Q4_K", 12, 256, 144, 14, (0, 2))
Q5_K = ElementType("Q5_K", 13, 256, 176, 16, (0, 2))
Q6_K = ElementType("Q6_K", 14, 256, 210, 18, (208,))
IQ4_NL = ElementType("IQ4_NL", 20, 32, 18, 25, (0,))
IQ4_XS = ElementType("IQ4_XS", 23, 256, 136, 30, (0,))
TQ1_0 = ElementType("TQ1_0", 34, 256, 54, 36, (52,))
TQ2_0 = ElementType("TQ2_0", 35, 256, 66, 37, (64,))
MXFP4 = ElementType("MXFP4", 39, 32, 17, 38)
NVFP4 = ElementType("NVFP4", 40, 64, 36, 39)
Q1_0 = ElementType("Q1_0", 41, 128, 18, 40, (0,))
Q2_0 = ElementType("Q2_0", 42, 64, 18, 41, (0,))
NF4 = ElementType("NF4", 0x0034464E, 64, 34, None, (0,))

ALL = (F32, F16, BF16, Q4_0, Q4_1, Q5_0, Q5_1, Q8_0, Q2_K, Q3_K, Q4_K, Q5_K, Q6_K, IQ4_NL, IQ4_XS, TQ1_0, TQ2_0,
       MXFP4, NVFP4, Q1_0, Q2_0, NF4)
"""Every type, in the order in which the checks are printed."""

NOT_IN_GGUF_PACKAGE = (Q2_0, NF4)
"""Those whose ids the gguf package does not know. Its reader refuses files that have them."""

NOT_DECODED_BY_GGUF_PACKAGE = (Q1_0, *NOT_IN_GGUF_PACKAGE)

GGML = tuple(type for type in ALL if type not in NOT_IN_GGUF_PACKAGE)
"""The types that libgguf and the gguf package know."""

WITHOUT_LIMIT = (F32, MXFP4, NVFP4)
"""Those that every finite weight can be quantized to."""

INTEGER_IDS = {"int8": 24, "int16": 25, "int32": 26, "int64": 27}
"""ggml's ids of the integer types, by numpy's names for them."""
