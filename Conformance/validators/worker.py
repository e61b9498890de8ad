"""python worker.py READER [ARGUMENTS]: asks one reader about many files, each in a process of its own with limits.

Reads lines of JSON from stdin, `{"path": ..., "seconds": ...}`, and writes one line of JSON for each,
`{"verdict": ..., "message": ...}`. The reader is imported once; a fork for every file keeps crashes, hangs and memory
apart from the other files.
"""

from __future__ import annotations

import json
import linecache
import os
import resource
import select
import signal
import sys
import tempfile
import time
import traceback
from pathlib import Path

# Before numpy: threads that wait in a forked process are none, and their stacks count as memory.
os.environ["OPENBLAS_NUM_THREADS"] = "1"
sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from validators.readers import READERS, Refusal  # noqa: E402

MEMORY = 2 << 30
"""Bytes of address space."""


def main() -> None:
    reader = READERS[sys.argv[1]]
    read = reader.load(*sys.argv[2:])
    for line in sys.stdin:
        request = json.loads(line)
        answer = ask(read, reader.package, request["path"], request["seconds"])
        print(json.dumps(answer), flush=True)


def ask(read, package: str | None, path: str, seconds: float) -> dict:
    """The verdict of a forked process."""
    said, says = os.pipe()
    with tempfile.TemporaryFile() as noise:
        pid = os.fork()
        if pid == 0:
            os.close(said)
            judge(read, package, path, says, noise.fileno())
        os.close(says)
        text, in_time = collect(said, time.monotonic() + seconds)
        os.close(said)
        if not in_time:
            os.kill(pid, signal.SIGKILL)
        _, status = os.waitpid(pid, 0)
        noise.seek(0)
        heard = [" ".join(line.split())[:400] for line in noise.read(1 << 16).decode(errors="replace").splitlines()]
        heard = [line for line in heard if line]
    if not in_time:
        return {"verdict": "hangs", "message": f"no end within {seconds:g} seconds"}
    if os.WIFSIGNALED(status):
        name = signal.Signals(os.WTERMSIG(status)).name
        return {"verdict": "crashes", "message": ": ".join([name, *heard[-1:]])}
    if text:
        return json.loads(text)
    # A program took the place of the forked process, and has only its exit code to say it with.
    code = os.WEXITSTATUS(status)
    first = next(iter(heard), "nothing said")
    if code == 0:
        return {"verdict": "accepts", "message": ""}
    return {"verdict": "rejects", "message": first} if code == 1 else {"verdict": "error", "message": f"exit code {code}: {first}"}


def collect(said: int, end: float) -> tuple[bytes, bool]:
    """All that the process writes, and whether it came to an end in time."""
    text = b""
    while True:
        left = end - time.monotonic()
        if left <= 0 or not select.select([said], [], [], left)[0]:
            return text, False
        piece = os.read(said, 1 << 16)
        if not piece:
            return text, True
        text += piece


def judge(read, package: str | None, path: str, says: int, noise: int) -> None:
    """In the forked process. Does not return."""
    answer = {"verdict": "error", "message": "no answer"}
    try:
        os.set_inheritable(says, False)
        os.dup2(noise, 1)
        os.dup2(noise, 2)
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        try:
            read(path)
            answer = {"verdict": "accepts", "message": ""}
        except MemoryError as error:
            answer = {"verdict": "memory", "message": one_line(error)}
        except Refusal as error:
            answer = {"verdict": "rejects", "message": one_line(error)}
        except BaseException as error:
            own = is_raised_by(package, error)
            text = one_line(error) if own else f"{type(error).__name__}: {one_line(error)}"
            answer = {"verdict": "rejects" if own else "error", "message": text}
    finally:
        os.write(says, json.dumps(answer).encode())
        os._exit(0)


def is_raised_by(package: str | None, error: BaseException) -> bool:
    """Whether the exception comes from a `raise` in the package's own code."""
    frames = traceback.extract_tb(error.__traceback__)
    if package is None or not frames:
        return False
    last = frames[-1]
    line = linecache.getline(last.filename, last.lineno or 0).strip()
    return f"/{package}/" in last.filename and line.startswith("raise ")


def one_line(error: BaseException) -> str:
    return " ".join(str(error).split())[:400]


if __name__ == "__main__":
    main()
