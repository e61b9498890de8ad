"""Runs what the files of integrations/ say. Run it through run.sh."""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

sys.dont_write_bytecode = True

import check_action
import check_cluster
import check_docker
import check_gitlab
import check_pre_commit
from sandbox import Report, Sandbox


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("binary", type=Path, help="the gguf program")
    binary = parser.parse_args().binary.resolve()
    report = Report()
    with tempfile.TemporaryDirectory(prefix="integrations-") as folder:
        sandbox = Sandbox(binary, Path(folder))
        if report.check("gguf validate is there", sandbox.require_command):
            for module in (check_action, check_pre_commit, check_gitlab, check_docker, check_cluster):
                module.run(report, sandbox)
    return report.finish()


if __name__ == "__main__":
    sys.exit(main())
