"""llama.cpp's converter, run on a folder."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
from contextlib import nullcontext
from pathlib import Path
from unittest import mock

FAILS_LAZILY = {"llama-packed"}
"""Models of which the converter fails to make tensors when they are asked for; all are made at once there."""

PUBLISHED = {"SmolLM2-135M", "gemma-3-270m"}
"""Models with published vocabularies. The converter knows the pre-tokenizers of such ones only, by a hash; of made-up ones it
is told that they are GPT-2's, which they are."""


def write(llama: Path, quantize: Path, folder: Path, type: str) -> Path:
    """The file of a type that the converter writes, and llama-quantize where the converter does not know the type. Beside
    the folder, and once."""
    output = folder.parent / f"{folder.name}-{type}.gguf"
    if output.exists():
        return output
    if type in ("F32", "BF16"):
        return convert(llama, folder, output, type)
    subprocess.run([quantize, write(llama, quantize, folder, "F32"), output, type, "1"], check=True, capture_output=True)
    return output


def use(llama: Path) -> None:
    """Has the converter's modules and its gguf-py imported, whatever is installed."""
    if str(llama) not in sys.path:
        os.environ["NO_LOCAL_GGUF"] = "1"
        sys.path[:0] = [str(llama / "gguf-py"), str(llama)]


def convert(llama: Path, folder: Path, output: Path, type: str) -> Path:
    """A file of a type: F32 or BF16."""
    use(llama)
    import gguf
    import torch
    from conversion import get_model_class
    from conversion.base import ModelBase, ModelType, TextModel, get_model_architecture

    torch.set_num_threads(1)
    logging.disable(logging.WARNING)
    types = {"F32": gguf.LlamaFileType.ALL_F32, "BF16": gguf.LlamaFileType.MOSTLY_BF16}
    told = mock.patch.object(TextModel, "get_vocab_base_pre", lambda self, tokenizer: "gpt-2")
    with torch.inference_mode(), nullcontext() if folder.name in PUBLISHED else told:
        parameters = ModelBase.load_hparams(folder, False)
        model = get_model_class(get_model_architecture(parameters, ModelType.TEXT))
        model(folder, types[type], output, eager=folder.name in FAILS_LAZILY).write()
    return output
