"""Compare whole processes in one run: formats, one process and two, a folder, a cluster, and the start of the program.

    python tests/benchmarks/ratios.py TRAIN.jsonl.gz TEST.jsonl.gz --stock stock.py [--records 120000] [--cluster]

Commands that are compared run in turn, several times; printed are the ratio of their median times, and the seconds and
peak memory (of the largest process) of each. Records are TEST's, repeated with their sentences in random order, as JSON
lines, and converted into other formats. Models are trained on TRAIN: classmark's, and that of `stock.py`, a plain
scikit-learn script. Compile the project's modules before (`python -m compileall`), as an installed program is compiled.
"""

from __future__ import annotations

import argparse
import gzip
import json
import shlex
import statistics
import subprocess
import sys
import tempfile
from contextlib import ExitStack
from itertools import islice
from pathlib import Path

from bulk import cluster, shuffled_sentences
from speed import timed

OURS = [sys.executable, "-m", "classmark.cli"]
FORMATS = {"JSON lines": "jsonl", "CSV": "csv", "MARC": "mrc", "RIS": "ris"}
STARTS = 15
Commands = tuple[list[str], list[str]]


def main() -> None:
    """Print one line per pair of commands."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("train", type=Path, help="training corpus as gzipped JSON lines")
    parser.add_argument("test", type=Path, help="corpus to label as gzipped JSON lines")
    parser.add_argument("--stock", type=Path, required=True, help="scikit-learn script to compare with")
    parser.add_argument("--records", type=int, default=120_000, help="records in a file; stock gets half of them")
    parser.add_argument("--files", type=int, default=50_000, help="files in the folder")
    parser.add_argument("--runs", type=int, default=3, help="runs of each command")
    parser.add_argument("--cluster", action="store_true", help="also measure a Dask cluster of two workers")
    options = parser.parse_args()
    print("what\tratio\tseconds\tseconds\tMB\tMB")
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        compare(options, Path(folder), stack)


def compare(options: argparse.Namespace, folder: Path, stack: ExitStack) -> None:
    """Measure each pair of commands; the ratio is the first one's time divided by the second one's."""
    abstract = write_input(options, folder)
    starts = {
        "one abstract from a pipe / import numpy": ([*OURS, "predict"], python("import numpy")),
        "--help / import typer": ([*OURS, "--help"], python("import typer")),
    }
    for what, commands in starts.items():
        show(what, commands, STARTS, abstract)
    predict = [*OURS, "predict", "--model", str(folder / "model"), "--quiet", "--format", "jsonl"]
    stock = [sys.executable, str(options.stock), "predict", str(folder / "stock"), str(folder / "half.jsonl")]
    show("stock / one process", (stock, [*predict, str(folder / "half.jsonl"), "--jobs", "1"]), options.runs)
    for name, ending in FORMATS.items():
        file = [*predict, str(folder / f"records.{ending}"), "--jobs"]
        show(f"{name}: one process / two", ([*file, "1"], [*file, "2"]), options.runs)
    two = [*predict, "--jobs", "2", str(folder / "same.jsonl")]
    show("a file / the same as a folder, two processes", (two, [*two[:-1], str(folder / "files")]), options.runs)
    if options.cluster:
        address = stack.enter_context(cluster(folder / "scheduler.json"))
        one = [*predict, str(folder / "records.jsonl")]
        on_workers = on_cluster(one, folder, address)
        show("two processes / two Dask workers", ([*one, "--jobs", "2"], on_workers), options.runs)


def on_cluster(predict: list[str], folder: Path, address: str) -> list[str]:
    """Return the command that labels the same on a cluster, into a folder that is removed before each run."""
    parts = str(folder / "parts")
    labelling = [*predict, "-o", parts, "--scheduler", address]
    return ["sh", "-c", f"rm -rf {shlex.quote(parts)} && exec {shlex.join(labelling)}"]


def write_input(options: argparse.Namespace, folder: Path) -> bytes:
    """Write models, records in each format and a folder of texts; return the text of one abstract."""
    with gzip.open(options.test, "rt", encoding="utf-8") as lines:
        test = [json.loads(line) for line in lines]
    run([*OURS, "train", str(options.train), "--output", str(folder / "model")])
    run([sys.executable, str(options.stock), "train", str(options.train), str(folder / "stock")])
    for name, count in (("records", options.records), ("half", options.records // 2), ("same", options.files)):
        with (folder / f"{name}.jsonl").open("w", encoding="utf-8") as file:
            file.writelines(json.dumps(record) + "\n" for record in shuffled_sentences(test, count))
    for ending in list(FORMATS.values())[1:]:
        run([*OURS, "corpus", "convert", str(folder / "records.jsonl"), str(folder / f"records.{ending}")])
    (folder / "files").mkdir()
    with (folder / "same.jsonl").open(encoding="utf-8") as lines:
        for number, record in enumerate(map(json.loads, islice(lines, options.files))):
            text = f"{record['title']}\n\n{record['text']}\n"
            (folder / "files" / f"{number:06}.txt").write_text(text, encoding="utf-8")
    return str(test[0]["text"]).encode()


def run(command: list[str]) -> None:
    """Run a command, which must succeed."""
    subprocess.run(command, check=True, capture_output=True)


def python(code: str) -> list[str]:
    """Return a command that runs a line of Python."""
    return [sys.executable, "-c", code]


def show(what: str, commands: Commands, runs: int, given: bytes | None = None) -> None:
    """Run two commands in turn, and print the ratio of their times, the medians and the peaks of memory."""
    measured = [[timed(command, given) for command in commands] for _ in range(runs)]
    (first, first_mb), (second, second_mb) = (
        [statistics.median(row[at][value] for row in measured) for value in (0, 1)] for at in (0, 1)
    )
    figures = f"{first / second:.2f}\t{first:.2f}\t{second:.2f}\t{first_mb:.0f}\t{second_mb:.0f}"
    print(f"{what}\t{figures}", flush=True)


if __name__ == "__main__":
    main()
