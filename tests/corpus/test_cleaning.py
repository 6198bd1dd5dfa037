r"""Test that texts are read with whole words, and without what publishers' pages put around them."""

import json
import time

import pytest
from support.program import ABSTRACTS, run, write_records

from classmark.corpus import read_abstracts
from classmark.corpus.boilerplate import without_boilerplate
from classmark.corpus.cleaning import cleaned
from classmark.corpus.fields import DEFAULT_FIELDS
from classmark.corpus.formats import FORMATS
from classmark.corpus.latex_macros import without_macros
from classmark.corpus.line_breaks import join_broken_words

TEXT = "Soil erodes in wind. We measured it."
AS_THEY_ARE = [
    "Abstract algebra is a field.",
    "Abstract Expressionism emerged in New York. It was painted.",
    "Summary statistics are given.",
    "Key words are searched. The keyword index is better.",
    "Copyright law protects works. In 2010, copyright was extended to cover maps.",
    "Two keywords were sought. They were not found in any of the records.",
    "We tested (a) x, (b) y and (c) z.",
    "Keywords: war; army",
    "© 2015 IEEE.",
]
IN_FRONT = [
    "Abstract: ", "ABSTRACT\n", "Abstract\r\n\r\n", "## Abstract\n\n", "**Abstract**\n\n", "**Abstract:** ",
    "Abstract—", "Abstract", "Summary: ", "Zusammenfassung: ", "Résumé\n", "© 2015 IEEE. ", "Copyright © 2015 Wiley\n",
    "© 2015 Elsevier B.V. All rights reserved. ",
]  # fmt: skip
BEHIND = [
    " Keywords: soil; wind; erosion", "\nKeywords: soil, wind.", "\n\nKey words\nsoil\nwind", "\n\n**Keywords:** soil",
    " Index Terms—soil, wind.", "\nSchlüsselwörter: Boden, Wind", " Mots-clés : sol ; vent",
    " © 2015 Elsevier B.V. All rights reserved.", " Copyright © 2010 John Wiley & Sons, Ltd.",
    " (C) 2003 Elsevier Ltd. All rights reserved.", " © The Author(s) 2020.",
    " 2012 Elsevier Inc. All rights reserved.",
    " This article is protected by copyright. All rights reserved.", " Copyright 2004 American Society.",
    " Keywords: soil; wind. © 2020 The Authors. All rights reserved.",
    "\n© 2012 Elsevier Inc. All rights reserved.\nKeywords: soil",
    " All Rights Reserved", " COPYRIGHT 2004 AMERICAN SOCIETY", " ALL RIGHTS RESERVED.",
]  # fmt: skip


@pytest.mark.parametrize("text", AS_THEY_ARE)
def test_texts_that_only_look_like_it_stay(text):
    assert without_boilerplate(text) == text


@pytest.mark.parametrize("text", [*(front + TEXT for front in IN_FRONT), *(TEXT + behind for behind in BEHIND)])
def test_headings_keywords_and_copyright_lines_are_left_out(text):
    assert without_boilerplate(text) == TEXT


@pytest.mark.parametrize(
    ("broken", "whole"),
    [
        ("classifi-\ncation", "classification"),
        ("micro-\r\n  scopic", "microscopic"),
        ("electro-\nencepha-\nlogram", "electroencephalogram"),
        ("in-\ndependent", "independent"),
        ("under-\nstanding", "understanding"),
        ("evidence-\nbased", "evidence-based"),
        ("time-\ndependent", "time-dependent"),
        ("self-\nesteem", "self-esteem"),
        ("state-of-\nthe-art", "state-of-the-art"),
        ("state-\nof-the-art", "state-of-the-art"),
        ("X-\nray", "X-ray"),
        ("EU-\nMembers", "EU-Members"),
        ("phase-\nout, a phase-out", "phase-out, a phase-out"),
        ("a dose-\nresponse, doseresponse", "a doseresponse, doseresponse"),
        ("1990-\n1995", "1990-\n1995"),
        ("- item\n- item", "- item\n- item"),
        ("the end -\nand more", "the end -\nand more"),
    ],
)
def test_words_broken_at_line_ends_are_joined_and_compounds_keep_their_hyphen(broken, whole):
    assert join_broken_words(broken) == whole


@pytest.mark.parametrize(
    ("latex", "words"),
    [
        (r"\href{https://example.org/a_b}{this soil}", "this soil"),
        (r"the \textbf{red \emph{soil}}", "the red soil"),
        (r"soil \cite[p. 3]{smith} and \ref{fig:1} wheat", "soil and wheat"),
    ],
)
def test_macros_of_latex_keep_their_text(latex, words):
    assert " ".join(without_macros(latex).replace("{", " ").replace("}", " ").split()) == words


def test_all_formats_are_cleaned_and_a_clean_text_gets_the_same_scores(tmp_path):
    dirty = "Abstract: The army and its sol-\ndiers fought a war; the com\u00admanders\u200b lost. © 2020 The Authors."
    clean = "The army and its soldiers fought a war; the commanders lost."
    rows = [{"id": "a", "title": "War", "text": dirty}, {"id": "b", "title": "War", "text": clean}]
    first, second = run("predict", write_records(tmp_path / "a.jsonl", rows), "--format", "jsonl").records
    assert first["ranking"] == second["ranking"]
    assert first["known"] == second["known"] == 1.0
    quoted = dirty.replace("\n", "&#10;")
    files = {
        "a.csv": f'id,title,text\na,War,"{dirty}"\n',
        "a.txt": f"War\n\n{dirty}",
        "a.md": f"# War\n\n## Abstract\n\n{dirty.removeprefix('Abstract: ')}",
        "a.bib": f"@article{{a, title = {{War}}, abstract = {{{dirty}}}}}",
        "a.xml": f"<article><front><article-meta><article-title>War</article-title><abstract><p>{quoted}</p></abstract>"
        "</article-meta></front></article>",
    }
    for name, content in files.items():
        (tmp_path / name).write_text(content, encoding="utf-8")
        [record] = read_abstracts([str(tmp_path / name)])
        text = " ".join(record.text.replace("\u00ad", "").replace("\u200b", "").split())
        assert (record.title, text) == ("War", clean), name


def test_the_heading_of_an_abstract_is_no_title(tmp_path):
    (tmp_path / "a.txt").write_text("Abstract\n\nSoil erodes.", encoding="utf-8")
    [record] = read_abstracts([str(tmp_path / "a.txt")])
    assert (record.title, record.text) == ("", "Soil erodes.")


@pytest.mark.parametrize(
    "text", ["<p>one</p><p>two</p>", "one<br/>two", "<ul><li>one</li><li>two</li></ul>", "one<h2>two</h2>"]
)
def test_blocks_of_markup_are_joined_with_a_blank(tmp_path, text):
    jats = f"<article><front><article-meta><abstract>{text}</abstract></article-meta></front></article>"
    (tmp_path / "a.xml").write_text(jats, encoding="utf-8")
    [record] = read_abstracts([str(tmp_path / "a.xml")])
    assert record.text == "one two"


def test_the_shipped_corpus_is_clean_so_that_its_model_stays_the_same():
    for path in sorted(ABSTRACTS.glob("*.jsonl")):
        with path.open("rb") as stream:
            records = list(FORMATS["jsonl"].reader(stream, str(path), DEFAULT_FIELDS))
        assert [cleaned(record) for record in records] == records


HALVES = [(f"{'a' * (2 + i % 37)}-", "a" * (1 + i // 37 % 37)) for i in range(10_000)]


@pytest.mark.parametrize(
    "text",
    [
        "x-\n" * 1_000_000,
        "a" * 19_000 + " " + " ".join("\n".join(halves) for halves in HALVES),
        "keywords:\n" * 500_000,
        ". © " * 500_000,
        "\n" * 3_000_000 + "word",
        "\\cite" * 600_000,
    ],
    ids=["broken words", "words in words", "keywords", "copyright", "empty lines", "macros"],
)
def test_hostile_texts_are_cleaned_in_time(tmp_path, text):
    (tmp_path / "a.jsonl").write_text(json.dumps({"text": text}), encoding="utf-8")
    start = time.process_time()
    list(read_abstracts([str(tmp_path / "a.jsonl")]))
    assert time.process_time() - start < 3
