"""Compare the speed of classmark with its peers: the same records, the same machine, the same run.

    python tests/benchmarks/speed.py TRAIN.jsonl.gz TEST.jsonl.gz --stock stock.py [--annif ANNIF] [--fasttext PYTHON]

Each figure is the median of several runs, peers and classmark in turn, and is printed as a ratio to the peer.
`stock.py` is a plain scikit-learn script: TfidfVectorizer, LinearSVC, joblib. ANNIF is the command of an installed
Annif, PYTHON an interpreter that can import fasttext. Whole processes are timed, except in bulk on one core, where
the time for loading and reading is left out for classmark as for the peers.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

RUNS = 7
OURS = [sys.executable, "-m", "classmark.cli"]

BULK = """
import sys, time
from pathlib import Path
from classmark.corpus import read_abstracts
from classmark.model import open_classifier, predict
classifier = open_classifier(Path(sys.argv[1]))
abstracts = list(read_abstracts([sys.argv[2]]))
list(predict(classifier, abstracts[:200]))
start = time.perf_counter()
for first in range(0, len(abstracts), 256):
    classifier.scorer.score(abstracts[first:first + 256])
print(len(abstracts) / (time.perf_counter() - start))
"""

FASTTEXT = """
import gzip, json, sys, tempfile, time
import fasttext
def lines(path):
    for line in gzip.open(path, "rt", encoding="utf-8"):
        record = json.loads(line)
        yield record["codes"], " ".join((record.get("title", "") + ". " + record["text"]).split()).lower()
with tempfile.NamedTemporaryFile("w", suffix=".txt") as file:
    for codes, text in lines(sys.argv[1]):
        file.write(" ".join("__label__" + code for code in codes) + " " + text + "\\n")
    file.flush()
    classifier = fasttext.train_supervised(file.name, wordNgrams=2, dim=100, epoch=1, minCount=2, loss="ova", thread=1)
texts = [text for _, text in lines(sys.argv[2])]
classifier.f.multilinePredict(texts[:200], 5, 0.0, "strict")
start = time.perf_counter()
classifier.f.multilinePredict(texts, 5, 0.0, "strict")
print(len(texts) / (time.perf_counter() - start))
"""


def timed(command: list[str], given: bytes | None = None, cwd: Path | None = None) -> tuple[float, float]:
    """Run a command; return its seconds and its peak memory in MB."""
    start = time.perf_counter()
    with tempfile.TemporaryFile() as stdin:
        stdin.write(given or b"")
        stdin.seek(0)
        process = subprocess.Popen(
            command, stdin=stdin, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=cwd, env=one_core()
        )
        _, status, usage = os.wait4(process.pid, 0)
    if status:
        raise SystemExit(f"failed: {' '.join(command)}")
    return time.perf_counter() - start, usage.ru_maxrss / 1024


def one_core() -> dict[str, str]:
    """Return the environment with numerical libraries limited to one thread."""
    return os.environ | {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}


def rate(command: list[str]) -> float:
    """Run a command, and return the records per second that it prints last."""
    out = subprocess.run(command, capture_output=True, text=True, check=True, env=one_core()).stdout
    return float(out.split()[-1])


def show(what: str, ours: list[float], theirs: list[float], *, more_is_better: bool) -> None:
    """Print a ratio of medians, its range, and the medians."""
    first, second = statistics.median(ours), statistics.median(theirs)
    ratio = first / second if more_is_better else second / first
    spread = [a / b if more_is_better else b / a for a, b in zip(ours, theirs, strict=True)]
    figures = f"{first:,.2f} against {second:,.2f}"
    print(f"{what}: {ratio:.1f} times as fast ({min(spread):.1f} to {max(spread):.1f}); {figures}", flush=True)


def main() -> None:
    """Print one line per comparison."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("train", type=Path, help="training corpus as gzipped JSON lines")
    parser.add_argument("test", type=Path, help="test corpus as gzipped JSON lines")
    parser.add_argument("--stock", type=Path, required=True, help="scikit-learn script to compare with")
    parser.add_argument("--annif", help="command of an installed Annif")
    parser.add_argument("--fasttext", help="Python interpreter that can import fasttext")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        compare(options, Path(folder))


def compare(options: argparse.Namespace, folder: Path) -> None:
    """Time training, single predictions and bulk scoring."""
    stock = [sys.executable, str(options.stock)]
    ours_file, stock_file = folder / "ours", folder / "stock.joblib"
    train = [
        [*OURS, "train", str(options.train), "-o", str(ours_file)],
        [*stock, "train", str(options.train), str(stock_file)],
    ]
    seconds = [[timed(command)[0] for command in train] for _ in range(3)]
    show(
        "training, two cores (stock: one core, no calibration)",
        *map(list, zip(*seconds, strict=True)),
        more_is_better=False,
    )
    abstract = json.loads(gzip.open(options.test, "rt", encoding="utf-8").readline())["text"].encode()
    one = [[*OURS, "predict", "--model", str(ours_file)], [*stock, "predict", str(stock_file)]]
    runs = [[timed(command, abstract) for command in one] for _ in range(RUNS)]
    show("one abstract from a pipe, stock", [a[0] for a, _ in runs], [b[0] for _, b in runs], more_is_better=False)
    memory = [statistics.median(run[i][1] for run in runs) for i in (0, 1)]
    print(f"  peak memory: {memory[0]:.0f} MB against {memory[1]:.0f} MB")
    default = [timed([*OURS, "predict"], abstract) for _ in range(RUNS)]
    print(f"  with the default model: {statistics.median(m for _, m in default):.0f} MB")
    bulk = [
        [
            rate([sys.executable, "-c", BULK, str(ours_file), str(options.test)]),
            rate([*stock, "speed", str(stock_file), str(options.test)]),
        ]
        for _ in range(RUNS)
    ]
    show("bulk scoring, one core, stock", *map(list, zip(*bulk, strict=True)), more_is_better=True)
    if options.fasttext:
        theirs = [rate([options.fasttext, "-c", FASTTEXT, str(options.train), str(options.test)]) for _ in range(3)]
        show("bulk scoring, one core, fastText", [row[0] for row in bulk[:3]], theirs, more_is_better=True)
    if options.annif:
        compare_annif(options, folder, ours_file, abstract)


def compare_annif(options: argparse.Namespace, folder: Path, ours_file: Path, abstract: bytes) -> None:
    """Time Annif with its svc backend: one vocabulary, one project, the same records."""
    codes = sorted({code for record in read_records(options.train) for code in record["codes"]})
    (folder / "projects.cfg").write_text(
        "[svc]\nname=svc\nlanguage=en\nbackend=svc\nanalyzer=snowball(english)\nvocab=codes\nngram=2\nmin_df=2\nlimit=20\n"
    )
    (folder / "codes.csv").write_text(
        "uri,label_en\n" + "".join(f"http://example.org/{code},{code}\n" for code in codes)
    )
    with (folder / "train.tsv").open("w", encoding="utf-8") as out:
        for record in read_records(options.train):
            text = " ".join(f"{record.get('title', '')}. {record['text']}".split())
            out.write(text + "\t" + " ".join(f"<http://example.org/{code}>" for code in record["codes"]) + "\n")
    timed([options.annif, "load-vocab", "codes", "codes.csv"], cwd=folder)
    theirs = [timed([options.annif, "train", "svc", "train.tsv"], cwd=folder)[0]]
    ours = [timed([*OURS, "train", str(options.train), "-o", str(folder / "again")])[0]]
    show("training, two cores, Annif svc", ours, theirs, more_is_better=False)
    runs = [
        (
            timed([*OURS, "predict", "--model", str(ours_file)], abstract)[0],
            timed([options.annif, "suggest", "svc"], abstract, cwd=folder)[0],
        )
        for _ in range(RUNS)
    ]
    show("one abstract from a pipe, Annif", [a for a, _ in runs], [b for _, b in runs], more_is_better=False)


def read_records(path: Path) -> list[dict]:
    """Read gzipped JSON lines."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


if __name__ == "__main__":
    main()
