"""Compare streamed training with training in memory: quality, time and memory.

    python tests/benchmarks/stream.py TRAIN.jsonl.gz DEV.jsonl.gz [--records 500000]

One model is trained on TRAIN in memory, one on TRAIN as a stream, and one as a stream on a number of records made
from TRAIN's with their sentences in random order. Each model is evaluated on DEV. Each run prints one line: its name,
abstracts, seconds, peak memory in MB (resident set of the largest process), precision at 1, micro-F1, macro-F1.
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

from bulk import shuffled_sentences

from classmark.corpus.input.labelled import UnusableRecords, iter_labelled
from classmark.model.persistence.model_file import save_classifier
from classmark.model.settings import Settings
from classmark.model.streaming.train import train_streamed
from classmark.model.training.train import train

MEASURES = ("precision_at_1", "micro_f1", "macro_f1")


def main() -> None:
    """Print one line per run."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("train", type=Path, help="training corpus as gzipped JSON lines")
    parser.add_argument("dev", type=Path, help="corpus to evaluate on")
    parser.add_argument("--records", type=int, default=500_000, help="made-up records to train on")
    options = parser.parse_args()
    with gzip.open(options.train, "rt", encoding="utf-8") as lines:
        records = [json.loads(line) for line in lines]
    print("run\tabstracts\tseconds\tMB\t" + "\t".join(MEASURES))
    with tempfile.TemporaryDirectory() as folder:
        made, model = Path(folder, "made.jsonl"), Path(folder, "model")
        show("in memory", options.train, options.dev, model)
        show("streamed", options.train, options.dev, model)
        with made.open("w", encoding="utf-8") as file:
            file.writelines(json.dumps(record) + "\n" for record in shuffled_sentences(records, options.records))
        show("streamed, made-up records", made, options.dev, model)


def show(name: str, corpus: Path, dev: Path, model: Path) -> None:
    """Train in a separate process, evaluate the model, and print one line."""
    start = time.perf_counter()
    process = subprocess.Popen([sys.executable, __file__, "--train", name, corpus, model])
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


def train_and_save(name: str, corpus: str, model: str) -> None:
    """Train in memory or streamed, and save the model."""
    abstracts = iter_labelled([corpus], unusable=UnusableRecords())
    settings = Settings(jobs=-1)
    in_memory = name == "in memory"
    classifier = train(list(abstracts), None, settings) if in_memory else train_streamed(abstracts, None, settings)
    save_classifier(classifier, Path(model))


if __name__ == "__main__":
    if sys.argv[1:2] == ["--train"]:
        train_and_save(*sys.argv[2:])
    else:
        main()
