"""Tokenizers for made-up models: byte-level BPE, SentencePiece and WordPiece, of 1,024 tokens, trained on a seeded text."""

from __future__ import annotations

import json
import random
from pathlib import Path

import sentencepiece
from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, trainers

SIZE = 1024
SYLLABLES = [first + vowel for first in "bdfgklmnprstvz" for vowel in "aeiou"]
BOS, EOS, PAD = 1, 2, 0


def text(lines: int = 4000) -> list[str]:
    rng = random.Random(11)
    words = ["".join(rng.choices(SYLLABLES, k=rng.randint(1, 4))) for _ in range(3000)]
    return [" ".join(rng.choices(words, k=rng.randint(3, 12))) + rng.choice(".?!") for _ in range(lines)]


def byte_pairs(folder: Path) -> None:
    """As Llama 3 has it, but for the vocabulary."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.train_from_iterator(text(), trainers.BpeTrainer(
        vocab_size=SIZE, special_tokens=["<pad>", "<s>", "</s>"], initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False))
    tokenizer.save(str(folder / "tokenizer.json"))
    _configuration(folder, "PreTrainedTokenizerFast")


def sentence_piece(folder: Path) -> None:
    (folder / "text.txt").write_text("\n".join(text()), encoding="utf-8")
    sentencepiece.SentencePieceTrainer.train(
        input=str(folder / "text.txt"), model_prefix=str(folder / "tokenizer"), vocab_size=SIZE, model_type="bpe",
        byte_fallback=True, pad_id=PAD, bos_id=BOS, eos_id=EOS, unk_id=3, num_threads=1, minloglevel=2)
    (folder / "text.txt").unlink()
    (folder / "tokenizer.vocab").unlink()
    (folder / "tokenizer_config.json").write_text(json.dumps(
        {"tokenizer_class": "LlamaTokenizer", "bos_token": "<s>", "eos_token": "</s>", "pad_token": "<pad>"}))


def word_piece(folder: Path) -> None:
    tokenizer = Tokenizer(models.WordPiece(unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=True)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    tokenizer.train_from_iterator(text(), trainers.WordPieceTrainer(
        vocab_size=SIZE, special_tokens=special, show_progress=False))
    tokenizer.save(str(folder / "tokenizer.json"))
    (folder / "tokenizer_config.json").write_text(json.dumps(
        {"tokenizer_class": "BertTokenizer", "do_lower_case": True, "unk_token": "[UNK]", "cls_token": "[CLS]",
         "sep_token": "[SEP]", "pad_token": "[PAD]", "mask_token": "[MASK]"}))


def _configuration(folder: Path, name: str) -> None:
    (folder / "tokenizer_config.json").write_text(json.dumps(
        {"tokenizer_class": name, "bos_token": "<s>", "eos_token": "</s>", "pad_token": "<pad>"}))
