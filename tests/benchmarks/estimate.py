"""How honest the estimate of ``train`` is: small corpora drawn from a large one, measured on the rest of it.

Run as: python tests/benchmarks/estimate.py CORPUS [--draws 20] [--tune]
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
    """Print, for each size and measure, the mean estimate, the mean truth and how often the interval holds it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("corpus")
    parser.add_argument("--draws", type=int, default=20)
    parser.add_argument("--tune", action="store_true")
    options = parser.parse_args()
    abstracts = labelled_abstracts([options.corpus])
    print("abstracts\tmeasure\testimate\ttruth\tinside the interval\tat or below the truth")
    for size in SIZES:
        drawn = [draw(abstracts, size, seed, tune=options.tune) for seed in range(options.draws)]
        for name in SHOWN:
            estimated, low, high, gold = np.array([measures[name] for measures in drawn if measures]).T
            inside = np.mean((low <= gold) & (gold <= high))
            below = np.mean(low <= gold)
            print(f"{size}\t{name}\t{estimated.mean():.3f}\t{gold.mean():.3f}\t{inside:.2f}\t{below:.2f}", flush=True)


def draw(abstracts, size, seed, *, tune):
    """Return estimate, ends of its interval and truth by measure."""
    order = np.random.default_rng(seed).permutation(len(abstracts)).tolist()
    part, rest = [abstracts[i] for i in order[:size]], [abstracts[i] for i in order[size : size + REST]]
    try:
        classifier = train(part, None, Settings(seed=seed, jobs=1), drop_rare=True, tune=tune)
    except CorpusError:
        return None
    rest = [abstract for abstract in rest if set(abstract.codes) <= set(classifier.codes)]
    found = evaluate(classifier, rest)
    return {name: (*classifier.card.estimate[name], found.measures[name]) for name in SHOWN}


if __name__ == "__main__":
    main()
