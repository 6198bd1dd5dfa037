"""Measure the speed and memory of bulk prediction: one core and two, a file of records and a folder of files.

    python tests/benchmarks/bulk.py DEV.jsonl.gz [--records 1000000] [--files 50000] [--cluster]

The records are DEV's, repeated with their sentences in random order. Whole processes are timed, with the built-in
default model. Memory is the proportional set size of all processes of a run (Linux), read twice a second; the maximum
is printed. With --cluster, two Dask workers label the same records; they are started before the clock, and the memory
is the client's alone.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PREDICT = [sys.executable, "-m", "classmark.cli", "predict", "--quiet"]


def main() -> None:
    """Print one line per run: its name, seconds, records per second, memory in MB."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("dev", type=Path, help="corpus as gzipped JSON lines")
    parser.add_argument("--records", type=int, default=1_000_000, help="records in the file")
    parser.add_argument("--files", type=int, default=50_000, help="files in the folder")
    parser.add_argument("--cluster", action="store_true", help="also measure a Dask cluster of two workers")
    options = parser.parse_args()
    with gzip.open(options.dev, "rt", encoding="utf-8") as lines:
        dev = [json.loads(line) for line in lines]
    print("run\tseconds\trecords per second\tMB")
    with tempfile.TemporaryDirectory() as folder:
        records, files, out = Path(folder, "records.jsonl"), Path(folder, "files"), Path(folder, "out.jsonl")
        with records.open("w", encoding="utf-8") as file:
            file.writelines(json.dumps(record) + "\n" for record in shuffled_sentences(dev, options.records))
        files.mkdir()
        for number, record in enumerate(shuffled_sentences(dev, options.files)):
            files.joinpath(f"{number:06}.txt").write_text(f"{record['title']}\n\n{record['text']}\n", encoding="utf-8")
        for jobs in ("1", "2"):
            show(f"{options.records:,} records, --jobs {jobs}", options.records, [records, "-o", out, "--jobs", jobs])
        for jobs in ("1", "2"):
            show(f"{options.files:,} files, --jobs {jobs}", options.files, [files, "-o", out, "--jobs", jobs])
        if options.cluster:
            with cluster(Path(folder, "scheduler.json")) as address:
                parts = [records, "-o", Path(folder, "parts"), "--scheduler", address]
                show(f"{options.records:,} records, two Dask workers", options.records, parts)


def shuffled_sentences(dev: list[dict], count: int) -> Iterator[dict]:
    """Yield records made of these ones, with their sentences in random order."""
    rng = random.Random(0)
    for number in range(count):
        record = dev[number % len(dev)]
        sentences = record["text"].split(". ")
        rng.shuffle(sentences)
        yield record | {"id": str(number), "text": ". ".join(sentences)}


@contextmanager
def cluster(file: Path) -> Iterator[str]:
    """Start a scheduler and two workers, and yield the address of the scheduler."""
    dask = [sys.executable, "-m"]
    started = [subprocess.Popen([*dask, "distributed.cli.dask_scheduler", "--port", "0", "--scheduler-file", file])]
    try:
        while not (file.exists() and file.read_bytes().endswith(b"}")):
            time.sleep(0.1)
        address = json.loads(file.read_bytes())["address"]
        worker = [*dask, "distributed.cli.dask_worker", address, "--nthreads", "1", "--no-nanny"]
        started += [subprocess.Popen(worker) for _ in range(2)]
        time.sleep(5)
        yield address
    finally:
        for process in reversed(started):
            process.terminate()
            process.wait()


def show(name: str, count: int, arguments: list[object]) -> None:
    """Run ``predict``, and print its time and memory."""
    start, peak = time.perf_counter(), 0
    with subprocess.Popen([*PREDICT, *map(str, arguments)], start_new_session=True) as process:
        while process.poll() is None:
            peak = max(peak, memory_of(process.pid))
            time.sleep(0.5)
    seconds = time.perf_counter() - start
    print(f"{name}\t{seconds:.1f}\t{count / seconds:,.0f}\t{peak / 1024:.0f}", flush=True)


def memory_of(session: int) -> int:
    """Return the proportional set size of all processes of a session, in kB."""
    total = 0
    for entry in Path("/proc").iterdir():
        try:
            if entry.name.isdigit() and os.getsid(int(entry.name)) == session:
                lines = entry.joinpath("smaps_rollup").read_text("ascii").splitlines()
                total += next(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
        except (OSError, StopIteration):  # the process has ended
            continue
    return total


if __name__ == "__main__":
    main()
