"""Test schemes in SKOS and in Annif's formats, and what broken ones get."""

import time

import pytest
from support.program import run, write_records

from classmark.corpus.errors import SchemeError
from classmark.corpus.scheme_files import read_scheme

PREFIXES = "@prefix skos: <http://www.w3.org/2004/02/skos/core#> .\n@prefix : <http://example.org/> .\n"
TURTLE = (
    PREFIXES
    + """@prefix owl: <http://www.w3.org/2002/07/owl#> .
:a a skos:Concept ; skos:prefLabel "Tiere"@de, "Animals"@en ; skos:altLabel "birds", "insects" ; skos:broader :n, :z .
:n a skos:Concept ; skos:prefLabel "Nature"@en ; skos:narrower :p .
:p a skos:Concept ; skos:prefLabel "Pflanzen"@de ; skos:scopeNote "trees and mosses" .
:old a skos:Concept ; owl:deprecated true ; skos:prefLabel "Old"@en .
"""
)
RDF = (
    '<?xml version="1.0"?>{}<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" '
    'xmlns:skos="http://www.w3.org/2004/02/skos/core#"><skos:Concept rdf:about="http://example.org/a">'
    '<skos:prefLabel xml:lang="en">{}</skos:prefLabel></skos:Concept></rdf:RDF>'
)
LAUGHS = '<!DOCTYPE r [<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;&a;">]>'
EXTERNAL = '<!DOCTYPE r [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
NT = (
    "<http://example.org/a> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> "
    "<http://www.w3.org/2004/02/skos/core#Concept> .\n"
)


def scheme_of(tmp_path, name, content):
    (tmp_path / name).write_text(content, encoding="utf-8")
    return read_scheme(str(tmp_path / name))


def test_a_skos_scheme_has_the_uris_as_codes_english_names_parents_and_other_labels_as_scope(tmp_path):
    scheme = scheme_of(tmp_path, "s.ttl", TURTLE)
    assert [(code.code.rpartition("/")[2], code.name, code.scopes) for code in scheme.codes] == [
        ("a", "Animals", ("birds; insects",)),
        ("n", "Nature", ()),
        ("p", "Pflanzen", ("trees and mosses",)),
    ]
    assert [code.parent for code in scheme.codes] == ["http://example.org/n", None, "http://example.org/n"]
    assert scheme.resolve("http://example.org/a") == "http://example.org/a"


def test_notations_are_the_codes_if_all_concepts_have_one(tmp_path):
    one = ':a a skos:Concept ; skos:notation "1" .\n:b a skos:Concept ; skos:broader :a ; skos:notation "{}" .'
    distinct = scheme_of(tmp_path, "s.ttl", PREFIXES + one.format("1.1"))
    assert [(code.code, code.parent) for code in distinct.codes] == [("1", None), ("1.1", "1")]
    same = scheme_of(tmp_path, "s.ttl", PREFIXES + one.format("1"))
    assert [code.code for code in same.codes] == ["http://example.org/a", "http://example.org/b"]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("s.nt", NT),
        ("s.rdf", RDF.format("", "Soil")),
        ("s.xml", RDF.format("", "Soil")),
        ("s.tsv", "<http://example.org/a>\tSoil\nhttp://example.org/old\n"),
        ("s.csv", "uri,label_de,label_en,notation\nhttp://example.org/a,Boden,Soil,\n"),
    ],
)
def test_other_formats_are_read_by_their_endings(tmp_path, name, content):
    [code] = scheme_of(tmp_path, name, content).codes
    assert code.code == "http://example.org/a"
    assert code.name == (code.code if name == "s.nt" else "Soil")


def test_annif_notations_are_codes(tmp_path):
    scheme = scheme_of(tmp_path, "s.tsv", "<http://example.org/a>\tSoil\t1\n<http://example.org/b>\tSoil\t2\n")
    assert [(code.code, code.name) for code in scheme.codes] == [("1", "Soil"), ("2", "Soil")]


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("s.ttl", PREFIXES, "the scheme has no concepts"),
        ("s.ttl", PREFIXES + "[] a skos:Concept .", "the scheme has no concepts"),
        ("s.ttl", PREFIXES + ":a a skos:Concept ;;; [ .\n", "line 3: not sound Turtle"),
        ("s.ttl", PREFIXES + ":a :b " + "[ :b " * 50_000, "line 3: nested too deep"),
        ("s.ttl", PREFIXES + ":a a skos:Concept ; skos:broader :a .", "'http://example.org/a' is its own parent"),
        (
            "s.ttl",
            PREFIXES + ":a a skos:Concept ; skos:broader :b .\n:b a skos:Concept ; skos:broader :a .",
            "the code 'http://example.org/a' is its own ancestor",
        ),
        ("s.ttl", PREFIXES + ':a a skos:Concept ; skos:prefLabel "' + "\\t" * 500_000 + '" .', "line 3: a text or URI"),
        ("s.nt", NT.replace("/a>", "/" + "a" * 2_000 + ">"), "has 2,019 letters"),
        ("s.rdf", RDF.format("", "x" * 1_000_000), "a text of more than 100,000 bytes"),
        ("s.rdf", RDF.format("", "<![CDATA[" + "<\n" * 500_000 + "]]>"), "a text of more than 100,000 letters"),
        ("s.rdf", RDF.format(LAUGHS, "&b;"), "declares entities"),
        ("s.rdf", RDF.format(EXTERNAL, "&a;"), "declares entities"),
        ("s.rdf", RDF.format("", "<b>"), "line 1: not sound XML"),
        ("s.jsonld", '{"@context": "http://example.org/c"}', "JSON-LD is not read"),
        ("s.tsv", "<http://e.org/a>\tx\n<http://e.org/a>\ty\n", "line 2: the URI 'http://e.org/a' stands twice"),
        ("s.csv", "code,name\na,x\nA,y\n", "the codes 'a' and 'A' differ only in case"),
        ("s.csv", "code,name\n\u00e9,x\ne\u0301,y\n", "normal form"),
        ("s.csv", "code,name\na b,x\na  b,y\n", "blanks"),
        ("s.csv", "code,name\n" + "a" * 1_000_000 + ",x\n", "line 2: the code 'aaa"),
        ("s.csv", "code,name,parent\na,x,a\n", "the code 'a' is its own parent"),
    ],
)
def test_a_broken_scheme_is_refused_in_a_sentence(tmp_path, name, content, message):
    with pytest.raises(SchemeError, match=r"^[^\n]+$") as caught:
        scheme_of(tmp_path, name, content)
    assert message in str(caught.value)
    assert len(str(caught.value)) < 400


def test_skos_that_is_not_utf_8_is_refused(tmp_path):
    (tmp_path / "s.ttl").write_bytes(b"\xff")
    done = run("codes", "--scheme", tmp_path / "s.ttl")
    assert (done.code, done.out) == (1, "")
    assert "not UTF-8 at byte 0" in done.err


def test_codes_of_a_corpus_may_be_uris_in_angle_brackets(tmp_path):
    scheme_of(tmp_path, "s.ttl", TURTLE)
    soil = (
        "Soils in dry years, and what the birds and insects that live in them do to wheat, maize, barley, oats and rye"
    )
    codes = ["<http://example.org/a>", "http://example.org/p", "<http://example.org/none>"]
    write_records(tmp_path / "c.jsonl", [{"id": "1", "title": "Soil", "text": soil, "codes": codes}])
    done = run("corpus", "check", "c.jsonl", "--scheme", "s.ttl", cwd=tmp_path)
    assert done.out.count("fits nowhere in the scheme") == 1
    assert "the code 'http://example.org/none' fits nowhere in the scheme" in done.out


def test_the_top_of_each_code_of_a_long_chain_is_found_in_linear_time(tmp_path):
    rows = "\n".join(f"c{i},x,{f'c{i - 1}' if i else ''}" for i in reversed(range(100_000)))
    scheme = scheme_of(tmp_path, "s.csv", "code,name,parent\n" + rows)
    start = time.monotonic()
    assert {scheme.top(code.code) for code in scheme.codes} == {"c0"}
    assert time.monotonic() - start < 10
