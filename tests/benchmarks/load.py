"""Measure memory and open files of one long run, and of many runs at once.

    python tests/benchmarks/load.py soak DEV.jsonl.gz [--records 5000000] [--jobs 2]
    python tests/benchmarks/load.py many DEV.jsonl.gz [--runs 200]

``soak`` streams made-up records (DEV's, with their sentences in random order) through one run of ``predict``, and
reads the memory (proportional set size) and the open files of all its processes every second. ``many`` runs
``predict`` on single abstracts of DEV one after the other, then starts the same number of runs at once; their output
must be the same. Both use the built-in default model.
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

from bulk import memory_of, shuffled_sentences

PREDICT = [sys.executable, "-m", "classmark.cli", "predict"]
TOLERANCE = 0.05
"""Share by which the memory of the last quarter may exceed that of the second; the first includes the start."""


@dataclass(frozen=True)
class Sample:
    """Memory in MB and number of open files at one moment."""

    memory: float
    files: int


def main() -> None:
    """Run one of the two loads, and print its figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("load", choices=["soak", "many"], help="one long run, or many runs at once")
    parser.add_argument("dev", type=Path, help="corpus as gzipped JSON lines")
    parser.add_argument("--records", type=int, default=5_000_000, help="records of the long run")
    parser.add_argument("--jobs", default="2", help="processes of the long run")
    parser.add_argument("--runs", type=int, default=200, help="number of runs at once")
    options = parser.parse_args()
    with gzip.open(options.dev, "rt", encoding="utf-8") as lines:
        dev = [json.loads(line) for line in lines]
    if options.load == "soak":
        soak(dev, options.records, options.jobs)
    else:
        many(dev[: options.runs])


def soak(dev: list[dict], records: int, jobs: str) -> None:
    """Stream records through one run, and print memory and open files by quarter."""
    start = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        output = Path(folder, "out.jsonl")
        command = [*PREDICT, "-", "--input-format", "jsonl", "--jobs", jobs, "--quiet", "-o", str(output)]
        with subprocess.Popen(command, stdin=subprocess.PIPE, start_new_session=True) as process:
            with sampling(process.pid) as samples, process.stdin:
                process.stdin.writelines(map(line_of, shuffled_sentences(dev, records)))
            code = process.wait()
        with output.open("rb") as lines:
            written = sum(1 for _ in lines)
    seconds = time.perf_counter() - start
    print(f"{written:,} of {records:,} records in {seconds:,.0f} s, exit code {code}, {len(samples)} samples")
    quarters = [samples[len(samples) * n // 4 : len(samples) * (n + 1) // 4] for n in range(4)]
    print("quarter\tMB, median\tMB, maximum\topen files, maximum")
    for number, quarter in enumerate(quarters, 1):
        memory = [sample.memory for sample in quarter]
        print(f"{number}\t{median(memory):.0f}\t{max(memory):.0f}\t{max(sample.files for sample in quarter)}")
    second, last = (median(sample.memory for sample in quarters[n]) for n in (1, 3))
    is_constant = last <= second * (1 + TOLERANCE)
    grows = max(sample.files for sample in quarters[3]) > max(sample.files for sample in quarters[1])
    print(f"memory {'constant' if is_constant else 'GROWS'}, open files {'GROW' if grows else 'constant'}")


def many(dev: list[dict]) -> None:
    """Run abstracts one after the other and all at once, and print the times and whether the output is the same."""
    texts = [f"{record['title']}\n\n{record['text']}\n" for record in dev]
    start = time.perf_counter()
    one_by_one = [finish(start_run(text)) for text in texts]
    in_sequence = time.perf_counter() - start
    start, peak = time.perf_counter(), 0.0
    running = [start_run(text) for text in texts]
    while any(process.poll() is None for process in running):
        peak = max(peak, sum(map(memory_of_process, running)) / 1024)
        time.sleep(0.5)
    together = time.perf_counter() - start
    at_once = [finish(process) for process in running]
    same = "the same" if at_once == one_by_one else "DIFFERENT"
    print(f"{len(texts)} runs: {in_sequence:.1f} s one after the other, {together:.1f} s at once", end="")
    print(f" ({together / in_sequence:.2f} times), {peak:,.0f} MB at peak")
    print(f"exit codes {sorted({code for code, _ in at_once})}, output {same}")


def start_run(text: str) -> subprocess.Popen:
    """Start a run with an abstract in its pipe."""
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}
    process = subprocess.Popen(PREDICT, start_new_session=True, **pipes)
    process.stdin.write(text.encode())
    process.stdin.close()
    return process


def memory_of_process(process: subprocess.Popen) -> int:
    """Return the proportional set size of a run, in kB."""
    try:
        lines = Path(f"/proc/{process.pid}/smaps_rollup").read_text("ascii").splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
    except (OSError, StopIteration):  # the process has ended
        return 0


def finish(process: subprocess.Popen) -> tuple[int, bytes]:
    """Return a run's exit code and output."""
    with process:
        output = process.stdout.read()
    return process.returncode, output


@contextmanager
def sampling(session: int) -> Iterator[list[Sample]]:
    """Sample the processes of a session every second, into the list that is yielded."""
    samples: list[Sample] = []
    is_over = threading.Event()

    def sample() -> None:
        while not is_over.wait(1):
            samples.append(Sample(memory_of(session) / 1024, files_of(session)))

    watcher = threading.Thread(target=sample)
    watcher.start()
    try:
        yield samples
    finally:
        is_over.set()
        watcher.join()


def files_of(session: int) -> int:
    """Return the number of files that the processes of a session have open."""
    total = 0
    for entry in Path("/proc").iterdir():
        try:
            if entry.name.isdigit() and os.getsid(int(entry.name)) == session:
                total += sum(1 for _ in entry.joinpath("fd").iterdir())
        except OSError:  # the process has ended
            continue
    return total


def line_of(record: dict) -> bytes:
    """Return a record as a JSON line."""
    return (json.dumps(record) + "\n").encode()


if __name__ == "__main__":
    main()
