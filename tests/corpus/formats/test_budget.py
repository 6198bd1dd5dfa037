"""What one record may take of memory and of work: what takes more is named, and the others are read."""

import gzip
import io
import json
import logging
import tarfile
import zlib
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet
import pymarc
import pytest
from support.formats import DICTS, EXPECTED, RECORD_FILES, SOIL, XML
from support.program import run

from classmark.corpus.abstract import Abstract, Record, Unreadable
from classmark.corpus.fields import Fields
from classmark.corpus.input.chunks import CHUNK_BYTES
from classmark.corpus.input.read import find_input, read_abstracts

KB = 1_000
MB = 1_000_000
GOOD = json.dumps(DICTS).encode()


def read(path: Path, content: bytes, **fields: object) -> list[Record]:
    path.write_bytes(content)
    return list(read_abstracts([str(path)], fields=Fields(**fields)))


def reason(record: Record) -> str:
    assert isinstance(record, Unreadable)
    return record.reason


# --- chunks

NOTES = "x" * 500_000
BIG = {
    "a.json": json.dumps([{"id": str(i), "text": "soil", "x": NOTES} for i in range(12)]),
    "a.csv": "id,text,x\n" + "".join(f"{i},soil,{NOTES}\n" for i in range(12)),
    "a.tsv": "id\ttext\tx\n" + "".join(f"{i}\tsoil\t{NOTES}\n" for i in range(12)),
    "a.ris": "".join(f"TY  - JOUR\nID  - {i}\nTI  - soil\nN1  - {NOTES}\nER  - \n" for i in range(12)),
    "a.bib": "".join(f"@article{{{i}, title={{soil}}, note={{{NOTES}}}}}\n" for i in range(12)),
}


@pytest.mark.parametrize("name", BIG)
def test_unrequested_fields_are_not_kept_and_requested_fields_count(tmp_path, name):
    (tmp_path / name).write_text(BIG[name], encoding="utf-8")
    path = str(tmp_path / name)
    assert all(record.size < KB for record in read_abstracts([path]))
    assert max(chunk.size for chunk in find_input([path]).chunks()) < CHUNK_BYTES + 2 * MB
    assert all(record.raw is None for record in read_abstracts([path]) if isinstance(record, Abstract))
    kept = list(find_input([path], fields=Fields(with_raw=True)).chunks())
    assert sum(map(len, kept)) == 12
    assert max(chunk.size for chunk in kept) < CHUNK_BYTES + 2 * MB


@pytest.mark.parametrize("field", ["id", "codes", "title"])
def test_all_fields_of_a_record_count_towards_its_size(tmp_path, field):
    held = [f"c{i}" for i in range(20_000)] if field == "codes" else NOTES
    records = [{"id": str(i), "text": "soil", field: held} for i in range(12)]
    (tmp_path / "a.json").write_text(json.dumps(records), encoding="utf-8")
    sizes = [chunk.size for chunk in find_input([str(tmp_path / "a.json")]).chunks()]
    assert sum(sizes) > 6 * MB
    assert max(sizes) < CHUNK_BYTES + 2 * MB


# --- archives


def block(name: str, kind: bytes = tarfile.REGTYPE, size: int = 0) -> bytes:
    info = tarfile.TarInfo(name)
    info.type, info.size = kind, size
    return info.tobuf(tarfile.GNU_FORMAT)


def stored(name: str, content: bytes, kind: bytes = tarfile.REGTYPE) -> bytes:
    return block(name, kind, len(content)) + content + bytes(-len(content) % 512)


def archive(format: int, pax: dict[str, str] | None = None, name: str = "a.json") -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=format) as tar:
        folder = tarfile.TarInfo("folder.json")
        folder.type = tarfile.DIRTYPE
        tar.addfile(folder)
        info = tarfile.TarInfo(name)
        info.size, info.pax_headers = len(GOOD), pax or {}
        tar.addfile(info, io.BytesIO(GOOD))
    return out.getvalue()


def with_holes() -> bytes:
    """A header of GNU tar that tells of four exabytes, most of them a hole, and a file behind it."""
    header = bytearray(block("a.json", tarfile.GNUTYPE_SPARSE, 512))
    for start, number in ((386, 0), (398, 512), (483, 2**62)):
        header[start : start + 12] = tarfile.itn(number, 12, tarfile.GNU_FORMAT)
    header[148:156] = b" " * 8
    header[148:156] = b"%06o\0 " % sum(header)
    return bytes(header) + b"[]".ljust(512) + stored("b.json", GOOD) + bytes(1024)


ARCHIVES = {
    "ustar": archive(tarfile.USTAR_FORMAT, name="f/" * 60 + "a.json"),
    "GNU": archive(tarfile.GNU_FORMAT, name="f" * 300 + "ü.JSON"),
    "pax": archive(tarfile.PAX_FORMAT, {"comment": "x"}, "f" * 300 + "ü.json"),
    "an old one": stored("a.json", GOOD, tarfile.AREGTYPE) + bytes(1024),
    "a kind of one's own": stored("x.json", b"?" * 600, b"Z") + stored("b.json", GOOD) + bytes(1024),
    "global headers": stored("g", b"9" * 200 * KB, tarfile.XGLTYPE) * 50 + stored("a.json", GOOD) + bytes(1024),
    "3,000 long names": stored("././@LongLink", b"a.json\0", b"L") * 3_000 + stored("b", GOOD) + bytes(1024),
}  # fmt: skip


@pytest.mark.parametrize("content", ARCHIVES.values(), ids=ARCHIVES)
def test_archives_of_all_kinds_are_read(tmp_path, content):
    records = read(tmp_path / "a.tgz", gzip.compress(content, 1))
    assert [(record.id, record.title, record.text, record.codes) for record in records] == EXPECTED


HOLES = {
    "GNU": with_holes(),
    "pax": archive(tarfile.PAX_FORMAT, {"GNU.sparse.major": "1", "GNU.sparse.name": "a.json"}),
}


@pytest.mark.parametrize("name", HOLES)
def test_a_file_with_holes_is_named_and_the_next_is_read(tmp_path, name):
    first, *others = read(tmp_path / "a.tar", HOLES[name])
    assert reason(first) == "a.json is stored with holes; pack it without --sparse"
    assert [record.id for record in others] == ["1", "2"] * (name == "GNU")


BAD_ARCHIVES = {
    "many digits": (stored("p", b"1" * 60_000, tarfile.XHDTYPE), "a header is damaged"),
    "a long header": (stored("p", b"1" * 70_000, tarfile.XHDTYPE), "a header is longer than 65,536 bytes"),
    "a size below nothing": (stored("p", b"10 size=-1\n", tarfile.XHDTYPE), "a header is damaged"),
    "a wrong sum": (block("a.json").replace(b"a.json", b"b.json"), "a header is damaged"),
    "no end": (b"", "it breaks off"),
}


@pytest.mark.parametrize(("start", "message"), BAD_ARCHIVES.values(), ids=BAD_ARCHIVES)
def test_a_damaged_archive_is_named_after_what_could_be_read(tmp_path, start, message):
    end = stored("b.json", GOOD) + bytes(1024) if start else b""
    *before, last = read(tmp_path / "a.tar", stored("a.json", GOOD) + start + end)
    assert [record.id for record in before] == ["1", "2"]
    assert message in reason(last)


def test_an_archive_cut_at_any_byte_is_named(tmp_path):
    content = ARCHIVES["pax"].rstrip(b"\0")
    for length in range(512, len(content), 256):
        *_, last = read(tmp_path / "a.tar", content[:length])
        assert "lost" in reason(last)


# --- BibTeX


def test_macros_that_grow_exponentially_are_reported_where_they_are_used(tmp_path):
    doubled = "".join(f"@string{{a{i} = a{i - 1} # a{i - 1}}}\n" for i in range(1, 40))
    text = f'@string{{a0 = "soil "}}\n{doubled}@article{{x, title = a39, abstract = {{soil}}}}\n'
    text += "@article{y, title = a2 # {and wheat}}\n"
    bomb, good = read(tmp_path / "a.bib", text.encode())
    assert bomb.id == "x"
    assert "the macro 'a39' that it uses is longer than 10 MB" in reason(bomb)
    assert isinstance(good, Abstract)
    assert good.title == "soil soil soil soil and wheat"


def test_a_macro_that_is_used_too_often_makes_a_record_too_long(tmp_path):
    text = f"@string{{a = {{{'soil ' * 100_000}}}}}\n@article{{x, title = a, abstract = {' # '.join(['a'] * 30)}}}\n"
    [record] = read(tmp_path / "a.bib", text.encode())
    assert "longer than 10 MB" in reason(record)


def test_bibtex_with_too_many_entries_is_refused(tmp_path):
    [record] = read(tmp_path / "a.bib", b"@a{x}\n" * 1_600_000)
    assert "more entries and fields than are read at once" in reason(record)


# --- MARC


def overlapping(length: bytes, start: bytes, count: int) -> bytes:
    field = b"  \x1fa" + b"soil " * 1_900 + b"\x1e"
    directory = (b"520" + length + start) * count
    base = 24 + len(directory) + 1
    leader = b"%05dnam a22%05d a 4500" % (min(base + len(field) + 1, 99_999), base)
    return leader + directory + b"\x1e" + field + b"\x1d"


@pytest.mark.parametrize(("length", "start"), [(b"9999", b"00000"), (b"-030", b"00000"), (b"0000", b"-9999")])
def test_marc_fields_that_overlap_are_named_and_the_next_record_is_read(tmp_path, length, start):
    broken, first, second = read(tmp_path / "a.mrc", overlapping(length, start, 831) + RECORD_FILES["a.mrc"])
    assert "its directory names fields that are longer than the record" in reason(broken)
    assert [first.id, second.id] == ["1", "2"]


def test_nothing_but_the_program_writes_to_the_standard_error(tmp_path, model):
    record = pymarc.Record(to_unicode=False)
    record.leader = pymarc.Leader("     nab  22     7u 4500")
    value = SOIL.encode() + b" \x1b$1!0"
    record.add_field(pymarc.RawField("520", pymarc.Indicators(" ", " "), [pymarc.Subfield("a", value)]))
    (tmp_path / "a.mrc").write_bytes(record.as_marc())
    assert run("predict", "a.mrc", "-q", "--model", model, cwd=tmp_path).err == ""


# --- XML


def nested(element: str, depth: int = 200) -> str:
    return f"<{element}>" * depth + SOIL * 1_000 + f"</{element}>" * depth


NESTED = {
    "JATS": f"<article><front><article-meta>{nested('abstract')}</article-meta></front></article>",
    "PubMed": f"<PubmedArticle><PMID>1</PMID><Abstract>{nested('AbstractText')}</Abstract></PubmedArticle>",
    "Dublin Core": f"<dc>{nested('description')}</dc>",
    "subjects": f"<dc><title>Soil</title>{nested('subject')}</dc>",
}


@pytest.mark.parametrize("document", NESTED.values(), ids=NESTED)
def test_elements_within_their_own_kind_count_once(tmp_path, document):
    [record] = read(tmp_path / "a.xml", (XML + document).encode())
    assert isinstance(record, Abstract)
    assert record.size < 100 * KB


def in_encoding(
    name: str, declared: str | None = None, doctype: str = "<!DOCTYPE article>", text: str = "Böden"
) -> bytes:
    start = f"<?xml version='1.0' encoding='{declared or name}'?>{doctype}"
    return f"{start}<article><abstract>{text}</abstract></article>".encode(name, "xmlcharrefreplace")


READ = {
    "UTF-8": in_encoding("utf-8"),
    "UTF-16": in_encoding("utf-16"),
    "UTF-16 without a mark": in_encoding("utf-16-be", "utf-16"),
    "UTF-8 that says UTF-16": in_encoding("utf-8", "UTF-16"),
    "UTF-32": in_encoding("utf-32", "ucs-4"),
    "Latin-1": in_encoding("iso-8859-1"),
    "Windows": in_encoding("windows-1252"),
    "Chinese": in_encoding("gb18030"),
    "no declaration": "<article><abstract>Böden</abstract></article>".encode(),
    "a public DOCTYPE": in_encoding(
        "utf-8", doctype="<!-- > --><!DOCTYPE article PUBLIC \"-//x\" 'x[>.dtd' >\n<?x y?>"
    ),
}


@pytest.mark.parametrize("content", READ.values(), ids=READ)
def test_xml_is_read_in_common_encodings(tmp_path, content):
    [record] = read(tmp_path / "a.xml", content)
    assert isinstance(record, Abstract)
    assert record.text == "Böden"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "iso-8859-1", "shift_jis"])
def test_long_xml_is_read_to_its_end_in_its_encoding(tmp_path, encoding):
    text = " ".join(["Böden" if encoding != "shift_jis" else "土壌"] * 40_000)
    [record] = read(tmp_path / "a.xml", in_encoding(encoding, text=text))
    assert isinstance(record, Abstract)
    assert record.text == text


ATTRIBUTES = "<!DOCTYPE article [<!ATTLIST p " + " ".join(f"x{i} CDATA 'a'" for i in range(30_000)) + ">]>"
REFUSED = {
    "attributes": (in_encoding("utf-8", doctype=ATTRIBUTES), "it declares entities or attributes"),
    "attributes in UTF-16": (in_encoding("utf-16", doctype=ATTRIBUTES[:999] + ">]>"), "it declares entities or"),
    "hidden in UTF-7": (
        in_encoding("ascii", "utf-7", "<!DOCTYPE article +AFsAPA-!ENTITY a 'b'>]>"),
        "it declares entities or",
    ),
    "hidden in EBCDIC": (in_encoding("cp037", doctype=ATTRIBUTES[:999] + ">]>"), "lost"),
    "two declarations": (XML.strip().encode() + in_encoding("ascii", "utf-7", "+ADw-!DOCTYPE a []>"), "lost"),
    "an encoding that is none": (in_encoding("ascii", "punycode", ""), "the encoding 'punycode' is not known"),
    "a long beginning": (b"<!--" + b"x" * 70_000 + b"--><article/>", "no element begins in its first 65,536 bytes"),
    "namespaces": (
        b"<article " + b" ".join(b"xmlns:n%d='u'" % i for i in range(60_000)) + b"/>",
        "namespaces than a record needs",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("content", "message"), REFUSED.values(), ids=REFUSED)
def test_xml_that_could_expand_is_refused(tmp_path, content, message):
    [record] = read(tmp_path / "a.xml", content)
    assert message in reason(record)


def test_records_within_other_elements_are_each_read(tmp_path):
    article = f"<x><y/><z><article><abstract>{SOIL}</abstract></article></z></x>"
    records = read(tmp_path / "a.xml", f"{XML}<all>{article * 300}</all>".encode())
    assert [record.text for record in records if isinstance(record, Abstract)] == [SOIL] * 300


# --- LaTeX


def test_an_entry_too_long_for_latex_is_taken_as_it_is(tmp_path):
    text = r"\'etude {of} soils, " * 60_000
    [record] = read(tmp_path / "a.bib", f"@article{{x, title = {{Soil}}, abstract = {{{text}}}}}".encode())
    assert isinstance(record, Abstract)
    assert record.text.startswith(r"\'etude {of} soils, \'etude")


# --- Parquet

LONG = "soil and wheat " * 100_000


def parquet(columns: dict[str, list], **options: object) -> bytes:
    out = io.BytesIO()
    options = {"compression": "zstd", **options}
    pyarrow.parquet.write_table(pa.table(columns), out, **options)
    return out.getvalue()


def once_and_again(count: int) -> bytes:
    """Rows that share one long text, which stands once in the dictionary."""
    text = pa.DictionaryArray.from_arrays(pa.array([0] * count, pa.int32()), pa.array([LONG]))
    return parquet({"id": list(map(str, range(count))), "text": text}, store_schema=False)


PREFIXES = {"use_dictionary": False, "column_encoding": {"id": "PLAIN", "text": "DELTA_BYTE_ARRAY"}}
LONG_ROWS = {
    "a dictionary": once_and_again(100),
    "plain": parquet(
        {"id": list(map(str, range(100))), "text": [LONG] * 100}, use_dictionary=False, write_batch_size=1
    ),
    "prefixes": parquet({"id": list(map(str, range(100))), "text": [LONG] * 100}, **PREFIXES),
}


@pytest.mark.parametrize("name", LONG_ROWS)
def test_long_rows_of_parquet_are_read_a_few_at_a_time(tmp_path, name):
    (tmp_path / "a.parquet").write_bytes(LONG_ROWS[name])
    pyarrow.default_memory_pool().release_unused()
    before = pyarrow.total_allocated_bytes()
    ids, most = [], 0
    for record in read_abstracts([str(tmp_path / "a.parquet")]):
        assert isinstance(record, Abstract)
        assert record.text == LONG
        ids.append(record.id)
        most = max(most, pyarrow.total_allocated_bytes() - before)
    assert ids == list(map(str, range(100)))
    assert most < 100 * MB


TEN_MB = "soil " * 2_000_001
TOO_LONG_ROWS = {
    "a text": {"id": ["a", "b", "c"], "text": ["soil", TEN_MB, "wheat"]},
    "codes": {"id": ["a", "b", "c"], "text": ["soil"] * 3, "codes": [["S"], ["U"] * 1_000_000, ["S"]]},
    "long codes": {"id": ["a", "b", "c"], "text": ["soil"] * 3, "codes": [["S"], ["U" * MB] * 100, ["S"]]},
}


@pytest.mark.parametrize("columns", TOO_LONG_ROWS.values(), ids=TOO_LONG_ROWS)
def test_a_row_of_parquet_that_is_too_long_is_named_and_the_next_is_read(tmp_path, columns):
    first, long, last = read(tmp_path / "a.parquet", parquet(columns))
    assert [first.id, last.id] == ["a", "c"]
    assert "longer than 10 MB" in reason(long)


TOO_LARGE_PAGES = {
    "a page": {"id": ["a", "b"], "text": ["soil", "soil " * 60_000_000]},
    "codes": {"id": ["a", "b"], "text": ["soil"] * 2, "codes": [["S"], ["U"] * 21_000_000]},
}


@pytest.mark.slow
@pytest.mark.parametrize("columns", TOO_LARGE_PAGES.values(), ids=TOO_LARGE_PAGES)
def test_parquet_with_too_large_pages_is_refused(tmp_path, columns):
    [record] = read(tmp_path / "a.parquet", parquet(columns))
    assert "has more in a page than is read at once" in reason(record)


KINDS = {
    "snappy": {"compression": "snappy"},
    "lz4": {"compression": "lz4"},
    "packed not at all": {"compression": "none"},
    "pages of the second kind": {"data_page_version": "2.0", "compression": "gzip"},
    "small pages": {"data_page_size": 64, "dictionary_pagesize_limit": 64, "write_statistics": True},
    "groups of rows": {"row_group_size": 7},
    "statistics in pages": {"write_page_index": True},
    "by prefixes": PREFIXES,
}


@pytest.mark.parametrize("name", KINDS)
def test_parquet_is_read_with_every_compression(tmp_path, name):
    columns = {"id": list(range(500)), "text": [f"soil {i}" for i in range(500)], "codes": [["S", "U"], None] * 250}
    if name == "by prefixes":
        columns |= {"id": list(map(str, columns["id"])), "codes": ["S;U", None] * 250}
    options = KINDS[name] if name != "by prefixes" else {**PREFIXES, "column_encoding": {"text": "DELTA_BYTE_ARRAY"}}
    records = read(tmp_path / "a.parquet", parquet(columns, **options))
    assert [record.id for record in records] == [str(i) for i in range(500)]
    assert [record.codes for record in records if isinstance(record, Abstract)] == [("S", "U"), ()] * 250


def test_parquet_with_columns_of_categories_is_read(tmp_path):
    columns = {"id": ["1", "2"], "text": pa.array([SOIL] * 2).dictionary_encode(), "codes": [["S"], []]}
    records = read(tmp_path / "a.parquet", parquet(columns))
    assert [(record.text, record.codes) for record in records if isinstance(record, Abstract)] == [
        (SOIL, ("S",)),
        (SOIL, ()),
    ]


# --- PDF

FORM = b"<< /Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /Font << /F1 5 0 R >> >> "


def packed(content: bytes, start: bytes = b"<< ") -> bytes:
    data = zlib.compress(content, 9)
    return start + b"/Length %d /Filter /FlateDecode >>\nstream\n" % len(data) + data + b"\nendstream"


def document(page: bytes, more: bytes, title: bytes = b"Soils") -> bytes:
    """A PDF of one page, with another object, 6, that is a form."""
    resources = b"<< /Font << /F1 5 0 R >> /XObject << /X 6 0 R >> >>"
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents 4 0 R /Resources " + resources + b" >>",
        packed(page),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        more,
        b"<< /Title (" + title + b") >>",
    ]
    content, starts = b"%PDF-1.7\n", []
    for number, each in enumerate(objects, 1):
        starts.append(len(content))
        content += b"%d 0 obj\n" % number + each + b"\nendobj\n"
    table = b"".join(b"%010d 00000 n \n" % start for start in starts)
    end = b"trailer << /Size 8 /Root 1 0 R /Info 7 0 R >>\nstartxref\n%d\n%%%%EOF\n" % len(content)
    return content + b"xref\n0 8\n0000000000 65535 f \n" + table + end


SHOWN = b"BT /F1 9 Tf 10 700 Td (Abstract) Tj 0 -12 Td (soil and wheat) Tj ET"
FORMS = {
    "of blanks": b" " * 4_000_000 + b"BT ET",
    "of more blanks": b" " * 40_000_000 + b"BT ET",
    "of a string": b"BT (" + b"a" * 3_000_000 + b") ' ET",
}


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
def test_a_form_that_is_repeated_without_end_is_not_read(tmp_path, form):
    [record] = read(tmp_path / "a.pdf", document(b"/X Do " * 2_000 + SHOWN, packed(form, FORM)))
    assert isinstance(record, Abstract)
    assert (record.title, record.text) == ("Soils", "soil and wheat")


def test_the_text_of_forms_is_read(tmp_path):
    [record] = read(tmp_path / "a.pdf", document(b"/X Do", packed(SHOWN, FORM)))
    assert isinstance(record, Abstract)
    assert record.text == "soil and wheat"


@pytest.mark.parametrize(
    "title",
    [
        pytest.param(b"a" + b".pdf" * 100_000 + b"\\nx", id="names of files"),
        pytest.param(b"a" * 6_000_000, id="many letters", marks=pytest.mark.slow),
    ],
)
def test_an_endless_title_of_a_pdf_is_not_read(tmp_path, title):
    [record] = read(tmp_path / "a.pdf", document(SHOWN, packed(b"", FORM), title))
    assert isinstance(record, Abstract)
    assert len(record.title) <= KB
    assert record.text == "soil and wheat"


# --- many records


@pytest.mark.parametrize(("name", "library"), [("a.mrc", "pymarc"), ("a.ris", "rispy"), ("marc.xml", "lxml")])
def test_reading_a_record_does_not_slow_down_the_next(tmp_path, name, library):
    records = read(tmp_path / name, RECORD_FILES[name], with_raw=True)
    assert len(records) == 2
    handlers = [each for each in logging.getLogger(library).handlers if type(each) is logging.NullHandler]
    assert len(handlers) == 1
