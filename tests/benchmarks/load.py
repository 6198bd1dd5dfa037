"""Load: one long run at constant memory and file handles, and many runs at once.

    python tests/benchmarks/load.py soak DEV.jsonl.gz [--records 5000000] [--jobs 2]
    python tests/benchmarks/load.py many DEV.jsonl.gz [--runs 200]

``soak`` streams made-up records (DEV's, with their sentences in disorder) through one run of ``predict``, and looks
every second at the memory (proportional set size) and the open files of all its processes. ``many`` starts so many
runs at once, each with an abstract of DEV in its pipe, and then as many one after the other; their output must be the
same. Both use the embedded default model.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from bulk import disordered, memory_of

PREDICT = [sys.executable, "-m", "classmark.cli", "predict"]
CONSTANT = 0.05
"""The last quarter may have so much more memory than the second one: the first has the start in it."""


@dataclass(frozen=True)
class Look:
    """What a run took at a moment: memory in MB, and open files."""

    memory: float
    files: int


def main() -> None:
    """Print the figures of a load."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("load", choices=["soak", "many"])
    parser.add_argument("dev", type=Path)
    parser.add_argument("--records", type=int, default=5_000_000)
    parser.add_argument("--jobs", default="2")
    parser.add_argument("--runs", type=int, default=200)
    options = parser.parse_args()
    with gzip.open(options.dev, "rt", encoding="utf-8") as lines:
        dev = [json.loads(line) for line in lines]
    if options.load == "soak":
        soak(dev, options.records, options.jobs)
    else:
        many(dev[: options.runs])


def soak(dev: list[dict], records: int, jobs: str) -> None:
    """Stream records through one run."""
    start = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        output = Path(folder, "out.jsonl")
        command = [*PREDICT, "-", "--input-format", "jsonl", "--jobs", jobs, "--quiet", "-o", str(output)]
        with subprocess.Popen(command, stdin=subprocess.PIPE, start_new_session=True) as process:
            with watching(process.pid) as looks, process.stdin:
                process.stdin.writelines(map(line_of, disordered(dev, records)))
            code = process.wait()
        with output.open("rb") as lines:
            written = sum(1 for _ in lines)
    seconds = time.perf_counter() - start
    print(f"{written:,} of {records:,} records in {seconds:,.0f} s, exit code {code}, {len(looks)} looks")
    quarters = [looks[len(looks) * n // 4 : len(looks) * (n + 1) // 4] for n in range(4)]
    print("quarter\tMB, median\tMB, most\topen files, most")
    for number, quarter in enumerate(quarters, 1):
        memory = [look.memory for look in quarter]
        print(f"{number}\t{median(memory):.0f}\t{max(memory):.0f}\t{max(look.files for look in quarter)}")
    second, last = (median(look.memory for look in quarters[n]) for n in (1, 3))
    is_constant = last <= second * (1 + CONSTANT)
    grows = max(look.files for look in quarters[3]) > max(look.files for look in quarters[1])
    print(f"memory {'constant' if is_constant else 'GROWS'}, open files {'GROW' if grows else 'constant'}")


def many(dev: list[dict]) -> None:
    """Start many runs at once, and as many one after the other."""
    texts = [f"{record['title']}\n\n{record['text']}\n" for record in dev]
    start = time.perf_counter()
    one_by_one = [finished(begun(text)) for text in texts]
    in_sequence = time.perf_counter() - start
    start, most = time.perf_counter(), 0.0
    running = [begun(text) for text in texts]
    while any(process.poll() is None for process in running):
        most = max(most, sum(map(share_of, running)) / 1024)
        time.sleep(0.5)
    together = time.perf_counter() - start
    at_once = [finished(process) for process in running]
    same = "the same" if at_once == one_by_one else "ANOTHER"
    print(f"{len(texts)} runs: {in_sequence:.1f} s one after the other, {together:.1f} s at once", end="")
    print(f" ({together / in_sequence:.2f} times), {most:,.0f} MB at most")
    print(f"exit codes {sorted({code for code, _ in at_once})}, output {same} as one after the other")


def begun(text: str) -> subprocess.Popen:
    """Start a run with an abstract in its pipe."""
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}
    process = subprocess.Popen(PREDICT, start_new_session=True, **pipes)
    process.stdin.write(text.encode())
    process.stdin.close()
    return process


def share_of(process: subprocess.Popen) -> int:
    """Return the proportional set size of a run, in kB."""
    try:
        lines = Path(f"/proc/{process.pid}/smaps_rollup").read_text("ascii").splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
    except (OSError, StopIteration):  # it has ended
        return 0


def finished(process: subprocess.Popen) -> tuple[int, bytes]:
    """Return a run's exit code and output."""
    with process:
        output = process.stdout.read()
    return process.returncode, output


@contextmanager
def watching(session: int) -> Iterator[list[Look]]:
    """Look at the processes of a session every second."""
    looks: list[Look] = []
    is_over = threading.Event()

    def look() -> None:
        while not is_over.wait(1):
            looks.append(Look(memory_of(session) / 1024, files_of(session)))

    watcher = threading.Thread(target=look)
    watcher.start()
    try:
        yield looks
    finally:
        is_over.set()
        watcher.join()


def files_of(session: int) -> int:
    """Return how many files the processes of a session have open."""
    total = 0
    for entry in Path("/proc").iterdir():
        try:
            if entry.name.isdigit() and os.getsid(int(entry.name)) == session:
                total += sum(1 for _ in entry.joinpath("fd").iterdir())
        except OSError:  # it has ended
            continue
    return total


def line_of(record: dict) -> bytes:
    """Return a record as a line."""
    return (json.dumps(record) + "\n").encode()


if __name__ == "__main__":
    main()
