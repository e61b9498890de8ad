"""The Dockerfile: its stages, what it copies, and the image's contents, made and entered without Docker."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

from sandbox import INTEGRATIONS, SAMPLES, TIMEOUT, TOP, Report, Sandbox, require, require_exit

FILE = INTEGRATIONS / "Dockerfile"


@dataclass
class Stage:
    base: str
    name: str
    steps: list[tuple[str, str]] = field(default_factory=list)

    def all(self, instruction: str) -> list[str]:
        return [text for word, text in self.steps if word == instruction]


def stages() -> list[Stage]:
    text = "\n".join(line for line in FILE.read_text().splitlines() if not line.startswith("#"))
    found: list[Stage] = []
    for line in re.sub(r"\\\n\s*", "", text).splitlines():
        if not line.strip():
            continue
        word, _, rest = line.partition(" ")
        if word == "FROM":
            base, _, name = rest.partition(" AS ")
            found.append(Stage(base, name))
        else:
            found[-1].steps.append((word, rest))
    return found


def run(report: Report, sandbox: Sandbox) -> None:
    report.check("docker: stages, users and copies", check_stages)
    report.check("docker: the context has what the package needs", check_context)
    report.check("docker: the image's files run in a root folder of their own", lambda: check_image(sandbox))


def check_stages() -> str:
    everyone = stages()
    names = [stage.name for stage in everyone]
    require(names == ["build", "ci", "program"], f"stages {names}")
    known = {"FROM", "RUN", "COPY", "WORKDIR", "USER", "ENTRYPOINT"}
    for index, stage in enumerate(everyone):
        unknown = {word for word, _ in stage.steps} - known
        require(not unknown, f"instructions {unknown}")
        for text in stage.all("COPY"):
            if origin := re.match(r"--from=(\S+)", text):
                require(origin[1] in names[:index], f"COPY from {origin[1]}")
        for text in stage.all("RUN"):
            require_exit(subprocess.run(["sh", "-n", "-c", text], capture_output=True, text=True), 0)
        if stage.name != "build":
            require(stage.all("USER") and re.fullmatch(r"[1-9]\d*:[1-9]\d*", stage.all("USER")[-1]),
                    f"{stage.name} runs as {stage.all('USER')}")
    require(not everyone[-1].all("RUN"), "the program's stage has no shell to run anything")
    return ", ".join(f"{stage.name} from {stage.base}" for stage in everyone)


def check_context() -> str:
    """Every target of Package.swift lies in what Dockerfile.dockerignore lets through."""
    lines = (INTEGRATIONS / "Dockerfile.dockerignore").read_text().splitlines()
    patterns = [line for line in lines if line and not line.startswith("#")]
    require(patterns[0] == "*" and all(line.startswith("!") for line in patterns[1:]), f"patterns {patterns}")
    allowed = [line.removeprefix("!") for line in patterns[1:]]
    for name in allowed:
        require((TOP / name).exists(), f"there is no {name}")
    said = subprocess.run([os.environ.get("SWIFT", "swift"), "package", "--package-path", TOP, "dump-package"],
                          capture_output=True, text=True, timeout=TIMEOUT)
    require_exit(said, 0)
    targets = json.loads(said.stdout)["targets"]
    for target in targets:
        default = {"test": "Tests", "plugin": "Plugins"}.get(target["type"], "Sources")
        path = target.get("path") or f"{default}/{target['name']}"
        require((TOP / path).exists(), f"the target {target['name']} is not at {path}")
        require(path.partition("/")[0] in allowed, f"{path} is not in the context")
    return f"{len(targets)} targets"


def check_image(sandbox: Sandbox) -> str:
    """Runs the step that gathers the program and its libraries, with the program that is there, and goes into the folder."""
    root = sandbox.folder / "image"
    source = sandbox.folder / "source" / ".build" / "release"
    source.mkdir(parents=True)
    (source / "gguf").symlink_to(sandbox.binary)
    build = stages()[0]
    script = next(text for text in build.all("RUN") if "ldd" in text)
    require(f"{script}".count("/image") >= 4, "the step makes no /image")
    script = script.replace("/image", shlex.quote(str(root)).strip("'"))
    require_exit(sandbox.shell(script, source.parent.parent), 0)
    shutil.copy(SAMPLES / "valid/tiny-model.gguf", root / "models")
    shutil.copy(SAMPLES / "malformed/gguf-tensors-overlap.gguf", root / "models")
    (command,) = [json.loads(text) for text in stages()[-1].all("ENTRYPOINT")]
    user = stages()[-1].all("USER")[-1]
    for words, code in ((["--version"], 0), (["validate", "/models/tiny-model.gguf"], 0), (["validate", "/models"], 1)):
        require_exit(enter(root, user, [*command, *words]), code)
    files = [path for path in root.rglob("*") if path.is_file() and path.suffix != ".gguf"]
    return f"{len(files)} files, {sum(path.stat().st_size for path in files) / 1e6:.0f} MB"


def enter(root: Path, user: str, command: list[str]) -> subprocess.CompletedProcess:
    """In namespaces of its own, with the folder as root and /proc as a container has it; whoever is not root runs the
    program as the only user that there is."""
    (root / "proc").mkdir(exist_ok=True)
    is_root = os.geteuid() == 0
    change = ["chroot", *([f"--userspec={user}"] if is_root else []), str(root), *command]
    script = f"mount -t proc proc {shlex.quote(str(root / 'proc'))} && exec {shlex.join(change)}"
    words = ["unshare", *([] if is_root else ["--user", "--map-root-user"]), "--mount", "--pid", "--fork", "sh", "-c", script]
    return subprocess.run(words, capture_output=True, text=True, timeout=TIMEOUT,
                          env={"NO_COLOR": "1", "PATH": os.environ["PATH"] + ":/usr/sbin:/sbin"})
