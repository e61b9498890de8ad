"""Error feedback (formats/error-feedback.md) on the little model of samples/models: the codes of textbook GPTQ, what is left of the
layers' output on stories that the Hessians are not from, and what llama.cpp makes of the files. With --update also the table of it."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import gguf
import numpy as np
from safetensors import safe_open

import losses
from check_methods import MATRIX, NAME, hold_table
from check_perplexity import MODELS, SOURCE, Llama, Row, convert, row_of
from report import Once, Report, note, require
from tool import Tool

BEGIN = "<!-- Conformance/run.sh PATH_TO_GGUF --only feedback --update -->"
HEAD = "| type | way | weights | output | perplexity | divergence | same |"
TYPES = ("Q8_0", "Q4_0", "Q4_K_M", "NF4", "IQ4_NL", "Q3_K_M", "Q2_K")
ENVIRONMENT = Path(__file__).resolve().parent / ".cache" / "stories-venv"
OTHER_SEED = 11
"""Of stories that the Hessians of the conversion are not from."""


@dataclass(frozen=True)
class Lost:
    weights: float
    """Relative RMSE over the linear layers."""
    output: float
    """That of their output, on other stories."""
    row: Row

    @property
    def figures(self) -> tuple[float, float]:
        return self.weights, self.output

    @property
    def cells(self) -> list[str]:
        return [*(f"{figure:.5f}" for figure in self.figures), *self.row.cells]


def ways(hessians: Path) -> dict[str, tuple[str, ...]]:
    feedback = ("--method", "search", "--hessian", str(hessians))
    return {"search, matrix": ("--method", "search", "--imatrix", str(MATRIX)), "feedback, no passes": (*feedback, "--passes", "0"),
            "feedback": feedback, "feedback, awq": (*feedback, "--awq")}


def run(report: Report, tool: Tool, folder: Path, seed: int) -> None:
    llama = Once(lambda: Llama(folder))
    own = Once(lambda: _hessians(folder / "own.safetensors"))
    other = Once(lambda: _hessians(folder / "other.safetensors", "--seed", str(OTHER_SEED)))
    rows: dict[tuple[str, str], Lost] = {}
    for type in ("Q4_0", "Q8_0"):
        report.check(f"feedback: the codes of textbook GPTQ, {type}", lambda: _hold_textbook(tool, own(), type, folder))
    report.check(f"feedback: {NAME}", lambda: _measure(tool, llama(), own(), other(), rows, folder))
    report.check("feedback: less error of the output than by searching", lambda: _hold_order(rows))
    # Hessians are summed in another order on other machines: a few codes differ.
    report.check("feedback: the table of samples/models/README.md", lambda: hold_table(report, BEGIN, rows, HEAD, rel_tol=1e-2))


def _hessians(output: Path, *options: str) -> Path:
    """Made by the script beside the model, which needs more than the checks do."""
    requirements, stamp = MODELS / "requirements.txt", ENVIRONMENT / "requirements.installed"
    python = ENVIRONMENT / "bin" / "python"
    if not stamp.exists() or stamp.read_bytes() != requirements.read_bytes():
        note("conformance: installing the packages of samples/models/requirements.txt into Conformance/.cache")
        subprocess.run([sys.executable, "-m", "venv", "--clear", ENVIRONMENT], check=True)
        subprocess.run([python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r", requirements], check=True)
        stamp.write_bytes(requirements.read_bytes())
    subprocess.run([python, MODELS / "hessians.py", MODELS / NAME, "-o", output, *options], check=True)
    return output


def _read(path: Path) -> dict[str, np.ndarray]:
    """The Hessian of each tensor."""
    with safe_open(path, "numpy") as file:
        found = {name: file.get_tensor(name).astype(np.float64) for name in file.keys()}
        prefix = "hessian_of."
        return found | {key.removeprefix(prefix): found[entry] for key, entry in file.metadata().items() if key.startswith(prefix)}


def _hold_textbook(tool: Tool, path: Path, type: str, folder: Path) -> str:
    """GPTQ by the inverse of the Hessian (Frantar et al. 2022, algorithm 1), in binary64, with the scales that the file has."""
    source = losses.tensors(convert(tool, NAME, SOURCE, folder))
    file = convert(tool, NAME, type, folder, "--hessian", str(path), "--passes", "0")
    hessians, same, all_rows = _read(path), 0, 0
    for tensor in gguf.GGUFReader(file).tensors:
        if tensor.name not in hessians:
            continue
        scales, codes = _codes(tensor.data, type)
        expected = _textbook(source[tensor.name].astype(np.float64), hessians[tensor.name], scales, type)
        same += int((codes == expected).all(axis=1).sum())
        all_rows += len(codes)
    # A code that is a hair from another takes the rest of its row with it.
    require(same >= 0.95 * all_rows, f"{same} of {all_rows} rows have the codes of textbook GPTQ")
    return f"{same} of {all_rows} rows are the same to the last code"


def _codes(blocks: np.ndarray, type: str) -> tuple[np.ndarray, np.ndarray]:
    """Scales `[rows, blocks]` and codes `[rows, columns]` of Q4_0 or Q8_0."""
    size = {"Q4_0": 18, "Q8_0": 34}[type]
    blocks = blocks.reshape(len(blocks), -1, size)
    scales = blocks[..., :2].copy().view(np.float16)[..., 0].astype(np.float64)
    packed = blocks[..., 2:]
    codes = np.concatenate([packed & 15, packed >> 4], axis=-1).astype(int) - 8 if type == "Q4_0" else packed.copy().view(np.int8)
    return scales, codes.reshape(len(blocks), -1).astype(int)


def _textbook(weights: np.ndarray, hessian: np.ndarray, scales: np.ndarray, type: str) -> np.ndarray:
    low, high = {"Q4_0": (-8, 7), "Q8_0": (-127, 127)}[type]
    n, diagonal = len(hessian), np.diag(hessian)
    blocks = np.argsort(-diagonal.reshape(-1, 32).sum(axis=1), kind="stable")
    order = np.concatenate([block * 32 + np.argsort(-diagonal[block * 32:][:32], kind="stable") for block in blocks])
    damped = hessian + 0.01 * diagonal.mean() * np.eye(n)
    upper = np.linalg.cholesky(np.linalg.inv(damped[np.ix_(order, order)])).T
    weights, codes = weights[:, order].copy(), np.empty(weights.shape, int)
    for j, column in enumerate(order):
        scale = scales[:, column // 32]
        code = np.clip(np.round(weights[:, j] / np.where(scale == 0, 1, scale)), low, high) * (scale != 0)
        codes[:, column] = code
        weights[:, j + 1:] -= np.outer((weights[:, j] - code * scale) / upper[j, j], upper[j, j + 1:])
    return codes


def _measure(tool: Tool, llama: Llama, own: Path, other: Path, rows: dict[tuple[str, str], Lost], folder: Path) -> None:
    source = convert(tool, NAME, SOURCE, folder)
    weights, hessians = losses.tensors(source), _read(other)
    expected = llama.predictions(source)
    for type in TYPES:
        for way, options in ways(own).items():
            file = convert(tool, NAME, type, folder, *options)
            back = tool.quantize(file, file.with_suffix(".f32.gguf"), SOURCE, "--allow-requantize")
            rows[type, way] = Lost(*_errors(weights, losses.tensors(back), hessians), row_of(tool, llama, file, type, expected))
            back.unlink()
            note(f"{type}, {way}: {' '.join(rows[type, way].cells)}")
            file.unlink()


def _errors(original: dict[str, np.ndarray], decoded: dict[str, np.ndarray], hessians: dict[str, np.ndarray]) -> tuple[float, float]:
    """Relative RMSE of the weights, and of the layers' outputs. Channels that are scaled (--awq) are scaled back by their norms."""
    error, signal = np.zeros(2), np.zeros(2)
    for name, hessian in hessians.items():
        weights = original[name].astype(np.float64)
        part = name.split(".")[2]
        norm = name.replace(part, "attn_norm" if part in ("attn_q", "attn_k", "attn_v") else "ffn_norm")
        scale = decoded[norm] / original[norm].astype(np.float64) if part not in ("attn_output", "ffn_down") else 1
        wrong = decoded[name] * scale - weights
        for sums, values in ((error, wrong), (signal, weights)):
            sums += (values ** 2).sum(), np.einsum("ij,jk,ik->", values, hessian, values, optimize=True)
    return tuple(float(value) for value in np.sqrt(error / signal))


def _hold_order(rows: dict[tuple[str, str], Lost]) -> None:
    for type in TYPES:
        output = {way: rows[type, way].output for way in ways(MATRIX)}
        require(output["feedback, no passes"] < output["search, matrix"], f"{type}: feedback leaves more of the output's error")
        require(output["feedback"] < output["feedback, no passes"], f"{type}: passes leave more of the output's error")
