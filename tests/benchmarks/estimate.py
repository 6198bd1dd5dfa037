"""Measure how honest the estimates of ``train`` are: small samples of a large corpus, evaluated on the rest of it.

python tests/benchmarks/estimate.py CORPUS [--draws 20] [--tune]
"""

from __future__ import annotations

import argparse

import numpy as np

from classmark.corpus.errors import CorpusError
from classmark.corpus.input.labelled import labelled_abstracts
from classmark.model.evaluation.evaluate import evaluate
from classmark.model.settings import Settings
from classmark.model.training.train import train

SIZES = (300, 1_000, 3_000)
REST = 5_000
SHOWN = ("precision_at_1", "micro_f1", "macro_f1")


def main() -> None:
    """Print, per size and measure, the mean estimate, the mean true value, and how often the interval covers it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", help="corpus of more than 8,000 abstracts")
    parser.add_argument("--draws", type=int, default=20, help="samples per size")
    parser.add_argument("--tune", action="store_true", help="tune the settings of each model")
    options = parser.parse_args()
    abstracts = labelled_abstracts([options.corpus])
    print("abstracts\tmeasure\testimate\ttrue value\tcovered by the interval\tlower end at or below the true value")
    for size in SIZES:
        drawn = [draw(abstracts, size, seed, tune=options.tune) for seed in range(options.draws)]
        for name in SHOWN:
            estimated, low, high, true_values = np.array([measures[name] for measures in drawn if measures]).T
            inside = np.mean((low <= true_values) & (true_values <= high))
            below = np.mean(low <= true_values)
            print(
                f"{size}\t{name}\t{estimated.mean():.3f}\t{true_values.mean():.3f}\t{inside:.2f}\t{below:.2f}",
                flush=True,
            )


def draw(abstracts, size, seed, *, tune):
    """Return the estimate, the ends of its interval and the true value, by measure."""
    order = np.random.default_rng(seed).permutation(len(abstracts)).tolist()
    part, rest = [abstracts[i] for i in order[:size]], [abstracts[i] for i in order[size : size + REST]]
    try:
        classifier = train(part, None, Settings(seed=seed, jobs=1), drop_rare=2, tune=tune)
    except CorpusError:
        return None
    rest = [abstract for abstract in rest if set(abstract.codes) <= set(classifier.codes)]
    found = evaluate(classifier, rest)
    return {name: (*classifier.card.estimate[name], found.measures[name]) for name in SHOWN}


if __name__ == "__main__":
    main()
