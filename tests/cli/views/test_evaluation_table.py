"""Test what ``evaluate`` shows on a terminal."""

import re

import pytest
from support.program import shown_at, write_records


@pytest.fixture(scope="module")
def without_music(records, tmp_path_factory):
    """Return a corpus without abstracts of one code of the model."""
    some = [record for record in records if record["codes"] != ["M"]]
    return write_records(tmp_path_factory.mktemp("no-music") / "c.jsonl", some)


@pytest.mark.parametrize("width", [60, 80, 100])
def test_sentences_come_before_the_measures(without_music, model, width):
    text = " ".join(" ".join(shown_at(width, "evaluate", without_music, "-m", model, "-q")).split())
    assert re.search(
        r"In plain words • \d+ of 100 abstracts have a right code in the first place of their ranking \(expect \S.*"
        r"of 100 assigned codes are right .* 36 abstracts measure value 95 % interval precision at 1 [01]\.",
        text,
    )


@pytest.mark.parametrize(("width", "columns"), [(60, 6), (80, 7), (100, 8)])
def test_a_narrow_table_of_codes_has_fewer_columns_and_a_line_per_code(without_music, model, width, columns):
    lines = shown_at(width, "evaluate", without_music, "-m", model, "-q")
    start = next(number for number, line in enumerate(lines) if re.match(r" code +name", line))
    assert len(re.split(r"\s{2,}", lines[start].strip())) == columns
    assert [line.split()[0] for line in lines[start + 1 : start + 5]] == ["J", "M", "S", "U"]
    assert re.match(r" U +Military Scien(ce|…) +12 +[01]\.\d{3} +[01]\.\d{3} +[01]\.\d{3}", lines[start + 4])


@pytest.mark.parametrize("width", [60, 100])
def test_a_code_without_abstracts_has_dashes(without_music, model, width):
    [music] = [line for line in shown_at(width, "evaluate", without_music, "-m", model, "-q") if "Music" in line]
    assert music.split()[2:6] == ["0", "–", "–", "–"]


@pytest.mark.parametrize("width", [60, 100])
def test_a_comparison_fits_a_terminal(comparison_report, mislabelled_corpus, model, width):
    other = comparison_report[0].with_name("other.safetensors")
    lines = shown_at(width, "evaluate", mislabelled_corpus, "-m", model, "--compare", other, "-q")
    assert any(re.match(r" precision at 1 +-0\.\d{4}  -0\.\d{4} to -?\+?0\.\d{4}  worse", line) for line in lines)
    heads = next(number for number, line in enumerate(lines) if re.match(r" abstract +given", line))
    assert re.match(r" J\d+ .*[+-][01]\.\d\d$", lines[heads + 1])
