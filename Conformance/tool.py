"""Runs the `gguf` program."""

from __future__ import annotations

import json
import os
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

from report import Difference, require, require_equal

TIMEOUT = 300
"""Seconds after which a run counts as hung."""

BAD_INPUT_DATA = 65


@dataclass
class Tool:
    binary: Path

    def kernel_sets(self) -> list[str]:
        """The sets of kernels that this processor runs, from the scalar codecs to the fastest."""
        command = [self.binary, "convert", "none", "--as-is", "--type", "F32", "--dry-run", "--kernels", "none"]
        said = subprocess.run(command, capture_output=True, text=True, timeout=TIMEOUT).stderr
        names = re.search(r"this processor runs ([a-z0-9, ]+);", said)
        require(names is not None, f"no list of kernel sets in: {said}")
        return names[1].split(", ")

    def convert(self, source: Path, output: Path, type: object, *options: str) -> Path:
        """Converts with every tensor under its own name; raises with the program's stderr if it fails."""
        result = self._run(source, output, type, options)
        if result.returncode != 0:
            raise Difference(f"gguf convert {source.name} --type {type} {' '.join(options)}: "
                             f"exit code {result.returncode}: {result.stderr.strip() or 'nothing on stderr'}")
        require(output.exists(), f"gguf convert {source.name} --type {type}: exit code 0, but no output file")
        return output

    def quantize(self, source: Path, output: Path, preset: str, *options: str) -> Path:
        """Converts a model with an architecture; raises with the program's stderr if it fails."""
        command = [str(self.binary), "convert", str(source), "-o", str(output), "--type", preset, "--force", "--quiet",
                   "--no-verify", *options]
        result = subprocess.run(command, capture_output=True, text=True, timeout=TIMEOUT)
        require_equal(f"exit code of gguf convert --type {preset} (stderr: {result.stderr.strip()!r})",
                      result.returncode, 0)
        return output

    def types(self, source: Path, preset: str, *options: str) -> dict[str, str]:
        """The type that each tensor of a model with an architecture would get, by name."""
        command = [str(self.binary), "convert", str(source), "--type", preset, "--dry-run", "--json", *options]
        result = subprocess.run(command, capture_output=True, text=True, timeout=TIMEOUT)
        require_equal(f"exit code of gguf convert --type {preset} (stderr: {result.stderr.strip()!r})",
                      result.returncode, 0)
        return {tensor["name"]: tensor["type"] for tensor in json.loads(result.stdout)["tensors"]}

    def presets(self) -> dict[str, str]:
        """The type of most tensors, by the preset's name."""
        result = subprocess.run([str(self.binary), "types", "--json"], capture_output=True, text=True, timeout=TIMEOUT)
        return {preset["name"]: preset["type"] for preset in json.loads(result.stdout)["presets"]}

    def dequantize(self, source: Path, output: Path, *options: str) -> Path:
        return self.convert(source, output, "F32", "--allow-requantize", *options)

    def to_safetensors(self, source: Path, output: Path, type: str, *options: str) -> Path:
        """Dequantizes; raises with the program's stderr if it fails."""
        code, said = self.try_to_safetensors(source, output, type, *options)
        require_equal(f"exit code of gguf dequantize (stderr: {said!r})", code, 0)
        return output

    def try_to_safetensors(self, source: Path, output: Path, type: str, *options: str) -> tuple[int, str]:
        """Exit code and stderr of a dequantization."""
        command = [str(self.binary), "dequantize", str(source), "-o", str(output), "--type", type, "--quiet", *options]
        result = subprocess.run(command, capture_output=True, text=True, timeout=TIMEOUT)
        return result.returncode, result.stderr.strip()

    def verify(self, file: Path, source: Path, *options: str, exit_code: int = 0) -> dict:
        """What `gguf verify --json` says of a file; the exit code must be the one that is expected."""
        command = [str(self.binary), "verify", str(file), "--against", str(source), "--json", "--quiet", *options]
        result = subprocess.run(command, capture_output=True, text=True, timeout=TIMEOUT)
        require_equal(f"exit code of gguf verify (stderr: {result.stderr.strip()!r})", result.returncode, exit_code)
        return json.loads(result.stdout)

    def hash(self, source: Path, *options: str, exit_code: int = 0) -> str:
        """What `gguf hash` prints of a file; the exit code must be the one that is expected."""
        command = [str(self.binary), "hash", str(source), "--quiet", *options]
        result = subprocess.run(command, capture_output=True, text=True, timeout=TIMEOUT)
        require_equal(f"exit code of gguf hash (stderr: {result.stderr.strip()!r})", result.returncode, exit_code)
        return result.stdout

    def validate(self, *words: str) -> tuple[int, str, str]:
        """Exit code, standard output and standard error of `gguf validate`."""
        command = [str(self.binary), "validate", *words]
        result = subprocess.run(command, capture_output=True, text=True, timeout=TIMEOUT)
        return result.returncode, result.stdout, result.stderr

    def set(self, source: Path, *words: str) -> None:
        """Edits metadata; raises with the program's stderr if it fails."""
        result = subprocess.run([str(self.binary), "set", str(source), "--quiet", *words], capture_output=True,
                                text=True, timeout=TIMEOUT)
        require_equal(f"exit code of gguf set (stderr: {result.stderr.strip()!r})", result.returncode, 0)

    def pack(self, source: Path, output: Path, *options: str) -> Path:
        """Packs a file; raises with the program's stderr if it fails."""
        return self._archive("pack", source, output, options)

    def unpack(self, source: Path, output: Path, *options: str) -> Path:
        """Unpacks a file; raises with the program's stderr if it fails."""
        return self._archive("unpack", source, output, options)

    def _archive(self, command: str, source: Path, output: Path, options: tuple[str, ...]) -> Path:
        words = [str(self.binary), command, str(source), "-o", str(output), "--quiet", *options]
        result = subprocess.run(words, capture_output=True, text=True, timeout=TIMEOUT)
        require_equal(f"exit code of gguf {command} (stderr: {result.stderr.strip()!r})", result.returncode, 0)
        return output
    def split(self, source: Path, prefix: Path, *words: str) -> None:
        """Splits a model; raises with the program's stderr if it fails."""
        self._rewrite("split", source, prefix, words)

    def merge(self, part: Path, output: Path, *words: str) -> None:
        """Merges the parts of a model; raises with the program's stderr if it fails."""
        self._rewrite("merge", part, output, words)

    def _rewrite(self, command: str, source: Path, output: Path, words: tuple[str, ...]) -> None:
        result = subprocess.run([str(self.binary), command, str(source), "-o", str(output), "--quiet", *words],
                                capture_output=True, text=True, timeout=TIMEOUT)
        require_equal(f"exit code of gguf {command} (stderr: {result.stderr.strip()!r})", result.returncode, 0)

    def require_refusal(self, source: Path, folder: Path, type: object, tensor: str, *options: str) -> None:
        """The program must end with exit code 65 and one line that names the tensor, and leave no file in `folder`."""
        result = self._run(source, folder / "output.gguf", type, options)
        said = result.stderr.strip()
        require_equal(f"exit code (stderr: {said!r})", result.returncode, BAD_INPUT_DATA)
        require_equal(f"lines on stderr ({said!r})", len(said.splitlines()), 1)
        require(tensor in said, f'stderr does not name the tensor "{tensor}": {said!r}')
        left = sorted(entry.name for entry in folder.iterdir())
        require(not left, f"files left behind: {', '.join(left)}")

    def _run(self, source: Path, output: Path, type: object, options: tuple[str, ...]) -> subprocess.CompletedProcess:
        command = [str(self.binary), "convert", str(source), "-o", str(output), "--as-is", "--type", str(type),
                   "--quiet", *options]
        try:
            return subprocess.run(command, capture_output=True, text=True, errors="replace", timeout=TIMEOUT,
                                  env={**os.environ, "NO_COLOR": "1"})
        except subprocess.TimeoutExpired:
            raise Difference(f"gguf convert {source.name} --type {type}: no end after {TIMEOUT} seconds") from None
