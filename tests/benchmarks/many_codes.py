"""Compare training on many codes with omikuji's label trees: whole processes on the same records in the same run.

    python tests/benchmarks/many_codes.py TRAIN.jsonl DEV.jsonl [--field bk] [--omikuji]

The codes are in the field that is named; records without any are left out on both sides. omikuji (pip install omikuji)
is trained as Annif trains Bonsai: three trees of depth 3, k = 100, not balanced; its features are words and pairs of
words in three abstracts or more, as sublinear TF-IDF. Its F1 is the best over one threshold for all codes, chosen on
the measured records themselves, which favours it. CPU seconds are those of all cores; unlike seconds, they
depend little on what else the machine does. To compare on one core, begin the command with: taskset -c 0
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

SHOWN = ("precision_at_1", "recall_at_5", "recall_at_10", "micro_f1", "macro_f1")
COST = ("train seconds", "train CPU seconds", "GB at peak", "model MB", "records a second")
OURS = [sys.executable, "-m", "classmark.cli"]
CHOSEN_THRESHOLDS = [step / 50 for step in range(1, 50)]

Labelled = tuple[list[str], list[list[str]]]


def main() -> None:
    """Print a line per program: quality, time and peak memory of training, size of the model, records a second."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("train", type=Path)
    parser.add_argument("dev", type=Path)
    parser.add_argument("--field", default="codes", help="the field with the codes")
    parser.add_argument("--omikuji", action="store_true", help="train omikuji, too")
    parser.add_argument("--only-omikuji", action="store_true", help=argparse.SUPPRESS)  # for the process of its own
    options = parser.parse_args()
    if options.only_omikuji:
        train_omikuji(options.train, options.dev)
        return
    with tempfile.TemporaryDirectory() as folder:
        train, dev = (labelled_only(path, options.field, Path(folder)) for path in (options.train, options.dev))
        print("program", *SHOWN, *COST, sep="\t", flush=True)
        show("classmark", measure_classmark(train, dev, Path(folder)))
        if options.omikuji:
            command = [sys.executable, __file__, str(train), str(dev), "--only-omikuji"]
            show("omikuji", json.loads(subprocess.check_output(command, text=True).splitlines()[-1]))


def show(program: str, figures: dict[str, float]) -> None:
    """Print the figures of a program as one line."""
    quality = [f"{figures[name]:.4f}" for name in SHOWN]
    cost = [f"{figures[name]:.1f}" for name in ("seconds", "cpu_seconds", "gigabytes", "megabytes", "speed")]
    print(program, *quality, *cost, sep="\t", flush=True)


def opened(path: Path):
    """Open a file of JSON lines, compressed or not."""
    return gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8")


def labelled_only(path: Path, field: str, folder: Path) -> Path:
    """Write the records that have codes, and return the file."""
    out = folder / path.name.removesuffix(".gz")
    with opened(path) as lines, out.open("w", encoding="utf-8") as file:
        for record in map(json.loads, lines):
            if record.get(field):
                kept = {"id": record["id"], "title": record.get("title"), "text": record.get("text")}
                file.write(json.dumps({**kept, "codes": record[field]}, ensure_ascii=False) + "\n")
    return out


def measure_classmark(train: Path, dev: Path, folder: Path) -> dict[str, float]:
    """Train, evaluate and predict with the command line, and return the figures."""
    model = folder / "classmark.model"
    start = time.perf_counter()
    subprocess.run([*OURS, "train", str(train), "-o", str(model), "--quiet"], check=True)
    seconds = time.perf_counter() - start
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    evaluate = [*OURS, "evaluate", str(dev), "-m", str(model), "--format", "json", "--quiet"]
    measures = json.loads(subprocess.check_output(evaluate))["measures"]
    predict = [*OURS, "predict", str(dev), "-m", str(model), "--format", "jsonl", "--jobs", "1", "--quiet"]
    start = time.perf_counter()
    lines = subprocess.check_output(predict, text=True).count("\n")
    speed = lines / (time.perf_counter() - start)
    cost = {"seconds": seconds, "cpu_seconds": used.ru_utime + used.ru_stime, "gigabytes": used.ru_maxrss / 1e6}
    return {**measures, **cost, "megabytes": model.stat().st_size / 1e6, "speed": speed}


def read(path: Path) -> Labelled:
    """Return the texts of a file and their codes."""
    with opened(path) as lines:
        records = [json.loads(line) for line in lines]
    return [f"{r['title'] or ''}\n{r['text'] or ''}" for r in records], [
        list(dict.fromkeys(r["codes"])) for r in records
    ]


def train_omikuji(train: Path, dev: Path) -> None:
    """Train omikuji, predict the dev records, and print the figures as JSON."""
    import omikuji  # noqa: PLC0415  # only this process needs them
    from sklearn.feature_extraction.text import TfidfVectorizer  # noqa: PLC0415

    start = time.perf_counter()
    texts, labels = read(train)
    codes = sorted({code for row in labels for code in row})
    number = {code: column for column, code in enumerate(codes)}
    vectorizer = TfidfVectorizer(sublinear_tf=True, min_df=3, ngram_range=(1, 2), dtype=np.float32)
    matrix = vectorizer.fit_transform(texts)
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder, "train.txt")
        with data.open("w") as file:
            file.write(f"{matrix.shape[0]} {matrix.shape[1]} {len(codes)}\n")
            for row, own in enumerate(labels):
                terms = " ".join(f"{column}:{value:.5g}" for column, value in entries(matrix, row))
                file.write(",".join(str(number[code]) for code in own) + " " + terms + "\n")
        parameters = omikuji.Model.default_hyper_param()
        parameters.cluster_balanced, parameters.cluster_k, parameters.max_depth = False, 100, 3
        model = omikuji.Model.train_on_data(str(data), parameters, len(os.sched_getaffinity(0)))
        seconds, cpu_seconds = time.perf_counter() - start, time.process_time()
        model.save(str(Path(folder, "model")))
        size = sum(path.stat().st_size for path in Path(folder, "model").rglob("*") if path.is_file()) / 1e6
    texts, gold = read(dev)
    start = time.perf_counter()
    unseen = vectorizer.transform(texts)
    ranked = [model.predict(entries(unseen, row), top_k=10) for row in range(unseen.shape[0])]
    speed = len(texts) / (time.perf_counter() - start)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    rankings = [[(codes[column], score) for column, score in row] for row in ranked]
    cost = {"seconds": seconds, "cpu_seconds": cpu_seconds, "gigabytes": peak, "megabytes": size, "speed": speed}
    print(json.dumps({**quality(rankings, gold, codes), **cost}))


def entries(matrix, row: int) -> list[tuple[int, float]]:
    """Return the columns and values of a row."""
    some = slice(matrix.indptr[row], matrix.indptr[row + 1])
    return list(zip(matrix.indices[some].tolist(), matrix.data[some].tolist(), strict=True))


def quality(rankings, gold: list[list[str]], codes: list[str]) -> dict[str, float]:
    """Return the measures of rankings of ten codes; F1 with the best threshold for macro-F1."""

    def recall(k: int) -> float:
        found = [
            len({code for code, _ in row[:k]} & set(own)) / len(own) for row, own in zip(rankings, gold, strict=True)
        ]
        return sum(found) / len(gold)

    first = [bool(row) and row[0][0] in own for row, own in zip(rankings, gold, strict=True)]
    best = max((f1(rankings, gold, codes, threshold) for threshold in CHOSEN_THRESHOLDS), key=lambda pair: pair[1])
    return {
        "precision_at_1": sum(first) / len(first),
        "recall_at_5": recall(5),
        "recall_at_10": recall(10),
        "micro_f1": best[0],
        "macro_f1": best[1],
    }


def f1(rankings, gold: list[list[str]], codes: list[str], threshold: float) -> tuple[float, float]:
    """Return micro-F1 and macro-F1 over all codes; an abstract with no code at the threshold gets its best one."""
    right, total = dict.fromkeys(codes, 0), dict.fromkeys(codes, 0)
    for row, own in zip(rankings, gold, strict=True):
        assigned = {code for code, score in row if score >= threshold} or {code for code, _ in row[:1]}
        for code in own:
            total[code] = total.get(code, 0) + 1
        for code in assigned:
            total[code] += 1
            right[code] += code in own
    by_code = [2 * right.get(code, 0) / count for code, count in total.items() if count]
    return 2 * sum(right.values()) / sum(total.values()), sum(by_code) / len(total)


if __name__ == "__main__":
    main()
