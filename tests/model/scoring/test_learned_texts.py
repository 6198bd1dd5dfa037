"""Test that a model recognizes its training abstracts, and that evaluating on them warns."""

import csv

import numpy as np
import pytest
from msgspec.structs import replace
from support.program import run, write_records

from classmark.corpus.abstract import Abstract
from classmark.corpus.input.read import read_abstracts
from classmark.model.persistence.model_file import open_classifier, save_classifier
from classmark.model.scoring import learned_texts
from classmark.model.scoring.learned_texts import LearnedTexts
from classmark.model.streaming.train import train_streamed

ALL, SOME = "trained on these very abstracts", "trained on {} of these {} abstracts"


def warnings_of_evaluation(path, model, *args):
    done = run("evaluate", path, "--model", model, *args)
    assert done.code == 0, done.err
    return done.err


def as_csv(path, records, codes="codes"):
    with path.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(["id", "title", "text", codes])
        writer.writerows([one["id"], one["title"], one["text"], ";".join(one["codes"])] for one in records)
    return path


def test_a_part_of_the_training_corpus_is_recognised_in_any_order(tmp_path, model, records):
    path = write_records(tmp_path / "part.jsonl", records[20:5:-1])
    assert ALL in warnings_of_evaluation(path, model)


def test_the_number_of_learned_abstracts_is_reported(tmp_path, model, records):
    fresh = [
        record | {"text": f"Quite another text {number}", "title": "x"} for number, record in enumerate(records[:6])
    ]
    path = write_records(tmp_path / "mixed.jsonl", [*records[:18], *fresh])
    assert SOME.format(18, 24) in warnings_of_evaluation(path, model)
    assert "trained on" not in warnings_of_evaluation(write_records(tmp_path / "fresh.jsonl", fresh), model)


def test_learned_abstracts_are_recognised_with_another_codes_field(tmp_path, model, records):
    assert ALL in warnings_of_evaluation(as_csv(tmp_path / "c.csv", records, "class"), model, "--codes-field", "class")


@pytest.mark.parametrize("name", ["c.csv", "c.tsv", "c.ris", "c.bib", "c.marcxml", "annif.tsv"])
def test_learned_abstracts_are_recognised_in_another_format(tmp_path, corpus, model, name):
    to = ["--to", "annif"] if "annif" in name else []
    assert run("corpus", "convert", corpus, tmp_path / name, *to).code == 0
    assert open_classifier(model).learned.count(list(read_abstracts([str(tmp_path / name)]))) == 48


def test_learned_abstracts_are_recognised_with_other_codes(tmp_path, model, records):
    path = write_records(tmp_path / "c.jsonl", [record | {"codes": ["U"]} for record in records])
    assert ALL in warnings_of_evaluation(path, model)


def test_dropped_rare_codes_are_reported_and_learned_abstracts_recognized(tmp_path, records):
    odd = [records[0] | {"codes": ["odd"], "text": "Nothing like it."}, records[1] | {"codes": ["J", "rare"]}]
    path = write_records(tmp_path / "c.jsonl", [*records[2:], *odd])
    for command in (["train", "-o", tmp_path / "m"], ["corpus", "audit"]):
        done = run(*command, path, "--drop-rare", "2", "-j", "1")
        assert (
            "left out: 2 codes with fewer than 2 abstracts (odd, rare); 1 abstract with no other code is, too"
            in done.err
        )
    assert SOME.format(47, 48) in warnings_of_evaluation(path, tmp_path / "m")


def test_the_compared_model_is_checked_for_learned_abstracts(tmp_path, corpus, model, records):
    fresh = [record | {"text": f"{record['text']} Or so.", "title": ""} for record in records]
    assert run("train", write_records(tmp_path / "c.jsonl", fresh), "-o", tmp_path / "m", "-j", "1").code == 0
    done = run("evaluate", corpus, "--model", tmp_path / "m", "--compare", model)
    assert f"{model.name} was {ALL}" in done.err


def test_a_learning_curve_on_its_own_training_corpus_warns(corpus):
    assert f"the largest model of the curve was {ALL}" in run("evaluate", corpus, "--curve", corpus, "-j", "1").err


def test_streamed_training_records_learned_abstracts_and_dropped_codes(tmp_path, records):
    abstracts = [Abstract(one["id"], one["title"], one["text"], tuple(one["codes"])) for one in records] * 2
    odd = Abstract("x", "", "Nothing like it.", ("odd", "rare"))
    dropped = []
    classifier = train_streamed([*abstracts, odd], drop_rare=2, on_rare_codes=lambda *rare: dropped.append(rare))
    assert dropped == [(("odd", "rare"), 1)]
    save_classifier(classifier, tmp_path / "m")
    assert open_classifier(tmp_path / "m").learned.count(abstracts[:10]) == 10


def test_learned_abstracts_are_estimated_from_a_sample_of_a_large_corpus(monkeypatch):
    monkeypatch.setattr(learned_texts, "MOST", 500)
    texts = [
        Abstract(str(number), "", f"Text {number} on soil and wheat, longer than others may be")
        for number in range(9_000)
    ]
    learned = LearnedTexts()
    for start in range(0, 6_000, 1_000):
        learned.add(texts[start : start + 1_000])
    assert len(learned.hashes) == 500
    assert learned.count(texts[4_000:8_000]) == pytest.approx(2_000, rel=0.2)
    assert learned.count(texts[6_000:]) == 0


def test_models_without_hashes_recognise_their_corpus_by_its_digest(tmp_path, corpus, model):
    classifier = open_classifier(model)
    save_classifier(replace(classifier, learned=LearnedTexts()), tmp_path / "old")
    assert ALL in warnings_of_evaluation(corpus, tmp_path / "old")


def test_learned_texts_are_recognised_without_or_with_their_titles():
    learned = LearnedTexts()
    text = "Wheat and soil in field trials on forty farms, with yields of crops."
    learned.add([Abstract("1", "Soils", text), Abstract("2", "Editorial", "")])
    same = [("", text), ("", f"SOILS: {text}"), ("Of soils", text.replace(" ", "\n"))]
    assert [learned.count([Abstract("a", *parts)]) for parts in same] == [1, 1, 1]
    assert learned.count([Abstract("d", "Soils", "")]) == 0
    assert learned.hashes.dtype == np.uint64
    assert learned.count([]) == 0
