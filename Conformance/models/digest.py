"""What a GGUF file says, in two digests: equal for files that differ in the order of keys and tensors only."""

from __future__ import annotations

import hashlib
from pathlib import Path

BY_LLAMA_QUANTIZE = {"general.file_type", "general.quantization_version"}
"""Keys that llama-quantize sets in every file, and the converter not in every one: left out for the converter's types."""
CONVERTERS_TYPES = {"F32", "BF16"}


def digests(path: Path, type: str) -> dict[str, str]:
    """Of the metadata and of the tensors, for a file that was made with `--type`."""
    # Here, as another version of the package may have to come first.
    import gguf

    reader = gguf.GGUFReader(path)
    left_out = BY_LLAMA_QUANTIZE if type in CONVERTERS_TYPES else set()
    fields = {field.name: field for field in reader.fields.values()
              if not field.name.startswith("GGUF.") and field.name not in left_out}
    metadata, tensors = hashlib.sha256(), hashlib.sha256()
    for name in sorted(fields):
        kinds = [kind.name for kind in fields[name].types]
        metadata.update(f"{name} {kinds} {fields[name].contents()!r}\n".encode())
    for tensor in sorted(reader.tensors, key=lambda tensor: tensor.name):
        contents = hashlib.sha256(tensor.data.tobytes()).hexdigest()
        tensors.update(f"{tensor.name} {tensor.tensor_type.name} {list(map(int, tensor.shape))} {contents}\n".encode())
    return {"metadata": metadata.hexdigest(), "tensors": tensors.hexdigest()}
