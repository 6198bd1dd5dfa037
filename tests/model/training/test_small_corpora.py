"""Test training on few abstracts per code: such models beat chance, and their estimates are cautious."""

import json
import random

import pytest
from support.program import ABSTRACTS, run, write_records

from classmark.corpus.input.labelled import labelled_abstracts
from classmark.model.evaluation.evaluate import evaluate
from classmark.model.settings import SMALL_CORPUS, Settings
from classmark.model.training.train import train

CODES = ("A", "B", "G", "J", "M", "N", "Q", "R", "S", "T", "U", "V")


def drawn(codes, each, seed):
    """Return this many shipped abstracts per code, each with that code alone, and other abstracts of the same codes."""
    chance = random.Random(seed)
    some, others = [], []
    for code in chance.sample(CODES, codes):
        abstracts = [a for a in labelled_abstracts([str(ABSTRACTS / f"{code}.jsonl")]) if a.codes == (code,)]
        chance.shuffle(abstracts)
        some += abstracts[:each]
        others += abstracts[each : each + 20]
    return some, others


@pytest.mark.parametrize("each", [2, 3, 5])
@pytest.mark.parametrize("codes", [2, 3, 7, 12])
def test_a_model_of_few_abstracts_predicts_them_and_beats_chance_on_others(codes, each):
    some, others = drawn(codes, each, seed=codes * each)
    classifier = train(some, None, Settings(jobs=1))
    assert classifier.scorer.slope > 0
    assert evaluate(classifier, some).measures["precision_at_1"] == 1
    assert evaluate(classifier, others).measures["precision_at_1"] > 1.3 / codes


def test_too_few_abstracts_give_no_estimate_and_the_number_needed_is_reported(tmp_path):
    rows = [
        {"id": "1", "title": "Trench warfare", "text": "Infantry assaults on trenches failed.", "codes": ["U"]},
        {"id": "2", "title": "Convoys", "text": "Destroyers escorted convoys against submarines.", "codes": ["U"]},
        {"id": "3", "title": "Voting", "text": "Voters punish incumbents when unemployment rises.", "codes": ["J"]},
        {"id": "4", "title": "Parties", "text": "Coalition parties bargain over ministries.", "codes": ["J"]},
        {"id": "5", "title": "Sonatas", "text": "The development of the sonata modulates.", "codes": ["M"]},
        {"id": "6", "title": "Choirs", "text": "Choral singing and harmony in parish choirs.", "codes": ["M"]},
    ]
    corpus = write_records(tmp_path / "six.jsonl", rows)
    done = run("train", corpus, "-o", tmp_path / "m")
    assert (done.code, "expect on new abstracts" in done.err) == (0, False)
    assert "too few abstracts to tell how good it is: 2 per code, 10 or more would do" in done.err
    assert "estimate\tnone\n" in run("model", "show", tmp_path / "m").out
    labelled = run("predict", corpus, "-m", tmp_path / "m", "-f", "jsonl").records
    assert [record["codes"] for record in labelled] == [row["codes"] for row in rows]


def test_copies_do_not_count_towards_an_estimate(tmp_path):
    some, _ = drawn(2, 2, seed=1)
    rows = [{"id": f"{a.id}-{n}", "title": a.title, "text": a.text, "codes": a.codes} for a in some for n in range(30)]
    done = run("train", write_records(tmp_path / "c.jsonl", rows), "-o", tmp_path / "m")
    assert "too few abstracts to tell how good it is: 2 per code, 10 or more would do" in done.err


def test_texts_from_a_template_give_no_estimate(tmp_path):
    chance = random.Random(1)
    words = ["soil", "river", "novel", "atom", "bank", "school", "engine", "poem", "crop", "orbit", "tax", "kidney"]

    forms = [
        "This study looks at {0} and {1}.",
        "We gather data on {0} from {1}.",
        "The results show that {0} matters to {1}.",
        "The role of {0} in {1} is discussed.",
        "Earlier work on {0} left {1} aside.",
        "Implications for {0} policy and {1} are drawn.",
    ]

    def text(topic):
        return " ".join(form.format(chance.choice(words), topic) for form in chance.sample(forms, 3))

    rows = [
        {"id": f"{topic}{n}", "title": "", "text": text(topic), "codes": [topic[0]]}
        for topic in ("military history", "botany", "economics")
        for n in range(15)
    ]
    done = run("train", write_records(tmp_path / "c.jsonl", rows), "-o", tmp_path / "m")
    assert (done.code, "expect on new abstracts" in done.err) == (0, False)
    assert "the abstracts have most of their wording in common, as if they came out of a template" in done.err


def test_intervals_of_small_corpora_have_a_width(corpus, tmp_path):
    run("train", corpus, "-o", tmp_path / "m")
    for value, low, high in json.loads(run("model", "show", tmp_path / "m", "-f", "json").out)["estimate"].values():
        assert 0 <= low < value <= high <= 1


def test_an_evaluation_without_errors_has_an_interval(model, records, tmp_path):
    learned = write_records(tmp_path / "c.jsonl", records[:3])
    found = json.loads(run("evaluate", learned, "-m", model, "--format", "json").out)
    assert found["measures"]["precision_at_1"] == 1
    low, high = found["intervals"]["precision_at_1"]
    assert low < 0.5
    assert high == 1
    low, high = found["codes"]["J"]["f1_interval"]
    assert low < high


def test_default_settings_suit_the_corpus_size_and_given_settings_stay():
    few, many = (Settings(title_weight=0.6).suited_to(size) for size in (SMALL_CORPUS, SMALL_CORPUS + 1))
    assert (few.C, few.balance, few.title_weight) == (1.0, 1.0, 0.6)
    assert (many.C, many.balance, many.title_weight) == (0.3, 0.5, 0.6)
