"""validators.md: who accepts, who rejects, who crashes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from validators import demands, explanations
from validators.mutants import KINDS, Mutant
from validators.peers import Peer, SECONDS
from validators.verdicts import Answer, Subject, Verdict

HEAD = """# Readers and validators on the same files

Made by `make conformance` (`Conformance/run.sh PROGRAM --update` writes it again); not edited by hand.

Every reader gets every file of its formats in a process of its own, with 2 GiB of address space and {seconds} seconds.

| verdict | what happened |
| --- | --- |
| accepts | it returned, or ended with the exit code 0 |
| rejects | a refusal of its own: a verdict, an exit code 1, or an exception that a `raise` in its own code throws |
| error | an exception that comes from below its own code (numpy, an enum, a codec): the file is not read, but nobody had looked |
| memory | it asked for more than the 2 GiB |
| crashes | it was ended by a signal |
| hangs | it had not ended after {seconds} seconds |
| - | not asked: not its format, or not a whole model |

"""


def render(subjects: list[Subject], mutants: list[Mutant], peers: Iterable[Peer], answers: dict, seed: int) -> str:
    peers = tuple(peers)
    parts = [HEAD.format(seconds=SECONDS), who(peers), demanded(), summary(subjects, peers, answers)]
    parts.append(disagreements(subjects, answers))
    parts.append(mutants_section(mutants, peers, answers, seed))
    for group in dict.fromkeys(subject.group for subject in subjects):
        parts.append(group_table(group, [subject for subject in subjects if subject.group == group], peers, answers))
    return "\n".join(part.rstrip("\n") + "\n" for part in parts)


def who(peers: tuple[Peer, ...]) -> str:
    rows = [[peer.name, peer.version, peer.what] for peer in peers]
    return "## Who was asked\n\n" + table(["reader", "version", "how"], rows)


def demanded() -> str:
    lines = "".join(f"- {demand.text}\n" for demand in demands.ALL)
    return "## What is checked\n\n" + lines + "\n`explanations.py` lists the exceptions; they stand below.\n"


def summary(subjects: list[Subject], peers: tuple[Peer, ...], answers: dict) -> str:
    rows = []
    for peer in peers:
        wrong, right = Counter(), Counter()
        for subject in subjects:
            answer = answers[subject.key].get(peer.name)
            if answer is not None and subject.valid is not None:
                (right if subject.valid else wrong)[answer.verdict] += 1
        failures = [f"{name} {wrong[verdict] + right[verdict]}" for name, verdict in
                    (("error", Verdict.ERROR), ("memory", Verdict.MEMORY), ("crash", Verdict.CRASHES),
                     ("hang", Verdict.HANGS)) if wrong[verdict] + right[verdict]]
        rows.append([peer.name, f"{wrong[Verdict.REJECTS]} of {wrong.total()}", wrong[Verdict.ACCEPTS],
                     f"{right[Verdict.ACCEPTS]} of {right.total()}", right[Verdict.REJECTS], ", ".join(failures) or "none"])
    return ("## In numbers\n\nOf the files of its formats, mutants not counted.\n\n"
            + table(["reader", "malformed: rejects", "accepts", "valid: accepts", "rejects", "fails"], rows))


def disagreements(subjects: list[Subject], answers: dict) -> str:
    """What others refuse and ours accepts, and samples that are not what their folder says."""
    found: dict[tuple[str, str], list[str]] = {}
    for subject in subjects:
        if not answers[subject.key][demands.SPEC].verdict.is_accepting:
            continue
        for name, answer in answers[subject.key].items():
            if name in (*demands.OURS, "llama.cpp") or answer.verdict.is_accepting:
                continue
            why = explanations.explain(name, answer) or "**not explained**"
            found.setdefault((name, why), []).append(f"`{subject.name}`")
    rows = [[name, listed(files), why] for (name, why), files in found.items()]
    text = ("## What others refuse and ours accepts under `spec`\n\n" + table(["reader", "files", "why"], rows))
    exceptions = [[f"`{subject.name}`", answers[subject.key][demands.SPEC].verdict.value, reason]
                  for subject in subjects if (reason := explanations.exception(subject))]
    if exceptions:
        text += ("\n## Samples on which readers and validators differ by their task\n\n"
                 + table(["sample", "ours, spec", "why"], exceptions))
    return text


def mutants_section(mutants: list[Mutant], peers: tuple[Peer, ...], answers: dict, seed: int) -> str:
    rows = []
    for peer in peers:
        if peer.is_ours:
            continue
        ours = demands.LLAMA if peer.name in ("ggml", "llama.cpp") else demands.SPEC
        kinds = Counter()
        for mutant in mutants:
            theirs = answers[mutant.subject.key].get(peer.name)
            # Where it refuses the file that was changed, its answer says nothing of the change.
            if theirs is not None and answers[mutant.base.key][peer.name].verdict.is_accepting:
                kinds[agreement(theirs, answers[mutant.subject.key][ours])] += 1
        rows.append([peer.name, ours, *(kinds[kind] for kind in AGREEMENTS)])
    text = (f"## Mutants\n\n{len(mutants)} valid files with one change at a seeded place (seed {seed}), nine in ten in the "
            f"header: {', '.join(KINDS)}.\n"
            "A change may leave a file valid, with another value or another weight in it. Counted for each reader are the "
            "mutants of files that it accepts.\n\n"
            + table(["reader", "held against", *AGREEMENTS], rows))
    return text


AGREEMENTS = ("both accept", "both reject", "only ours rejects", "only theirs rejects",
              "theirs fails, ours rejects", "theirs fails, ours accepts")


def agreement(theirs: Answer, ours: Answer) -> str:
    if theirs.verdict.is_failure:
        return "theirs fails, ours accepts" if ours.verdict.is_accepting else "theirs fails, ours rejects"
    if theirs.verdict.is_accepting:
        return "both accept" if ours.verdict.is_accepting else "only ours rejects"
    return "only theirs rejects" if ours.verdict.is_accepting else "both reject"


def group_table(group: str, subjects: list[Subject], peers: tuple[Peer, ...], answers: dict) -> str:
    asked = [peer for peer in peers if any(peer.name in answers[subject.key] for subject in subjects)]
    rows = []
    for subject in subjects:
        cells = [mark(subject, answers[subject.key].get(peer.name)) for peer in asked]
        rows.append([f"`{subject.name}`", escaped(subject.what), *cells])
    return f"## {group[0].upper()}{group[1:]}\n\n" + table(["file", "what it is", *(peer.name for peer in asked)], rows)


def mark(subject: Subject, answer: Answer | None) -> str:
    if answer is None:
        return "-"
    wrong = answer.verdict.is_failure or (subject.valid is not None and answer.verdict.is_accepting != subject.valid)
    return f"**{answer.verdict.value}**" if wrong else answer.verdict.value


def listed(names: list[str]) -> str:
    return ", ".join(names[:6]) + (f" and {len(names) - 6} more" if len(names) > 6 else "")


def escaped(text: str) -> str:
    return text.replace("|", "\\|").replace("<", "&lt;").replace("__", "\\_\\_")


def table(head: list[str], rows: list[list[object]]) -> str:
    lines = ["| " + " | ".join(head) + " |", "|" + " --- |" * len(head)]
    lines += ["| " + " | ".join(str(cell) for cell in row) + " |" for row in rows]
    return "\n".join(lines) + "\n"
