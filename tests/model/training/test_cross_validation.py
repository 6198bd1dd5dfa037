"""Test that estimates are honest: no abstract is scored by a model that was trained on it."""

import json

import numpy as np
import pytest
from scipy.sparse import csr_matrix
from support.program import ABSTRACTS, run, write_records

from classmark.corpus.input.labelled import labelled_abstracts
from classmark.model.evaluation.evaluate import evaluate
from classmark.model.scoring.candidates import Candidates
from classmark.model.settings import Settings
from classmark.model.training.cross_validation import CrossValidation, estimate
from classmark.model.training.labels import without_rare_codes
from classmark.model.training.train import train


def card_of(path):
    return json.loads(run("model", "show", path, "--format", "json").out)


def test_random_codes_get_an_estimate_at_chance_level(records, tmp_path):
    rng = np.random.default_rng(1)
    spoilt = [record | {"codes": [str(rng.choice(["a", "b"]))]} for record in records]
    path = write_records(tmp_path / "c.jsonl", spoilt)
    assert run("train", path, "-o", tmp_path / "m").code == 0
    value, low, high = card_of(tmp_path / "m")["estimate"]["precision_at_1"]
    assert 0.25 < value < 0.75
    assert low <= value <= high


def test_near_duplicates_do_not_raise_the_estimate(records, tmp_path):
    rng = np.random.default_rng(1)
    twins = []
    for record in records:
        code = str(rng.choice(["a", "b"]))
        twin = record | {"id": f"{record['id']}b", "text": f"{record['text']} More."}
        twins += [record | {"codes": [code]}, twin | {"codes": [code]}]
    done = run("train", write_records(tmp_path / "c.jsonl", twins), "-o", tmp_path / "m")
    assert "48 near duplicates were not trained on while the abstracts they resemble were held out" in done.err
    card = card_of(tmp_path / "m")
    assert card["near_duplicates"] == 48
    assert card["estimate"]["precision_at_1"][0] < 0.8
    folds = run("evaluate", tmp_path / "c.jsonl", "--folds", "3", "--format", "json")
    assert json.loads(folds.out)["measures"]["precision_at_1"] < 0.8


def test_choosing_among_random_settings_does_not_raise_the_estimate():
    rng = np.random.default_rng(0)
    gold = np.eye(6, dtype=bool)[rng.integers(0, 6, 120)]
    decision_values = tuple(Candidates.of_dense(rng.normal(size=gold.shape)) for _ in range(100))
    cross_validation = CrossValidation(
        tuple("abcdef"), csr_matrix(gold), np.arange(120) % 5, (Settings().suited_to(120),) * 100, decision_values
    )
    flattering = cross_validation.selection_score(cross_validation.best_trial())
    honest = estimate(cross_validation)
    assert (honest["micro_f1"][0] + honest["macro_f1"][0]) / 2 < flattering - 0.02
    assert honest["precision_at_1"][0] < 0.25


def test_the_best_codes_of_each_abstract_suffice_for_an_estimate():
    rng = np.random.default_rng(0)
    gold = rng.random((300, 150)) < 0.01
    gold[np.arange(300), np.arange(300) % 150] = True
    decision_values = rng.normal(-1, 0.2, gold.shape) + gold * rng.normal(0.8, 0.3, gold.shape)

    def estimated(kept):
        values = (Candidates.of_dense(decision_values, kept),)
        fold = np.arange(300) // 2 % 3
        codes = tuple(map(str, range(150)))
        return estimate(CrossValidation(codes, csr_matrix(gold), fold, (Settings().suited_to(300),), values))

    best, everything = estimated(30), estimated(150)
    assert best["precision_at_1"] == everything["precision_at_1"]
    for name, (value, _) in everything.items():
        assert best[name][0] == pytest.approx(value, abs=0.005)


def test_thresholds_are_chosen_without_the_fold_they_are_estimated_on():
    rng = np.random.default_rng(0)
    gold = np.eye(40, dtype=bool)[rng.integers(0, 40, 400)]
    decision_values = (Candidates.of_dense(gold * 0.5 + rng.normal(size=gold.shape)),)
    cross_validation = CrossValidation(
        tuple(map(str, range(40))),
        csr_matrix(gold),
        np.arange(400) % 4,
        (Settings(precision=0.5).suited_to(400),),
        decision_values,
    )
    assert estimate(cross_validation)["micro_precision"][0] < 0.5


def test_aiming_at_a_precision_gives_uncertain_abstracts_no_codes(corpus, tmp_path, records):
    done = run("train", corpus, "-o", tmp_path / "m", "--aim", "precision=0.97")
    assert "micro precision" in done.err
    assert "share with codes" in done.err
    precision, _, _ = card_of(tmp_path / "m")["estimate"]["micro_precision"]
    assert precision > 0.85
    unsure = run("predict", "-m", tmp_path / "m", "-f", "jsonl", given="Regional change and other things")
    [record] = unsure.records
    assert (record["status"], record["codes"]) == ("uncertain", [])
    assert record["ranking"]
    plain = run("predict", "-m", tmp_path / "m", given="Regional change and other things")
    assert plain.out == ""
    assert "(intercept)" in run("explain", "-m", tmp_path / "m", given="Regional change and other things").out
    assert "uncertain: no code reached its threshold, so none is given" in plain.err


def test_an_unreachable_precision_is_reported(tmp_path):
    rng = np.random.default_rng(0)
    words = ["".join(rng.choice(list("abcdefgh"), 5)) for _ in range(30)]
    rows = [
        {"id": str(i), "text": " ".join(rng.choice(words, 10)), "codes": [str(rng.choice(["a", "b"]))]}
        for i in range(60)
    ]
    done = run("train", write_records(tmp_path / "c.jsonl", rows), "-o", tmp_path / "m", "--aim", "precision=0.99")
    assert done.code == 0
    assert "that precision is out of reach with this corpus; aim lower, or add abstracts" in done.err


@pytest.mark.parametrize(
    "aim", ["precision", "precision=", "precision=2", "precision=0", "recall=0.5", "precision=nan"]
)
def test_an_invalid_aim_is_refused(corpus, tmp_path, aim):
    done = run("train", corpus, "-o", tmp_path / "m", "--aim", aim)
    assert done.code == 2
    assert f"--aim {aim}: aim at f1, or at a precision above 0 and at most 1, such as precision=0.9" in done.err
    assert not (tmp_path / "m").exists()


def test_tuning_reports_each_trial_and_keeps_the_best_settings(corpus, tmp_path):
    done = run("train", corpus, "-o", tmp_path / "m", "--tune")
    tried = [line for line in done.err.splitlines() if "trying settings" in line]
    assert tried[0].startswith("classmark: trying settings, 1 of 10, about ")
    assert len(tried) == 10
    selection_scores = {line.rsplit(": ", 2)[1]: float(line.rsplit(" ", 1)[1]) for line in tried}
    settings = card_of(tmp_path / "m")["settings"]
    kept = "C {C:g}, title weight {title_weight:g}, piece weight {piece_weight:g}".format(**settings)
    usual = "C 1, title weight 0.3, piece weight 1.25"
    best = max(selection_scores, key=selection_scores.get)
    assert kept == (best if selection_scores[best] >= selection_scores[usual] + 0.005 else usual)
    assert f"of 10 settings, these suit the corpus: {kept}" in done.err


def test_the_estimate_is_near_the_precision_on_new_abstracts(records, tmp_path):
    abstracts = labelled_abstracts([str(ABSTRACTS / f"{code}.jsonl") for code in "JMSU"])
    part, rest = abstracts[::2], abstracts[1::2]
    part = without_rare_codes(part, None, 2).abstracts
    classifier = train(part, None, Settings(jobs=1))
    known = set(classifier.codes)
    found = evaluate(classifier, [abstract for abstract in rest if set(abstract.codes) <= known])
    value, _, _ = classifier.card.estimate["precision_at_1"]
    assert abs(value - found.measures["precision_at_1"]) < 0.06


def test_training_on_near_duplicates_alone_is_refused(tmp_path):
    words = " ".join(f"{letter}word" for letter in "abcdefghijklmnopqrstuvwxyz")
    rows = [{"id": str(i), "text": f"{words} {i}", "codes": ["a" if i % 2 else "b"]} for i in range(20)]
    done = run("train", write_records(tmp_path / "c.jsonl", rows), "-o", tmp_path / "m")
    assert done.code == 1
    assert "the abstracts are all nearly the same text, so nothing tells their codes apart" in done.err


def test_the_interval_of_a_perfect_estimate_leaves_room_for_errors():
    gold = np.eye(2, dtype=bool)[np.arange(40) % 2]
    cross_validation = CrossValidation(
        ("a", "b"),
        csr_matrix(gold),
        np.arange(40) // 2 % 5,
        (Settings().suited_to(40),),
        (Candidates.of_dense(gold * 2.0 - 1),),
    )
    value, found = estimate(cross_validation)["precision_at_1"]
    assert value == found.high == 1
    assert found.low < 0.95
