"""Test ``classmark explain``, as a process on real files, and the explanations behind it."""

import json
import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from support.program import modules_loaded_by, on_a_terminal, run, write_records
from support.texts import HEAVY, MIXED, SECURITY, odd_texts

from classmark.corpus.abstract import Abstract
from classmark.corpus.errors import ModelFileError
from classmark.model.explanation.explain import explain
from classmark.model.explanation.strongest_terms import strongest_terms
from classmark.model.persistence.model_file import open_classifier
from classmark.model.scoring.classifier import DEFAULT_FILE

TITLED = {
    "id": "t",
    "title": "Armies in a regime &amp; <i>change</i>",
    "text": "The <i>war on terror</i> was long. Armies and other armed forces, the armies of M&uuml;ller among them, "
    "not naval.",
}


@pytest.fixture(scope="module", params=["default", "trained"])
def classifier(request, model):
    return open_classifier(DEFAULT_FILE if request.param == "default" else model)


@pytest.fixture
def titled(tmp_path):
    return write_records(tmp_path / "titled.jsonl", [TITLED])


def total(lines, code):
    rows = [line.split("\t") for line in lines]
    return sum(float(row[3]) for row in rows if row[0] == code)


# Contributions add up


@given(text=st.one_of(odd_texts, st.just(SECURITY)), title=odd_texts)
def test_contributions_and_intercept_add_up_to_the_decision_value(classifier, title, text):
    abstract = Abstract("x", title, text)
    [explanation] = explain(classifier, [abstract], classifier.codes)
    [decisions], _ = classifier.scorer.decision_function([abstract])
    for code in explanation.codes:
        column = classifier.codes.index(code.ranked.code)
        assert code.decision == pytest.approx(decisions[column], abs=1e-5)
        assert classifier.scorer.calibrate(np.array(code.decision)) == pytest.approx(code.ranked.score, abs=1e-4)
        assert sum(abs(term.share) for term in code.terms) == pytest.approx(1 if code.terms else 0)
        strengths = [abs(term.contribution) for term in code.terms]
        assert strengths == sorted(strengths, reverse=True)


@pytest.mark.parametrize("top", [1, 10, 1000])
def test_written_contributions_add_up_whatever_the_number_of_terms(top):
    classifier = open_classifier(DEFAULT_FILE)
    [decisions], _ = classifier.scorer.decision_function([SECURITY])
    done = run("explain", "--top", top, given=SECURITY)
    for code in ("U", "J"):
        assert total(done.lines, code) == pytest.approx(decisions[classifier.codes.index(code)], abs=1e-3)
    records = run("explain", "--top", top, "--format", "jsonl", given=SECURITY).records
    for code in records[0]["codes"]:
        contributions = [term["contribution"] for term in code["terms"]] + [code["others"]["contribution"]]
        assert sum(contributions) + code["intercept"] == pytest.approx(code["decision"], abs=1e-4)
        assert len(code["terms"]) <= top


def test_a_term_in_title_and_text_is_listed_once_with_both_contributions(titled):
    [record] = run("explain", titled, "--format", "jsonl", "--code", "U", "--top", 100).records
    terms = {term["term"].casefold(): term for term in record["codes"][0]["terms"]}
    assert set(terms["armies"]["parts"]) == {"text", "title"}
    assert terms["armies"]["contribution"] == pytest.approx(sum(terms["armies"]["parts"].values()), abs=1e-5)
    assert set(terms["war"]["parts"]) == {"text"}


# explain agrees with predict


def test_explain_covers_the_codes_that_predict_gives():
    rows = [line.split("\t") for line in run("explain", given=SECURITY).lines]
    predicted = [line.split("\t")[0] for line in run("predict", given=SECURITY).lines]
    assert list(dict.fromkeys(row[0] for row in rows)) == predicted
    assert {row[1] for row in rows[:12]} > {"insurgency", "(intercept)"}
    assert all(len(row) == 5 for row in rows)


def test_explain_gives_the_same_statuses_reasons_and_exit_code_as_predict(tmp_path, model):
    path = tmp_path / "mixed.jsonl"
    lines = [record if isinstance(record, str) else json.dumps(record) for record in MIXED]
    path.write_text("\n".join([*lines, '{"id": "g", "text": "zzyzx qwrtz"}', ""]), encoding="utf-8")
    explained, predicted = (run(command, path, "-m", model, "-f", "jsonl") for command in ("explain", "predict"))
    assert (explained.code, explained.err) == (predicted.code, predicted.err)
    for ours, theirs in zip(explained.records, predicted.records, strict=True):
        assert [code["code"] for code in ours.pop("codes")] == theirs.pop("codes")
        theirs.pop("ranking")
        assert ours == theirs
    rows = [line.split("\t") for line in run("explain", path, "-m", model).lines]
    assert {row[0] for row in rows} == {"a", f"{path}:2", "c", f"{path}:4", "e", "f", "g"}
    assert ["c", "", "", "", "", "", "empty: the abstract is empty"] in rows


def test_a_requested_code_is_explained_even_if_it_is_not_assigned():
    [record] = run("explain", "-", "--code", "M", "--code", "U", "--format", "jsonl", given=SECURITY).records
    assert [(code["code"], code["assigned"]) for code in record["codes"]] == [("U", True), ("M", False)]
    assert set(record["codes"][0]) == {
        *("code", "name", "score", "threshold", "assigned", "decision", "intercept", "terms", "others")
    }


@pytest.mark.parametrize("paths", [[], ["-"]])
def test_requested_codes_unknown_to_the_model_are_refused_by_name(model, paths):
    done = run("explain", *paths, "--code", "U", "--code", "X1", "--code", "Y", "--model", model, given="soil")
    assert (done.code, done.out) == (2, "")
    assert "the model does not know the codes X1, Y; classmark codes --model MODEL lists those it knows" in done.err


def test_explain_reports_an_unreadable_abstract_as_predict_does(tmp_path):
    (tmp_path / "e.txt").write_bytes(b"\xff")
    explained, predicted = (run(command, tmp_path / "e.txt") for command in ("explain", "predict"))
    assert (explained.code, explained.err) == (predicted.code, predicted.err) == (1, predicted.err)


# Terms are located in the abstract


def test_spans_are_offsets_into_the_record_as_read(titled):
    [record] = run("explain", titled, "--format", "jsonl", "--code", "U", "--top", 100).records
    found = {
        term["term"]: {field: [TITLED[field][start:end] for start, end in spans] for field, spans in places.items()}
        for term in record["codes"][0]["terms"]
        for places in [term["places"]]
    }
    assert found["Armies"] == {"title": ["Armies"], "text": ["Armies", "armies"]}
    assert found["regime & change"] == {"title": ["regime &amp; <i>change"]}
    assert found["war"] == {"text": ["war"]}


def test_a_bigram_is_shown_with_the_stop_words_inside_it():
    [explanation] = explain(open_classifier(DEFAULT_FILE), [Abstract("x", "", "A regime in the change.")], ["U"])
    [pair] = [term for term in explanation.codes[0].terms if "text" in term.by_block and " " in term.text]
    assert pair.text == "regime in the change"
    assert [(span.start, span.end) for span in pair.spans] == [(2, 22)]


def test_the_first_sentence_used_as_title_is_marked_in_the_text():
    abstract = Abstract("x", "", "Armies at war. Soil.")
    [explanation] = explain(open_classifier(DEFAULT_FILE), [abstract], ["U"])
    [army] = [term for term in explanation.codes[0].terms if term.text == "Armies"]
    assert set(army.by_block) == {"text", "title"}
    assert [(span.field, span.start, span.end) for span in army.spans] == [("text", 0, 6)]


def test_a_bigram_across_title_and_text_is_marked_in_both():
    [explanation] = explain(open_classifier(DEFAULT_FILE), [Abstract("x", "A regime", "Change of it")], ["U"])
    [pair] = [term for term in explanation.codes[0].terms if term.text == "regime Change"]
    assert [(span.field, span.start, span.end) for span in pair.spans] == [("title", 2, 8), ("text", 0, 6)]


def test_words_that_cannot_be_located_are_listed_without_spans():
    """A tag opens in the title and closes in the text, so the title alone has one more word than title and text."""
    abstract = Abstract("x", "Soil <army", "> wheat")
    [explanation] = explain(open_classifier(DEFAULT_FILE), [abstract], ["U"])
    places = {term.text: term.spans for term in explanation.codes[0].terms}
    assert places["army"] == ()
    assert [(span.field, span.start, span.end) for span in places["Soil"]] == [("title", 0, 4)]


# Terminal output


def test_a_terminal_shows_the_abstract_with_marked_terms_and_a_table(titled):
    code, seen = on_a_terminal("explain", titled, "--code", "U")
    assert code == 0
    assert "\x1b[1;4;32mArmies\x1b[0m" in seen
    assert re.search(r"\x1b\[[0-9;]*9[0-9;]*m", seen)  # strikethrough
    assert "decision value" in seen
    assert "█" in seen


def test_terms_are_marked_without_colour_under_no_color(titled):
    _, seen = on_a_terminal("explain", titled, "--code", "U", env={"NO_COLOR": "1"})
    assert "\x1b[1;4mArmies\x1b[0m" in seen
    assert not re.search(r"\x1b\[[0-9;]*3[0-9][0-9;]*m", seen)


def test_a_dumb_terminal_gets_plain_text(titled):
    _, seen = on_a_terminal("explain", titled, "--code", "U", env={"TERM": "dumb"})
    assert "\x1b" not in seen
    assert seen.startswith("t\tU\t")


def test_explain_without_input_on_a_terminal_prints_a_usage_hint():
    code, seen = on_a_terminal("explain")
    assert code == 2
    assert "nothing to read; try: classmark explain FILE" in seen
    assert "or, to paste an abstract: classmark explain -" in " ".join(seen.split())


@pytest.mark.parametrize("format", ["text", "jsonl"])
def test_control_characters_are_escaped_in_pipes_and_on_terminals(tmp_path, format):
    record = {
        "id": "a\x1b[31m",
        "title": "The\x07 army\x9b",
        "text": "war \x1b[31mon\x1b[0m [red]terror[/red] &#27;[31m",
    }
    path = write_records(tmp_path / "a.jsonl", [record])
    seen = on_a_terminal("explain", path, "--format", format, env={"NO_COLOR": "1"})[1]
    piped = run("explain", path, "--format", format).out
    assert "\x1b[31m" not in seen
    shown = re.sub(r"\x1b\[[0-9;]*m", "", seen) if format == "text" else seen  # without rich's escape sequences
    for text in (shown, piped):
        assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]", text)
    if format == "text":
        assert "war \\x1b[31mon\\x1b[0m [red]terror[/red] &#27;[31m" in shown
        assert "\x1b[1;4marmy\x1b[0m" in seen  # at the right position after escaped characters


# Strongest terms of a model


def test_explain_without_a_path_lists_the_strongest_terms():
    done = run("explain", "--code", "U", "--top", 5)
    rows = [line.split("\t") for line in done.lines]
    assert done.code == 0
    assert {row[0] for row in rows} == {"U"}
    assert {row[1] for row in rows} & {"kavallerie", "militar", "military", "exército"}
    strengths = [float(row[3]) for row in rows]
    assert [strength > 0 for strength in strengths] == [True] * 5 + [False] * 5
    assert [abs(each) for each in strengths[:5]] == sorted(strengths[:5], reverse=True)
    assert strengths[5:] == sorted(strengths[5:])
    assert all(float(row[3]) == pytest.approx(float(row[4]) * float(row[5]), rel=1e-2) for row in rows)
    [record] = run("explain", "--code", "U", "--top", 5, "--format", "jsonl").records
    found = [*record["for"], *record["against"]]
    assert [[record["code"], term["term"], term["part"], term["strength"]] for term in found] == [
        [*row[:3], float(row[3])] for row in rows
    ]
    assert rows[0][1] in on_a_terminal("explain", "--code", "U")[1]


def test_the_strongest_terms_are_chosen_among_all_terms(model):
    classifier = open_classifier(model)
    column = classifier.codes.index("S")
    strengths = np.concatenate(
        [block.weights.column(column) * block.idf for block in classifier.scorer.blocks.values()]
    )
    found = strongest_terms(classifier, "S", 7)
    assert [term.strength for term in found.speaking_for] == pytest.approx(np.sort(strengths)[::-1][:7], rel=1e-5)
    assert [term.strength for term in found.speaking_against] == pytest.approx(np.sort(strengths)[:7], rel=1e-5)
    everything = strongest_terms(classifier, "S", len(strengths))
    assert len(everything.speaking_for) + len(everything.speaking_against) == np.count_nonzero(strengths)


def test_piping_an_abstract_without_a_path_prints_a_hint():
    done = run("explain", "--code", "U", given=SECURITY)
    assert any(line.startswith("U\tmilitary\t") for line in run("explain", "--code", "U", "--top", 30).lines)
    assert done.lines[0].startswith("U\t")
    assert "to explain what is piped in: classmark explain - --code CODE" in done.err
    assert run("explain", "--code", "U").err == ""


def test_strongest_terms_of_a_model_with_nan_weights_are_refused(model):
    classifier = open_classifier(model)
    block = classifier.scorer.blocks["text"]
    broken = replace(block, weights=replace(block.weights, values=np.full_like(block.weights.values, np.nan)))
    scorer = replace(classifier.scorer, blocks=classifier.scorer.blocks | {"text": broken})
    with pytest.raises(ModelFileError, match="the model is damaged"):
        strongest_terms(replace(classifier, scorer=scorer), "U", 3)


@pytest.mark.parametrize("args", [[], ["--format", "jsonl"], ["--code", "U"]], ids=["text", "jsonl", "model"])
def test_explain_imports_no_heavy_library(args):
    assert not HEAVY & modules_loaded_by("explain", *args)


def test_a_tag_from_title_into_text_is_handled_in_linear_time(model, tmp_path):
    many = 30_000
    record = {"id": "1", "title": "soil " * many + "<b", "text": "x> " + "soil wheat " * many}
    [explained] = run("explain", write_records(tmp_path / "c.jsonl", [record]), "-m", model, "-fjsonl").records
    [soil] = [term for term in explained["codes"][0]["terms"] if term["term"] == "soil"]
    assert set(soil["parts"]) == {"text", "title"}
    assert len(soil["places"]["title"]) == many
