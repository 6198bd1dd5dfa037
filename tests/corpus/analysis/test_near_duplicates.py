"""Test the search for near duplicates."""

import random

from support.program import run, write_records

from classmark.corpus.analysis.near_duplicates import near_duplicates

LONG = "Armed groups changed the security of the whole region after the old regime fell in the spring of that year {}"


def test_only_near_duplicates_are_found():
    texts = [LONG.format("one"), "Wheat and soil in the valleys of the north", LONG.format("two"), "", ""]
    found = near_duplicates(texts)
    assert found.first == {2: 0}
    assert found.groups == (0, 1, 0, 3, 4)


def in_letters(number):
    return "".join(chr(ord("a") + int(digit)) for digit in str(number))


def test_a_text_that_resembles_two_others_joins_their_groups():
    words = [in_letters(i) for i in range(100)]
    texts = [" ".join(words[start : start + 60]) for start in (0, 24, 12)]
    found = near_duplicates(texts)
    assert found.first == {2: 0}
    assert found.groups == (0, 0, 0)


def from_one_form(many):
    """Return texts of 120 words, of which 14 in a row differ in each text."""
    rng = random.Random(1)
    form = [in_letters(i) for i in range(120)]
    starts = [rng.randrange(106) for _ in range(many)]
    return [" ".join([*form[:start], *(f"own{in_letters(100 * i + j)}" for j in range(14)), *form[start + 14 :]])
            for i, start in enumerate(starts)]  # fmt: skip


def test_texts_from_one_template_are_one_group_and_each_is_reported_once(tmp_path):
    texts = from_one_form(2_000)
    found = near_duplicates(texts)
    assert set(found.groups) == {0}
    assert sorted(found.first) == list(range(1, 2_000))
    write_records(
        tmp_path / "c.jsonl",
        [{"id": str(i), "title": "T", "text": t, "codes": ["ab"[i % 2]]} for i, t in enumerate(texts[:300])],
    )
    lines = run("corpus", "check", "c.jsonl", cwd=tmp_path).lines
    assert lines == [f"c.jsonl:{i}: nearly the same text as c.jsonl:1" for i in range(2, 301)]
