"""Zstandard frames (RFC 8878) of blocks that are not compressed: what any decoder reads, written without a compressor."""

import struct

MAGIC = 0xFD2FB528
LARGEST_BLOCK = 128 << 10


def block(block_type, size, body, last):
    return struct.pack("<I", size << 3 | block_type << 1 | last)[:3] + body


def raw_blocks(data, size=LARGEST_BLOCK):
    """Blocks of type 0, one at least."""
    starts = range(0, max(1, len(data)), size)
    return b"".join(block(0, len(data[start:start + size]), data[start:start + size], start + size >= len(data))
                    for start in starts)


def frame(data, says_size=True, window=0x58, flags=0, content_size=None, dictionary=b"", blocks=None, end=b""):
    """One frame. `window` is a window descriptor, 0x58 for 2 MiB; `flags` are further bits of the frame's descriptor."""
    size = struct.pack("<I", len(data)) if says_size else b""
    descriptor = (0x80 if says_size else 0) | flags
    if content_size is not None:
        size, descriptor = struct.pack("<Q", content_size), 0xC0 | flags
    head = struct.pack("<IBB", MAGIC, descriptor, window) + dictionary + size
    return head + (raw_blocks(data) if blocks is None else blocks) + end


def skippable(payload, number=0):
    return struct.pack("<II", 0x184D2A50 + number, len(payload)) + payload


def seekable(data, size, lie=0):
    """Frames of `size` bytes each, and the seek table behind them; `lie` is added to what it says of the first."""
    parts = [data[start:start + size] for start in range(0, len(data), size)]
    frames = [frame(part) for part in parts]
    entries = [[len(made), len(part)] for made, part in zip(frames, parts)]
    entries[0][1] += lie
    table = b"".join(struct.pack("<II", *entry) for entry in entries)
    return b"".join(frames) + skippable(table + struct.pack("<IBI", len(entries), 0, 0x8F92EAB1), 14)
