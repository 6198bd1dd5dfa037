"""Test what ``predict`` shows on a terminal."""

import re

import pytest
from support.program import modules_loaded_by, run, shown_at, write_records

SOIL = "Soil, wheat and the yield of crops under drought in farming systems"


@pytest.fixture
def several(tmp_path, records):
    changed = [{"id": "W1", "title": "An article on a war " * 9, "text": records[-1]["text"]}]
    changed += [{"id": "https://openalex.org/works/W2741809807", "title": "", "text": records[30]["text"]}]
    changed += [{"id": "empty", "title": "", "text": ""}, {"id": "W4", "title": "農業と土壌" * 9, "text": SOIL}]
    path = write_records(tmp_path / "several.jsonl", changed)
    path.write_text(path.read_text("utf-8") + "{not JSON\n", "utf-8")
    return path


@pytest.mark.parametrize("width", [60, 80, 100])
def test_several_abstracts_are_a_table_of_titles_codes_names_and_scores(several, model, width):
    lines = shown_at(width, "predict", several, "-m", model)
    assert lines[0].split() == ["abstract", "code", "and", "name", "score"]
    assert re.fullmatch(r"W1 An article on .*…  U +Military Science +[01]\.\d\d", lines[1])
    [second] = [line for line in lines if line.startswith("https:")]
    assert re.match(r"https:\S*W2741809807 +S +Agriculture +[01]\.\d\d$", second)
    assert any(line.startswith("W4 農業と土壌") and "…  S " in line for line in lines)


def test_a_long_code_is_shortened_and_has_its_name_below_it(records, tmp_path):
    codes = {"M": "http://example.org/descriptors/10037-0", "U": "http://example.org/descriptors/29806-1"}
    some = [record | {"codes": [codes[code]]} for record in records for code in record["codes"][:1] if code in codes]
    (tmp_path / "s.csv").write_text("code,name\n" + "".join(f"{code},Name\n" for code in codes.values()), "utf-8")
    corpus = write_records(tmp_path / "c.jsonl", some)
    assert run("train", corpus, "-s", tmp_path / "s.csv", "-o", tmp_path / "m").code == 0
    lines = shown_at(60, "predict", corpus, "-m", tmp_path / "m")
    assert re.search(r"  http://\S*…\S+/10037-0 +[01]\.\d\d$", lines[1])
    assert lines[2].strip() == "Name"


@pytest.mark.parametrize("width", [60, 100])
def test_a_bad_record_is_named_once_on_a_terminal(several, model, width):
    shown = " ".join(" ".join(shown_at(width, "predict", several, "-m", model)).split())
    assert shown.count("the abstract is empty") == shown.count("not JSON") == 1
    assert "5 records: 3 ok, 1 empty, 1 error" in shown


def test_bad_records_are_named_on_stderr_where_the_table_is_not(several, model):
    done = run("predict", several, "-m", model)
    assert "several.jsonl:3 (id empty): the abstract is empty" in done.err
    assert done.lines[0].startswith("W1\tU")


def test_several_abstracts_in_a_pipe_load_no_rich(corpus, model):
    assert "rich" not in modules_loaded_by("predict", str(corpus), "-m", str(model), "--jobs", "1")


@pytest.mark.parametrize("width", [60, 100])
def test_the_bars_of_a_ranking_leave_room_for_names(tmp_path, width):
    (tmp_path / "a.txt").write_text("Philosophy, psychology and religion in the history of Europe", "utf-8")
    lines = shown_at(width, "predict", tmp_path / "a.txt")
    assert any(re.search(r"B +Philosophy\. Psychology\. Religion +[01]\.\d\d  █{5,20}$", line) for line in lines)
