"""The hooks: pre-commit reads them, takes the right files, and runs the program in a repository."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import yaml

from sandbox import INTEGRATIONS, TOP, TOOLS, TIMEOUT, Report, Sandbox, require, require_exit, yaml_blocks

HOOKS = TOP / ".pre-commit-hooks.yaml"
TAKEN = ("model.gguf", "a/b/model-00001-of-00003.gguf", "model.safetensors", "model.gguf.zst", "x.safetensors.zst",
         "model.safetensors.index.json", "model.safetensors.index.json.zst", "größe 1.gguf")
LEFT = ("model.gguf.txt", "gguf", "config.json", "tokenizer.json", "model.index.json", "README.md", "gguf.py",
        "model.ggufx", "archive.zst", ".gguf-validate.yml")


def run(report: Report, sandbox: Sandbox) -> None:
    hooks = yaml.safe_load(HOOKS.read_text())
    report.check("pre-commit: it reads the hooks", lambda: pre_commit(sandbox, TOP, "validate-manifest", str(HOOKS)))
    report.check("pre-commit: files that the hooks take", lambda: check_files(hooks))
    report.check("pre-commit: what the hooks call", lambda: check_entries(hooks, sandbox))
    report.check("pre-commit: good files", lambda: check_run(sandbox, damaged=False))
    report.check("pre-commit: a damaged file", lambda: check_run(sandbox, damaged=True))
    report.check("README: the configuration of pre-commit", lambda: check_example(hooks, sandbox))


def pre_commit(sandbox: Sandbox, folder: Path, *words: str, code: int = 0) -> str:
    environment = sandbox.environment(PRE_COMMIT_HOME=str(sandbox.folder / "pre-commit-home"))
    result = subprocess.run([TOOLS / "pre-commit", *words], cwd=folder, env=environment, capture_output=True, text=True,
                            timeout=TIMEOUT)
    require_exit(result, code)
    return result.stdout


def check_files(hooks: list[dict]) -> str:
    for hook in hooks:
        for name in TAKEN:
            require(re.search(hook["files"], name), f"{hook['id']} leaves {name}")
        for name in LEFT:
            require(not re.search(hook["files"], name), f"{hook['id']} takes {name}")
    names = [path.name for folder in ("valid", "malformed") for path in (TOP / "samples" / folder).rglob("*")
             if re.search(hooks[0]["files"], path.name)]
    require(len(names) > 300, f"only {len(names)} samples are taken")
    return f"{len(names)} samples"


def check_entries(hooks: list[dict], sandbox: Sandbox) -> None:
    require(len({hook["id"] for hook in hooks}) == len(hooks), "two hooks have the same id")
    for hook in hooks:
        require(hook["language"] in ("swift", "system"), f"language {hook['language']}")
        sample = TOP / "samples/valid/tiny-model.gguf"
        require_exit(sandbox.shell(f"{hook['entry']} '{sample}'", sandbox.folder), 0)
    manifest = (TOP / "Package.swift").read_text()
    require(re.search(r'\.executable\(\s*name: "gguf"', manifest), "the package has no program gguf for language: swift")


def git(folder: Path, *words: str) -> str:
    who = ["-c", "user.name=check", "-c", "user.email=check@example.com", "-c", "commit.gpgsign=false"]
    result = subprocess.run(["git", *who, *words], cwd=folder, capture_output=True, text=True, timeout=TIMEOUT)
    require_exit(result, 0)
    return result.stdout.strip()


def check_run(sandbox: Sandbox, damaged: bool) -> None:
    """A repository with models, whose hooks come from another repository, as they do from ours."""
    source = sandbox.folder / f"hooks-{damaged}"
    source.mkdir()
    shutil.copy(HOOKS, source)
    git(source, "init", "--quiet")
    git(source, "add", "--all")
    git(source, "commit", "--quiet", "--message", "hooks")
    folder = sandbox.models(f"repository-{damaged}", damaged=damaged)
    (folder / "notes.txt").write_text("no model\n")
    git(folder, "init", "--quiet")
    config = {"repos": [{"repo": str(source), "rev": git(source, "rev-parse", "HEAD"),
                         "hooks": [{"id": "gguf-validate-system", "args": ["--profile", "spec"]}]}]}
    (folder / ".pre-commit-config.yaml").write_text(yaml.safe_dump(config))
    git(folder, "add", "--all")
    said = pre_commit(sandbox, folder, "run", "--all-files", "--verbose", code=1 if damaged else 0)
    require("no files to check" not in said, f"the hook saw no files: {said}")
    require(not damaged or "damaged.gguf" in said, f"the damaged file is not named: {said}")
    require(not (folder / "pwned").exists(), "a file's name was run")


def check_example(hooks: list[dict], sandbox: Sandbox) -> None:
    example = next(block for block in yaml_blocks(INTEGRATIONS / "README.md") if "repos:" in block)
    path = sandbox.folder / "example.yaml"
    path.write_text(example)
    pre_commit(sandbox, sandbox.folder, "validate-config", str(path))
    used = {hook["id"] for repo in yaml.safe_load(example)["repos"] for hook in repo["hooks"]}
    require(used and used <= {hook["id"] for hook in hooks}, f"hooks that are not there: {used}")
