"""Test that an abstract in words unknown to the model gets no codes."""

import csv
import io
import json

import numpy as np
import pyarrow.parquet as pq
import pytest
from support.program import SHARED, run, write_records

from classmark.corpus.abstract import Abstract
from classmark.corpus.input.read import read_abstracts
from classmark.model.persistence.model_file import open_classifier
from classmark.model.prediction.predict import Status, predict
from classmark.model.scoring.classifier import DEFAULT_FILE

FOREIGN = {
    "Polish": "Praca analizuje wpływ polityki rolnej na produkcję pszenicy w południowych regionach kraju.",
    "Finnish": "Tutkimuksessa tarkastellaan maatalouspolitiikan vaikutusta vehnän tuotantoon maan eteläosissa.",
    "Vietnamese": "Bài viết phân tích ảnh hưởng của chính sách nông nghiệp đến sản lượng lúa mì ở các vùng phía nam.",
    "Turkish": "Bu makale tarım politikasının ülkenin güney bölgelerinde buğday üretimi üzerindeki etkisini inceliyor.",
    "Russian": "В статье рассматривается влияние государственной политики на развитие сельского хозяйства.",
    "Chinese": "本文研究了中国农村土地制度改革对粮食产量的影响。通过对三百个村庄的调查,土地流转提高了农民的收入。",
    "Arabic": "تتناول هذه الدراسة أثر السياسة الزراعية في إنتاج القمح في المناطق الجنوبية من البلاد.",
    "filler": "Lorem ipsum dolor sit amet, consectetur adipiscing elit, sed do eiusmod tempor incididunt ut labore.",
    "letters": "xq zvkk wpo jrrt bnmq lkjh ztrq pqow mxnc vbbq qqwr tzzp lkkx",
    "base64": "aGVsbG8gd29ybGQ dGhpcyBpcyBhIHRlc3Q Zm9vYmFy YmF6cXV4 c29tZSBkYXRh",
}
ENGLISH = {
    "a word": "Insurgency",
    "a title": "Soil fertility of wheat fields",
    "an abstract": "We study the yields of wheat on saline soils in dry years, and show that fertilizer helps little.",
    "one odd word": "Qwrtzpl: the army and the navy in the war.",
    "composed": "The caf\u00e9 in the town, its music and its songs: a study of singers and their audience.",
    "formatting marks": "\u202eThe army\u202c and \u200fthe war at sea: \u2067navies\u2069 and their ships.",
}


@pytest.fixture(scope="module")
def default():
    return open_classifier(DEFAULT_FILE)


def status(classifier, text: str) -> Status:
    [prediction] = predict(classifier, [Abstract("x", "", text)])
    assert bool(prediction.codes) == (prediction.status != "unfamiliar")
    return prediction.status


@pytest.mark.parametrize("text", FOREIGN.values(), ids=FOREIGN)
def test_a_text_in_another_language_gets_no_code(default, text):
    assert status(default, text) == "unfamiliar"


@pytest.mark.parametrize("text", ENGLISH.values(), ids=ENGLISH)
def test_a_text_in_known_words_gets_codes_even_if_short(default, text):
    assert status(default, text) in {"ok", "uncertain"}


def test_composed_and_decomposed_letters_give_the_same_prediction(default):
    composed, decomposed = "Caf\u00e9s and na\u00efve art in K\u00f6ln", "Cafe\u0301s and nai\u0308ve art in Ko\u0308ln"
    first, second = predict(default, [Abstract("x", "", composed), Abstract("x", "", decomposed)])
    assert first == second


def test_coverage_in_a_batch_is_the_coverage_of_each_abstract_alone(default):
    texts = [*FOREIGN.values(), *ENGLISH.values()]
    alone = np.concatenate([default.scorer.decision_function([text])[1] for text in texts])
    assert np.array_equal(default.scorer.decision_function(texts * 60)[1], np.tile(alone, 60))


def test_min_coverage_is_lower_for_small_corpora_and_zero_for_scope_notes(model, default, tmp_path):
    assert 0.2 < open_classifier(model).scorer.min_coverage < default.scorer.min_coverage < 0.6
    (tmp_path / "codes.csv").write_text(
        "code,name,scope\n1,Animals,mammals; birds\n2,Plants,trees; mosses\n", encoding="utf-8"
    )
    assert run("train", "--scheme", tmp_path / "codes.csv", "-o", tmp_path / "m").code == 0
    text = "Of all that lives up there, hardly anybody had expected so many birds where nothing else would thrive."
    assert status(open_classifier(tmp_path / "m"), text) != "unfamiliar"


def test_a_model_trained_on_german_knows_german_and_not_english(tmp_path):
    texts = {"S": "Boden und Weizen auf kleinen Feldern im Süden", "U": "Heer und Krieg an der Grenze im Norden"}
    records = [{"text": f"{text}, Teil {i}", "codes": [code]} for code, text in texts.items() for i in range(10)]
    write_records(tmp_path / "c.jsonl", records)
    assert run("train", tmp_path / "c.jsonl", "-o", tmp_path / "m").code == 0
    classifier = open_classifier(tmp_path / "m")
    assert status(classifier, "Weizen und Boden im Norden") != "unfamiliar"
    assert status(classifier, "Armies at sea, and the war that nobody had wanted") == "unfamiliar"


@pytest.fixture
def two(tmp_path):
    records = [{"id": "tr", "text": FOREIGN["Turkish"]}, {"id": "en", "text": ENGLISH["an abstract"]}, {"id": "no"}]
    return write_records(tmp_path / "two.jsonl", records)


def test_every_format_shows_the_share_of_known_words(two, tmp_path):
    found = [record.get("known") for record in run("predict", two, "-f", "jsonl").records]
    assert 0 < found[0] < 0.5 < found[1] <= 1
    assert found[2] is None
    for name, delimiter in (("csv", ","), ("tsv", "\t")):
        table = csv.DictReader(io.StringIO(run("predict", two, "-f", name).out), delimiter=delimiter)
        assert [row["known"] for row in table] == [f"{found[0]:.3f}", f"{found[1]:.3f}", ""]
    run("predict", two, "-o", tmp_path / "o.parquet")
    assert [row and round(row, 3) for row in pq.read_table(tmp_path / "o.parquet")["known"].to_pylist()] == found
    shown = run("predict", two).lines[0].split("\t")
    assert shown == ["tr", "", f"unfamiliar: the model knows {found[0]:.0%} of its words"]
    assert [record.get("known") for record in run("explain", two, "-f", "jsonl").records] == found


def test_keep_leaves_an_unfamiliar_record_unchanged(two):
    first = run("predict", two, "--keep").records[0]
    assert first == json.loads(two.read_text("utf-8").splitlines()[0])


def test_evaluation_assigns_no_code_to_unfamiliar_abstracts(tmp_path):
    texts = {"S": ENGLISH["an abstract"], "U": ENGLISH["one odd word"], "H": FOREIGN["Turkish"]}
    write_records(tmp_path / "c.jsonl", [{"text": text, "codes": [code]} for code, text in texts.items()])
    done = run("evaluate", tmp_path / "c.jsonl", "--format", "json")
    assert json.loads(done.out)["measures"]["share_with_codes"] <= 2 / 3


@pytest.mark.skipif(not SHARED.exists(), reason="the benchmark data is not here")
@pytest.mark.slow
def test_few_english_and_german_records_are_unfamiliar(default):
    for name, most in (("tib-lcc", 0.001), ("doaj", 0.001), ("tib-domains", 0.01)):
        found = [each.status for each in predict(default, read_abstracts([str(SHARED / name / "dev.jsonl.gz")]))]
        assert found.count("unfamiliar") <= most * len(found)
