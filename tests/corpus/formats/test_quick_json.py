"""Test that a line of JSON gives the same record whether it is parsed quickly or slowly."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from classmark.corpus.abstract import SourceLocation
from classmark.corpus.fields import DEFAULT_FIELDS, Fields
from classmark.corpus.formats.jsonl import _record_slowly, read_jsonl

NAMES = st.sampled_from(
    ["id", "title", "text", "abstract", "codes", "language", "year", "Title", "DOI", "type", "subjects", "document_id",
     "subject_uris", "bibjson", "titles", "attributes", "message", "error", "status", "ti", "abstract_inverted_index"]
)  # fmt: skip
TEXTS = (
    st.sampled_from(["", " ", "\ud800", "soil", "https://openalex.org/1", "a;b", "<a:b>", "\u2028\x7f", "ß"])
    | st.text()
)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES | TEXTS, inner, max_size=3),
    max_leaves=6,
)
RECORDS = st.dictionaries(NAMES, VALUES, max_size=6) | st.fixed_dictionaries(
    {"id": TEXTS, "title": TEXTS, "text": TEXTS, "codes": st.lists(TEXTS, max_size=3)},
    optional={"language": VALUES, "Title": VALUES, "subjects": VALUES, "abstract": VALUES},
)
FIELDS = st.sampled_from([DEFAULT_FIELDS, Fields(text="abstract"), Fields(id="year", with_raw=True)])

LINES = {
    "deep": b'{"id": "1", "title": "a", "text": "b", "codes": [], "more": ' + b"[" * 150 + b"]" * 150 + b"}",
    "very deep": b'{"text": "b", "more": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
    "deep and broken": b'{"text": ' + b"[" * 2_000,
    "long number as id": b'{"id": 123456789012345678901234567890, "text": "b"}',
    "number of a thousand digits": b'{"id": 1' + b"0" * 1_500 + b', "text": "b"}',
    "number that is none": b'{"id": NaN, "text": "b"}',
    "infinite": b'{"id": 1e999, "text": "b"}',
    "decimal": b'{"id": 1.10, "text": "b"}',
    "less than nothing": b'{"id": -0, "text": "b"}',
    "repeated key": b'{"text": "a", "id": "1", "text": "b"}',
    "surrogate": b'{"id": "\\ud800", "text": "\\udfff b"}',
    "not UTF-8": b'{"id": "\xff", "text": "b"}',
    "byte-order mark": b'\xef\xbb\xbf{"text": "b"}',
    "trailing comma": b'{"text": "b",}',
    "two values": b'{"text": "b"} {}',
    "control character": b'{"text": "a\x01b"}',
    "vertical tab": b'\x0b{"text": "b"}',
    "no object": b"[1]",
}


def both(line, fields=DEFAULT_FIELDS):
    location = SourceLocation("a.jsonl", 1)
    [quick] = read_jsonl([line], "a.jsonl", fields)
    return [(repr(record), record.location) for record in (quick, _record_slowly(line, location, fields))]


@pytest.mark.parametrize("line", LINES.values(), ids=LINES)
def test_an_odd_line_is_read_alike(line):
    quick, slow = both(line)
    assert quick == slow


@given(RECORDS, FIELDS, st.booleans())
def test_any_record_is_read_alike(record, fields, as_ascii):
    line = json.dumps(record, ensure_ascii=as_ascii).encode("utf-8", "surrogatepass")
    quick, slow = both(line, fields)
    assert quick == slow


@given(st.binary(min_size=1).filter(lambda line: line.strip()))
def test_any_bytes_are_read_alike(line):
    quick, slow = both(line)
    assert quick == slow
