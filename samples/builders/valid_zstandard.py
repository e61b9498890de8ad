"""Valid files that are compressed with Zstandard."""

from . import valid_gguf, valid_raw, valid_safetensors
from .zstandard import frame, seekable, skippable


def files():
    gguf = valid_gguf.files()["v3-little.gguf"]
    safetensors = valid_safetensors.files()
    raw = valid_raw.files()["raw/weights.f32"]
    shards = {f"zstandard/{name}": data for name, data in safetensors.items() if name.startswith("sharded/model-0")}
    second = "zstandard/sharded/model-00002-of-00003.safetensors"
    shards[f"{second}.zst"] = frame(shards.pop(second))
    return {
        "zstandard/v3-little.gguf.zst": frame(gguf),
        "zstandard/unaligned.safetensors.zst": seekable(safetensors["unaligned.safetensors"], 200),
        "zstandard/weights.f32.zst": skippable(b"note") + frame(raw[:3000], says_size=False) + frame(raw[3000:]),
        **shards,
        "zstandard/sharded/model.safetensors.index.json": safetensors["sharded/model.safetensors.index.json"],
    }
