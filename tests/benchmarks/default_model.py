"""Measure the default model at both levels and in its languages, or a learning curve of its corpus.

python tests/benchmarks/default_model.py TIB_LCC_DEV DOAJ_DEV TIB_SUBJECTS_DEV [--curve]
"""

from __future__ import annotations

import argparse
import json
from collections import defaultdict
from pathlib import Path

import numpy as np

from classmark.corpus.fields import Fields
from classmark.corpus.input.labelled import labelled_abstracts
from classmark.corpus.input.read import read_abstracts
from classmark.corpus.scheme_csv import lcc
from classmark.model.evaluation.evaluate import evaluate
from classmark.model.persistence.model_file import open_classifier
from classmark.model.scoring.classifier import DEFAULT_FILE
from classmark.model.settings import Settings
from classmark.model.training.train import train

ROOT = Path(__file__).parents[2]
PROBES = ROOT / "tests" / "probes"
SHARES = (1 / 16, 1 / 8, 1 / 4, 1 / 2, 1)
FIELDS = {"catalogue": "codes", "catalogue, subclasses": "subclasses", "DOAJ": "codes", "German": "lcc"}


def main() -> None:
    """Print a line per corpus, or per part of the training corpus."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("catalogue", help="tib-lcc/dev.jsonl.gz")
    parser.add_argument("doaj", help="doaj/dev.jsonl.gz")
    parser.add_argument("subjects", help="tib-subjects/dev.jsonl.gz")
    parser.add_argument("--curve", action="store_true", help="train on growing parts of the shipped corpus")
    options = parser.parse_args()
    corpora = read_corpora(options)
    if not options.curve:
        print("records\tlevel\tnumber\tprecision at 1\tsuccess at 3\tmicro-F1\tmacro-F1\tunfamiliar", flush=True)
        classifier = open_classifier(DEFAULT_FILE)
        for name, abstracts in corpora.items():
            print(figures(classifier, name, abstracts), flush=True)
        return
    print("abstracts", *corpora, sep="\t", flush=True)
    for share in SHARES:
        part = part_of_corpus(share)
        classifier = train(part, lcc(), Settings(hand_picked=True, folds=2))
        found = [
            evaluate(classifier.at_level(level_of(name)), abstracts).measures["precision_at_1"]
            for name, abstracts in corpora.items()
        ]
        print(len(part), *(f"{value:.3f}" for value in found), sep="\t", flush=True)


def read_corpora(options):
    """Return the labelled abstracts to measure on, by name."""
    paths = {"catalogue": options.catalogue, "catalogue, subclasses": options.catalogue, "DOAJ": options.doaj}
    corpora = {name: labelled_abstracts([path], fields=Fields(codes=FIELDS[name])) for name, path in paths.items()}
    corpora["German"] = german(options.subjects)
    probes = sorted(PROBES.glob("*.jsonl"))
    return corpora | {f"probes: {path.stem}": labelled_abstracts([str(path)]) for path in probes}


def german(path):
    """Return the German records that have codes of the Library of Congress Classification."""
    languages = [record.codes for record in read_abstracts([path], fields=Fields(codes="language"))]
    records = read_abstracts([path], fields=Fields(codes="lcc"))
    return [record for record, own in zip(records, languages, strict=True) if own == ("de",) and record.codes]


def part_of_corpus(share):
    """Return this share of the shipped abstracts of each language, with their subclasses as codes."""
    by_language = defaultdict(list)
    for path in sorted((ROOT / "corpus" / "abstracts").rglob("*.jsonl")):
        for line in path.read_text("utf-8").splitlines():
            by_language[json.loads(line).get("language", "en")].append(line)
    ids = {
        json.loads(lines[i])["id"]
        for lines in by_language.values()
        for i in np.random.default_rng(0).permutation(len(lines))[: round(share * len(lines))].tolist()
    }
    abstracts = labelled_abstracts([str(ROOT / "corpus" / "abstracts")], fields=Fields(codes="subclasses"))
    return [abstract for abstract in abstracts if abstract.id in ids]


def level_of(name):
    """Return the level at which a corpus is measured."""
    return 2 if name.endswith("subclasses") else 1


def figures(classifier, name, abstracts):
    """Return a line of measures."""
    level = level_of(name)
    own = classifier.at_level(level)
    found = evaluate(own, abstracts)
    coverage = classifier.scorer.count(abstracts).coverage
    unfamiliar = float((coverage < classifier.scorer.min_coverage).mean())
    shown = [found.measures[each] for each in ("precision_at_1", "success_at_3", "micro_f1", "macro_f1")]
    return "\t".join([name, str(level), f"{len(abstracts):,}", *(f"{value:.3f}" for value in [*shown, unfamiliar])])


if __name__ == "__main__":
    main()
