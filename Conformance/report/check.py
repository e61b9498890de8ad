"""Opens HTML reports in headless Chromium and checks what they show and do. Run it through run.sh."""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import sync_playwright

import check_checkpoint
import check_large
import check_looks
import check_safety
import check_use
from opened import Reports

CHECKS = (check_looks, check_use, check_safety, check_large, check_checkpoint)


class Runner:
    """One line a check, and the count."""

    def __init__(self) -> None:
        self.passed = 0
        self.failed = 0

    def check(self, name: str, body: Callable[[], str | None]) -> None:
        start = time.monotonic()
        try:
            remark = body()
        except Exception as error:
            self.failed += 1
            print(f"FAIL {name}: {type(error).__name__}: {str(error)[:2000]}", flush=True)
        else:
            self.passed += 1
            print(f"ok  {name} ({time.monotonic() - start:.1f} s{'; ' + remark if remark else ''})", flush=True)

    def finish(self) -> int:
        print(f"{self.passed} passed, {self.failed} failed", flush=True)
        return 0 if self.passed and not self.failed else 1


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="the reports: NAME.html")
    parser.add_argument("--browser", default="", help="Chromium's executable; Playwright's own where it is empty")
    arguments = parser.parse_args()
    screenshots = Path(__file__).parent / "screenshots"
    screenshots.mkdir(exist_ok=True)
    runner = Runner()
    if not any(arguments.folder.glob("*.html")):
        print(f"FAIL there are no reports in {arguments.folder}")
        return 1
    with sync_playwright() as playwright:
        # The sandbox does not run as root, as containers often do.
        options = ["--no-sandbox"] if os.geteuid() == 0 else []
        browser = playwright.chromium.launch(executable_path=arguments.browser or None, args=options)
        print(f"Chromium {browser.version}", flush=True)
        reports = Reports(browser, arguments.folder.resolve(), screenshots)
        for module in CHECKS:
            module.run(runner, reports)
        browser.close()
    return runner.finish()


if __name__ == "__main__":
    sys.exit(main())
