"""Compare classmark with a plain scikit-learn script on small corpora, and check its estimates.

    python tests/benchmarks/small.py CORPUS [CORPUS ...] [--draws 60] [--seed 0]

Each size and CORPUS gets a number of draws. A draw has 2 to 12 codes, for each code a number of abstracts within the
size (the same number for every code in half of the draws), and 200 other abstracts with these codes to evaluate on.
The script is TfidfVectorizer (words and bigrams, min_df=2) with LinearSVC (balanced classes). A model is inverted if
it gets less than half of its own training abstracts right. The estimate is that of precision at 1, if there is one.
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
COLUMNS = ("abstracts per code", "script", "classmark", "inverted", "estimates", "cover the true value", "mean width")


def draw(abstracts, size, seed):
    """Return training abstracts, and others with the same codes."""
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
    training = set()
    for code in sorted(chosen):
        count = same or int(rng.integers(least, most + 1))
        training.update(rng.permutation([n for n in having[code] if n in usable - training])[:count].tolist())
    others = rng.permutation(sorted(usable - training))[:OTHERS].tolist()
    return [abstracts[number] for number in sorted(training)], [abstracts[number] for number in others]


def script_precision(training, others):
    """Return the precision at 1 of the scikit-learn script."""
    binarizer = MultiLabelBinarizer()
    vectorizer = TfidfVectorizer(ngram_range=(1, 2), min_df=2, sublinear_tf=True)
    pipeline = make_pipeline(vectorizer, OneVsRestClassifier(LinearSVC(class_weight="balanced")))
    pipeline.fit([as_text(abstract) for abstract in training], binarizer.fit_transform([a.codes for a in training]))
    scores = pipeline.decision_function([as_text(abstract) for abstract in others])
    best = (scores > 0).astype(int) if scores.ndim == 1 else scores.argmax(axis=1)
    return np.mean([code in a.codes for code, a in zip(binarizer.classes_[best], others, strict=True)])


def as_text(abstract):
    """Return title and text as one."""
    return f"{abstract.title}. {abstract.text}"


def measure(training, others):
    """Return the precision at 1 of script and model, whether the model is inverted, and its estimate."""
    classifier = train(training, None, Settings(jobs=1), drop_rare=2)
    others = [abstract for abstract in others if set(abstract.codes) <= set(classifier.codes)]
    own = evaluate(classifier, training).measures["precision_at_1"]
    precision = evaluate(classifier, others).measures["precision_at_1"]
    return script_precision(training, others), precision, own < 0.5, classifier.card.estimate.get("precision_at_1")


def row(draws):
    """Return the mean figures of some draws as one line."""
    scripts, true_values, inverted, estimates = zip(*draws, strict=True)
    given = [(estimate, value) for estimate, value in zip(estimates, true_values, strict=True) if estimate]
    covered = np.mean([low <= value <= high for (_, low, high), value in given]) if given else float("nan")
    width = np.mean([high - low for (_, low, high), _ in given]) if given else float("nan")
    return (
        f"{np.mean(scripts):.3f}\t{np.mean(true_values):.3f}\t{sum(inverted)}\t{len(given)}\t{covered:.2f}\t{width:.2f}"
    )


def main() -> None:
    """Print one line per size and corpus."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", nargs="+", help="labelled corpora")
    parser.add_argument("--draws", type=int, default=60, help="draws per size and corpus")
    parser.add_argument("--seed", type=int, default=0, help="seed of the first draw")
    options = parser.parse_args()
    warnings.simplefilter("ignore")  # scikit-learn warns that these corpora are small
    print("corpus", *COLUMNS, sep="\t")
    for size in SIZES:
        for path in options.corpus:
            abstracts = labelled_abstracts([path])
            seeds = range(options.seed, options.seed + options.draws)
            draws = [measure(*draw(abstracts, size, seed)) for seed in seeds]
            print(path, "{} to {}".format(*size), row(draws), sep="\t", flush=True)


if __name__ == "__main__":
    main()
