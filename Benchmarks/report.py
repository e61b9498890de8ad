"""BENCHMARKS.md from the JSON results."""

from __future__ import annotations

import json
from pathlib import Path

HEAD = """# Benchmarks

Written by `Benchmarks/run.py` from the last results; [Benchmarks/README.md](Benchmarks/README.md) says what is measured
and how. Numbers of another machine are other numbers.
"""


def write(results: Path, path: Path) -> None:
    parts = [HEAD]
    for name, section in (("kernels", kernels), ("program", program), ("inspect", inspection)):
        file = results / f"{name}.json"
        if file.exists():
            parts.append(section(json.loads(file.read_text())))
    if len(parts) > 1:
        path.write_text("\n".join(parts))


def kernels(document: dict) -> str:
    lines = ["## Kernels", "", "`make bench-kernels`: millions of weights a second, one thread, median of the repetitions. In brackets how many",
             "times as fast as ggml recompiled for this processor (as the plain loop, for types that ggml does not have).",
             "The last columns are the fastest set's: weights as F32 in GB/s, and that as a share of the memory copy.", ""]
    lines += machine(document["machine"]) + [f"- memory copy: {document['copy_gigabytes_per_second']:.1f} GB/s", ""]
    sets = document["sets"]
    for operation in ("encode", "encode with importance", "search", "decode"):
        rows = [row for row in document["rows"] if row["operation"] == operation]
        if not rows:
            continue
        lines += [f"### {operation.capitalize()}", ""]
        if operation == "search":
            lines += ["`--method search` ([formats/search.md](formats/search.md)); the peers make their own blocks.", ""]
        lines += [
                  "| type | ggml stock | ggml recompiled | " + " | ".join(sets) + " | times stock | GB/s | of the copy |",
                  "| --- |" + " ---: |" * (len(sets) + 5)]
        for row in rows:
            lines.append(kernel_row(row, sets))
        lines.append("")
    return "\n".join(lines)


def kernel_row(row: dict, sets: list[str]) -> str:
    figures = {figure["contender"]: figure for figure in row["figures"]}
    plain = figures.get("plain loop")
    cells = [row["type"]]
    for peer in ("stock", "recompiled"):
        cells.append(millions(figures[peer]) if peer in figures else f"{millions(plain)} (plain loop)" if plain else "")
    for name in sets:
        figure = figures.get(name)
        times = figure and (figure.get("times_recompiled") or figure.get("times_plain_loop"))
        cells.append((millions(figure) + (f" ({times:.1f})" if times else "")) if figure else "")
    fastest = figures[next(name for name in reversed(sets) if name in figures)]
    times = fastest.get("times_stock") or fastest.get("times_plain_loop")
    cells += [f"{times:.1f}" if times else "", f"{fastest['gigabytes_per_second']:.1f}", f"{fastest['share_of_copy']:.0%}"]
    return "| " + " | ".join(cells) + " |"


def millions(figure: dict) -> str:
    value = figure["weights_per_second"] / 1e6
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}"


def program(document: dict) -> str:
    size = document["source_bytes"] / 1e9
    lines = ["## The whole program", "",
             f"`make bench-program`: seconds, median of {document['rounds']} rounds in turns, page cache warm. `gguf convert` reads",
             f"{size:.1f} GB of F32, encodes, decodes again to measure what was lost, and has the file on the disk when it ends.", ""]
    lines += machine(document["machine"]) + [""]
    if document["against_copy"]:
        lines += [f"Against `cp` of the same {size:.1f} GB, without and with its bytes on the disk at the end:", "",
                  "| type | | seconds | times cp | times cp on the disk |", "| --- | --- | ---: | ---: | ---: |"]
        for row in document["against_copy"]:
            for figure in row["figures"]:
                lines.append(f"| {row['type']} | {figure['contender']} | {figure['median_seconds']:.2f} "
                             f"| {figure['times_copy']:.2f} | {figure['times_copy_on_disk']:.2f} |")
        lines.append("")
    if document.get("measuring"):
        lines += ["What measuring the loss adds to a conversion (`--no-verify` leaves it out):", "",
                  "| type | | seconds | times without |", "| --- | --- | ---: | ---: |"]
        for row in document["measuring"]:
            for figure in row["figures"]:
                lines.append(f"| {row['type']} | {figure['contender']} | {figure['median_seconds']:.2f} "
                             f"| {figure['times_plain']:.2f} |")
        lines.append("")
    if document.get("verifying"):
        lines += ["`gguf verify` of the result against the source, and `cat` of both files, which only reads them:", "",
                  "| type | | seconds | GB/s | times cat |", "| --- | --- | ---: | ---: | ---: |"]
        for row in document["verifying"]:
            for figure in row["figures"]:
                speed = figure["bytes"] / 1e9 / figure["median_seconds"]
                lines.append(f"| {row['type']} | {figure['contender']} | {figure['median_seconds']:.2f} | {speed:.1f} "
                             f"| {figure['times_cat']:.2f} |")
        lines.append("")
    if document["against_llama"]:
        lines += ["Against `llama-quantize --pure` on an F32 GGUF of the same weights, whose tensors get the same bytes:", "",
                  "| type | | seconds | times as fast |", "| --- | --- | ---: | ---: |"]
        for row in document["against_llama"]:
            for figure in row["figures"]:
                lines.append(f"| {row['type']} | {figure['contender']} | {figure['median_seconds']:.2f} "
                             f"| {figure['speedup']:.2f} |")
        lines.append("")
    return "\n".join(lines)


def inspection(document: dict) -> str:
    lines = ["## Looking into files", "",
             f"`make bench-inspect`: seconds, median of {document['rounds']} rounds in turns, page cache warm."
             " The reader of the gguf package", "(Python) finds the same number of tensors and tokens.", ""]
    lines += machine(document["machine"]) + ["", "| file | MB | | seconds | times as fast |", "| --- | ---: | --- | ---: | ---: |"]
    for row in document["headers"]:
        for figure in row["figures"]:
            lines.append(f"| {row['file']} | {row['bytes'] / 1e6:.0f} | {figure['contender']} | {figure['median_seconds']:.3f} "
                         f"| {figure['speedup']:.1f} |")
    lines += ["", "All bytes, beside programs that do nothing but read, hash or compare them:", "",
              "| file | GB | | seconds | GB/s | times cat |", "| --- | ---: | --- | ---: | ---: | ---: |"]
    for row in document["reading"]:
        for figure in row["figures"]:
            lines.append(f"| {row['file']} | {row['bytes'] / 1e9:.2f} | {figure['contender']} | {figure['median_seconds']:.2f} "
                         f"| {row['bytes'] / 1e9 / figure['median_seconds']:.1f} | {figure['times_cat']:.2f} |")
    lines.append("")
    return "\n".join(lines)


def machine(values: dict) -> list[str]:
    return [f"- {values['date']}, commit {values['commit']}, load average before {values['load']}",
            f"- {values['processor']}, {values['processors']} processors, {values['memory_gigabytes']} GB of memory",
            f"- {values['system']}", f"- {values['swift']}; {values['c_compiler']}; {values['peer']}"]
