"""llama.cpp's converter, run on a folder."""

from __future__ import annotations

import logging
import os
import sys
from pathlib import Path

FAILS_LAZILY = {"llama-packed"}
"""Models of which the converter fails to make tensors when they are asked for; all are made at once there."""


def convert(llama: Path, folder: Path, output: Path, type: str) -> Path:
    """A file of a type: F32 or BF16.

    The converter knows the pre-tokenizers of published vocabularies only, by a hash; of made-up ones it is told that they
    are GPT-2's, which they are.
    """
    if str(llama) not in sys.path:
        os.environ["NO_LOCAL_GGUF"] = "1"
        sys.path[:0] = [str(llama / "gguf-py"), str(llama)]
    import gguf
    import torch
    from conversion import get_model_class
    from conversion.base import ModelBase, ModelType, TextModel, get_model_architecture

    torch.set_num_threads(1)
    logging.disable(logging.WARNING)
    TextModel.get_vocab_base_pre = lambda self, tokenizer: "gpt-2"
    types = {"F32": gguf.LlamaFileType.ALL_F32, "BF16": gguf.LlamaFileType.MOSTLY_BF16}
    with torch.inference_mode():
        parameters = ModelBase.load_hparams(folder, False)
        model = get_model_class(get_model_architecture(parameters, ModelType.TEXT))
        model(folder, types[type], output, eager=folder.name in FAILS_LAZILY).write()
    return output
