"""Small labelled corpora beside the script that people write today, and whether estimates are honest.

    python tests/benchmarks/small.py CORPUS [CORPUS ...] [--draws 60] [--seed 0]

For each size and CORPUS, as many draws as asked: 2 to 12 codes, of each as many abstracts as the size says (in half of
the draws as many of every code), and 200 others with these codes, as they come. The script is TfidfVectorizer with
words and pairs that two abstracts have, and LinearSVC with balanced classes. A model is turned round where it gets less
than half of its own abstracts right. The estimate is that of precision at 1, where there is one.
"""

from __future__ import annotations

import argparse
import warnings
from collections import defaultdict

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.multiclass import OneVsRestClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import MultiLabelBinarizer
from sklearn.svm import LinearSVC

from classmark.corpus.input.labelled import labelled_abstracts
from classmark.model.evaluation.evaluate import evaluate
from classmark.model.settings import Settings
from classmark.model.training.train import train

SIZES = ((2, 2), (2, 5), (5, 10), (10, 30))
CODES = (2, 12)
OTHERS = 200
COLUMNS = ("abstracts per code", "script", "classmark", "turned round", "estimates", "hold the truth", "mean width")


def draw(abstracts, size, seed):
    """Return abstracts to learn from, and others with the same codes."""
    least, most = size
    rng = np.random.default_rng([*size, seed])
    having = defaultdict(list)
    for number, abstract in enumerate(abstracts):
        for code in abstract.codes:
            having[code].append(number)
    frequent = [code for code in sorted(having) if len(having[code]) >= most + 20]
    chosen = set(rng.choice(frequent, int(rng.integers(CODES[0], CODES[1] + 1)), replace=False).tolist())
    usable = {number for number, abstract in enumerate(abstracts) if set(abstract.codes) <= chosen}
    same = int(rng.integers(least, most + 1)) if seed % 2 else None
    learned = set()
    for code in sorted(chosen):
        many = same or int(rng.integers(least, most + 1))
        learned.update(rng.permutation([n for n in having[code] if n in usable - learned])[:many].tolist())
    others = rng.permutation(sorted(usable - learned))[:OTHERS].tolist()
    return [abstracts[number] for number in sorted(learned)], [abstracts[number] for number in others]


def script(learned, others):
    """Return the script's precision at 1."""
    binarizer = MultiLabelBinarizer()
    vectorizer = TfidfVectorizer(ngram_range=(1, 2), min_df=2, sublinear_tf=True)
    pipeline = make_pipeline(vectorizer, OneVsRestClassifier(LinearSVC(class_weight="balanced")))
    pipeline.fit([as_text(abstract) for abstract in learned], binarizer.fit_transform([a.codes for a in learned]))
    scores = pipeline.decision_function([as_text(abstract) for abstract in others])
    best = (scores > 0).astype(int) if scores.ndim == 1 else scores.argmax(axis=1)
    return np.mean([code in a.codes for code, a in zip(binarizer.classes_[best], others, strict=True)])


def as_text(abstract):
    return f"{abstract.title}. {abstract.text}"


def measured(learned, others):
    """Return what a draw comes to: both at precision at 1, whether turned round, and the estimate with its interval."""
    classifier = train(learned, None, Settings(jobs=1), drop_rare=True)
    others = [abstract for abstract in others if set(abstract.codes) <= set(classifier.codes)]
    own = evaluate(classifier, learned).measures["precision_at_1"]
    gold = evaluate(classifier, others).measures["precision_at_1"]
    return script(learned, others), gold, own < 0.5, classifier.card.estimate.get("precision_at_1")


def row(draws):
    scripts, truths, turned, estimates = zip(*draws, strict=True)
    given = [(estimate, gold) for estimate, gold in zip(estimates, truths, strict=True) if estimate]
    holds = np.mean([low <= gold <= high for (_, low, high), gold in given]) if given else float("nan")
    width = np.mean([high - low for (_, low, high), _ in given]) if given else float("nan")
    return f"{np.mean(scripts):.3f}\t{np.mean(truths):.3f}\t{sum(turned)}\t{len(given)}\t{holds:.2f}\t{width:.2f}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", nargs="+")
    parser.add_argument("--draws", type=int, default=60)
    parser.add_argument("--seed", type=int, default=0, help="The first draw's.")
    options = parser.parse_args()
    warnings.simplefilter("ignore")  # of the script's library, which these corpora are too small for
    print("corpus", *COLUMNS, sep="\t")
    for size in SIZES:
        for path in options.corpus:
            abstracts = labelled_abstracts([path])
            seeds = range(options.seed, options.seed + options.draws)
            draws = [measured(*draw(abstracts, size, seed)) for seed in seeds]
            print(path, "{} to {}".format(*size), row(draws), sep="\t", flush=True)


if __name__ == "__main__":
    main()
