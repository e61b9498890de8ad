"""What is demanded of our validator, held against the answers of all."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from validators import explanations
from validators.verdicts import Answer, Subject, Verdict

SPEC, LLAMA = "ours, spec", "ours, llama.cpp"
OURS = (SPEC, LLAMA)

Answers = Mapping[str, Answer]


@dataclass(frozen=True)
class Demand:
    name: str
    text: str
    """A sentence for the page."""
    find: Callable[[Subject, Answers], str | None]
    """What is wrong with the answers to a file; None where nothing is."""


def said(answer: Answer) -> str:
    return f"{answer.verdict.value}: {answer.message}" if answer.message else answer.verdict.value


def ends_in_an_answer(subject: Subject, answers: Answers) -> str | None:
    return next((f"{name} {said(answers[name])}" for name in OURS if answers[name].verdict.is_failure), None)


def rejects_malformed(subject: Subject, answers: Answers) -> str | None:
    if subject.valid is not False or not answers[SPEC].verdict.is_accepting or explanations.exception(subject):
        return None
    return f"is accepted, and should not be: {subject.what}"


def accepts_valid(subject: Subject, answers: Answers) -> str | None:
    if not subject.valid or answers[SPEC].verdict.is_accepting or explanations.exception(subject):
        return None
    return said(answers[SPEC])


def suits_llama(subject: Subject, answers: Answers) -> str | None:
    """A model that llama.cpp loads has no errors under its profile. Of samples that are no whole models, its reader says too
    little."""
    if not subject.valid or answers[LLAMA].verdict.is_accepting or explanations.exception(subject):
        return None
    asked = [answers[name] for name in ("ggml", "llama.cpp") if name in answers]
    if "llama.cpp" not in answers or not all(answer.verdict.is_accepting for answer in asked):
        return None
    return said(answers[LLAMA])


def refuses_with_llama(subject: Subject, answers: Answers) -> str | None:
    """What llama.cpp does not load must not pass under its profile."""
    if not answers[LLAMA].verdict.is_accepting:
        return None
    return next((f"{name} {said(answers[name])}" for name in ("ggml", "llama.cpp")
                 if name in answers and not answers[name].verdict.is_accepting), None)


def knows_why(subject: Subject, answers: Answers) -> str | None:
    """Where somebody else refuses what we accept, explanations.py says why."""
    if not answers[SPEC].verdict.is_accepting:
        return None
    for name, answer in answers.items():
        # Of whole models under the document's profile, llama.cpp's loader has the profile of its own.
        if name in (*OURS, "llama.cpp") or answer.verdict.is_accepting or explanations.explain(name, answer):
            continue
        return f"{name} {said(answer)}"
    return None


ALL = (
    Demand("end in an answer", "Ours accepts or rejects every file: no crash, no hang, within 2 GiB.", ends_in_an_answer),
    Demand("malformed files are rejected", "Ours rejects every malformed file under `spec`.", rejects_malformed),
    Demand("valid files are accepted", "Ours accepts every valid file under `spec`.", accepts_valid),
    Demand("what llama.cpp loads passes under llama.cpp",
           "Ours accepts every valid model that llama.cpp loads under `llama.cpp`.", suits_llama),
    Demand("what llama.cpp refuses fails under llama.cpp",
           "Ours rejects under `llama.cpp` whatever llama.cpp refuses, or crashes on.", refuses_with_llama),
    Demand("others' refusals are explained",
           "Where anybody rejects, or fails on, a file that ours accepts under `spec`, there is a reason.", knows_why),
)
