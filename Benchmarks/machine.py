"""What the figures were measured on."""

from __future__ import annotations

import datetime
import os
import platform
import re
import shutil
import subprocess
from pathlib import Path

import peer


def commit() -> str:
    """The commit that is measured; the page of results, which every part of a run writes again, does not count as a change."""
    folder = str(Path(__file__).parent)
    difference = ["git", "-C", folder, "diff", "--quiet", "HEAD", "--", ":/", ":(top,exclude)BENCHMARKS.md"]
    changed = subprocess.run(difference, capture_output=True).returncode != 0
    return first_line("git", "-C", folder, "rev-parse", "--short", "HEAD") + ("-dirty" if changed else "")


def description() -> dict:
    return {
        "date": datetime.date.today().isoformat(),
        "commit": commit(),
        "processor": processor(),
        "processors": os.cpu_count(),
        "memory_gigabytes": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9),
        "system": system(),
        "swift": first_line("swift", "--version"),
        "c_compiler": first_line(peer.CC, "--version"),
        "peer": f"ggml of llama-cpp-python {peer.VERSION}",
        "load": round(os.getloadavg()[0], 2),
    }


def processor() -> str:
    try:
        text = Path("/proc/cpuinfo").read_text()
    except OSError:
        return platform.processor() or platform.machine()
    def field(name: str) -> str:
        found = re.search(rf"^{name}\s*:\s*(.*)$", text, re.MULTILINE)
        return found[1] if found else "?"
    return f"{field('model name')} (family {field('cpu family')}, model {field('model')})"


def system() -> str:
    try:
        found = re.search(r'^PRETTY_NAME="?([^"\n]*)', Path("/etc/os-release").read_text(), re.MULTILINE)
    except OSError:
        found = None
    return f"{found[1] if found else platform.system()}, {platform.release()}, {platform.machine()}"


def first_line(*command: str) -> str:
    if not shutil.which(command[0]):
        return "none"
    result = subprocess.run(command, capture_output=True, text=True)
    return next(iter((result.stdout or result.stderr).splitlines()), "?")
