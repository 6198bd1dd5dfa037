"""Run commands again and again, and kill each run just before one of its writes.

    python killing.py '[{"folder": …, "command": […], "again": [[…], …], "kills": 20, "twice": false}, …]'

Each run works in a copy of the folder, in a child of this process, which has imported what it needs. After a kill, the
commands in ``again`` run in order until one is not refused (exit code 2); with ``twice``, that run is killed, too, and
repeated. Print, per command, the number of writes, the number of kills, and one sentence per kill that did harm.
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

import classmark.cli.predict.resumable_file
from classmark.cli import main
from classmark.corpus.scheme_csv import lcc
from classmark.model.training.train import train  # noqa: F401  # imported once, for all children

STREAM_METHODS = {"write", "writelines", "flush", "truncate", "close"}
OS_FUNCTIONS = {"fsync", "chmod", "replace", "unlink", "mkdir"}

classmark.cli.predict.resumable_file.CHECKPOINT_SECONDS = 0  # write a checkpoint after each batch
lcc()


def run(command: list[str], folder: Path, prepare: Callable[[], None] = lambda: None) -> int:
    """Run a command in a child process; return its exit code, or minus the number of the signal that ended it."""
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
        prepare()
        main()
    except SystemExit as end:
        code = int(end.code or 0)
    finally:
        sys.setprofile(None)
        os._exit(code)


def counting(report: Path, deadly: int = 0) -> Callable[[], None]:
    """Return a function that has the writes of a run counted into a file, and the run killed before one of them."""

    def start_counting() -> None:
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

    return start_counting


def is_write(called: BuiltinFunctionType) -> bool:
    """Return whether a built-in function changes a file or its name."""
    owner, name = getattr(called, "__self__", None), called.__name__
    if isinstance(owner, (io.FileIO, io.BufferedWriter, io.TextIOWrapper)):
        return name in STREAM_METHODS and owner.writable()
    return owner is posix and name in OS_FUNCTIONS


def write_half(frame: FrameType, stream: object) -> None:
    """Write half of the data that a raw write is about to write."""
    if isinstance(stream, io.FileIO) and "data" in frame.f_locals:
        data = bytes(frame.f_locals["data"])
        os.write(stream.fileno(), data[: len(data) // 2])


def contents(folder: Path) -> dict[str, bytes]:
    """Return the contents of all files in a folder by name."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def torn(found: dict[str, bytes], old: dict[str, bytes], new: dict[str, bytes]) -> list[str]:
    """Return the output files that are neither old nor new, temporary files aside."""
    seen = {name for name in found if not Path(name).name.startswith(".")}
    return [name for name in seen | set(old) if found.get(name) not in (old.get(name), new[name])]


def find_harm(scenario: dict, old: dict[str, bytes], new: dict[str, bytes], at: list[int]) -> list[str]:
    """Kill one run at each of these writes, finish the work, and describe what differs from an uninterrupted run."""
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


def run_scenario(scenario: dict) -> dict:
    """Run a command to its end, then kill it at writes spread over the run."""
    source = Path(scenario["folder"])
    whole, count = source.with_name("whole"), source.with_name("count")
    shutil.rmtree(whole, ignore_errors=True)
    count.unlink(missing_ok=True)
    shutil.copytree(source, whole)
    ended = run(scenario["command"], whole, counting(count))
    writes = int(count.read_text())
    old, new = contents(source), contents(whole)
    kills = min(scenario["kills"], writes)
    faults = [] if ended == 0 and new != old else [f"the uninterrupted run ended with {ended}"]
    for number in range(kills):
        deadly = 1 + number * writes // kills
        at = [deadly, 1 + deadly * 7 % writes] if scenario["twice"] else [deadly]
        faults += find_harm(scenario, old, new, at)
    return {"writes": writes, "kills": kills, "faults": faults}


if __name__ == "__main__":
    sys.stdout.write(json.dumps([run_scenario(scenario) for scenario in json.loads(sys.argv[1])]))
