"""Test streamed training, with the memory limit lowered so that a few hundred abstracts exceed it."""

import json
import tempfile

import numpy as np
import pytest
from support.program import ABSTRACTS, run, write_records
from typer.testing import CliRunner

from classmark.cli.app import app
from classmark.corpus.abstract import Abstract
from classmark.corpus.errors import CorpusError
from classmark.corpus.input.labelled import labelled_abstracts
from classmark.corpus.scheme_csv import lcc
from classmark.model.evaluation.evaluate import evaluate
from classmark.model.persistence.model_file import open_classifier, save_classifier
from classmark.model.streaming.train import train_streamed
from classmark.model.training.train import train


def shipped(code):
    return ABSTRACTS / f"{code}.jsonl"


@pytest.fixture(scope="module")
def abstracts():
    return labelled_abstracts([str(shipped(code)) for code in "JMSU"])


@pytest.fixture(scope="module")
def streamed(abstracts):
    return train_streamed(abstracts[::2], lcc())


@pytest.fixture
def low_limit(monkeypatch, tmp_path):
    monkeypatch.setattr("classmark.model.settings.IN_MEMORY", 100)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))
    (tmp_path / "temporary").mkdir()
    return tmp_path


def cli(*args):
    return CliRunner().invoke(app, [str(arg) for arg in args])


def test_streamed_training_is_nearly_as_good_as_training_in_memory(abstracts, streamed):
    whole = train(abstracts[::2], lcc())
    there, here = (evaluate(classifier, abstracts[1::2]).measures for classifier in (whole, streamed))
    assert here["precision_at_1"] > there["precision_at_1"] - 0.03
    assert here["micro_f1"] > there["micro_f1"] - 0.05


def test_the_estimate_of_streamed_training_is_near_the_true_value(abstracts, streamed):
    value, low, high = streamed.card.estimate["precision_at_1"]
    assert low - 0.05 < evaluate(streamed, abstracts[1::2]).measures["precision_at_1"] < high + 0.05
    assert low <= value <= high


def test_the_same_stream_gives_the_same_model_file(abstracts, streamed, tmp_path):
    save_classifier(streamed, tmp_path / "one")
    save_classifier(train_streamed(iter(abstracts[::2]), lcc()), tmp_path / "two")
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()


def test_near_duplicates_do_not_raise_the_estimate_of_streamed_training(abstracts):
    rng = np.random.default_rng(1)
    copies = []
    for abstract in abstracts[:400]:
        code = str(rng.choice(["a", "b"]))
        copies += [Abstract(f"{abstract.id}-{i}", "", f"{abstract.text} Copy {i}.", (code,)) for i in range(3)]
    classifier = train_streamed(copies)
    assert classifier.card.estimate["precision_at_1"][0] < 0.75


def test_streamed_training_on_identical_texts_is_refused():
    same = [Abstract(str(i), "", "the very same words for all of them", ("ab"[i % 2],)) for i in range(200)]
    with pytest.raises(CorpusError, match="all nearly the same text"):
        train_streamed(same)


def test_train_streams_a_corpus_above_the_memory_limit(low_limit):
    done = cli("train", shipped("J"), shipped("U"), "-o", low_limit / "m", "--scheme", "lcc")
    assert done.exit_code == 0, done.stderr
    assert "more than 100 abstracts: they are written to disk and trained on one after the other" in done.stderr
    assert "expect on new abstracts like these" in done.stderr
    predicted = run("predict", "-m", low_limit / "m", given="Soldiers of the army went to war; the navy stayed.")
    assert predicted.lines[0].startswith("U\tMilitary Science\t")
    assert list((low_limit / "temporary").iterdir()) == []


def test_streamed_training_skips_and_counts_unusable_records(low_limit):
    records = [json.loads(line) for code in "JU" for line in shipped(code).read_text("utf-8").splitlines()]
    records[7]["codes"] = []
    path = write_records(low_limit / "c.jsonl", records)
    done = cli("train", path, "-o", low_limit / "m", "--scheme", "lcc")
    assert done.exit_code == 0, done.stderr
    assert f"1 record was passed over, the first: {path}:8: the abstract has no codes" in done.stderr


def test_streamed_training_reports_a_code_outside_the_scheme_with_its_line(low_limit):
    records = [json.loads(line) for code in "JU" for line in shipped(code).read_text("utf-8").splitlines()]
    records[150]["codes"] = ["?"]
    path = write_records(low_limit / "c.jsonl", records)
    done = cli("train", path, "-o", low_limit / "m", "--scheme", "lcc")
    assert done.exit_code == 1
    assert f"{path}:151: the code '?' fits nowhere in the scheme" in done.stderr
    assert not (low_limit / "m").exists()
    assert list((low_limit / "temporary").iterdir()) == []


def test_streamed_training_learns_or_drops_rare_codes(abstracts):
    odd = [*abstracts[:300], Abstract("odd", "", "an abstract of its own kind", ("only",))]
    messages = []
    assert "only" in train_streamed(odd, on_message=messages.append).codes
    assert "fewer than 5 abstracts: how well" in messages[0]
    assert "only" not in train_streamed(odd, drop_rare=2).codes


def test_streamed_training_counts_the_abstracts_left_out_with_rare_codes(abstracts):
    odd = [Abstract(str(i), "", f"an abstract of its own kind, number {i}", ("rare",)) for i in range(3)]
    dropped = []
    train_streamed([*abstracts[:300], *odd], drop_rare=4, on_rare_codes=lambda *rare: dropped.append(rare))
    [(codes, left_out)] = dropped
    assert "rare" in codes
    assert left_out >= 3


@pytest.mark.parametrize("option", [("--tune",), ("--scheduler", "tcp://127.0.0.1:1")])
def test_options_that_need_the_corpus_in_memory_are_refused(low_limit, option):
    done = cli("train", shipped("J"), shipped("U"), "-o", low_limit / "m", *option)
    assert done.exit_code == 2
    assert f"{option[0]} is for up to 100 abstracts" in done.stderr


def test_streamed_training_uses_scope_notes(abstracts, tmp_path):
    save_classifier(train_streamed(abstracts[:300], lcc()), tmp_path / "m")
    opened = open_classifier(tmp_path / "m")
    assert len(opened.codes) == 20
    assert opened.card.scope_notes > 200


def test_more_codes_than_a_stream_allows_are_refused():
    texts = (Abstract(str(i), "", f"own{i} words{i // 2} here{i % 100} are", (str(i // 2),)) for i in range(12_002))
    with pytest.raises(CorpusError, match=r"6,001 codes are too many .* of which at most 6,000 can be trained"):
        train_streamed(texts)
