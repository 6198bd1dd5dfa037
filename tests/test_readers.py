"""The readers, beside what the commands' own tests show."""

from classmark.cli.options import InputFormat
from classmark.corpus import AUTO, FORMATS, Place, read_abstracts


def test_every_reader_can_be_asked_for():
    assert set(InputFormat) == {AUTO, *FORMATS}


def test_a_title_stands_alone_on_the_first_line(tmp_path):
    path = tmp_path / "a.txt"
    path.write_bytes(b"The title\r\n\r\nThe text.\r\n\r\nMore of it.\r\n")
    [abstract] = read_abstracts([str(path)])
    assert (abstract.title, abstract.text) == ("The title", "The text.\n\nMore of it.\n")
    assert abstract.place == Place(str(path))


def test_a_long_first_paragraph_is_no_title(tmp_path):
    path = tmp_path / "a.txt"
    path.write_text("word " * 60 + "\n\nThe end.", encoding="utf-8")
    [abstract] = read_abstracts([str(path)])
    assert abstract.title == ""


def test_codes_are_a_list_or_a_string(tmp_path):
    path = tmp_path / "a.jsonl"
    path.write_text('{"text": "x", "codes": ["U", "J", "U"]}\n{"text": "x", "codes": "U; J;"}\n', encoding="utf-8")
    assert [abstract.codes for abstract in read_abstracts([str(path)])] == [("U", "J"), ("U", "J")]
