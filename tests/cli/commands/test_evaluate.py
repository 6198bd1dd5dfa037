"""Test ``classmark evaluate``: measures, cross-validation, learning curves and comparisons."""

import json

import numpy as np
import pytest
from sklearn.metrics import f1_score
from support.program import run, write_records

from classmark.corpus.abstract import Abstract
from classmark.model.evaluation.by_folds import evaluate_by_folds
from classmark.model.settings import Settings


def figures(*args, fresh=False):
    done = run("evaluate", *args, "--format", "json", fresh=fresh)
    assert done.code == 0, done.err
    return json.loads(done.out)


def test_measures_agree_with_the_predictions_and_scikit_learn(corpus, model, records):
    result = figures(corpus, "--model", model)
    predicted = run("predict", corpus, "--model", model, "--format", "jsonl").records
    codes = sorted({code for record in records for code in record["codes"]})
    gold, guess = (
        np.array([[code in record["codes"] for code in codes] for record in rows]) for rows in (records, predicted)
    )
    assert result["documents"] == len(records)
    assert result["measures"]["micro_f1"] == pytest.approx(f1_score(gold, guess, average="micro"))
    assert result["measures"]["macro_f1"] == pytest.approx(f1_score(gold, guess, average="macro"))
    assert result["measures"]["subset_accuracy"] == pytest.approx((gold == guess).all(axis=1).mean())
    assert {code: row["support"] for code, row in result["codes"].items()} == dict(
        zip(codes, gold.sum(axis=0).tolist(), strict=True)
    )
    assert set(result["codes"]["U"]) == {"precision", "recall", "f1", "f1_interval", "support", "threshold"}


@pytest.mark.parametrize("args", [["--assign", "2"], ["--assign", "2", "--threshold", "0.4"]])
def test_measures_with_assign_are_those_of_the_predictions_with_assign(corpus, model, records, args):
    result = figures(corpus, "--model", model, *args)
    predicted = run("predict", corpus, "--model", model, "--format", "jsonl", *args).records
    assert all(len(record["codes"]) <= 2 for record in predicted)
    codes = sorted({code for record in records for code in record["codes"]})
    gold, guess = (
        np.array([[code in record["codes"] for code in codes] for record in rows]) for rows in (records, predicted)
    )
    assert result["measures"]["micro_f1"] == pytest.approx(f1_score(gold, guess, average="micro"))


def test_evaluating_on_the_training_corpus_warns(corpus, model):
    assert "the model was trained on these very abstracts" in run("evaluate", corpus, "--model", model).err


def test_cross_validation_scores_no_better_than_the_training_corpus(corpus, model):
    seen, unseen = figures(corpus, "--model", model), figures(corpus, "--folds", "4")
    assert unseen["documents"] == 48
    assert 0.5 < unseen["measures"]["precision_at_1"] <= seen["measures"]["precision_at_1"]


def test_the_same_seed_gives_the_same_folds(corpus):
    assert figures(corpus, "--folds", "3") == figures(corpus, "--folds", "3", fresh=True)


def test_a_learning_curve_rises_with_abstracts_and_scope_notes(corpus, tmp_path, records):
    notes = tmp_path / "notes.csv"
    notes.write_text(
        "code,name,scope\nJ,Politics,parties; elections; states\nM,Music,melody; singing; composers\n"
        "S,Farming,soil; wheat; cattle\nU,War,armies; soldiers; insurgents\n",
        encoding="utf-8",
    )
    large = write_records(tmp_path / "large.jsonl", [record for record in records for _ in range(4)])
    result = figures(corpus, "--curve", large, "--scheme", notes)
    sizes = [(point["abstracts"], point["scope_notes"]) for point in result["curve"]]
    assert sizes == [(0, 4), (100, 4), (192, 4), (100, 0), (192, 0)]
    precision = [point["measures"]["precision_at_1"] for point in result["curve"]]
    assert 0.25 < precision[0] < precision[2]
    lines = run("evaluate", corpus, "--curve", large).lines
    assert lines[0].split("\t") == ["abstracts", "scope_notes", "precision_at_1", "micro_f1", "macro_f1"]
    assert len(lines) == 3


def test_text_output_has_one_line_per_measure_and_per_code(corpus, model):
    done = run("evaluate", corpus, "--model", model)
    measures, codes, confusions = ([line.split("\t") for line in part.splitlines()] for part in done.out.split("\n\n"))
    assert measures[0] == ["measure", "value", "low", "high"]
    assert measures[1][0] == "precision_at_1"
    assert float(measures[1][2]) <= float(measures[1][1]) <= float(measures[1][3])
    assert codes[0][:3] == ["code", "name", "support"]
    assert [row[0] for row in codes[1:]] == ["J", "M", "S", "U"]
    assert confusions[0] == ["given", "assigned", "abstracts", "examples"]


def test_codes_unknown_to_the_model_count_as_not_found(tmp_path, records):
    own = write_records(tmp_path / "own.jsonl", records)
    assert run("train", own, "-o", tmp_path / "m").code == 0
    changed = [record | {"codes": ["new"]} for record in records[:5]] + records[5:]
    other = write_records(tmp_path / "other.jsonl", changed)
    done = run("evaluate", other, "--model", tmp_path / "m", "--format", "json")
    assert "the model does not know the codes new" in done.err
    row = json.loads(done.out)["codes"]["new"]
    assert (row["precision"], row["recall"], row["f1"], row["support"], row["threshold"]) == (0, 0, 0, 5, None)


def test_a_code_outside_the_scheme_of_the_model_is_an_error(tmp_path, model):
    path = write_records(tmp_path / "x.jsonl", [{"text": "war", "codes": ["U"]}, {"text": "soil", "codes": ["Y12"]}])
    done = run("evaluate", path, "--model", model)
    assert done.code == 1
    assert f"{path}:2: the code 'Y12' fits nowhere in the scheme" in done.err


@pytest.mark.parametrize(
    ("args", "code", "message"),
    [
        (["--folds", "3", "--model", "m"], 2, "leave out --model or --folds"),
        (["--folds", "3", "--threshold", "0.5"], 2, "leave out --threshold or --folds"),
        (["--folds", "3", "--assign", "2"], 2, "leave out --assign or --folds"),
        (["--scheme", "lcc"], 2, "--scheme goes with --folds or --curve"),
        (["--folds", "3", "--curve", "x"], 2, "leave out --folds or --curve"),
        (["--curve", "x", "--model", "m"], 2, "leave out --model or --curve"),
        (["--folds", "3", "--compare", "m"], 2, "leave out --compare or --folds"),
        (["--fail-if-worse"], 2, "--fail-if-worse goes with --compare"),
        (["--aim", "precision=0.9"], 2, "a model has its own thresholds; --aim goes with --folds or --curve"),
        (["--drop-rare", "2"], 2, "--drop-rare goes with --folds or --curve"),
        (["--folds", "1"], 2, "--folds"),
        (["--folds", "40"], 1, "48 abstracts are too few for 40 folds"),
    ],
)
def test_conflicting_options_are_refused(corpus, args, code, message):
    done = run("evaluate", corpus, *args)
    assert (done.code, done.out) == (code, "")
    assert message in done.err


def test_folds_work_with_drop_rare_and_aim(tmp_path, records):
    rows = [*records, records[0] | {"id": "odd", "codes": ["X"]}]
    path = write_records(tmp_path / "c.jsonl", rows)
    assert figures(path, "--folds", "3")["documents"] == 49
    assert figures(path, "--folds", "3", "--drop-rare", "2")["documents"] == 48
    aimed = figures(path, "--folds", "3", "--drop-rare", "2", "--aim", "precision=0.99")["measures"]
    assert aimed["share_with_codes"] < 1


def test_a_model_that_shares_no_code_with_the_corpus_is_refused(tmp_path, model, records):
    own = write_records(tmp_path / "own.jsonl", [record | {"codes": ["own"]} for record in records])
    done = run("evaluate", own, "--model", model)
    assert (done.code, done.out) == (1, "")
    assert "corpus and model have no code in common: the corpus has own, the model J, M, S, U" in done.err


def test_codes_without_abstracts_are_reported(tmp_path, model, records):
    path = write_records(tmp_path / "c.jsonl", [record for record in records if record["codes"] == ["U"]])
    assert (
        "no abstract here has the codes J, M, S; macro-F1 counts each of them as 0"
        in run("evaluate", path, "-m", model).err
    )


def test_confusions_name_example_abstracts(tmp_path, model, records):
    wrong = [record | {"codes": ["M"]} if record["codes"] == ["U"] else record for record in records]
    found = figures(write_records(tmp_path / "c.jsonl", wrong), "--model", model)["confusions"][0]
    assert (found["given"], found["assigned"]) == ("M", "U")
    titles = {record["title"] for record in records if record["codes"] == ["U"]}
    assert {example["title"] for example in found["examples"]} <= titles


@pytest.fixture(scope="module")
def poor(corpus, records, tmp_path_factory):
    """Return a model that was trained on shuffled codes."""
    path = tmp_path_factory.mktemp("poor") / "c.jsonl"
    turned = [record | {"codes": records[i - 9]["codes"]} for i, record in enumerate(records)]
    write_records(path, turned)
    assert run("train", path, "-o", path.with_name("poor")).code == 0
    return path.with_name("poor")


def test_fail_if_worse_exits_with_1_for_a_worse_model(corpus, model, poor):
    done = run("evaluate", corpus, "--model", poor, "--compare", model, "--fail-if-worse")
    assert done.code == 1
    assert f"the model is worse than {model}, and not by chance" in done.err
    parts = [[line.split("\t") for line in part.splitlines()] for part in done.out.split("\n\n")]
    assert parts[3][0] == ["measure", "difference", "low", "high", "verdict"]
    assert {row[0]: row[4] for row in parts[3]}["precision_at_1"] == "worse"
    assert parts[4][0] == ["id", "given", "assigned", "other", "gain"]
    assert parts[4][1][4] == "-1.0000"


def test_fail_if_worse_exits_with_0_for_a_better_model(corpus, model, poor):
    done = run("evaluate", corpus, "--model", model, "--compare", poor, "--fail-if-worse", "--format", "json")
    assert done.code == 0
    comparison = json.loads(done.out)["comparison"]
    assert comparison["is_worse"] is False
    assert comparison["differences"]["micro_f1"]["is_real"]
    assert {"id", "source", "given", "assigned", "other", "gain"} == set(comparison["changes"][0])
    assert run("evaluate", corpus, "--model", model, "--compare", model, "--fail-if-worse").code == 0


def test_models_with_different_schemes_are_refused(tmp_path, records):
    finer = [record | {"codes": [f"{code}1" for code in record["codes"]]} for record in records]
    path = write_records(tmp_path / "c.jsonl", finer)
    assert run("train", path, "-o", tmp_path / "finer").code == 0
    assert run("train", path, "-o", tmp_path / "rolled", "--scheme", "lcc").code == 0
    done = run("evaluate", path, "-m", tmp_path / "finer", "--compare", tmp_path / "rolled")
    assert (done.code, done.out) == (1, "")
    assert "the models' schemes differ: only one of them knows the code " in done.err


def test_codes_that_differ_in_a_final_null_character_are_measured_separately(tmp_path):
    """NumPy's string arrays drop trailing null characters, and would confuse such codes."""
    words = {"nul": "army war soldiers navy", "nul\0": "soil wheat farm harvest", "x" * 1_000: "music song opera choir"}
    rows = [(code, word, i) for code, text in words.items() for i, word in enumerate(text.split() * 3)]
    abstracts = [
        Abstract(f"{code} {i}", word, f"{word} {chr(97 + i) * 3} of {words[code]}", (code,)) for code, word, i in rows
    ]
    evaluation = evaluate_by_folds(abstracts, None, 2, Settings())
    assert list(evaluation.codes) == sorted(words)
    assert all(
        result.support == 12 and result.f1 > 0.5 and result.threshold > 0 for result in evaluation.codes.values()
    )
