"""make faults: lets each system call of a command go wrong in turn, and looks at what the command makes of it.

    python3 Tests/Faults/run.py [--program PATH] [--command NAME] [--kills COUNT] [--moments COUNT]

What must hold: the command ends by itself within seconds, with an exit code of its own and one line that names a file;
either its output is whole, the same bytes as without the fault, or there is none under that name; no other file is left
behind; the source is what it was. After a kill at any moment the same command, run again, gives the same bytes.
"""

from __future__ import annotations

import argparse
import errno
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import moments

ROOT = Path(__file__).resolve().parents[2]
VALID = ROOT / "samples" / "valid"
SECONDS = 20
EXITS = {65, 66, 73, 74}
# What is beside an output until it is whole.
TEMPORARY = (".partial", ".journal")

READING = [errno.EIO, errno.EINTR, "short"]
WRITING = [errno.ENOSPC, errno.EIO, errno.EINTR, errno.EDQUOT, "short"]
# What each call is made to do; of the files, "source" faults are tried at every call that reads.
FAULTS = {
    "open": [errno.EACCES, errno.EMFILE, errno.EIO, errno.EINTR, errno.ENOSPC, errno.ENOENT],
    "stat": [errno.EIO, errno.EACCES], "lstat": [errno.EIO, errno.EACCES], "fstat": [errno.EIO],
    "fstatvfs": [errno.EIO, errno.ENOSYS],
    "pread": READING, "read": READING, "pwrite": WRITING, "write": WRITING,
    "ftruncate": [errno.ENOSPC, errno.EIO, errno.EINTR, errno.EFBIG],
    "fallocate": [errno.ENOSPC, errno.EINTR, errno.EOPNOTSUPP, errno.EIO],
    "fsync": [errno.EIO, errno.ENOSPC, errno.EINTR], "fdatasync": [errno.EIO],
    "close": [errno.EIO, errno.EINTR], "link": [errno.EPERM, errno.EEXIST, errno.EIO, errno.ENOSPC],
    "rename": [errno.EIO, errno.ENOSPC, errno.EXDEV], "unlink": [errno.EIO, errno.EPERM],
    "flock": [errno.EWOULDBLOCK, errno.EINTR, errno.ENOLCK], "fchmod": [errno.EPERM],
}
SOURCE_FAULTS = ["cut", "replace"]


@dataclass(frozen=True)
class Command:
    """A command on copies of samples, which writes one file or several."""

    name: str
    arguments: list[str]
    sources: list[str]
    outputs: list[str]
    # Whether a source that was changed before it was read is as good as another.
    takes_anything: bool = False
    # Whether one that is run again goes on with what is there.
    resumes: bool = False


COMMANDS = [
    Command("convert", ["convert", "{}/tiny-f32.safetensors", "-o", "{}/out/x.gguf", "--type", "Q8_0", "--as-is",
                        "--threads", "1"], ["tiny-f32.safetensors"], ["x.gguf"], resumes=True),
    Command("convert-resume", ["convert", "{}/tiny-f32.safetensors", "-o", "{}/out/x.gguf", "--type", "Q8_0", "--as-is",
                               "--threads", "1", "--resume"], ["tiny-f32.safetensors"], ["x.gguf"], resumes=True),
    Command("convert-two-threads", ["convert", "{}/tiny-f32.safetensors", "-o", "{}/out/x.gguf", "--type", "Q4_K",
                                    "--as-is", "--threads", "2"], ["tiny-f32.safetensors"], ["x.gguf"], resumes=True),
    Command("convert-split", ["convert", "{}/tiny-f32.safetensors", "-o", "{}/out/x", "--type", "Q8_0", "--as-is",
                              "--split-parts", "3", "--threads", "1"], ["tiny-f32.safetensors"],
            [f"x-{part:05}-of-00003.gguf" for part in (1, 2, 3)], resumes=True),
    # Written in another order than it is read in.
    Command("convert-preset", ["convert", "{}/tiny-model.gguf", "-o", "{}/out/x.gguf", "--type", "Q4_K_M",
                               "--allow-requantize", "--threads", "1"], ["tiny-model.gguf"], ["x.gguf"], resumes=True),
    Command("convert-zstandard", ["convert", "{}/zstandard/v3-little.gguf.zst", "-o", "{}/out/x.gguf", "--type",
                                  "Q8_0", "--as-is", "--allow-requantize", "--threads", "1"],
            ["zstandard/v3-little.gguf.zst"], ["x.gguf"]),
    Command("set", ["set", "{}/tiny-model.gguf", "general.name=Other", "-o", "{}/out/x.gguf"], ["tiny-model.gguf"],
            ["x.gguf"]),
    Command("dequantize", ["dequantize", "{}/tiny-model.gguf", "-o", "{}/out/x.safetensors", "--threads", "1"],
            ["tiny-model.gguf"], ["x.safetensors"]),
    Command("fake-quantize", ["fake-quantize", "{}/tiny-f32.safetensors", "-o", "{}/out/x.safetensors", "--type", "Q4_0",
                              "--threads", "1"], ["tiny-f32.safetensors"], ["x.safetensors"]),
    Command("pack", ["pack", "{}/tiny-model.gguf", "-o", "{}/out/x.gguf.zst", "--threads", "1"], ["tiny-model.gguf"],
            ["x.gguf.zst"], takes_anything=True),
    Command("unpack", ["unpack", "{}/zstandard/v3-little.gguf.zst", "-o", "{}/out/x.gguf", "--threads", "1"],
            ["zstandard/v3-little.gguf.zst"], ["x.gguf"]),
    Command("convert-packed", ["convert", "{}/tiny-f32.safetensors", "-o", "{}/out/x.gguf.zst", "--type", "Q8_0",
                               "--as-is", "--threads", "1"], ["tiny-f32.safetensors"], ["x.gguf.zst"]),
    Command("split", ["split", "{}/v3-little.gguf", "-o", "{}/out/x", "--max-tensors", "5", "--threads", "1"],
            ["v3-little.gguf"], [f"x-{part:05}-of-00003.gguf" for part in (1, 2, 3)]),
    Command("merge", ["merge", "{}/split/model-00001-of-00003.gguf", "-o", "{}/out/x.gguf", "--threads", "1"],
            [f"split/model-{part:05}-of-00003.gguf" for part in (1, 2, 3)], ["x.gguf"]),
    Command("lock", ["lock", "{}/tiny-model.gguf", "-o", "{}/out/x.json"], ["tiny-model.gguf"], ["x.json"]),
]


class Workplace:
    """A folder with the sources, in which a command runs."""

    def __init__(self, command: Command, program: Path, shim: Path):
        self.command, self.program, self.shim = command, program, shim
        self.folder = Path(tempfile.mkdtemp(prefix="faults."))
        self.sources = {name: (VALID / name).read_bytes() for name in command.sources}
        self.reset()

    def reset(self) -> None:
        shutil.rmtree(self.folder)
        for name, content in self.sources.items():
            path = self.folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        (self.folder / "out").mkdir()

    @property
    def keeps(self) -> bool:
        """Whether the command leaves what another can go on with."""
        return "--resume" in self.command.arguments

    def environment(self, **settings: object) -> dict[str, str]:
        return {**os.environ, "LD_PRELOAD": str(self.shim), "FAULT_FOLDER": str(self.folder),
                "SWIFT_BACKTRACE": "enable=no", **{f"FAULT_{key.upper()}": str(value) for key, value in settings.items()}}

    def arguments(self, extra: list[str]) -> list[str]:
        return [str(self.program)] + [one.replace("{}", str(self.folder)) for one in self.command.arguments + extra]

    def run(self, extra: list[str] = [], **settings: object) -> subprocess.CompletedProcess:
        return subprocess.run(self.arguments(extra), env=self.environment(**settings), capture_output=True, text=True,
                              timeout=SECONDS, stdin=subprocess.DEVNULL)

    def outputs(self) -> dict[str, bytes]:
        return {path.name: path.read_bytes() for path in (self.folder / "out").iterdir()}

    def calls(self) -> list[tuple[str, str]]:
        """The names and paths of the calls of an undisturbed run."""
        log = Path(f"{self.folder}.log")
        result = self.run(log=log)
        assert result.returncode == 0, result.stderr
        calls = [tuple(line.split(" ", 2)[1:]) for line in log.read_text().splitlines()]
        log.unlink()
        return calls

    def close(self) -> None:
        shutil.rmtree(self.folder)


class Faults:
    def __init__(self, place: Workplace):
        self.place, self.failures, self.count = place, [], 0
        self.calls = place.calls()
        self.expected = place.outputs()
        assert set(self.expected) == set(place.command.outputs), list(self.expected)

    def fail(self, what: str, why: str) -> None:
        self.failures.append(f"{self.place.command.name}: {what}: {why}")
        print("  " + self.failures[-1], flush=True)

    def each_call(self) -> None:
        for number, (name, path) in enumerate(self.calls, 1):
            kinds = list(FAULTS.get(name, []))
            is_source = any(path.endswith(source) for source in self.place.command.sources)
            is_late = any(one == ("pread", path) for one in self.calls[:number])
            if is_source and name in ("open", "pread", "read", "fstat") and (
                    is_late or not self.place.command.takes_anything):
                kinds += SOURCE_FAULTS
            for kind in kinds + ["remove", "term"]:
                self.one(number, name, path, kind)

    def one(self, number: int, name: str, path: str, kind) -> None:
        self.count += 1
        self.place.reset()
        label = errno.errorcode[kind] if isinstance(kind, int) else kind
        what = f"{label} at call {number} ({name} {Path(path).name})"
        settings = {"at": number, "kind": kind}
        if kind in SOURCE_FAULTS:
            settings["file"] = path
        elif kind == "remove":
            settings["file"] = self.place.folder / "out"
        try:
            result = self.place.run(**settings)
        except subprocess.TimeoutExpired:
            self.fail(what, f"runs for more than {SECONDS} s")
            return
        self.judge(what, kind, name, result)
        if self.place.keeps and kind not in SOURCE_FAULTS + ["remove"] and result.returncode != 0:
            self.go_on(what, [])

    def go_on(self, what: str, extra: list[str]) -> None:
        again = self.place.run(extra)
        left = self.place.outputs()
        if again.returncode != 0 or left != self.expected:
            self.fail(what, f"run again: exit {again.returncode}, {again.stderr}, {sorted(left)}")

    def judge(self, what: str, kind, name: str, result: subprocess.CompletedProcess) -> None:
        folder = self.place.folder
        if kind == "remove":
            away = folder / "out.away"
            if not away.exists():
                self.fail(what, "the shim did not move the folder")
                return
            # Where the file was made before that, it is in the folder that has another name now.
            left = [path.name for path in away.iterdir()]
            if (folder / "out").exists():
                self.fail(what, "the folder was made again")
            # Parts that had their names by then stay, some and not all: nobody takes them for the set.
            whole = [one for one in left if not one.endswith(TEMPORARY)]
            if result.returncode != 0 and (whole and len(self.expected) == 1 or len(whole) == len(self.expected)):
                self.fail(what, f"exit {result.returncode}, and {left}")
        else:
            left = self.place.outputs()
            if self.place.keeps and result.returncode != 0:
                left = {one: content for one, content in left.items() if not one.endswith(TEMPORARY)}
            if name == "flock" and kind == errno.EWOULDBLOCK:
                # It is taken for another's, who would remove it.
                left = {one: content for one, content in left.items() if not one.endswith(".journal")}
            if result.returncode == 0 and left != self.expected:
                extra = set(left) - set(self.expected)
                # A name that cannot be taken away stays.
                if not (name == "unlink" and all(one.endswith(TEMPORARY) for one in extra)) or any(
                        left.get(one) != self.expected[one] for one in self.expected):
                    self.fail(what, f"exit 0, and other files: {sorted(left)}")
            if result.returncode != 0 and left and name != "unlink":
                self.fail(what, f"exit {result.returncode}, and left: {sorted(left)}")
        exits = {0} | ({143, -signal.SIGTERM} if kind == "term" else EXITS)
        if result.returncode not in exits:
            self.fail(what, f"exit {result.returncode}: {result.stderr[-300:]}")
        elif result.returncode != 0:
            lines = [line for line in result.stderr.splitlines() if not line.startswith("gguf: warning")]
            if result.returncode == -signal.SIGTERM:
                pass  # before there is anything to clean up, the signal ends the program by itself
            elif kind in (errno.EINTR, "short") and name not in ("close", "stat", "lstat"):
                self.fail(what, f"exit {result.returncode}, where trying again is enough: {result.stderr}")
            elif len(lines) != 1 or not lines[0].startswith("gguf: "):
                self.fail(what, f"exit {result.returncode}, not one line: {result.stderr!r}")
            elif kind != "term" and str(folder) not in lines[0]:
                self.fail(what, f"no file is named: {lines[0]}")
        if kind not in SOURCE_FAULTS:
            for source, content in self.place.sources.items():
                if (folder / source).read_bytes() != content:
                    self.fail(what, f"{source} is changed")

    def kills(self, count: int, seed: int) -> None:
        """Ends the command at `count` calls, each call if there are not more, and runs it again."""
        generator = random.Random(seed)
        numbers = list(range(1, len(self.calls) + 1))
        numbers = numbers if count >= len(numbers) else sorted(generator.sample(numbers, count))
        for number in numbers:
            self.count += 1
            self.place.reset()
            what = f"killed at call {number}, seed {seed}"
            killed = self.place.run(at=number, kind="kill")
            if killed.returncode != -signal.SIGKILL:
                self.fail(what, f"exit {killed.returncode}")
            left = self.place.outputs()
            if any(name in left and left[name] != self.expected[name] for name in self.expected):
                self.fail(what, "a file that is not whole has the output's name")
            if left == self.expected:
                continue  # it was at its end
            if self.place.command.resumes:
                self.go_on(what, [] if self.place.keeps else ["--resume"])
                continue
            again = self.place.run(["--force"])
            left = self.place.outputs()
            if again.returncode != 0 or any(left.get(name) != self.expected[name] for name in self.expected):
                self.fail(what, f"run again: exit {again.returncode}, {again.stderr}, {sorted(left)}")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", type=Path, default=ROOT / ".build" / "release" / "gguf")
    parser.add_argument("--command", help="only this one")
    parser.add_argument("--kills", type=int, default=200, help="how many moments to kill each command at")
    parser.add_argument("--moments", type=int, default=200, help="how many times to kill a longer conversion")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        shim = Path(folder) / "shim.so"
        subprocess.run([os.environ.get("CC", "cc"), "-shared", "-fPIC", "-O1", "-Wall", "-Wextra", "-Werror", "-o", shim,
                        Path(__file__).with_name("shim.c"), "-ldl"], check=True)
        failures, count = [], 0
        for command in COMMANDS:
            if options.command and command.name != options.command:
                continue
            start = time.monotonic()
            place = Workplace(command, options.program.resolve(), shim)
            faults = Faults(place)
            faults.each_call()
            faults.kills(options.kills, options.seed)
            place.close()
            print(f"{command.name}: {len(faults.calls)} calls, {faults.count} faults, {len(faults.failures)} failures, "
                  f"{time.monotonic() - start:.0f} s", flush=True)
            failures += faults.failures
            count += faults.count
        if not options.command:
            tried, failed = moments.run(options.program.resolve(), options.moments, options.seed)
            failures += failed
            count += tried
    print(f"faults: {count} tried, {len(failures)} failures")
    return 1 if failures or not count else 0


if __name__ == "__main__":
    sys.exit(main())
