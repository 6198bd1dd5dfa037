"""Run the program as a process, as a user does."""

import atexit
import json
import os
import pty
import re
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from threading import Lock, Thread

import classmark.corpus

ABSTRACTS = Path(classmark.corpus.__file__).with_name("abstracts")
WARM_PROGRAM_LOCK = Lock()
ROOT = Path(__file__).parents[2]
SHARED = ROOT.parent / "shared" / "data"

TELLING_ITS_PEAK = """
import atexit, re, sys
from classmark.cli import main
peak = lambda: re.search(r"VmHWM:\\s+(\\d+)", open("/proc/self/status").read())[1]
atexit.register(lambda: print("PEAK", peak(), file=sys.stderr))
main()
"""
"""The program, which says at its end how much memory it had in use at most, in KB."""


@dataclass(frozen=True)
class Run:
    """Exit code, standard output and standard error of a run."""

    code: int
    out: str
    err: str

    @property
    def lines(self) -> list[str]:
        return self.out.splitlines()

    @property
    def records(self) -> list[dict]:
        return [json.loads(line) for line in self.lines]


def run(*args: object, given: str | bytes | None = None, cwd: Path | None = None, fresh: bool = False) -> Run:
    """Run the program, and check that it prints no traceback.

    The run is a fork of a process that has loaded the libraries, which saves most of the time. Use ``fresh`` to start a
    new interpreter if the test is about the start, or about the seed of Python's hashes.
    """
    given = given.encode() if isinstance(given, str) else given
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err, piped(given) as stdin:
        start = run_fresh if fresh else run_forked
        code = start([*map(str, args)], cwd or Path.cwd(), (stdin, out.fileno(), err.fileno()))
        texts = [file.seek(0) or file.read().decode() for file in (out, err)]
    assert "Traceback" not in texts[1], texts[1]
    return Run(code, *texts)


@contextmanager
def piped(given: bytes | None) -> Iterator[int]:
    """Yield a descriptor to read the given bytes from: the end of a pipe, or an empty input."""
    if given is None:
        with Path(os.devnull).open("rb") as empty:
            yield empty.fileno()
        return
    end, start = os.pipe()

    def feed() -> None:
        with suppress(BrokenPipeError), os.fdopen(start, "wb") as pipe:
            pipe.write(given)

    feeder = Thread(target=feed)
    feeder.start()
    try:
        yield end
    finally:
        os.close(end)
        feeder.join()


def run_fresh(args: list[str], folder: Path, files: tuple[int, int, int]) -> int:
    """Run the program in a new interpreter, and return its exit code."""
    stdin, out, err = files
    command = [sys.executable, "-m", "classmark.cli", *args]
    return subprocess.run(command, cwd=folder, stdin=stdin, stdout=out, stderr=err, check=False).returncode


def run_forked(args: list[str], folder: Path, files: tuple[int, int, int]) -> int:
    """Run the program in a fork of the warm one, and return its exit code."""
    request = {"arguments": args, "folder": str(folder), "environment": dict(os.environ)}
    with WARM_PROGRAM_LOCK:
        socket.send_fds(warm_program(), [json.dumps(request).encode()], files)
        return int(warm_program().recv(9))


@cache
def warm_program() -> socket.socket:
    """Start the program with its libraries loaded, and return the socket that takes requests."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with theirs:
        command = [sys.executable, Path(__file__).with_name("warm.py"), str(theirs.fileno())]
        process = subprocess.Popen(command, pass_fds=[theirs.fileno()])
    atexit.register(process.wait)
    atexit.register(ours.close)
    return ours


def on_a_terminal(*args: object, env: dict[str, str] | None = None, typed: str = "") -> tuple[int, str]:
    """Run the program on a pseudo-terminal, and return its exit code and what it shows, including what is typed."""
    ours, theirs = pty.openpty()
    environment = os.environ | {"TERM": "xterm", "COLUMNS": "100"} | (env or {})
    command = [sys.executable, "-m", "classmark.cli", *map(str, args)]
    with subprocess.Popen(command, stdin=theirs, stdout=theirs, stderr=theirs, env=environment) as process:
        os.close(theirs)
        os.write(ours, typed.encode())
        seen = b""
        try:
            while data := os.read(ours, 65536):
                seen += data
        except OSError:  # on Linux, the other side is closed
            pass
    os.close(ours)
    return process.returncode, seen.decode().replace("\r\n", "\n")


def shown_at(width: int, *args: object) -> list[str]:
    """Run the program on a pseudo-terminal of a width, and return the lines that it shows, without styles."""
    _, seen = on_a_terminal(*args, env={"COLUMNS": str(width), "NO_COLOR": "1"})
    lines = [line.rpartition("\r")[2] for line in re.sub(r"\x1b\[[\d;?]*[A-Za-z]", "", seen).splitlines()]
    lines = [line.rstrip() for line in lines]
    assert not [line for line in lines if len(line) > width and " " in line.strip()]
    return lines


def modules_loaded_by(*args: str) -> set[str]:
    """Run the program on one word from a pipe, and return the top-level packages that it has imported."""
    program = (
        "import sys; from classmark.cli.app import app\n"
        f"try: app({list(args)!r})\n"
        "except SystemExit as end: assert not end.code, end.code\n"
        "print(*{name.split('.')[0] for name in sys.modules}, file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", program], input="soil", capture_output=True, text=True, check=True)
    return set(done.stderr.splitlines()[-1].split())


def write_records(path: Path, records: list[dict]) -> Path:
    """Write records as JSON lines, and return the path."""
    path.write_text("".join(json.dumps(record) + "\n" for record in records), encoding="utf-8")
    return path
