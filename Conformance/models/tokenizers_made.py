"""Tokenizers for made-up models: byte-level BPE, SentencePiece and WordPiece, of 1,024 tokens, trained on a seeded text."""

from __future__ import annotations

import io
import json
import random
from pathlib import Path

import sentencepiece
from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers

import texts

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
        vocab_size=SIZE, special_tokens=["<pad>", "<s>", "</s>", "<|endoftext|>"], show_progress=False,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet()))
    tokenizer.save(str(folder / "tokenizer.json"))
    _configuration(folder, "PreTrainedTokenizerFast")


def sentence_piece(folder: Path, prefix: bool = True) -> None:
    """As Llama 2 has it: texts are taken as they are, but for a blank in front."""
    # No files: the model would hold their paths.
    model = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(text()), model_writer=model, vocab_size=SIZE, model_type="bpe",
        byte_fallback=True, pad_id=PAD, bos_id=BOS, eos_id=EOS, unk_id=3, num_threads=1, minloglevel=2,
        normalization_rule_name="identity", remove_extra_whitespaces=False, add_dummy_prefix=prefix,
        control_symbols=["<|endoftext|>"])
    (folder / "tokenizer.model").write_bytes(model.getvalue())
    (folder / "tokenizer_config.json").write_text(json.dumps(
        {"tokenizer_class": "LlamaTokenizer", "bos_token": "<s>", "eos_token": "</s>", "pad_token": "<pad>"}))


def sentence_piece_without_prefix(folder: Path) -> None:
    """As Gemma has it."""
    sentence_piece(folder, prefix=False)


def word_piece(folder: Path) -> None:
    tokenizer = Tokenizer(models.WordPiece(unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=True)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    tokenizer.train_from_iterator(text(), trainers.WordPieceTrainer(
        vocab_size=SIZE, special_tokens=special, initial_alphabet=sorted(set(texts.PLAIN)), show_progress=False))
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", pair="[CLS] $A [SEP] $B:1 [SEP]:1",
        special_tokens=[(token, special.index(token)) for token in ("[CLS]", "[SEP]")])
    tokenizer.save(str(folder / "tokenizer.json"))
    (folder / "tokenizer_config.json").write_text(json.dumps(
        {"tokenizer_class": "BertTokenizer", "do_lower_case": True, "unk_token": "[UNK]", "cls_token": "[CLS]",
         "sep_token": "[SEP]", "pad_token": "[PAD]", "mask_token": "[MASK]"}))


def _configuration(folder: Path, name: str) -> None:
    (folder / "tokenizer_config.json").write_text(json.dumps(
        {"tokenizer_class": name, "bos_token": "<s>", "eos_token": "</s>", "pad_token": "<pad>"}))
