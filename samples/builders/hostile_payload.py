"""GGUF files of which the structure is sound and the data is not."""

import struct

from .gguf_builder import STRING, U32, GGUFBuilder
from .sample import Hostile

# Type: id, weights a block, bytes a block, where its half-precision scales stand.
HALF_SCALES = {
    "Q4_0": (2, 32, 18, [0]), "Q4_1": (3, 32, 20, [0, 2]), "Q5_0": (6, 32, 22, [0]), "Q5_1": (7, 32, 24, [0, 2]),
    "Q8_0": (8, 32, 34, [0]), "Q8_1": (9, 32, 36, [0, 2]), "Q2_K": (10, 256, 84, [80, 82]),
    "Q3_K": (11, 256, 110, [108]),
    "Q4_K": (12, 256, 144, [0, 2]), "Q5_K": (13, 256, 176, [0, 2]), "Q6_K": (14, 256, 210, [208]),
    "IQ4_NL": (20, 32, 18, [0]), "IQ4_XS": (23, 256, 136, [0]), "TQ1_0": (34, 256, 54, [52]),
    "TQ2_0": (35, 256, 66, [64]), "Q1_0": (41, 128, 18, [0]), "Q2_0": (42, 64, 18, [0]),
    "IQ2_XXS": (16, 256, 66, [0]), "IQ2_XS": (17, 256, 74, [0]), "IQ3_XXS": (18, 256, 98, [0]),
    "IQ1_S": (19, 256, 50, [0]), "IQ3_S": (21, 256, 110, [0]), "IQ2_S": (22, 256, 82, [0]),
}
NAN, INFINITY, ONE_64TH = 0x7E00, 0x7C00, 0x2400


def builder():
    return (GGUFBuilder().add("general.architecture", STRING, "llama")
            .add("general.quantization_version", U32, 2))


def with_scales(bits):
    """A tensor of two blocks for each scale of each type; that scale of the second block is `bits`."""
    file = builder()
    for name, (number, length, size, places) in HALF_SCALES.items():
        for place in places:
            block = bytearray(size)
            for other in places:
                struct.pack_into("<H", block, other, ONE_64TH)
            broken = bytearray(block)
            struct.pack_into("<H", broken, place, bits)
            file.add_tensor(f"{name.lower()}.{place}", [2 * length], number, bytes(block + broken))
    # IQ1_M has four bits of its scale at the top of each of the last four 16-bit numbers, Q8_K has a binary32.
    quarters = b"".join(struct.pack("<H", (bits >> shift & 15) << 12) for shift in (0, 4, 8, 12))
    file.add_tensor("iq1_m", [256], 29, bytes(48) + quarters)
    single = {NAN: 0x7FC00000, INFINITY: 0x7F800000}[bits]
    return file.add_tensor("q8_k", [256], 15, struct.pack("<I", single) + bytes(288))


def with_nan_scales():
    # MXFP4's scale is E8M0, of which 255 is NaN; NVFP4's are four of E4M3, of which 127 is.
    file = with_scales(NAN)
    file.add_tensor("mxfp4", [64], 39, bytes([127] + 16 * [0]) + bytes([255] + 16 * [0]))
    return file.add_tensor("nvfp4", [128], 40, bytes(4 * [56] + 32 * [0]) + bytes([56, 127, 56, 56] + 32 * [0])).build()


def nf4_with_scales():
    """In a file of its own, since only this program reads the type."""
    file = builder()
    for name, bits in [("nan", NAN), ("infinite", INFINITY)]:
        file.add_tensor(name, [64], 0x0034464E, struct.pack("<H", bits) + bytes(32))
    return file.build()


def with_ternary_codes():
    """TQ1_0 bytes stand for five digits of base 3, so that 243 values of 256 are used; of TQ2_0's codes 3 is none."""
    scale = struct.pack("<H", ONE_64TH)
    file = builder()
    file.add_tensor("tq1_0", [256], 34, bytes([255] * 48 + [255] * 4) + scale)
    return file.add_tensor("tq2_0", [256], 35, bytes([255] * 64) + scale).build()


def with_floats(half, brain, single, double):
    file = builder()
    file.add_tensor("f16", [4], 1, struct.pack("<4H", 0x3C00, half, 0, 0x3C00))
    file.add_tensor("bf16", [4], 30, struct.pack("<4H", 0x3F80, brain, 0, 0x3F80))
    file.add_tensor("f32", [2], 0, struct.pack("<2I", 0x3F800000, single))
    return file.add_tensor("f64", [2], 28, struct.pack("<2Q", 0x3FF0000000000000, double)).build()


def samples():
    table = [
        ("payload-nan-scales", "Every tensor has a scale that is NaN, one for each scale of each block type.",
         with_nan_scales()),
        ("payload-infinite-scales", "Every tensor has an infinite scale, one for each scale of each block type.",
         with_scales(INFINITY).build()),
        ("payload-nf4-scales", "Of two NF4 tensors the scales are NaN and infinite.", nf4_with_scales()),
        ("payload-ternary-codes", "Two tensors have codes that no encoder of TQ1_0 and TQ2_0 writes.",
         with_ternary_codes()),
        ("payload-float-nan", "A NaN in a tensor of each type of floats.",
         with_floats(0x7E00, 0x7FC0, 0x7FC00000, 0x7FF8000000000000)),
        ("payload-float-infinity", "An infinity in a tensor of each type of floats.",
         with_floats(0x7C00, 0xFF80, 0x7F800000, 0xFFF0000000000000)),
    ]
    return [Hostile(f"{name}.gguf", breaks, data, ["GGUF-P"]) for name, breaks, data in table]
