"""Compares what the `gguf` program writes with other people's software. Run it through run.sh."""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path

import check_archive
import check_bad_weights
import check_blocks
import check_checkpoints
import check_dequantize
import check_determinism
import check_embeddings
import check_feedback
import check_hash
import check_importance
import check_models
import check_methods
import check_perplexity
import check_presets
import check_products
import check_ranges
import check_rules
import check_set
import check_sources
import check_split
import check_validate
import check_validators
import check_verification
from report import Report, note
from tool import Tool

CHECKS = (check_rules, check_bad_weights, check_sources, check_determinism, check_blocks, check_checkpoints,
          check_verification, check_products, check_dequantize, check_hash, check_set, check_archive, check_split,
          check_models, check_importance, check_ranges, check_validate, check_validators)
# Those that take long run only where --only names them.
LONG_CHECKS = (check_presets, check_perplexity, check_methods, check_embeddings, check_feedback)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("binary", type=Path, help="the gguf program to be checked")
    parser.add_argument("--only", default="", metavar="TEXT", help="only the checks whose name contains this text")
    parser.add_argument("--seed", type=int, default=20260101, help="of the random weights (default: %(default)s)")
    parser.add_argument("--update", action="store_true",
                        help="write the pages that are made of the results (validators.md), and do not compare them")
    arguments = parser.parse_args()

    report = Report(arguments.only, arguments.update)
    print(f"seed {arguments.seed}", flush=True)
    binary = arguments.binary.resolve()
    if not binary.is_file():
        report.fail("the program to be checked", FileNotFoundError(f"no such file: {arguments.binary}"))
        return report.finish()
    for module in CHECKS + tuple(long for long in LONG_CHECKS if arguments.only and arguments.only in long.__name__):
        start = time.monotonic()
        with tempfile.TemporaryDirectory(prefix="conformance-") as folder:
            try:
                module.run(report, Tool(binary), Path(folder), arguments.seed)
            except Exception as error:
                # A mistake of the suite's own, outside of any one check. It must not look like a pass.
                report.fail(module.__name__, error)
        note(f"conformance: {module.__name__} took {time.monotonic() - start:.0f} s")
    return report.finish()


if __name__ == "__main__":
    sys.exit(main())
