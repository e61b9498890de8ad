"""action.yml: GitHub's schema, what it refers to, and its steps run in bash."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path

import yaml

from sandbox import INTEGRATIONS, TOP, Report, Sandbox, require, require_exit, require_schema, yaml_blocks

ACTION = INTEGRATIONS / "action.yml"
RUNNER = {"runner.temp": "/runner", "github.action_path": str(INTEGRATIONS)}


def run(report: Report, sandbox: Sandbox) -> None:
    action = yaml.safe_load(ACTION.read_text())
    report.check("action: GitHub's schema", lambda: require_schema("vendor.github-actions", ACTION))
    report.check("action: every name that it refers to is there", lambda: check_names(action))
    report.check("action: scripts get inputs from their environment alone", lambda: check_injection(action))
    report.check("action: the step that builds", lambda: check_build(action, sandbox))
    for name, body in {
        "good files": check_good, "a damaged file": check_damaged, "sarif": check_sarif, "a configuration": check_config,
        "files, one a line": check_lines, "no such file": check_missing,
    }.items():
        report.check(f"action: {name}", lambda body=body: body(action, sandbox))
    report.check("README: the workflow", lambda: check_workflow(action, sandbox))


def step(action: dict, name: str) -> dict:
    return next(entry for entry in action["runs"]["steps"] if entry["name"] == name)


def check_names(action: dict) -> str:
    text = ACTION.read_text()
    steps = {entry["id"]: entry for entry in action["runs"]["steps"] if "id" in entry}
    for name in re.findall(r"inputs\.([\w-]+)", text):
        require(name in action["inputs"], f"there is no input {name}")
    references = re.findall(r"steps\.([\w-]+)\.outputs\.([\w-]+)", text)
    for identifier, output in references:
        require(identifier in steps, f"there is no step {identifier}")
        made = "run" not in steps[identifier] or f"{output}=" in steps[identifier]["run"]
        require(made, f"the step {identifier} writes no output {output}")
    unused = [name for name in action["inputs"] if f"inputs.{name}" not in text]
    require(not unused, f"inputs that nothing uses: {unused}")
    return f"{len(references)} references to steps"


def check_injection(action: dict) -> None:
    for entry in action["runs"]["steps"]:
        require("${{" not in entry.get("run", ""), f"an expression in the script of {entry['name']!r}")


def check_build(action: dict, sandbox: Sandbox) -> None:
    """With a `make` that does what the Makefile's does: leave a program in .build/release."""
    folder = sandbox.folder / "build"
    (folder / "integrations").mkdir(parents=True)
    (folder / "Makefile").write_text("build:\n\tmkdir -p .build/release\n\tcp $(PROGRAM) .build/release/gguf\n")
    require(re.search(r"^GGUF = \.build/release/gguf$", (TOP / "Makefile").read_text(), re.M),
            "the Makefile builds the program elsewhere")
    entry = step(action, "Build the program")
    place = sandbox.folder / "runner" / "gguf-program"
    values = {"github.action_path": str(folder / "integrations"), "runner.temp": str(place.parent)}
    environment = {name: substituted(text, {}, values) for name, text in entry["env"].items()}
    require_exit(sandbox.shell(entry["run"], folder, PROGRAM=str(sandbox.binary), **environment), 0)
    require_exit(sandbox.shell(f"{shlex.quote(str(place / 'gguf'))} --version", folder), 0)


def substituted(text: str, inputs: dict[str, str], values: dict[str, str]) -> str:
    """`${{ }}` with a plain name in it."""
    def value(match: re.Match) -> str:
        name = match[1]
        return inputs[name.removeprefix("inputs.")] if name.startswith("inputs.") else values[name]
    return re.sub(r"\$\{\{ ([\w.-]+) \}\}", value, text)


def validate(action: dict, sandbox: Sandbox, folder: Path, **given: str) -> tuple[int, str, dict[str, str]]:
    """Exit code, log and outputs of the step."""
    entry = step(action, "Validate")
    inputs = {name: given.get(name, declared.get("default", "")) for name, declared in action["inputs"].items()}
    environment = {name: substituted(text, inputs, RUNNER) for name, text in entry["env"].items() if name != "PROGRAM"}
    require(set(entry["env"]) == {*environment, "PROGRAM"}, "the step has no PROGRAM")
    outputs = folder / "outputs.txt"
    result = sandbox.shell(entry["run"], folder, PROGRAM=str(sandbox.binary), GITHUB_OUTPUT=str(outputs), **environment)
    require(not (folder / "pwned").exists(), "a file's name was run")
    written = dict(line.split("=", 1) for line in outputs.read_text().splitlines())
    require(written.get("exit-code") == str(result.returncode), f"exit code {result.returncode}, outputs {written}")
    return result.returncode, result.stdout + result.stderr, written


def check_good(action: dict, sandbox: Sandbox) -> None:
    code, log, _ = validate(action, sandbox, sandbox.models("good", damaged=False), files="models")
    require(code == 0 and "::error" not in log, f"exit code {code}: {log}")


def check_damaged(action: dict, sandbox: Sandbox) -> None:
    code, log, _ = validate(action, sandbox, sandbox.models("damaged", damaged=True), files="models")
    require(code == 1, f"exit code {code}: {log}")
    require(re.search(r"^::error file=models/damaged\.gguf", log, re.M), f"no annotation: {log}")


def check_sarif(action: dict, sandbox: Sandbox) -> None:
    folder = sandbox.models("sarif", damaged=True)
    for _ in range(2):  # the second time, the report of the first is there
        code, log, outputs = validate(action, sandbox, folder, files="models", format="sarif")
        require(code == 1 and outputs.get("report") == "gguf-validate.sarif", f"exit code {code}, {outputs}: {log}")
    found = json.loads((folder / "gguf-validate.sarif").read_text())
    require(found["version"] == "2.1.0" and found["runs"][0]["results"], "no results in the report")


def check_config(action: dict, sandbox: Sandbox) -> None:
    folder = sandbox.models("config", damaged=False)
    (folder / "demands.yml").write_text("require:\n  metadata:\n    - general.nothing\n")
    code, log, _ = validate(action, sandbox, folder, files="models/*.gguf", config="demands.yml", profile="spec")
    require(code == 1 and "general.nothing" in log, f"exit code {code}: {log}")


def check_lines(action: dict, sandbox: Sandbox) -> None:
    folder = sandbox.models("lines", damaged=True)
    files = "models/tiny model.gguf\n\nmodels/$(touch pwned);.safetensors\n"
    code, log, _ = validate(action, sandbox, folder, files=files, format="text")
    require(code == 0, f"exit code {code}: {log}")


def check_missing(action: dict, sandbox: Sandbox) -> None:
    code, log, _ = validate(action, sandbox, sandbox.models("missing", damaged=False), files="models/*.bin")
    require(code == 66, f"exit code {code}: {log}")


def check_workflow(action: dict, sandbox: Sandbox) -> str:
    workflow = next(block for block in yaml_blocks(INTEGRATIONS / "README.md") if "runs-on:" in block)
    path = sandbox.folder / "workflow.yml"
    path.write_text(workflow)
    require_schema("vendor.github-workflows", path)
    uses = [entry for job in yaml.safe_load(workflow)["jobs"].values() for entry in job["steps"]
            if entry.get("uses", "").partition("@")[0].endswith("/integrations")]
    require(uses, "it does not use the action")
    for entry in uses:
        unknown = set(entry["with"]) - set(action["inputs"])
        require(not unknown, f"there are no inputs {unknown}")
    return f"{len(uses)} steps"
