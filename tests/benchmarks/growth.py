"""Measure how the cost of a prediction grows: with the records, their length, and the codes and features of the model.

    python tests/benchmarks/growth.py TRAIN.jsonl.gz TEST.jsonl.gz [--plot growth.svg]

One quantity is doubled several times, the others stay. The time is that of one process on one core without its start,
the best of several runs. Printed are the seconds for each size, and the slope of their logarithms: 1 is proportional.
Codes are made by splitting those of the corpus at random; features are bounded by leaving out texts of the training.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np

from classmark.cli.formats import OutputFormat
from classmark.cli.views.predictions import render_batch
from classmark.corpus.abstract import Abstract
from classmark.corpus.input.read import find_input
from classmark.model import Classifier, open_classifier, save_classifier, train
from classmark.model.prediction.predict import predict_columns

RUNS = 3
RECORDS, TRAINED = 4_000, 3_000


def main() -> None:
    """Print a table per quantity."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("train", type=Path, help="training corpus as gzipped JSON lines")
    parser.add_argument("test", type=Path, help="test corpus as gzipped JSON lines")
    parser.add_argument("--plot", type=Path, help="SVG file to write")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        print("quantity\tsize\tseconds")
        found = {name: list(shown(name, points)) for name, points in growths(options, Path(folder))}
    if options.plot:
        plot(found, options.plot)


def shown(name: str, points: Iterator[tuple[int, float]]) -> Iterator[tuple[int, float]]:
    """Print each time of a quantity, and at last the slope; yield them, too."""
    found = []
    for size, seconds in points:
        print(f"{name}\t{size}\t{seconds:.3f}", flush=True)
        found.append((size, seconds))
    print(f"{name}\tslope\t{slope(found):.2f}", flush=True)
    yield from found


def growths(options: argparse.Namespace, folder: Path) -> Iterator[tuple[str, Iterator[tuple[int, float]]]]:
    """Yield each quantity with its sizes and times."""
    corpus, test = read(options.train)[:TRAINED], read(options.test)[:RECORDS]
    usual = trained(corpus, folder, 1)
    yield (
        "records",
        ((len(some), best(usual, some, folder)) for some in (test[: len(test) >> i] for i in (4, 3, 2, 1, 0))),
    )
    longer = (
        (times, [record | {"text": " ".join([record["text"]] * times)} for record in test[:500]])
        for times in (1, 2, 4, 8, 16)
    )
    yield "length", ((times, best(usual, some, folder)) for times, some in longer)
    by_codes = (trained(corpus[: TRAINED // 2], folder, parts) for parts in (1, 2, 4, 8))
    yield "codes", ((len(model.codes), best(model, test[:2_000], folder)) for model in by_codes)
    by_features = (trained(corpus[: len(corpus) >> i], folder, 1) for i in (3, 2, 1, 0))
    yield "features", ((features(model), best(model, test[:2_000], folder)) for model in by_features)


def read(path: Path) -> list[dict]:
    """Read gzipped JSON lines."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def trained(corpus: list[dict], folder: Path, parts: int) -> Classifier:
    """Return a model, saved and opened again, whose corpus has each code split into parts."""
    rng = random.Random(0)
    abstracts = [
        Abstract(
            str(i),
            record.get("title", ""),
            record["text"],
            tuple(f"{code}.{rng.randrange(parts)}" for code in record["codes"]),
        )
        for i, record in enumerate(corpus)
    ]
    save_classifier(train(abstracts), folder / "model")
    return open_classifier(folder / "model")


def features(model: Classifier) -> int:
    """Return the number of features of a model."""
    return sum(block.vocabulary.size for block in model.scorer.blocks.values())


def best(model: Classifier, records: list[dict], folder: Path) -> float:
    """Return the seconds to read, predict and write records as JSON lines."""
    path = folder / "records.jsonl"
    path.write_text("".join(json.dumps(record) + "\n" for record in records), encoding="utf-8")
    return min(timed(lambda: predict_file(model, path)) for _ in range(RUNS))


def predict_file(model: Classifier, path: Path) -> int:
    """Read, predict and write records; return the size of the output."""
    batches = predict_columns(model, find_input([str(path)]).records(), top=5, threshold=None, limit=None)
    return sum(len(render_batch(OutputFormat.jsonl, batch)) for batch in batches)


def timed(work: Callable[[], object]) -> float:
    """Return the seconds that work takes."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def slope(points: list[tuple[int, float]]) -> float:
    """Return the slope of a line through the logarithms of sizes and times."""
    sizes, seconds = np.log(np.array(points, dtype=float)).T
    return float(np.polyfit(sizes, seconds, 1)[0])


def plot(found: dict[str, list[tuple[int, float]]], path: Path) -> None:
    """Draw the times over the sizes, each divided by the smallest, with logarithmic axes."""
    import matplotlib as mpl  # noqa: PLC0415  # only here

    mpl.use("svg")
    mpl.rcParams["svg.hashsalt"] = "growth"
    from matplotlib import pyplot as plt  # noqa: PLC0415  # only here

    figure, axes = plt.subplots(figsize=(5, 4))
    for name, points in found.items():
        sizes, seconds = np.array(points, dtype=float).T
        axes.loglog(sizes / sizes[0], seconds / seconds[0], marker="o", label=f"{name} (slope {slope(points):.2f})")
    axes.loglog([1, 16], [1, 16], color="grey", linestyle="--", label="proportional")
    axes.set_xlabel("size, the smallest is 1")
    axes.set_ylabel("time, the shortest is 1")
    axes.legend()
    figure.tight_layout()
    figure.savefig(path, metadata={"Date": None})


if __name__ == "__main__":
    main()
