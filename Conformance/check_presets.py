"""Presets: the type of each tensor, and whole files, as llama-quantize has them. With --update also the tables that the
tests of Recipes hold their rules against."""

from __future__ import annotations

import filecmp
import re
import subprocess
from pathlib import Path

import distributions
import llamacpp
from madeup import MODELS, Model
from report import Once, Report, require, require_equal
from tool import Tool

TOP = Path(__file__).resolve().parent.parent
TABLES = TOP / "Tests" / "RecipesTests" / "Tables"
TIMEOUT = 300
OPTIONS = (((), ()), (("--pure",), ("--pure",)),
           (("--output-type", "Q5_0", "--embedding-type", "Q4_1"),
            ("--output-tensor-type", "q5_0", "--token-embedding-type", "q4_1")),
           (("--tensor-type", "blk.[13].attn_v=Q8_0", "--tensor-type", "ffn_.*weight=IQ4_NL"),
            ("--tensor-type", "blk.[13].attn_v=q8_0", "--tensor-type", "ffn_.*weight=iq4_nl")))
"""Ours, and what llama-quantize calls them."""
WITH_OPTIONS = ("Q2_K", "Q4_K_M", "IQ4_XS")
"""The presets that are tried with them."""
WHOLE = ("three-layers", "tied", "rows-of-96", "rows-of-80", "eight-experts", "falcon", "bert", "sixty-four-experts")
"""Models of which the files are compared, with weights."""
NO_FALLBACK = {("rows-of-96", "Q1_0"), ("rows-of-80", "Q1_0"), ("mamba", "Q1_0")}
"""Where llama-quantize stops: it has no type in place of Q1_0. Ours makes those tensors F16."""
NAMED_DO_NOT_FIT = {"rows-of-80"}
"""Models whose rows do not divide into blocks of 32: llama-quantize takes the types that are named for output and embedding all
the same (formats/errata.md)."""
LINE = re.compile(r"^\[ *\d+/ *\d+\] +(\S+) +- \[.*\], type = +(\w+), size = [^(]*(?:\((\w+)\))?$")


def run(report: Report, tool: Tool, folder: Path, seed: int) -> None:
    program = Once(llamacpp.build_quantize)
    presets = tool.presets()
    for model in MODELS:
        path = folder / f"{model.name}.gguf"
        report.check(f"presets of {model.name}", lambda: _types(report, tool, program(), model, path, presets))
        if model.name in WHOLE:
            report.check(f"presets of {model.name}: the whole files",
                         lambda: _files(tool, program(), model, folder, presets, seed))
        path.unlink(missing_ok=True)


def _types(report: Report, tool: Tool, program: Path, model: Model, path: Path, presets: dict[str, str]) -> str:
    model.write(path)
    found = {}
    for preset in presets:
        for ours, theirs in OPTIONS:
            if (model.name, preset) in NO_FALLBACK or (ours and preset not in WITH_OPTIONS):
                continue
            if "--embedding-type" in ours and model.name in NAMED_DO_NOT_FIT:
                continue
            types = _their_types(program, path, preset, theirs)
            require_equal(f"types of {preset} {' '.join(ours)}", _differing(tool.types(path, preset, *ours), types), {})
            if not ours:
                found[preset] = types
    return _hold_table(report, model, found, presets)


def _their_types(program: Path, path: Path, preset: str, options: tuple[str, ...]) -> dict[str, str]:
    result = subprocess.run([program, "--dry-run", *options, path, preset], capture_output=True, text=True,
                            timeout=TIMEOUT)
    require_equal(f"exit code of llama-quantize ({result.stderr[-300:]!r})", result.returncode, 0)
    types = {}
    for line in (result.stdout + result.stderr).splitlines():
        if match := LINE.match(line):
            types[match[1]] = (match[3] or match[2]).upper()
    require(len(types) > 0, "llama-quantize has listed no tensor")
    return types


def _differing(ours: dict[str, str], theirs: dict[str, str]) -> dict[str, tuple[str | None, str | None]]:
    return {name: (ours.get(name), theirs.get(name)) for name in ours | theirs if ours.get(name) != theirs.get(name)}


def _files(tool: Tool, program: Path, model: Model, folder: Path, presets: dict[str, str], seed: int) -> str:
    source = model.write(folder / "source.gguf", distributions.generator(seed, model.name))
    ours, theirs = folder / "ours.gguf", folder / "theirs.gguf"
    count = 0
    for preset in presets:
        if (model.name, preset) in NO_FALLBACK:
            continue
        result = subprocess.run([program, source, theirs, preset], capture_output=True, text=True, timeout=TIMEOUT)
        if "requires an imatrix" in result.stdout + result.stderr:
            continue
        require_equal(f"exit code of llama-quantize {preset}", result.returncode, 0)
        tool.quantize(source, ours, preset)
        require(filecmp.cmp(ours, theirs, shallow=False), f"{preset}: the file has other bytes")
        count += 1
    source.unlink()
    return f"{count} presets"


def _hold_table(report: Report, model: Model, found: dict[str, dict[str, str]], presets: dict[str, str]) -> str:
    text, path = _table(model, found, presets), TABLES / f"{model.name}.txt"
    if report.update:
        TABLES.mkdir(exist_ok=True)
        path.write_text(text)
        return "written"
    require(path.exists() and path.read_text() == text, f"{path.name} has other types; run with --update")
    return f"{len(found)} presets"


def _table(model: Model, found: dict[str, dict[str, str]], presets: dict[str, str]) -> str:
    """The model, and for each preset the types that are not its default one, with the layers that have them."""
    text = f"architecture {model.architecture}\nlayers {model.layers}\n"
    for key, value in model.metadata().items():
        value = value[0] if isinstance(value, list) else value
        if key.startswith(f"{model.architecture}.") and isinstance(value, int) and not isinstance(value, bool):
            text += f"key {key} {value}\n"
    for where, tensors in (("whole", model.whole), ("layer", model.per_layer)):
        for name, shape in tensors.items():
            text += f"{where} {name} {' '.join(map(str, shape))}\n"
    kept = {name for name in model.tensors() if {types[name] for types in found.values()} == {"F32"}}
    for kind in sorted({_kind(name) for name in kept}):
        text += f"kept {kind}\n"
    for preset, types in found.items():
        text += f"preset {preset}\n"
        layers: dict[tuple[str, str], list[int]] = {}
        for name, chosen in types.items():
            if name not in kept and chosen != presets[preset]:
                layers.setdefault((chosen, _kind(name)), []).append(_layer(name))
        for (chosen, kind), numbers in sorted(layers.items()):
            text += f"{chosen} {kind}{_ranges(numbers)}\n"
    return text


def _kind(name: str) -> str:
    return re.sub(r"^blk\.\d+\.", "", name)


def _layer(name: str) -> int:
    match = re.match(r"blk\.(\d+)\.", name)
    return int(match[1]) if match else -1


def _ranges(numbers: list[int]) -> str:
    """` 0-3 7`; nothing for tensors of no layer."""
    text, numbers = "", sorted(number for number in numbers if number >= 0)
    while numbers:
        first = last = numbers.pop(0)
        while numbers and numbers[0] == last + 1:
            last = numbers.pop(0)
        text += f" {first}" if first == last else f" {first}-{last}"
    return text
