"""Test that abstracts can be pasted on a terminal."""

import pytest
from support.program import on_a_terminal

ABSTRACT = "War and peace\n\nThe army and its soldiers fought a war at the front.\n"
END = "\x04"


@pytest.mark.parametrize("typed", [ABSTRACT + END, ABSTRACT.rstrip() + END + END])
def test_what_is_pasted_is_read_until_one_ctrl_d(typed):
    code, seen = on_a_terminal("predict", "-", typed=typed, env={"NO_COLOR": "1"})
    assert code == 0
    assert "paste or type an abstract, then press Enter and Ctrl-D" in seen
    assert "Military Science" in seen.partition("at the front.")[2]


def test_pasted_records_are_kept_in_their_format(tmp_path):
    out = tmp_path / "out.jsonl"
    code, _ = on_a_terminal("predict", "-", "--keep", "-o", out, typed='{"text": "army war soldiers"}\n' + END)
    assert code == 0
    assert out.read_text("utf-8").startswith('{"text": "army war soldiers", "codes": ["U"')


def test_a_pasted_abstract_is_explained():
    code, seen = on_a_terminal("explain", "-", typed=ABSTRACT + END, env={"NO_COLOR": "1"})
    assert code == 0
    assert "soldiers" in seen.partition("at the front.")[2]


def test_a_line_that_the_terminal_would_cut_is_refused():
    code, seen = on_a_terminal("predict", "-", typed="soil " * 1_000 + "\n" + END)
    assert code == 1
    refused = "a line has 4,095 bytes, and terminals drop what goes beyond; put the text into a file"
    assert refused in (" ".join(seen.split()))


def test_without_a_path_on_a_terminal_predict_says_what_to_do():
    code, seen = on_a_terminal("predict")
    assert code == 2
    assert "nothing to read; try: classmark predict FILE" in seen
    assert "to paste an abstract: classmark predict -" in " ".join(seen.split())
