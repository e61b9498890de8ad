"""Why others refuse what we accept, and the few samples that are not what their folder says. Each is looked at: a refusal
without an entry here fails the check."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from validators.verdicts import Answer, Subject

WARNED = {
    "gguf-gap-before-first.gguf": "the document does not say that tensors follow each other: a warning; llama.cpp does",
    "gguf-gap-between-tensors.gguf": "the document does not say that tensors follow each other: a warning; llama.cpp does",
    "gguf-name-with-escape.gguf": "the document allows any UTF-8 in names: a warning (GGUF-X), for who prints them",
    "gguf-token-id-max.gguf": "published models have special tokens that are out of range, and llama.cpp runs them: a warning",
    "gguf-token-id-out-of-range.gguf": "published models have special tokens that are out of range: a warning",
    "safetensors-index-total-size-negative/model.safetensors.index.json": "no reader looks at total_size: a warning",
    "safetensors-index-total-size-wrong/model.safetensors.index.json": "no reader looks at total_size: a warning",
}
"""Samples of malformed/ that are no errors under the document, with the reason."""

REFUSED = {
    "missing-architecture.gguf": "the document requires general.architecture; readers do without it",
    "missing-quantization-version.gguf": "the document requires general.quantization_version where tensors are quantized",
    "no-tensors-no-metadata.gguf": "the document requires general.architecture; readers do without it",
    "dtypes.safetensors": "it has numbers of every pattern of bits, NaN among them; what reads it is right to",
    "dtypes-fnuz.safetensors": "it has numbers of every pattern of bits, NaN among them; what reads it is right to",
}
"""Samples of valid/ that may be errors under the document, which readers must accept all the same."""


@dataclass(frozen=True)
class Explanation:
    peer: str
    message: str
    """A regular expression that its words match."""
    why: str

    def fits(self, peer: str, answer: Answer) -> bool:
        return self.peer == peer and re.search(self.message, answer.message) is not None


EXPLANATIONS = (
    Explanation("gguf", r"np\.uint32\((42|3425870)\) is not a valid GGMLQuantizationType",
                "it does not know the types Q2_0 (newer than this version) and NF4 (ours alone)"),
    Explanation("libgguf", r"nested GGUF metadata arrays", "the document allows arrays of arrays"),
    Explanation("libgguf", r"unsupported GGUF version 50331648", "it reads no big-endian files, which the document allows"),
    Explanation("modelvet", r"MVET_V_KV_ARRAY_NESTED", "the document allows arrays of arrays"),
    Explanation("modelvet", r"MVET_V_VERSION_ENDIAN", "it reads no big-endian files, which the document allows"),
    Explanation("modelvet", r"MVET_V_TENSOR_DTYPE_RANGE", "it does not know NF4 (ours alone)"),
    Explanation("modelvet", r"MVET_V_TENSOR_DATA_EXTENT",
                "it demands padding behind the last tensor, as llama.cpp reads it; the document does not"),
    Explanation("modelvet", r"MVET_V_TENSOR_OFFSET_MISMATCH", "it demands, as llama.cpp does, that tensors follow each other"),
    Explanation("modelvet", r"MVET_V_ST_KEY_ESCAPE", "it takes no escapes in keys; safetensors does"),
    Explanation("modelvet", r"MVET_V_ST_TENSOR_FIELDS",
                "it takes no fields but dtype, shape and data_offsets; safetensors does"),
    Explanation("modelvet", r"MVET_V_ST_JSON_SYNTAX", "it takes no null for __metadata__; safetensors does"),
    Explanation("ggml", r"invalid GGUF type 9", "llama.cpp reads no arrays of arrays, which the document allows"),
    Explanation("ggml", r"has offset \d+, expected \d+",
                "llama.cpp demands that tensors follow each other in the order of their infos"),
    Explanation("ggml", r"is too long: 64 >= 64", "llama.cpp takes names of 63 bytes, the document of 64"),
    Explanation("ggml", r"mismatch between the host and model endian",
                "llama.cpp reads no big-endian files on a little-endian machine, which the document allows"),
    Explanation("ggml", r"invalid ggml type 3425870", "it does not know NF4 (ours alone)"),
)


def explain(peer: str, answer: Answer) -> str | None:
    return next((entry.why for entry in EXPLANATIONS if entry.fits(peer, answer)), None)


def unused(answers: Mapping[str, Mapping[str, Answer]]) -> list[str]:
    """The messages of explanations that no answer fits."""
    given = [(name, answer) for each in answers.values() for name, answer in each.items()]
    return [f"{entry.peer}: {entry.message}" for entry in EXPLANATIONS
            if not any(entry.fits(name, answer) for name, answer in given)]


def exception(subject: Subject) -> str | None:
    """Why a sample is not what its folder says."""
    table = {"samples/malformed": WARNED, "samples/valid": REFUSED}.get(subject.group, {})
    return table.get(subject.name)
