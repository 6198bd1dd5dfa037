"""Test ``classmark model show``."""

import re

import pytest
from msgspec.structs import replace
from support.program import modules_loaded_by, run, shown_at, write_records

from classmark.model.persistence.model_file import open_classifier, save_classifier


@pytest.fixture(scope="module")
def model_with_rare_codes(records, tmp_path_factory):
    folder = tmp_path_factory.mktemp("rare")
    corpus = write_records(folder / "c.jsonl", [*records, records[0] | {"codes": ["Q"]}, records[1] | {"codes": ["T"]}])
    assert run("train", corpus, "-o", folder / "m.safetensors").code == 0
    return folder / "m.safetensors"


@pytest.mark.parametrize("width", [60, 100])
def test_a_card_on_a_terminal_is_a_table_with_sizes_dates_and_rare_codes(model_with_rare_codes, width):
    lines = shown_at(width, "model", "show", model_with_rare_codes)
    text = " ".join(" ".join(lines).split())
    assert re.search(r" size \d\.\d MB written \d{1,2} [A-Z][a-z]+ 20\d\d, \d\d:\d\d trained on 50 abstracts", text)
    assert "codes 6: J, M, Q, S, T, U rare codes 2 with fewer than 5 abstracts" in text
    assert "Not known: too few abstracts to tell how good it is: 8" in text


def test_the_estimate_on_a_card_is_a_table():
    lines = shown_at(60, "model", "show")
    assert any(re.fullmatch(r" precision at 1 +0\.\d{3}  0\.\d{3} to 0\.\d{3}", line) for line in lines)


def test_a_card_in_a_pipe_is_plain_text_without_rich(model_with_rare_codes):
    lines = dict(line.split("\t") for line in run("model", "show", model_with_rare_codes).lines)
    assert (lines["rare_codes"], lines["codes"]) == ("2", "J;M;Q;S;T;U")
    assert lines["size"] == str(model_with_rare_codes.stat().st_size)
    assert "rich" not in modules_loaded_by("model", "show", str(model_with_rare_codes))


def test_a_card_does_not_guess_the_rare_codes_of_an_older_model(model, tmp_path):
    classifier = open_classifier(model)
    save_classifier(replace(classifier, card=replace(classifier.card, rare_codes=None)), tmp_path / "older")
    assert "rare_codes" not in run("model", "show", tmp_path / "older").out
    assert '"rare_codes": null' in run("model", "show", tmp_path / "older", "--format", "json").out
