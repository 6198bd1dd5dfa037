"""Test the default model on abstracts in its languages, and in others; none of them is in its corpus."""

import json
from pathlib import Path

import pytest

from classmark.corpus.abstract import Abstract
from classmark.model.persistence.model_file import open_classifier
from classmark.model.prediction.predict import Status, predict
from classmark.model.scoring.classifier import DEFAULT_FILE

PROBES = Path(__file__).parents[2] / "probes"


@pytest.fixture(scope="module")
def classifier():
    return open_classifier(DEFAULT_FILE)


def predicted(classifier, path):
    records = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    texts = [Abstract(record["id"], record["title"], record["text"], ()) for record in records]
    return list(zip(records, predict(classifier, texts), strict=True))


@pytest.mark.parametrize("language", ["de", "es", "fr", "id", "it", "pt"])
def test_the_best_code_is_right_for_three_of_four_abstracts_of_each_language(classifier, language):
    found = predicted(classifier, PROBES / f"{language}.jsonl")
    assert all(prediction.status is not Status.UNFAMILIAR for _, prediction in found)
    right = [prediction.ranking[0].code in record["codes"] for record, prediction in found]
    assert sum(right) / len(right) >= 0.75


@pytest.mark.parametrize("language", ["cs", "fi", "hu", "pl", "ro", "sv", "vi", "zh"])
def test_abstracts_in_other_languages_are_unfamiliar(classifier, language):
    found = predicted(classifier, PROBES / "unknown" / f"{language}.jsonl")
    assert all(prediction.status is Status.UNFAMILIAR for _, prediction in found)


@pytest.mark.parametrize("language", ["de", "es"])
def test_finer_codes_are_in_the_classes_that_are_given_without_them(classifier, language):
    coarse, fine = (predicted(classifier.at_level(level), PROBES / f"{language}.jsonl") for level in (1, 2))
    top = classifier.scheme.top
    for (_, first), (_, second) in zip(coarse, fine, strict=True):
        assert {top(code) for code in second.codes} == set(first.codes)
