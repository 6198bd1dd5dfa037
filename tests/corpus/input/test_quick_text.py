"""Test that small text files of a folder are read as any other file, only faster."""

import codecs
import gzip

import pytest

from classmark.corpus import read_abstracts
from classmark.corpus.input import quick_text
from classmark.corpus.wrapped_streams import BYTES_READ

CONTENTS = {
    "a text": b"Soil erodes in wind.",
    "a title and a text": b"Soil\n\nWind erodes it.\r\n",
    "lines of Windows": b"Soil\r\n\r\nWind erodes it.",
    "a heading": b"# Soil\n\nAbstract: wind erodes it. Keywords: soil",
    "letters": "Größe – “naïve” Böden, 土壤".encode(),
    "nothing": b"",
    "blanks": b" \n ",
    "a byte-order mark": codecs.BOM_UTF8 + b"Soil",
    "UTF-16": "Größe".encode("utf-16"),
    "Latin 1": "Die Größe der Böden und der Wälder".encode("latin-1"),
    "zeros": b"So\0il",
    "gzip": gzip.compress(b"Soil erodes.", mtime=0),
    "many bytes": b"Soil erodes. " * 10_000,
    "RIS": b"TY  - JOUR\nTI  - Soil\nAB  - Wind erodes it.\nER  - \n",
    "JSON lines": b'{"id": "1", "title": "Soil", "text": "Wind."}\n',
    "a web page": b"<!DOCTYPE html><html><body>Soil</body></html>",
    "a table": b"id,title,abstract\n1,Soil,Wind erodes it.\n",
}


@pytest.mark.parametrize("content", CONTENTS.values(), ids=CONTENTS)
def test_a_text_file_is_the_same_record_in_either_way(tmp_path, monkeypatch, content):
    folder = tmp_path / "texts" / "U"
    folder.mkdir(parents=True)
    (folder / "one.txt").write_bytes(content)
    (folder / "two.txt").write_bytes(b"War")
    quick, size = list(read_abstracts([str(tmp_path / "texts")])), BYTES_READ.count
    monkeypatch.setattr(quick_text, "quick_text", lambda *_: None)
    slow = list(read_abstracts([str(tmp_path / "texts")]))
    assert quick == slow
    assert [record.location for record in quick] == [record.location for record in slow]
    assert BYTES_READ.count - size >= len(content)
