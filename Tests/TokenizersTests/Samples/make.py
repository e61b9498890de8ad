"""Makes the tokenizers of this folder, and what llama.cpp's converter makes of them: python3 make.py LLAMA_CPP

LLAMA_CPP is llama.cpp's source (vendor/llama.cpp of the llama-cpp-python 0.3.36 sdist). Needs torch, and of PyPI
transformers==5.24.0, tokenizers==0.23.3, sentencepiece==0.2.3, protobuf and gguf. The text is this repository's own pages.

Training is not the same from run to run; each run writes tokenizers and expectations that go together.
"""

import contextlib
import hashlib
import importlib
import json
import os
import shutil
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
PAGES = HERE.parent.parent.parent / "formats"
LLAMA_CPP = Path(sys.argv[1]).resolve()
sys.path[:0] = [str(LLAMA_CPP), str(LLAMA_CPP / "gguf-py")]

import gguf  # noqa: E402
import sentencepiece  # noqa: E402
from tokenizers import Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers  # noqa: E402

QWEN2 = (r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+")


def text():
    for page in ["safetensors.md", "gguf.md"]:
        yield from (PAGES / page).read_text().splitlines()


def byte_level(folder):
    tokenizer = Tokenizer(models.BPE())
    tokenizer.normalizer = normalizers.NFC()
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([
        pre_tokenizers.Split(Regex(QWEN2), "isolated"), pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)])
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=400, special_tokens=["<|endoftext|>", "<|im_start|>", "<|im_end|>"],
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet())
    tokenizer.train_from_iterator(text(), trainer)
    tokenizer.save(str(folder / "tokenizer.json"))
    configure(folder, 410, {"eos_token": "<|im_end|>", "pad_token": "<|endoftext|>", "add_bos_token": False,
                            "chat_template": "{% for message in messages %}{{ message.content }}{% endfor %}"})


def word_piece(folder):
    tokenizer = Tokenizer(models.WordPiece(unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=True)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.decoder = decoders.WordPiece()
    trainer = trainers.WordPieceTrainer(vocab_size=400, special_tokens=["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"])
    tokenizer.train_from_iterator(text(), trainer)
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", pair="[CLS] $A [SEP] $B:1 [SEP]:1",
        special_tokens=[(name, tokenizer.token_to_id(name)) for name in ("[CLS]", "[SEP]")])
    tokenizer.save(str(folder / "tokenizer.json"))
    names = {role + "_token": f"[{role.upper()}]" for role in ("unk", "sep", "pad", "cls", "mask")}
    configure(folder, 400, names)


def sentence_piece(folder):
    # The model says what it was called when it was made: no path of the machine.
    os.chdir(folder)
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=text(), model_prefix="tokenizer", vocab_size=500, model_type="bpe",
        byte_fallback=True, normalization_rule_name="identity", user_defined_symbols=["<|user|>"], minloglevel=2)
    (folder / "tokenizer.vocab").unlink()
    configure(folder, 510, {"bos_token": "<s>", "eos_token": "</s>", "add_bos_token": True, "add_prefix_space": False,
                            "added_tokens_decoder": {"503": {"content": "<turn>", "special": True}}})


def configure(folder, size, config):
    (folder / "tokenizer_config.json").write_text(json.dumps({"tokenizer_class": "PreTrainedTokenizerFast", **config}))
    (folder / "config.json").write_text(json.dumps({"vocab_size": size, "bos_token_id": 1, "eos_token_id": 2}))


def expected(folder, module, name, pre):
    """The digest of each value as a file has it, behind its type, in the converter's order."""
    model = object.__new__(getattr(importlib.import_module("conversion." + module), name))
    model.dir_model = folder
    model.hparams = json.loads((folder / "config.json").read_text())
    model.origin_hf_arch, model.hf_arch, model.is_mistral_format = None, "", False
    model.get_vocab_base_pre = lambda tokenizer: pre
    model.gguf_writer = writer = gguf.GGUFWriter(None, "none")
    with contextlib.redirect_stdout(sys.stderr):
        model.set_vocab()
    values = {key: writer._pack_val(value.value, value.type, add_vtype=True, sub_type=value.sub_type)
              for key, value in writer.kv_data[0].items() if key.startswith("tokenizer.")}
    return [[key, hashlib.sha256(value).hexdigest()] for key, value in values.items()]


def main():
    result = {}
    for name, make, *reference in [
        ("byte-level", byte_level, "qwen", "Qwen2Model", "qwen2"),
        ("word-piece", word_piece, "bert", "BertModel", "jina-v2-en"),
        ("sentence-piece", sentence_piece, "llama", "LlamaModel", None),
    ]:
        folder = HERE / name
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        make(folder)
        result[name] = expected(folder, *reference)
    (HERE / "expected.json").write_text(json.dumps(result, indent=1) + "\n")


if __name__ == "__main__":
    main()
