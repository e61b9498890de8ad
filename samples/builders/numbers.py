"""Seeded numbers that are the same bytes on every machine.

Only integer and IEEE double arithmetic is used: no libm call, and nothing of the `random` module, so that no
version of Python and no C library can change a sample.
"""

import struct

MASK_64 = (1 << 64) - 1


class SplitMix64:
    """The SplitMix64 generator (Steele, Lea, Flood 2014)."""

    def __init__(self, seed):
        self.state = seed & MASK_64

    def next(self):
        self.state = (self.state + 0x9E3779B97F4A7C15) & MASK_64
        z = self.state
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & MASK_64
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK_64
        return z ^ (z >> 31)

    def below(self, limit):
        return self.next() % limit

    def bytes(self, count):
        words = (count + 7) // 8
        return b"".join(struct.pack("<Q", self.next()) for _ in range(words))[:count]

    def gaussian(self):
        """Mean 0, variance 1, as the sum of twelve uniform numbers (exact in a double, at most 6 in magnitude)."""
        total = 0
        for _ in range(3):
            word = self.next()
            total += (word & 0xFFFF) + (word >> 16 & 0xFFFF) + (word >> 32 & 0xFFFF) + (word >> 48)
        return (total - 12 * 32767.5) / 65536.0


def gaussians(seed, count, scale=1.0):
    generator = SplitMix64(seed)
    return [generator.gaussian() * scale for _ in range(count)]


def weights(seed, count, scale=0.02, outlier_every=2000):
    """Gaussian weights of which about one in `outlier_every` is sixteen times as large."""
    generator = SplitMix64(seed)
    values = []
    for _ in range(count):
        value = generator.gaussian() * scale
        if generator.below(outlier_every) == 0:
            value *= 16.0
        values.append(value)
    return values


def f32(values, order="<"):
    return struct.pack(f"{order}{len(values)}f", *values)


def f64(values, order="<"):
    return struct.pack(f"{order}{len(values)}d", *values)


def f16(values, order="<"):
    return struct.pack(f"{order}{len(values)}e", *values)


def bf16(values, order="<"):
    """Rounds to nearest, ties to even. For finite values."""
    words = struct.unpack(f"<{len(values)}I", f32(values))
    halves = [(word + 0x7FFF + (word >> 16 & 1)) >> 16 for word in words]
    return struct.pack(f"{order}{len(halves)}H", *halves)


def integers(code, values, order="<"):
    """`code` is a letter of the struct module: b h i q B H I Q."""
    return struct.pack(f"{order}{len(values)}{code}", *values)
