"""Training in a stream beside training as a whole: what it costs in quality, time and memory.

    python tests/benchmarks/stream.py TRAIN.jsonl.gz DEV.jsonl.gz [--records 500000]

TRAIN is learned from as a whole and in a stream; then as many records as asked for, made from TRAIN's with their
sentences in disorder, in a stream. Each model is measured on DEV. A line a run: what, abstracts, seconds, the most
memory in MB (the resident set of the largest process), precision at 1, micro-F1, macro-F1.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bulk import disordered

from classmark.corpus.input.labelled import UnusableRecords, iter_labelled
from classmark.model.persistence.model_file import save_classifier
from classmark.model.settings import Settings
from classmark.model.streaming.train import train_streamed
from classmark.model.training.train import train

MEASURES = ("precision_at_1", "micro_f1", "macro_f1")


def main() -> None:
    """Print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("train", type=Path)
    parser.add_argument("dev", type=Path)
    parser.add_argument("--records", type=int, default=500_000)
    options = parser.parse_args()
    with gzip.open(options.train, "rt", encoding="utf-8") as lines:
        records = [json.loads(line) for line in lines]
    print("run\tabstracts\tseconds\tMB\t" + "\t".join(MEASURES))
    with tempfile.TemporaryDirectory() as folder:
        made, model = Path(folder, "made.jsonl"), Path(folder, "model")
        show("as a whole", options.train, options.dev, model)
        show("in a stream", options.train, options.dev, model)
        with made.open("w", encoding="utf-8") as file:
            file.writelines(json.dumps(record) + "\n" for record in disordered(records, options.records))
        show("in a stream, made up", made, options.dev, model)


def show(name: str, corpus: Path, dev: Path, model: Path) -> None:
    """Train in a process of its own, and print what it took and what came of it."""
    start = time.perf_counter()
    process = subprocess.Popen([sys.executable, __file__, "--learn", name, corpus, model])
    _, status, used = os.wait4(process.pid, 0)
    if status:
        sys.exit(f"{name} failed")
    seconds = time.perf_counter() - start
    evaluate = [sys.executable, "-m", "classmark.cli", "evaluate", dev, "-m", model, "--format", "json", "--quiet"]
    measures = json.loads(subprocess.run(evaluate, capture_output=True, check=True).stdout)["measures"]
    show_model = [sys.executable, "-m", "classmark.cli", "model", "show", model, "--format", "json"]
    abstracts = json.loads(subprocess.run(show_model, capture_output=True, check=True).stdout)["abstracts"]
    figures = "\t".join(f"{measures[measure]:.3f}" for measure in MEASURES)
    print(f"{name}\t{abstracts:,}\t{seconds:.0f}\t{used.ru_maxrss / 1024:.0f}\t{figures}", flush=True)


def learn(name: str, corpus: str, model: str) -> None:
    """Train, whichever way the command would choose."""
    abstracts = iter_labelled([corpus], unusable=UnusableRecords())
    settings = Settings(jobs=-1)
    whole = name == "as a whole"
    classifier = train(list(abstracts), None, settings) if whole else train_streamed(abstracts, None, settings)
    save_classifier(classifier, Path(model))


if __name__ == "__main__":
    if sys.argv[1:2] == ["--learn"]:
        learn(*sys.argv[2:])
    else:
        main()
