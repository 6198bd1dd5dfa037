"""Training, predicting and evaluating with more codes than are fitted on all abstracts."""

import json

import numpy as np
import pytest
from support.faulty import ALWAYS_IN_PARALLEL, finished
from support.program import run, write_records

from classmark.corpus.abstract import Abstract
from classmark.model.evaluation.evaluate import evaluate
from classmark.model.scoring.candidates import Candidates
from classmark.model.settings import FEW_CODES, Settings
from classmark.model.training.labels import label_matrix
from classmark.model.training.train import train
from classmark.model.training.training_set import build_training_set

CODES = FEW_CODES + 22
LETTERS = "abcdefghijklmnopqrstuvwxyz"


def word_of(code):
    """Return the beginning of the words of a code, which no other code has."""
    return LETTERS[code // 26] * 2 + LETTERS[code % 26] * 2


def made_up(count, seed):
    """Return records of one or two codes each, whose words are those of their codes and common ones."""
    rng = np.random.default_rng(seed)
    records = []
    for number in range(count):
        own = sorted({number % CODES, *rng.integers(0, CODES, rng.integers(0, 2)).tolist()})
        words = [f"{word_of(code)}{LETTERS[rng.integers(8)]}" for code in own for _ in range(6)]
        words += [f"common{LETTERS[rng.integers(26)]}" for _ in range(8)]
        rng.shuffle(words)
        records.append({"id": str(number), "text": " ".join(words), "codes": [f"C{code}" for code in own]})
    return records


def abstracts_of(records):
    return [Abstract(record["id"], "", record["text"], tuple(record["codes"])) for record in records]


@pytest.fixture(scope="module")
def many_codes():
    return abstracts_of(made_up(900, seed=1)), abstracts_of(made_up(300, seed=2))


def test_many_codes_are_found_and_the_estimate_holds(many_codes):
    abstracts, unseen = many_codes
    classifier = train(abstracts, settings=Settings(jobs=1))
    found = evaluate(classifier, unseen)
    assert len(classifier.codes) == CODES
    assert classifier.card.settings["folds"] == 3
    assert found.measures["precision_at_1"] > 0.9
    assert found.measures["macro_f1"] > 0.8


def test_held_out_abstracts_have_the_values_of_a_fit_without_them(many_codes):
    abstracts, _ = many_codes
    labels = [abstract.codes for abstract in abstracts]
    gold = label_matrix(labels, sorted({code for codes in labels for code in codes}))
    settings = Settings(jobs=1).suited_to(len(abstracts))
    training_set = build_training_set(abstracts, gold, np.zeros(900, dtype=bool), np.arange(900), settings)
    values = training_set.decision_function(settings)
    assert isinstance(values, Candidates)
    assert len(values) == 900
    assert np.mean(np.asarray(gold[np.arange(900), values.best])) > 0.85
    in_wrong_order = values.take(np.roll(np.arange(900), 1))
    assert np.mean(np.asarray(gold[np.arange(900), in_wrong_order.best])) < 0.1


def test_the_command_gives_the_same_model_in_one_process_and_in_several(tmp_path):
    corpus = write_records(tmp_path / "many.jsonl", made_up(450, seed=3))
    assert run("train", corpus, "-o", tmp_path / "one", "--jobs", 1).code == 0
    several = finished("train", corpus, "-o", tmp_path / "several", "--jobs", 2, program=ALWAYS_IN_PARALLEL)
    assert several.returncode == 0
    assert (tmp_path / "one").read_bytes() == (tmp_path / "several").read_bytes()
    unseen = made_up(3, seed=4)
    predicted = run("predict", write_records(tmp_path / "new.jsonl", unseen), "-m", tmp_path / "one", "-fjsonl")
    assert [json.loads(line)["ranking"][0]["code"] in record["codes"]
            for line, record in zip(predicted.lines, unseen, strict=True)] == [True] * 3  # fmt: skip
