"""llama.cpp's programs, which Benchmarks/peer.py compiles where they are not there."""

from __future__ import annotations

from benchmarks import peer

build_quantize, build_readers = peer.build_quantize, peer.build_readers
build_runner, build_split = peer.build_runner, peer.build_split
