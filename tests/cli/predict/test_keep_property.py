"""Test with generated files that ``--keep`` changes only the codes, as other libraries read them and byte by byte."""

import csv
import io
import json
import tempfile
from collections.abc import Callable
from pathlib import Path

import bibtexparser
import pymarc
import pytest
import rispy
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree
from support.annotating import kept
from support.formats import RECORD_FILES

from classmark.corpus.errors import ClassmarkError

NAMES = (
    "a.json",
    "lines.json",
    "a.jsonl",
    "doaj.json",
    "a.csv",
    "a.tsv",
    "a.ris",
    "a.bib",
    "a.mrc",
    "a.nbib",
    "a.ciw",
    "a.enw",
    "a.mrk",
    "endnote.xml",
)
FILES = {name: RECORD_FILES[name] for name in NAMES} | {"a.xml": RECORD_FILES["marc.xml"]}
PIECES = [bytes([byte]) for byte in b"\r\n\t\"',;{}[]\\ \xff\x1d\x1e\x1f&"]
PIECES += [b"\xef\xbb\xbf", b"\r\n", b"TY  - JOUR\n", b"ER  - ", b"KW  - ", b"@a{", b"<record>", b"</record>", b"<!--"]
PIECES += [b"PMID- 1\n", b"\nOT  - ", b"PT J\n", b"\nER\n", b"DE ", b"%0 Book\n", b"%K ", b"=LDR  "]
few = settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])


def after(name: str, before: bytes, code: str = "X") -> bytes | None:
    """Return the annotated file, or None if the whole file is refused."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(before)
        try:
            return kept(path, code)[0]
        except ClassmarkError:
            return None


def is_within(before: bytes, longer: bytes) -> bool:
    """Return whether all bytes of one text are in the other, in order."""
    place = 0
    for byte in before:
        place = longer.find(byte, place) + 1
        if not place:
            return False
    return True


@pytest.mark.parametrize("name", FILES)
@given(data=st.data())
@few
def test_no_byte_of_a_damaged_file_is_lost(name, data):
    content = FILES[name]
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.integers(0, len(content)))
        piece, cut = data.draw(st.sampled_from(PIECES)), data.draw(st.integers(0, 9))
        content = content[:place] + piece + content[place + cut :]
    result = after(name, content)
    if result is None:
        return
    if name == "a.mrc":  # whose lengths and offsets change
        assert is_within(bodies(content), bodies(result))
    else:
        assert is_within(content, result)


def bodies(content: bytes) -> bytes:
    """Return the MARC records without leaders and directories, as far as these can be recognized."""
    return b"\x1d".join(part.partition(b"\x1e")[2] for part in content.split(b"\x1d"))


text = st.text(st.characters(exclude_categories=["Cs", "Cc"], include_characters="\t\n\r \"',;{}\\"), max_size=12)
line = text.map(lambda value: " ".join(value.split()))
word = st.text("abcé '", min_size=1, max_size=8).map(lambda value: f"w{value}w")
codes = st.lists(st.sampled_from(["U", "X", "HV 6"]), max_size=2, unique=True)


@given(rows=st.lists(st.tuples(text, codes, text), max_size=4), ends=st.sampled_from(["\n", "\r\n"]),
       quoting=st.sampled_from([csv.QUOTE_ALL, csv.QUOTE_MINIMAL]), delimiter=st.sampled_from(",;"))  # fmt: skip
@few
def test_csv_readers_see_only_the_codes_changed(rows, ends, quoting, delimiter):
    # readers disagree on whether a lone carriage return without quotes ends a row
    rows = [(a.replace("\r", ""), held, b.replace("\r", "")) for a, held, b in rows]
    names = ["note", "text", "", "codes", "note", "last"]
    table = [["\ufeff" + names[0], *names[1:]]] + [[a, "soil", a, ";".join(held), b, b] for a, held, b in rows]
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=delimiter, lineterminator=ends, quoting=quoting).writerows(table)
    before = out.getvalue()
    result = after("a.csv", before.encode()).decode()
    seen = list(csv.reader(io.StringIO(result, newline=""), delimiter=delimiter))
    assert seen[0] == table[0]
    assert [[*row[:3], *row[4:]] for row in seen] == [[*row[:3], *row[4:]] for row in table]
    wanted = [held if "X" in held else [*held, "X"] for _, held, _ in rows]
    assert [row[3] for row in seen[1:]] == [";".join(held) for held in wanted]
    if all("X" in held for _, held, _ in rows):
        assert result == before


plain = st.none() | st.booleans() | st.integers() | text | st.floats(allow_nan=False)
value = st.recursive(
    plain, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(text, inner, max_size=3), max_leaves=6
)


@given(records=st.lists(st.tuples(st.dictionaries(word, value, max_size=3), codes | codes.map(";".join)), min_size=1,
                        max_size=3), indent=st.sampled_from([None, 0, 1, 4]), packed=st.booleans(),
       is_ascii=st.booleans())  # fmt: skip
@few
def test_json_readers_see_only_the_codes_changed(records, indent, packed, is_ascii):
    values = [{**own, "text": "soil", "codes": held, "own": 1} for own, held in records]
    style = {"separators": (",", ":") if packed else None, "ensure_ascii": is_ascii}
    wanted = [record | {"codes": with_x(record["codes"])} for record in values]
    whole = json.dumps(values, indent=indent, **style).encode()
    assert json.loads(after("a.json", whole)) == wanted
    lines = [json.dumps(record, **style).encode() + b"\r\n" for record in values]
    kept_lines = after("a.jsonl", b"".join(lines)).splitlines(keepends=True)
    assert list(map(json.loads, kept_lines)) == wanted
    for before, now, same in zip(lines, kept_lines, map(dict.__eq__, values, wanted), strict=True):
        assert before == now or not same


def with_x(held: list[str] | str) -> list[str] | str:
    if isinstance(held, str):
        parts = held.split(";") if held else []
        return held if "X" in parts else ";".join([*parts, "X"])
    return held if "X" in held else [*held, "X"]


@given(records=st.lists(st.tuples(line, codes, line), min_size=1, max_size=4), ends=st.sampled_from(["\n", "\r\n"]))
@few
def test_ris_readers_see_only_the_codes_changed(records, ends):
    written = [
        ["TY  - JOUR", f"AB  - soil {a}", *(f"KW  - {code}" for code in held), f"C1  - w{b}w", "ER  - ", ""]
        for a, held, b in records
    ]
    before = ends.join(line for lines in written for line in lines)
    seen = [rispy.loads(content) for content in (before, after("a.ris", before.encode()).decode())]
    for old, new, (_, held, _) in zip(*seen, records, strict=True):
        assert new.pop("keywords") == (held if "X" in held else [*held, "X"])
        old.pop("keywords", None)
        assert new == old


@given(records=st.lists(st.tuples(word, codes, word), min_size=1, max_size=4), quotes=st.sampled_from(["{}", '""']))
@few
def test_bibtex_readers_see_only_the_codes_changed(records, quotes):
    start, end = quotes
    before = "".join(
        f"% {a}\n@article{{k{n},\n note = {start}{a}{end},\n abstract = {{soil}},"
        f" keywords = {start}{', '.join(held)}{end}, title={{{b}}}}}\n"
        for n, (a, held, b) in enumerate(records)
    )
    result = after("a.bib", before.encode()).decode()
    seen = [
        [{field.key: field.value for field in entry.fields} for entry in bibtexparser.parse_string(content).entries]
        for content in (before, result)
    ]
    for old, new, (_, held, _) in zip(*seen, records, strict=True):
        assert new.pop("keywords") == ", ".join(held if "X" in held else [*held, "X"])
        old.pop("keywords")
        assert new == old


def marc_of(records: list[tuple[str, list[str], str]], ends: Callable[[pymarc.Record], bytes]) -> bytes:
    made = []
    for note, held, other in records:
        record = pymarc.Record(leader="     nab a22     7u 4500")
        fields = [("084", code) for code in held] + [
            ("245", note),
            ("520", "soil"),
            ("653", f"X{other}"),
            ("990", other),
        ]
        for tag, content in fields:
            more = [pymarc.Subfield("2", "z")] if tag == "084" else []
            record.add_field(pymarc.Field(tag, pymarc.Indicators(" ", "1"), [pymarc.Subfield("a", content), *more]))
        made.append(ends(record))
    return b"".join(made)


@given(records=st.lists(st.tuples(word, codes, word), min_size=1, max_size=4))
@few
def test_marc_readers_see_only_the_codes_changed(records):
    before = marc_of(records, pymarc.Record.as_marc)
    result = after("a.mrc", before)
    seen = [
        [[str(field) for field in one.fields] for one in pymarc.MARCReader(content)] for content in (before, result)
    ]
    parts = [content.split(b"\x1d")[:-1] for content in (before, result)]
    for old, new, before_part, part, (_, held, _) in zip(*seen, *parts, records, strict=True):
        assert before_part == part or "X" not in held
        assert [one for one in new if one != "=084  \\\\$aX$2z"] == [one for one in old if one != "=084  \\\\$aX$2z"]
        assert sum("$aX$2z" in one for one in new) == 1


@given(records=st.lists(st.tuples(word, codes, word), min_size=1, max_size=4), space=st.sampled_from([b"", b"\n  "]))
@few
def test_marcxml_readers_see_only_the_codes_changed(records, space):
    inner = marc_of(records, pymarc.record_to_xml).replace(b"<datafield", space + b"<datafield")
    before = (
        b'<?xml version="1.0"?><!-- a --><collection xmlns="http://www.loc.gov/MARC21/slim">%s\n</collection>' % inner
    )
    result = after("a.xml", before)
    old, new = etree.fromstring(before), etree.fromstring(result)
    for one, held in zip(new, [held for _, held, _ in records], strict=True):
        found = [field for field in one.findall("{*}datafield[@tag='084']") if field[0].text == "X"]
        assert len(found) == 1
        if "X" not in held:
            found[0].getprevious().tail = (
                found[0].tail if found[0].getnext() is not None else found[0].getprevious().tail
            )
            one.remove(found[0])
    assert ["".join(one.itertext()).split() for one in new] == ["".join(one.itertext()).split() for one in old]
    if all("X" in held for _, held, _ in records):
        assert result == before
