"""A report in a browser, and all that it said and asked for."""

from __future__ import annotations

import contextlib
import json
import re
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Browser, Locator, Page


class Reports:
    """The folder of reports, and the browser that they are opened in."""

    def __init__(self, browser: Browser, folder: Path, screenshots: Path) -> None:
        self.browser = browser
        self.folder = folder
        self.screenshots = screenshots

    @property
    def names(self) -> list[str]:
        return sorted(path.stem for path in self.folder.glob("*.html"))

    def path(self, name: str) -> Path:
        return self.folder / f"{name}.html"

    @contextlib.contextmanager
    def open(self, name: str, width: int = 1280, scheme: str = "light", script: bool = True,
             path: Path | None = None) -> Iterator[Opened]:
        context = self.browser.new_context(
            viewport={"width": width, "height": 800}, color_scheme=scheme, java_script_enabled=script)
        try:
            opened = Opened(context.new_page(), path or self.path(name))
            yield opened
        finally:
            context.close()


class Opened:
    """A page that was loaded. `complaints` are what must not be: messages, errors, dialogs, requests."""

    def __init__(self, page: Page, path: Path) -> None:
        self.page = page
        self.path = path
        self.complaints: list[str] = []
        page.on("console", lambda message: self.complaints.append(f"console {message.type}: {message.text}"))
        page.on("pageerror", lambda error: self.complaints.append(f"error: {error}"))
        page.on("dialog", lambda dialog: (self.complaints.append(f"dialog: {dialog.message}"), dialog.dismiss()))
        page.on("request", lambda request: self._note_request(request.url))
        page.goto(path.as_uri(), wait_until="load")

    def _note_request(self, address: str) -> None:
        if address != self.path.as_uri():
            self.complaints.append(f"request: {address}")

    def data(self) -> dict:
        """The report, read from the file and not through the page."""
        text = self.path.read_text(encoding="utf-8")
        found = re.search(r'<script type="application/json" id="report">(.*?)</script>', text, re.DOTALL)
        assert found, "the page has no data"
        return json.loads(found[1])

    def part(self, section: str, role: str) -> Locator:
        return self.page.locator(f'[data-part="{section}"] [data-role="{role}"]')

    def rows(self) -> list[list[str]]:
        """The cells of the table of tensors that are shown."""
        return self.page.evaluate(
            """() => [...document.querySelectorAll('[data-part="tensors"] tbody tr')]
                .map((row) => [...row.children].map((cell) => cell.textContent))""")

    def column(self, label: str) -> list[str]:
        heads = self.page.locator('[data-part="tensors"] thead th').all_text_contents()
        index = heads.index(label)
        return [row[index] for row in self.rows()]

    def sort_button(self, label: str) -> Locator:
        return self.page.locator('[data-part="tensors"] thead').get_by_role("button", name=label, exact=True)

    def sorted_by(self) -> dict[str, str]:
        """The columns that say that rows are sorted by them, and how."""
        return self.page.evaluate(
            """() => Object.fromEntries([...document.querySelectorAll('[data-part="tensors"] thead th')]
                .filter((cell) => cell.getAttribute("aria-sort") !== "none")
                .map((cell) => [cell.textContent, cell.getAttribute("aria-sort")]))""")

    def require_silence(self) -> None:
        require(not self.complaints, f"{self.path.name}: {self.complaints}")


def require(condition: bool, message: str) -> None:
    if not condition:
        raise AssertionError(message)


def require_equal(what: str, found: object, expected: object) -> None:
    require(found == expected, f"{what}: {found!r}, expected {expected!r}")


def number(value: float | str | None) -> float | None:
    """A figure of the report: what JSON has no number for is a string."""
    return float(value) if value is not None else None
