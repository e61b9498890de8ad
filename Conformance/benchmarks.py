"""Modules of Benchmarks/ that the checks use too."""

from __future__ import annotations

import sys
from pathlib import Path

# Behind the modules of this folder: both have a run.py.
sys.path.append(str(Path(__file__).resolve().parent.parent / "Benchmarks"))

import checkpoints  # noqa: E402, F401
import methods  # noqa: E402, F401
import pages  # noqa: E402, F401
import peer  # noqa: E402, F401
