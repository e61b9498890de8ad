"""Compressed files that are damaged, or lie about themselves. Each would unpack to a correct GGUF file."""

import struct

from .sample import Malformed
from .valid_gguf import small
from .zstandard import block, frame, raw_blocks, seekable, skippable


def samples():
    model = small("base").build()
    zeros = b"".join(block(1, 128 << 10, b"\0", number == 79) for number in range(80))
    table = [
        ("cut-off", "The frame is cut off by one byte.", frame(model)[:-1]),
        ("cut-off-in-header", "The file ends within the frame's header.", frame(model)[:8]),
        ("checksum-wrong", "The frame has a checksum that is not that of its contents.",
         frame(model, flags=4, end=b"\0\0\0\0")),
        ("text-behind", "Text follows the frame.", frame(model) + b"signed by me\n"),
        ("reserved-bit", "A bit of the frame's descriptor is set that is reserved.", frame(model, flags=8)),
        ("dictionary", "The frame needs a dictionary.", frame(model, flags=1, dictionary=b"\x2A")),
        ("block-type-reserved", "A block has the type 3.", frame(model, blocks=block(3, 10, b"0123456789", 1))),
        ("block-too-large", "A block unpacks to 2,097,151 bytes, where 131,072 are the most.",
         frame(model, blocks=block(1, 2**21 - 1, b"\0", 1))),
        ("block-corrupt", "A compressed block holds nonsense.", frame(model, blocks=block(2, 8, b"\xFF" * 8, 1))),
        ("size-giant", "The frame says that it unpacks to 2^62 bytes.", frame(model, content_size=2**62)),
        ("size-max", "The frame says that it unpacks to 2^64 - 1 bytes.", frame(model, content_size=2**64 - 1)),
        ("size-smaller", "The frame says that it unpacks to a byte less than it does.",
         frame(model, content_size=len(model) - 1)),
        ("window-too-large", "The frame needs a window of 2 TiB.",
         frame(bytes(80 * (128 << 10)), window=31 << 3, blocks=zeros)),
        ("skippable-giant", "A skippable frame of 4,294,967,295 bytes follows, of which none is there.",
         frame(model) + struct.pack("<II", 0x184D2A53, 2**32 - 1)),
        ("seek-table-lies", "The seek table gives the first frame a byte more than it has.", seekable(model, 300, lie=1)),
        ("twice", "The file is compressed twice.", frame(frame(model))),
        ("no-model", "What is compressed is text.", frame(b"Please see the other repository.\n")),
        ("gguf-cut-off", "What is compressed is a GGUF file that is cut off.", skippable(b"") + frame(model[:-2])),
        ("nothing", "What is compressed is nothing.", frame(b"", blocks=raw_blocks(b""))),
    ]
    return [Malformed(f"zstd-{name}.gguf.zst", "gguf", breaks, data) for name, breaks, data in table]
