"""Tables that programs write into pages, between a comment that says which one does and another that ends them."""

from __future__ import annotations

from pathlib import Path

END = "<!-- end -->"


def read(page: Path, begin: str) -> str:
    """What stands behind the comment `begin`."""
    return _cut(page, begin)[1]


def write(page: Path, begin: str, text: str) -> None:
    head, _, tail = _cut(page, begin)
    page.write_text(f"{head}{begin}\n\n{text}\n\n{END}{tail}", encoding="utf-8")


def rows(text: str) -> list[list[str]]:
    """The cells of a table, line by line, without its head."""
    lines = [line.strip().strip("|").split("|") for line in text.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in cells] for cells in lines[2:]]


def _cut(page: Path, begin: str) -> tuple[str, str, str]:
    head, rest = page.read_text(encoding="utf-8").split(begin)
    old, tail = rest.split(END, 1)
    return head, old.strip(), tail
