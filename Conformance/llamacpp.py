"""llama.cpp's programs, which Benchmarks/peer.py compiles where they are not there."""

from __future__ import annotations

import sys
from pathlib import Path

# Behind the modules of this folder: both have a run.py.
sys.path.append(str(Path(__file__).resolve().parent.parent / "Benchmarks"))

from peer import build_quantize, build_readers, build_runner, build_split  # noqa: E402, F401
