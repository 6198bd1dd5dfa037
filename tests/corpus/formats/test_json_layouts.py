"""JSON of APIs and reference managers: each layout as one record, as lines, in a list, in a response, from a pipe."""

import json
import re
from pathlib import Path

import pytest
from support.annotating import kept
from support.formats import ARMY, SOIL
from support.program import run

from classmark.corpus.abstract import Record
from classmark.corpus.fields import Fields
from classmark.corpus.input.read import read_abstracts
from classmark.corpus.languages import in_language

TWO = [("Étude of the army", ARMY), ("Soils", SOIL)]


def inverted(text: str) -> dict[str, list[int]]:
    words = text.split()
    return {word: [at for at, other in enumerate(words) if other == word] for word in sorted(words)}


def openalex(title: str, text: str) -> dict:
    return {
        "id": "https://openalex.org/W1", "title": None, "display_name": title, "topics": [{"display_name": "no"}],
        "keywords": [{"id": "x", "display_name": "U", "score": 1}, {"keyword": "J"}],
        "abstract_inverted_index": inverted(text),
    }  # fmt: skip


def crossref(title: str, text: str) -> dict:
    abstract = f"<jats:title>Abstract</jats:title><jats:sec><jats:p>{text}</jats:p></jats:sec>"
    return {"DOI": "10.1/x", "title": [title], "abstract": abstract, "subject": ["U", "J"], "type": "journal-article"}


def datacite(title: str, text: str) -> dict:
    attributes = {
        "doi": "10.5/x", "language": "en", "subjects": [{"subject": "U"}, {"subject": "J", "subjectScheme": "x"}],
        "titles": [{"title": "Sub", "titleType": "Subtitle"}, {"title": "Titel", "lang": "de"}, {"title": title}],
        "descriptions": [
            {"description": "How it was made, at length.", "descriptionType": "Methods"},
            {"description": "Kurz gesagt.", "descriptionType": "Abstract", "lang": "de"},
            {"description": f"<p>{text}</p>", "descriptionType": "Abstract", "lang": "en"},
        ],
    }  # fmt: skip
    return {"id": "10.5/x", "type": "dois", "attributes": attributes}


def csl(title: str, text: str) -> dict:
    return {"id": "roe1", "type": "article-journal", "title": title, "abstract": text, "keyword": "U, J", "issued": {}}


def zotero(title: str, text: str) -> dict:
    data = {"key": "K1", "itemType": "book", "title": title, "abstractNote": text, "tags": [{"tag": "U"}, {"tag": "J"}]}
    return {"key": "K1", "version": 1, "library": {}, "meta": {}, "data": data}


def arxiv(title: str, text: str) -> dict:
    return {
        "id": "2001.1", "submitter": "x", "title": title.replace(" ", "\n  ", 1), "categories": "U J",
        "abstract": f"  {text}\n", "versions": [],
    }  # fmt: skip


def doaj(title: str, text: str) -> dict:
    subjects = [{"scheme": "LCC", "code": code, "term": "x"} for code in ("U", "J")]
    return {"id": "d1", "bibjson": {"title": title, "abstract": text, "keywords": ["no"], "subject": subjects}}


LAYOUTS = {
    "https://openalex.org/W1": openalex, "10.1/x": crossref, "10.5/x": datacite, "roe1": csl, "K1": zotero,
    "2001.1": arxiv, "d1": doaj,
}  # fmt: skip
RESPONSES = {
    "a list": lambda records: records,
    "OpenAlex and DOAJ": lambda records: {"meta": {"count": 2, "groups": [{}]}, "results": records, "group_by": []},
    "Crossref": lambda records: {"status": "ok", "message": {"facets": {"x": {}}, "items": records, "rows": 20}},
    "DataCite": lambda records: {"data": records, "meta": {"total": 2}, "links": {"self": "x"}},
    "Solr": lambda records: {"responseHeader": {"status": 0}, "response": {"numFound": 2, "docs": records}},
    "Elasticsearch": lambda records: {"took": 1, "hits": {"total": {"value": 2}, "hits": records}},
}


def parts(record: Record) -> tuple:
    return record.id, record.title, record.text, record.codes


def read(path: Path, content: str) -> list[Record]:
    path.write_text(content, encoding="utf-8")
    return list(read_abstracts([str(path)]))


@pytest.mark.parametrize(
    ("identifier", "layout"), LAYOUTS.items(), ids=[layout.__name__ for layout in LAYOUTS.values()]
)
def test_a_layout_is_read_in_every_shape_of_json(tmp_path, identifier, layout):
    records = [layout(*given) for given in TWO]
    expected = [(identifier, title, text, ("U", "J")) for title, text in TWO]
    for respond in RESPONSES.values():
        for indent in (None, 1):
            content = json.dumps(respond(records), indent=indent)
            assert list(map(parts, read(tmp_path / "a.json", content))) == expected
            assert list(map(parts, read(tmp_path / "export", content))) == expected
    lines = "".join(json.dumps(record) + "\n" for record in records)
    assert list(map(parts, read(tmp_path / "a.jsonl", lines))) == expected
    for around in ("message", "data"):
        one = json.dumps({"status": "ok", around: records[0]})
        assert [parts(record) for name in ("a.json", "a.jsonl") for record in read(tmp_path / name, one)] == [
            expected[0], expected[0]
        ]  # fmt: skip


@pytest.mark.parametrize("response", ["OpenAlex and DOAJ", "Crossref", "DataCite"])
def test_a_response_of_one_line_is_known_from_a_pipe(response):
    content = json.dumps(RESPONSES[response]([crossref(*given) for given in TWO]))
    done = run("corpus", "convert", "-", "-", "--to", "jsonl", given=content + "\n" + content)
    assert [record["text"] for record in done.records] == [ARMY, SOIL] * 2


@pytest.mark.parametrize(
    "layout", [openalex, crossref, datacite, csl, zotero, arxiv], ids=lambda layout: layout.__name__
)
def test_codes_are_added_to_the_records_of_a_response_and_nothing_else_changes(tmp_path, layout):
    records = [layout(*given) for given in TWO]
    for name, content in {
        "a.json": json.dumps({"meta": {"n": 1.50}, "results": records, "z": [1]}, indent=2),
        "b.json": json.dumps({"message": records[0]}),
        "c.jsonl": json.dumps({"message": records[0]}) + "\n",
    }.items():
        (tmp_path / name).write_text(content, encoding="utf-8")
        result, messages = kept(tmp_path / name, "S")
        assert (result.count(b'"codes"'), messages) == (2 if name == "a.json" else 1, [])
        (tmp_path / name).write_bytes(result)
        assert {record.codes for record in read_abstracts([str(tmp_path / name)])} == {("S",)}
        assert re.sub(rb',\s*"codes": \["S"\]', b"", result).decode() == content


def test_own_keys_are_known_in_any_spelling(tmp_path):
    [record] = read(tmp_path / "a.jsonl", json.dumps({"I_D": 7, "Title": "Soils", "Abstract Note": SOIL, "CODES": "S"}))
    assert parts(record) == ("7", "Soils", SOIL, ("S",))
    result, _ = kept(tmp_path / "a.jsonl", "U")
    assert json.loads(result)["CODES"] == "S;U"


def test_own_text_and_codes_count_before_those_of_a_layout(tmp_path):
    [record] = read(tmp_path / "a.jsonl", json.dumps(openalex("x", ARMY) | {"text": SOIL, "codes": ["S"]}))
    assert (record.text, record.codes) == (SOIL, ("S",))


def test_fields_around_a_record_can_be_named(tmp_path):
    (tmp_path / "a.jsonl").write_text(json.dumps({"id": 1, "data": {"body": SOIL}}), encoding="utf-8")
    [record] = read_abstracts([str(tmp_path / "a.jsonl")], fields=Fields(text="data.body"))
    assert (record.id, record.text) == ("1", SOIL)


ERRORS = {
    "OpenAlex": ({"error": "Invalid query", "message": "no such filter"}, "'Invalid query'"),
    "Crossref": ({"status": "failed", "message": [{"type": "y", "message": "Too many"}]}, "'Too many'"),
    "DataCite": ({"errors": [{"status": "404", "title": "It does not exist"}]}, "'It does not exist'"),
    "DOAJ": ({"status": "not_found", "error": "No such article"}, "'No such article'"),
    "Semantic Scholar": ({"message": "Too Many Requests", "code": "429"}, "'Too Many Requests'"),
    "a problem": ({"type": "about:blank", "title": "Not Found", "status": 404}, "'Not Found'"),
}  # fmt: skip


@pytest.mark.parametrize(("body", "message"), ERRORS.values(), ids=ERRORS)
def test_an_error_of_an_api_is_named_and_no_record(tmp_path, body, message):
    for name in ("a.json", "a.jsonl"):
        [record] = read(tmp_path / name, json.dumps(body))
        assert f"it is an API's error, not a record: {message}" in str(record)


@pytest.mark.parametrize(
    "record", [{"title": "Soils", "status": "failed"}, {"id": 1, "message": "Soils"}, {"title": "Soils", "status": 1}]
)
def test_a_record_with_words_of_errors_is_no_error(tmp_path, record):
    [read_as] = read(tmp_path / "a.jsonl", json.dumps(record))
    assert "error" not in str(read_as)


def test_a_response_without_records_has_none(tmp_path):
    [record] = read(tmp_path / "a.json", '{"meta": {"count": 0}, "results": []}')
    assert "the file has no records" in str(record)


def test_a_response_in_json_lines_is_named_with_advice(tmp_path):
    [record] = read(tmp_path / "a.jsonl", json.dumps({"results": [csl(*TWO[0])]}))
    assert "its 'results' seems to hold the records: read it with --input-format json" in str(record)


@pytest.mark.parametrize(
    ("index", "message"),
    [
        ({"soil": [10**12]}, "no position of a word"),
        ({"soil": [-1]}, "no position of a word"),
        ({"soil": [0.5]}, "no position of a word"),
        ({"soil": 5}, "are no list"),
        ({"soil": [0] * 1_000_001}, "longer than"),
        ({"s" * 5_000_000: [0, 1, 2]}, "longer than"),
    ],
)
def test_an_inverted_index_that_is_broken_or_endless_is_named(tmp_path, index, message):
    lines = [{"id": 1, "title": "x", "abstract_inverted_index": index}, openalex(*TWO[0])]
    bad, good = read(tmp_path / "a.jsonl", "".join(json.dumps(line) + "\n" for line in lines))
    assert message in str(bad)
    assert good.text == ARMY


def test_gaps_in_an_inverted_index_are_closed(tmp_path):
    [record] = read(
        tmp_path / "a.jsonl", json.dumps({"title": "x", "abstract_inverted_index": {"b": [9], "a": [0, 4]}})
    )
    assert record.text == "a a b"


def test_the_text_in_the_main_language_is_chosen():
    texts = [("Ein Text", "de"), ("A text", "en-GB"), ("Un texte", "fre")]
    assert [in_language(texts, tag) for tag in ("eng", "FR", "German", "it")] == [
        ["A text"], ["Un texte"], ["Ein Text"], ["Ein Text", "A text", "Un texte"]
    ]  # fmt: skip
    assert in_language([*texts, ("?", None)], "it") == ["?"]
