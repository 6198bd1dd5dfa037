"""Runs a command of the program again and again, and kills it each time before another of its writes.

    python killing.py '[{"folder": …, "command": […], "again": [[…], …], "kills": 20, "twice": false}, …]'

All runs are in copies of the folder, each in a child of this process, which has imported what they need. After a kill,
the commands in ``again`` are tried until one is not refused (exit code 2); with ``twice``, that one is killed, too, and
tried anew. Prints for each command how many writes it has, how many kills there were, and a sentence for each that did
harm.
"""

import io
import json
import os
import posix
import shutil
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from types import BuiltinFunctionType, FrameType

import classmark.cli.predict.destinations
from classmark.cli import main
from classmark.corpus.scheme_csv import lcc
from classmark.model.training.train import train  # noqa: F401  # what children would import, each for itself

OF_FILES = {"write", "writelines", "flush", "truncate", "close"}
OF_NAMES = {"fsync", "chmod", "replace", "unlink", "mkdir"}

classmark.cli.predict.destinations._SECONDS = 0  # so that each batch is noted
lcc()


def run(command: list[str], folder: Path, watch: Callable[[], None] = lambda: None) -> int:
    """Run a command in a child process, and return its exit code, or minus the signal that ended it."""
    pid = os.fork()
    if pid:
        return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    code = 70
    try:
        os.chdir(folder)
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, 1)
        os.dup2(nowhere, 2)
        sys.argv = ["classmark", *command]
        watch()
        main()
    except SystemExit as end:
        code = int(end.code or 0)
    finally:
        sys.setprofile(None)
        os._exit(code)


def counting(report: Path, deadly: int = 0) -> Callable[[], None]:
    """Return what counts the writes of a run into a file, or kills it just before one of them."""

    def watch() -> None:
        count = 0
        descriptor = os.open(report, os.O_WRONLY | os.O_CREAT)

        def look(frame: FrameType, event: str, called: BuiltinFunctionType) -> None:
            nonlocal count
            if event == "c_call" and is_write(called):
                count += 1
                os.pwrite(descriptor, str(count).encode(), 0)
                if count == deadly:
                    write_half(frame, called.__self__)
                    os.kill(os.getpid(), signal.SIGKILL)

        sys.setprofile(look)

    return watch


def is_write(called: BuiltinFunctionType) -> bool:
    """Whether what is called changes a file or its name."""
    owner, name = getattr(called, "__self__", None), called.__name__
    if isinstance(owner, (io.FileIO, io.BufferedWriter, io.TextIOWrapper)):
        return name in OF_FILES and owner.writable()
    return owner is posix and name in OF_NAMES


def write_half(frame: FrameType, stream: object) -> None:
    """Of what is about to go to the disk, leave a half there."""
    if isinstance(stream, io.FileIO) and "data" in frame.f_locals:
        data = bytes(frame.f_locals["data"])
        os.write(stream.fileno(), data[: len(data) // 2])


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def torn(found: dict[str, bytes], old: dict[str, bytes], new: dict[str, bytes]) -> list[str]:
    """Return the files under their own names that are neither as they were nor as they should be."""
    seen = {name for name in found if not Path(name).name.startswith(".")}
    return [name for name in seen | set(old) if found.get(name) not in (old.get(name), new[name])]


def harm(scenario: dict, old: dict[str, bytes], new: dict[str, bytes], at: list[int]) -> list[str]:
    """Kill at these writes, a run each, then finish, and return what is not as it should be."""
    source = Path(scenario["folder"])
    work = source.with_name("work")
    shutil.rmtree(work, ignore_errors=True)
    shutil.copytree(source, work)
    commands = [scenario["command"]]
    for deadly in at:
        for command in commands:
            ended = run(command, work, counting(source.with_name("count"), deadly))
            if ended != 2:
                break
        if found := torn(contents(work), old, new):
            return [f"killed at {deadly}: {found} is torn"]
        commands = scenario["again"]
    for command in commands:
        ended = run(command, work)
        if ended != 2:
            break
    found = contents(work)
    wrong = sorted(name for name in found.keys() | new.keys() if found.get(name) != new.get(name))
    return [f"killed at {at}, the second run ended with {ended}: {wrong} is not as it should be"] if wrong else []


def main_of_kills(scenario: dict) -> dict:
    source = Path(scenario["folder"])
    whole, count = source.with_name("whole"), source.with_name("count")
    shutil.rmtree(whole, ignore_errors=True)
    count.unlink(missing_ok=True)
    shutil.copytree(source, whole)
    ended = run(scenario["command"], whole, counting(count))
    writes = int(count.read_text())
    old, new = contents(source), contents(whole)
    kills = min(scenario["kills"], writes)
    faults = [] if ended == 0 and new != old else [f"unbroken, the run ended with {ended}"]
    for number in range(kills):
        deadly = 1 + number * writes // kills
        at = [deadly, 1 + deadly * 7 % writes] if scenario["twice"] else [deadly]
        faults += harm(scenario, old, new, at)
    return {"writes": writes, "kills": kills, "faults": faults}


if __name__ == "__main__":
    sys.stdout.write(json.dumps([main_of_kills(scenario) for scenario in json.loads(sys.argv[1])]))
