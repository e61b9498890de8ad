"""Our validator and other people's readers, asked about the same files: samples, whole models, published models, mutants."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import llamacpp
from report import Difference, Once, Report, note, require, require_equal
from tool import TIMEOUT, Tool
from validators import corpus, demands, explanations, mutants, page, peers
from validators.verdicts import Subject, Verdict

TOP = Path(__file__).resolve().parent.parent
PAGE = Path(__file__).resolve().parent / "validators.md"
ANSWERS = Path(__file__).resolve().parent / ".cache" / "validators.json"
PAGE_SEED = 20260101
"""The seed of which validators.md is made: the default of run.py."""


def run(report: Report, tool: Tool, folder: Path, seed: int) -> None:
    report.check("validators verdicts are told apart", check_worker)

    def examine() -> tuple[list[Subject], list[mutants.Mutant], tuple, dict]:
        require_command(tool)
        everyone = peers.everyone(tool, llamacpp.build_readers())
        subjects = corpus.collect(tool, folder, seed)
        changed = mutants.make(folder, subjects, seed)
        answers = peers.ask_everyone(everyone, [*subjects, *(mutant.subject for mutant in changed)])
        write_answers(subjects, changed, answers)
        return subjects, changed, everyone, answers

    examined = Once(examine)

    for demand in demands.ALL:
        def check(demand: demands.Demand = demand) -> str:
            subjects, changed, _, answers = examined()
            asked = [*subjects, *(mutant.subject for mutant in changed)]
            broken = [f"{subject.key}: {trouble}" for subject in asked
                      if (trouble := demand.find(subject, answers[subject.key])) is not None]
            for line in broken[1:]:
                note(f"  {line}")
            require(not broken, f"{len(broken)} files, the first: {broken[0] if broken else ''}")
            return f"{len(asked)} files"

        report.check(f"validators {demand.name}", check)

    def check_explanations() -> str:
        _, _, _, answers = examined()
        unused = explanations.unused(answers)
        require(not unused, f"{len(unused)} explain nothing: {unused[:3]}")
        return f"{len(explanations.EXPLANATIONS)} explanations"

    report.check("validators every explanation is needed", check_explanations)

    def tell_of_page() -> None:
        """What slow readers say depends on the machine and on what else runs, so that a page that differs is told of only."""
        subjects, changed, everyone, answers = examined()
        text = page.render(subjects, changed, everyone, answers, seed)
        if report.update:
            PAGE.write_text(text)
            note("validators.md is written")
        elif seed == PAGE_SEED and (not PAGE.exists() or PAGE.read_text() != text):
            note("validators.md is not what this run gives: run it with --update and look at the difference")

    if report.only in "validators page" and report.failed == 0:
        tell_of_page()


def check_worker() -> None:
    """The worker finds every verdict where a process does what it stands for."""
    trouble = peers.Peer("trouble", "", "", lambda subject: True, ("trouble",))
    subjects = [Subject(verdict.value, Path(verdict.value), "", valid=None, format="", group="") for verdict in Verdict]
    for subject, answer in zip(subjects, trouble.ask(subjects, seconds=2)):
        require_equal(f"verdict ({answer.message})", answer.verdict.value, subject.name)


def require_command(tool: Tool) -> None:
    result = subprocess.run([tool.binary, "validate", "--help"], capture_output=True, text=True, timeout=TIMEOUT)
    if result.returncode != 0 or "--profile" not in result.stdout:
        raise Difference("this gguf has no command `validate --profile` yet")


def write_answers(subjects: list[Subject], changed: list[mutants.Mutant], answers: dict) -> None:
    """All answers in their own words, for whoever wants to look into a difference."""
    ANSWERS.parent.mkdir(exist_ok=True)
    entries = [
        {"file": subject.name, "what": subject.what, "valid": subject.valid, "group": subject.group,
         "answers": {name: {"verdict": answer.verdict.value, "message": answer.message}
                     for name, answer in answers[subject.key].items()}}
        for subject in [*subjects, *(mutant.subject for mutant in changed)]
    ]
    ANSWERS.write_text(json.dumps(entries, indent=1, ensure_ascii=False) + "\n")
    note(f"conformance: every answer in its own words is in {ANSWERS.relative_to(TOP)}")
