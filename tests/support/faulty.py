"""Run the program under faults: resource limits, full disks, slow inputs, killed processes."""

import os
import resource
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path

import pytest

PROGRAM = [sys.executable, "-m", "classmark.cli"]


def program_with(constants: dict[str, float]) -> str:
    """Return the program with other values for some constants, named as ``module.NAME``."""
    lines = ["import sys", "del sys.path[0]  # as the installed command has it"]
    for name, value in constants.items():
        lines += [f"import classmark.{name.rpartition('.')[0]}", f"classmark.{name} = {value}"]
    return "\n".join([*lines, "from classmark.cli import main", "main()"])


WITH_FREQUENT_CHECKPOINTS = program_with({"cli.predict.resumable_file.CHECKPOINT_SECONDS": 0})
"""The program, writing a checkpoint after each batch instead of every two seconds."""

ALWAYS_IN_PARALLEL = program_with(
    {"model.prediction.batches.SERIAL_RECORDS": 0, "model.training.one_vs_rest.MIN_PARALLEL_ENTRIES": 0}
)
"""The program, using worker processes for the smallest input, too."""


def finished(*command: object, program: str = "", **options) -> subprocess.CompletedProcess:
    """Run the program to its end, and check that it prints no traceback."""
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE} | options
    done = subprocess.run(_words(command, program), text=True, check=False, **pipes)
    assert "Traceback" not in (done.stderr or ""), done.stderr
    return done


@contextmanager
def started(*command: object, program: str = "", **options) -> Iterator[subprocess.Popen]:
    """Start the program with a pipe as its standard input; kill what is left of it at the end."""
    words = _words(command, program)
    pipes = {"stdin": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True, "preexec_fn": reset_signals}
    with subprocess.Popen(words, start_new_session=True, **pipes | options) as process:
        try:
            yield process
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)


def reset_signals() -> None:
    """Give signals their default effect in a process to be: background processes of scripts ignore SIGINT."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)


def _words(command: tuple[object, ...], program: str) -> list[str]:
    return [*([sys.executable, "-c", program] if program else PROGRAM), *map(str, command)]


def wait_for(condition: Callable[[], object], process: subprocess.Popen | None = None) -> None:
    """Wait for up to a minute until a condition holds, while the program runs."""
    deadline = time.monotonic() + 60
    while not condition():
        assert process is None or process.poll() is None, process.stderr.read()
        assert time.monotonic() < deadline
        time.sleep(0.02)


def workers(process: subprocess.Popen) -> list[int]:
    """Return the ids of the program's worker processes."""
    found = subprocess.run(
        ["pgrep", "-P", str(process.pid), "-f", "LokyProcess"], capture_output=True, text=True, check=False
    )
    return [int(number) for number in found.stdout.split()]


def is_running(process: int) -> bool:
    """Return whether a process runs, rather than being gone or a zombie."""
    try:
        return Path(f"/proc/{process}/stat").read_text("ascii").rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def has_mapped(process: int, name: str) -> bool:
    """Return whether a process has mapped a file of this name into memory."""
    return name in Path(f"/proc/{process}/maps").read_text("utf-8")


def keep_reopening(pipe: Path, process: subprocess.Popen) -> None:
    """Open and close a named pipe for as long as the program runs, so that reading it never blocks."""
    while process.poll() is None:
        with suppress(OSError):  # nobody reads
            os.close(os.open(pipe, os.O_WRONLY | os.O_NONBLOCK))
        time.sleep(0.05)


@contextmanager
def small_disk(folder: Path, size: str) -> Iterator[None]:
    """Mount a small file system as a folder."""
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", folder]
    if shutil.which("mount") is None or subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip("only root can make a small file system")
    try:
        yield
    finally:
        subprocess.run(["umount", folder], check=True)


def make_room(folder: Path) -> None:
    """Enlarge a small disk."""
    subprocess.run(["mount", "-o", "remount,size=100m", folder], check=True)


def names(folder: Path) -> list[str]:
    """Return the sorted names of what is in a folder."""
    return sorted(path.name for path in folder.iterdir())


def limit(which: int, most: int) -> Callable[[], None]:
    """Return a function that limits a resource of the process that calls it."""
    return partial(resource.setrlimit, which, (most, most))
