"""gitlab.yml: GitLab's schema, and its script run in bash."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ElementTree

import yaml

from sandbox import INTEGRATIONS, Report, Sandbox, require, require_exit, require_schema

FILE = INTEGRATIONS / "gitlab.yml"


def run(report: Report, sandbox: Sandbox) -> None:
    report.check("gitlab: GitLab's schema", lambda: require_schema("vendor.gitlab-ci", FILE, "--data-transform", "gitlab-ci"))
    report.check("gitlab: good files", lambda: check_job(sandbox, damaged=False))
    report.check("gitlab: a damaged file", lambda: check_job(sandbox, damaged=True))


def check_job(sandbox: Sandbox, damaged: bool) -> str:
    job = yaml.safe_load(FILE.read_text())["validate-models"]
    folder = sandbox.models(f"gitlab-{damaged}", damaged=damaged)
    # GitLab runs the entries of a script one after the other in one shell.
    result = sandbox.shell("\n".join(job["script"]), folder, **job["variables"])
    require_exit(result, 1 if damaged else 0)
    require(not (folder / "pwned").exists(), "a file's name was run")

    reports = job["artifacts"]["reports"]
    for name in (*job["artifacts"]["paths"], *reports.values()):
        require((folder / name).is_file(), f"the script leaves no {name}")
    suites = ElementTree.parse(folder / reports["junit"]).getroot()
    require(suites.tag in ("testsuites", "testsuite"), f"JUnit has the root <{suites.tag}>")
    failures = len(suites.findall(".//failure"))
    require((failures > 0) == damaged, f"{failures} failures in the JUnit report")

    entries = json.loads((folder / reports["codequality"]).read_text())
    require(not damaged or any(entry["severity"] == "major" for entry in entries), f"no error in {entries}")
    for entry in entries:
        require_code_quality(entry)
    prints = [entry["fingerprint"] for entry in entries]
    require(len(set(prints)) == len(prints), "two entries have the same fingerprint")
    return f"{failures} failures, {len(entries)} entries of code quality"


def require_code_quality(entry: dict) -> None:
    """What GitLab's documentation demands of an entry."""
    for name in ("description", "check_name", "fingerprint"):
        require(isinstance(entry[name], str) and entry[name], f"{name} is {entry[name]!r}")
    require(entry["severity"] in ("info", "minor", "major", "critical", "blocker"), f"severity {entry['severity']!r}")
    path = entry["location"]["path"]
    require(isinstance(path, str) and not path.startswith(("/", "./")), f"path {path!r}")
    require(isinstance(entry["location"]["lines"]["begin"], int), "no line")
