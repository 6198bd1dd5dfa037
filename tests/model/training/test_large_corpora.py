"""Training on large corpora, of which a part is held out once."""

import numpy as np
import pytest

from classmark.corpus.abstract import Abstract
from classmark.model.evaluation import audit
from classmark.model.measures.registry import MEASURES
from classmark.model.settings import Settings
from classmark.model.training import training_set
from classmark.model.training.cross_validation import CrossValidation
from classmark.model.training.labels import label_matrix

COUNT = 240


@pytest.fixture
def large(monkeypatch):
    """Count a corpus of more than a hundred abstracts as large."""
    monkeypatch.setattr(training_set, "MEDIUM_CORPUS", 100)
    monkeypatch.setattr(audit, "MEDIUM_CORPUS", 100)


def made_up():
    rng = np.random.default_rng(3)
    words = [[f"{code * 3}{letter}" for letter in "bcdfg"] for code in "aeiou"]
    own = np.arange(COUNT) % len(words)
    texts = [" ".join(rng.choice([*words[code], "common", "words"], 12)) for code in own]
    return [Abstract(str(n), "", text, (f"C{code}",)) for n, (text, code) in enumerate(zip(texts, own, strict=True))]


def build(settings):
    abstracts = made_up()
    labels = [abstract.codes for abstract in abstracts]
    gold = label_matrix(labels, sorted(set().union(*labels)))
    groups = np.arange(COUNT) // 2
    return (
        training_set.build_training_set(
            abstracts, gold, np.zeros(COUNT, dtype=bool), groups, settings.suited_to(COUNT)
        ),
        groups,
        gold,
    )


def test_three_eighths_of_a_large_corpus_are_held_out_together(large):
    built, groups, gold = build(Settings(jobs=1))
    held_out = built.is_held_out
    assert built.folds == 1
    assert held_out.sum() == COUNT * 3 // 8
    assert not set(groups[held_out]) & set(groups[~held_out])
    values = built.decision_function(Settings(jobs=1).suited_to(COUNT))
    assert len(values) == held_out.sum()
    assert np.mean(np.asarray(gold[held_out][np.arange(len(values)), values.best])) > 0.9


def test_folds_that_are_asked_for_hold_out_each_abstract_of_a_large_corpus(large):
    built, _, _ = build(Settings(jobs=1, folds=4))
    assert built.folds == 4
    assert built.is_held_out.all()


def test_the_estimate_of_a_large_corpus_is_made_from_what_was_held_out(large):
    built, _, _ = build(Settings(jobs=1))
    scored = CrossValidation.of(
        built, ("C0", "C1", "C2", "C3", "C4"), Settings(jobs=1).suited_to(COUNT)
    ).scored_corpus()
    assert len(scored) == COUNT * 3 // 8
    assert MEASURES["precision_at_1"](scored) > 0.9


def test_an_audit_looks_at_each_abstract_of_a_large_corpus(large):
    abstracts = made_up()
    wrong = [Abstract(found.id, "", found.text, ("C0",)) if found.id in {"1", "102", "203"} else found
             for found in abstracts]  # fmt: skip
    findings = audit.audit_corpus(wrong, settings=Settings(jobs=1)).findings
    assert {"1", "102", "203"} <= {finding.abstract.id for finding in findings[:5]}
