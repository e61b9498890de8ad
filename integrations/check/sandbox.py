"""A folder with models in it, some damaged, and the program on the PATH; and one line a check."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
INTEGRATIONS = HERE.parent
TOP = INTEGRATIONS.parent
SAMPLES = TOP / "samples"
TOOLS = Path(sys.executable).parent
"""Where the commands of requirements.txt are."""
TIMEOUT = 300


class Wrong(Exception):
    """What a check found, in a line."""


def require(condition: object, message: str) -> None:
    if not condition:
        raise Wrong(message)


class Report:
    def __init__(self) -> None:
        self.passed = self.failed = 0

    def check(self, name: str, body: Callable[[], str | None]) -> bool:
        try:
            remark = body()
        except Exception as error:
            self.failed += 1
            place = "" if isinstance(error, Wrong) else f" ({traceback.extract_tb(error.__traceback__)[-1]})"
            print(f"FAIL {name}: {type(error).__name__ + ': ' if place else ''}{' '.join(str(error).split())}{place}", flush=True)
            return False
        self.passed += 1
        print(f"ok  {name}" + (f" ({remark})" if remark else ""), flush=True)
        return True

    def finish(self) -> int:
        print(f"{self.passed} passed, {self.failed} failed", flush=True)
        return 0 if self.passed and not self.failed else 1


@dataclass
class Sandbox:
    binary: Path
    folder: Path

    def require_command(self) -> None:
        result = subprocess.run([self.binary, "validate", "--help"], capture_output=True, text=True, timeout=TIMEOUT)
        require(result.returncode == 0 and "--format" in result.stdout, "this gguf has no command `validate` yet")

    def models(self, name: str, damaged: bool) -> Path:
        """A folder of a job's: models, under names that a shell would take apart."""
        folder = self.folder / name
        models = folder / "models"
        models.mkdir(parents=True)
        shutil.copy(SAMPLES / "valid/tiny-model.gguf", models / "tiny model.gguf")
        shutil.copy(SAMPLES / "valid/tiny-f32.safetensors", models / "$(touch pwned);.safetensors")
        if damaged:
            shutil.copy(SAMPLES / "malformed/gguf-tensors-overlap.gguf", models / "damaged.gguf")
        return folder

    def environment(self, **more: str) -> dict[str, str]:
        """With the program as `gguf` on the PATH."""
        tools = self.folder / "bin"
        if not tools.exists():
            tools.mkdir()
            (tools / "gguf").symlink_to(self.binary)
        path = f"{tools}:{TOOLS}:{os.environ['PATH']}"
        return {**os.environ, "PATH": path, "HOME": str(self.folder), "NO_COLOR": "1", **more}

    def shell(self, script: str, folder: Path, **more: str) -> subprocess.CompletedProcess:
        """As GitHub and GitLab run a step: bash that ends at the first command that fails."""
        return subprocess.run(["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script], cwd=folder, text=True,
                              capture_output=True, env=self.environment(**more), timeout=TIMEOUT)


def require_exit(result: subprocess.CompletedProcess, code: int) -> None:
    require(result.returncode == code, f"exit code {result.returncode}, expected {code}: "
            f"{(result.stdout + result.stderr).strip()[-500:]}")


def require_schema(name: str, path: Path, *options: str) -> None:
    result = subprocess.run([TOOLS / "check-jsonschema", "--builtin-schema", name, *options, path], capture_output=True,
                            text=True, timeout=TIMEOUT)
    require_exit(result, 0)


def yaml_blocks(page: Path) -> list[str]:
    """The examples in a page."""
    text, blocks = page.read_text(), []
    while "```yaml\n" in text:
        block, _, text = text.partition("```yaml\n")[2].partition("```")
        blocks.append(block)
    return blocks
