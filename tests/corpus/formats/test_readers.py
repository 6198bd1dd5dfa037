"""The readers, beside what the commands' own tests show."""

import gzip
import pickle
from pathlib import Path

import pytest

from classmark.cli.formats import InputFormat, RecordFormat
from classmark.cli.output import format_of
from classmark.corpus.abstract import SourceLocation
from classmark.corpus.formats import ENDINGS, FORMATS
from classmark.corpus.input.chunks import records_of
from classmark.corpus.input.discovery import AUTO
from classmark.corpus.input.read import find_input, read_abstracts


def test_every_reader_can_be_asked_for():
    assert set(InputFormat) == {AUTO, *FORMATS}


def test_every_format_with_a_writer_can_be_converted_to():
    written = {name for name, known in FORMATS.items() if known.write}
    assert set(RecordFormat) == written - {"xml"}  # the ending .xml writes MARCXML, too


def test_endings_of_outputs_name_the_format_that_they_name_for_inputs():
    for ending in (".txt", ".jsonl", ".ndjson", ".csv", ".tsv", ".parquet"):
        assert format_of(Path(f"a{ending}")) == ENDINGS[ending].name


def test_a_title_stands_alone_on_the_first_line(tmp_path):
    path = tmp_path / "a.txt"
    path.write_bytes(b"The title\r\n\r\nThe text.\r\n\r\nMore of it.\r\n")
    [abstract] = read_abstracts([str(path)])
    assert (abstract.title, abstract.text) == ("The title", "The text.\n\nMore of it.\n")
    assert abstract.location == SourceLocation(str(path))


def test_a_long_first_paragraph_is_no_title(tmp_path):
    path = tmp_path / "a.txt"
    path.write_text("word " * 60 + "\n\nThe end.", encoding="utf-8")
    [abstract] = read_abstracts([str(path)])
    assert abstract.title == ""


def test_codes_are_a_list_or_a_string(tmp_path):
    path = tmp_path / "a.jsonl"
    path.write_text('{"text": "x", "codes": ["U", "J", "U"]}\n{"text": "x", "codes": "U; J;"}\n', encoding="utf-8")
    assert [abstract.codes for abstract in read_abstracts([str(path)])] == [("U", "J"), ("U", "J")]


LINES = b"".join(b'\n{"text": "soil %d"}\n' % number for number in range(1500)) + b"{\n"


def filled(folder: Path) -> Path:
    """A folder of texts, in folders too, one with subjects beside it, one that is no UTF-8, and a file of records."""
    (folder / "in" / "U").mkdir(parents=True)
    for name, content in {
        "U/a.txt": b"army", "b.txt": b"wheat", "b.key": b"S\n", "b": b"no text", "b.key.txt": b"looks like one",
        "c.jsonl": b'{"text": "votes"}\n\n{"text": "parties"}\n', "d.txt": b"\xff", "e.csv": b"",
    }.items():  # fmt: skip
        (folder / "in" / name).write_bytes(content)
    return folder / "in"


def file_of(name: str, content: bytes):
    def make(folder: Path) -> Path:
        (folder / name).write_bytes(content)
        return folder / name

    return make


@pytest.mark.parametrize(
    ("make", "input_format", "expected"),
    [
        (file_of("a.jsonl", LINES), AUTO, [f"a.jsonl:{2 * line}" for line in range(1, 1501)] + ["a.jsonl:3001"]),
        (file_of("a", b"soil\n\nwheat\n" * 400), "lines", [f"a:{line}" for line in range(1, 1201)]),
        (filled, AUTO, ["U/a.txt", "b.key.txt", "b.txt", "in/c.jsonl:1", "in/c.jsonl:3", "d.txt", "e.csv"]),
    ],
    ids=["JSON lines", "lines", "folder"],
)
def test_what_another_process_reads_is_what_this_one_would_read(tmp_path, monkeypatch, make, input_format, expected):
    monkeypatch.chdir(tmp_path)
    path = make(Path()).as_posix()
    sent = [pickle.dumps(chunk) for chunk in find_input([path], input_format).chunks()]
    there = list(records_of(pickle.loads(chunk) for chunk in sent))
    here = list(read_abstracts([path], input_format))
    assert [(record, record.location) for record in there] == [(record, record.location) for record in here]
    assert [record.id for record in here] == expected


def test_codes_of_a_text_are_those_beside_it_or_its_folders_name(tmp_path):
    records = {record.id: record for record in read_abstracts([str(filled(tmp_path))])}
    assert [records[name].codes for name in ("U/a.txt", "b.txt", "b.key.txt")] == [("U",), ("S",), ()]


def test_records_before_the_damage_of_a_file_are_read_and_counted(tmp_path):
    path = tmp_path / "a.jsonl.gz"
    path.write_bytes(gzip.compress(LINES)[:-9])
    *records, last = read_abstracts([str(path)])
    assert len(records) >= 1500
    assert f"damaged after {len(records):,} records" in last.reason
