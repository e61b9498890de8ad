"""Runs slurm.sh on a real Slurm of one node: all parts, lost ones again, a worker that is killed. Run it through run.sh."""

from __future__ import annotations

import argparse
import filecmp
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.dont_write_bytecode = True
HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent.parent / "check")]

from sandbox import SAMPLES, Report, require, require_exit
from slurm import Cluster

SCRIPT = HERE.parent / "slurm.sh"
SHARDS = 4
LARGE_TENSORS, LARGE_ROWS = 8, 1 << 19
"""Of 512 MiB each: some seconds of work for a task."""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("binary", type=Path, help="the gguf program")
    binary = parser.parse_args().binary.resolve()
    report = Report()
    with tempfile.TemporaryDirectory(prefix="cluster-") as name:
        folder = Path(name)
        with Cluster(folder / "slurm") as cluster:
            if report.check("slurm: a cluster of one node is up", cluster.start):
                jobs = Jobs(cluster, binary, folder)
                report.check("slurm: an array writes the model", jobs.check_array)
                report.check("slurm: a lost part is written again by its own task", jobs.check_lost)
                report.check("slurm: an array that counts from 0 writes nothing", jobs.check_from_zero)
                report.check("slurm: the array says number and count itself", jobs.check_auto)
                report.check("slurm: a task that is killed leaves no part, and runs again", jobs.check_killed)
                report.check("slurm: a task that is cancelled cleans up", jobs.check_cancelled)
    return report.finish()


class Jobs:
    def __init__(self, cluster: Cluster, binary: Path, folder: Path) -> None:
        self.cluster, self.binary, self.folder = cluster, binary, folder
        self.output = folder / "output"
        self.output.mkdir()
        self.source = folder / "source"
        self.source.mkdir()
        shutil.copy(SAMPLES / "valid/tiny-f32.safetensors", self.source / "model.safetensors")

    def submit(self, array: str, **variables: str) -> str:
        """The number of a job whose tasks use what this machine has."""
        settings = {"GGUF": str(self.binary), "GGUF_SOURCE": str(self.source), "GGUF_SHARDS": str(SHARDS),
                    "GGUF_OUTPUT": str(self.output / "model.gguf"), **variables}
        return self.cluster.submit(SCRIPT, self.folder, f"--array={array}", "--cpus-per-task=1", "--mem=100M", "--time=10",
                                   variables=settings)

    def logs(self, job: str) -> str:
        return "".join(log.read_text() for log in sorted(self.folder.glob(f"gguf-convert-{job}_*.log")))

    def run(self, array: str, expected: set[str], **variables: str) -> str:
        """What the tasks said; each of them must have ended as expected."""
        job = self.submit(array, **variables)
        states = self.cluster.wait(job)
        require(set(states.values()) == expected, f"{states}: {self.logs(job)[-1000:]}")
        return self.logs(job)

    def gguf(self, *words: object, code: int = 0) -> str:
        result = subprocess.run([self.binary, *map(str, words)], capture_output=True, text=True, timeout=300)
        require_exit(result, code)
        return result.stdout

    def names(self) -> list[str]:
        return sorted(path.name for path in self.output.iterdir())

    def require_whole(self) -> None:
        """The set is valid, and what one machine writes."""
        self.gguf("validate", self.output, "--severity", "error", "--quiet")
        merged, single = self.folder / "merged.gguf", self.folder / "single.gguf"
        self.gguf("merge", self.output, "-o", merged, "--force", "--quiet")
        self.gguf("convert", self.source, "-o", single, "--as-is", "--type", "Q4_K", "--force", "--quiet")
        require(filecmp.cmp(merged, single, shallow=False), "the parts, merged, are not what one machine writes")

    def check_array(self) -> str:
        said = self.run(f"1-{SHARDS}", {"COMPLETED 0"})
        plans = {line.rpartition(" ")[2] for line in said.splitlines() if line.startswith("part ")}
        require(len(plans) == 1, f"the tasks had several plans: {plans}")
        self.require_whole()
        return f"{SHARDS} tasks, plan {plans.pop()}"

    def check_lost(self) -> None:
        (self.output / f"model-00003-of-0000{SHARDS}.gguf").unlink()
        (self.output / f"model-00001-of-0000{SHARDS}.gguf").unlink()
        self.gguf("validate", self.output, "--severity", "error", "--quiet", code=1)
        self.run("1,3", {"COMPLETED 0"})
        self.require_whole()

    def check_from_zero(self) -> None:
        before = {path: path.stat().st_mtime_ns for path in self.output.iterdir()}
        said = self.run(f"0-{SHARDS - 1}", {"FAILED 64"})
        require(said.count(f"say --array=1-{SHARDS}") == SHARDS, f"the tasks said: {said}")
        require(before == {path: path.stat().st_mtime_ns for path in self.output.iterdir()}, "something was written")

    def check_auto(self) -> None:
        """Slurm's own variables, without --shards."""
        output = self.folder / "auto"
        output.mkdir()
        script = self.folder / "auto.sh"
        script.write_text(f'#!/bin/sh\nexec "{self.binary}" convert "{self.source}" -o "{output}/model.gguf" --as-is '
                          f"--type Q4_K --shard auto\n")
        job = self.cluster.submit(script, self.folder, f"--array=0-{SHARDS - 1}", "--mem=100M", "--time=10", variables={})
        states = self.cluster.wait(job)
        require(set(states.values()) == {"COMPLETED 0"}, f"{states}")
        for part in self.output.iterdir():
            require(filecmp.cmp(part, output / part.name, shallow=False), f"{part.name} differs")

    def start_long_task(self) -> tuple[str, Path]:
        """A task in the middle of its work, and the folder that it writes to."""
        source, output = self.folder / "large", self.folder / "large-output"
        source.mkdir(exist_ok=True)
        shutil.rmtree(output, ignore_errors=True)
        output.mkdir()
        if not (source / "model.gguf").exists():
            self.write_zeros(source / "model.gguf")
        job = self.submit("2", GGUF_SOURCE=str(source), GGUF_OUTPUT=str(output / "model.gguf"))
        deadline = time.monotonic() + 120
        while not any(output.iterdir()):
            require(time.monotonic() < deadline, f"the task does not begin: {self.logs(job)}")
            time.sleep(0.05)
        return job, output

    def write_zeros(self, path: Path) -> None:
        """A model of zeros that takes no space: the header of a small one tells what a large one's must say."""
        header = bytearray(b"GGUF" + (3).to_bytes(4, "little") + LARGE_TENSORS.to_bytes(8, "little") + bytes(8))
        size = LARGE_ROWS * 1024
        for index in range(LARGE_TENSORS):
            name = f"t{index}".encode()
            header += len(name).to_bytes(8, "little") + name + (2).to_bytes(4, "little")
            header += (256).to_bytes(8, "little") + LARGE_ROWS.to_bytes(8, "little") + bytes(4)
            header += (index * size).to_bytes(8, "little")
        header += bytes(-len(header) % 32)
        with path.open("wb") as file:
            file.write(header)
            file.truncate(len(header) + LARGE_TENSORS * size)

    def check_killed(self) -> str:
        """As when a node is lost: no time to clean up."""
        job, output = self.start_long_task()
        self.cluster.kill(job)
        states = self.cluster.wait(job)
        require("COMPLETED 0" not in states.values(), f"the task had ended before it was killed: {states}")
        left = sorted(path.name for path in output.iterdir())
        part = f"model-00002-of-0000{SHARDS}.gguf"
        require(left == [f".{part}.journal", f".{part}.partial"], f"left behind: {left}")
        again = self.submit("2", GGUF_SOURCE=str(self.folder / "large"), GGUF_OUTPUT=str(output / "model.gguf"))
        states = self.cluster.wait(again)
        require(set(states.values()) == {"COMPLETED 0"}, f"{states}: {self.logs(again)[-500:]}")
        now = [path.name for path in output.iterdir()]
        require(now == [part], f"after it ran again there are {now}")
        return f"{states}, {' and '.join(left)} left by the kill"

    def check_cancelled(self) -> None:
        job, output = self.start_long_task()
        self.cluster.signal(job, "TERM")
        states = self.cluster.wait(job)
        require("COMPLETED 0" not in states.values(), f"the task had ended before it was cancelled: {states}")
        require("interrupted; no output was written" in self.logs(job), f"the task said: {self.logs(job)[-500:]}")
        require(not any(output.iterdir()), f"left behind: {[path.name for path in output.iterdir()]}")


if __name__ == "__main__":
    sys.exit(main())
