"""XML of APIs and repositories: each kind of metadata alone, in OAI-PMH, from a pipe; languages, lists, errors."""

from pathlib import Path

import pytest
from support.annotating import kept
from support.formats import ARMY, DC_RECORDS, RECORD_FILES, SOIL, XML
from support.program import run

from classmark.corpus.abstract import Record, Unreadable
from classmark.corpus.errors import IncompleteInputWarning
from classmark.corpus.fields import Fields
from classmark.corpus.input.read import read_abstracts

TITLE = "Étude of the army"
KURZ = "Soldaten, Armeen und Feldzüge, und wie bewaffnete Gruppen den Krieg verändern, ausführlich dargestellt."

ARXIV = (
    f'<arXiv xmlns="http://arxiv.org/OAI/arXiv/"><id>2001.1</id><authors><author><keyname>Roe</keyname></author></authors>'
    f"<title>Étude of\n  the army</title><categories>U J</categories><abstract>  {ARMY}\n</abstract></arXiv>"
)
RAW = ARXIV.replace("arXiv xmlns", "arXivRaw xmlns").replace("</arXiv>", "</arXivRaw>")
ENTRY = (
    f"<entry><id>http://arxiv.org/abs/2001.1v1</id><title>{TITLE}</title><summary> {ARMY}\n</summary>"
    '<author><name>Roe</name></author><link title="pdf" href="x"/>'
    '<arxiv:primary_category xmlns:arxiv="http://arxiv.org/schemas/atom" term="U"/><category term="U"/>'
    '<category term="J" scheme="x"/></entry>'
)
DATACITE = (
    '<resource xmlns="http://datacite.org/schema/kernel-4"><identifier identifierType="DOI">10.5/x</identifier>'
    f'<titles><title xml:lang="de">Titel</title><title xml:lang="en">{TITLE}</title>'
    '<title titleType="Subtitle" xml:lang="en">Sub</title></titles><subjects><subject>U</subject>'
    '<subject subjectScheme="x">J</subject></subjects><language>eng</language><descriptions>'
    f'<description descriptionType="Methods">{KURZ}{KURZ}</description>'
    f'<description descriptionType="Abstract" xml:lang="de">{KURZ}</description>'
    f'<description descriptionType="Abstract" xml:lang="en">{ARMY}</description></descriptions>'
    "<relatedItems><relatedItem><titles><title>No</title></titles></relatedItem></relatedItems></resource>"
)
OPENAIRE = (
    '<oaire:resource xmlns:oaire="http://namespace.openaire.eu/schema/oaire/" xmlns:datacite="http://datacite.org/'
    f'schema/kernel-4" xmlns:dc="http://purl.org/dc/elements/1.1/"><datacite:titles><datacite:title>{TITLE}'
    "</datacite:title></datacite:titles><datacite:subjects><datacite:subject>U</datacite:subject><datacite:subject>J"
    f"</datacite:subject></datacite:subjects><dc:description>{ARMY}</dc:description></oaire:resource>"
)
DIM = (
    '<dim:dim xmlns:dim="http://www.dspace.org/xmlns/dspace/dim">'
    + "".join(
        f'<dim:field mdschema="dc" element="{element}" {more}>{text}</dim:field>'
        for element, more, text in (
            ("contributor", 'qualifier="author"', "Roe"),
            ("identifier", 'qualifier="uri"', "http://hdl.handle.net/1/2"),
            ("description", "", "A longer note about funding, submission, provenance and all the rest of it." * 2),
            ("description", 'qualifier="abstract" lang="de_DE"', KURZ),
            ("description", 'qualifier="abstract" lang="en"', ARMY),
            ("language", 'qualifier="iso"', "en"),
            ("subject", 'lang="en"', "U"),
            ("subject", 'qualifier="other"', "J"),
            ("title", 'lang="de"', "Titel"),
            ("title", 'lang="en"', TITLE),
            ("title", 'qualifier="alternative"', "Other"),
        )
    )
    + "</dim:dim>"
)
MODS = (
    '<mods xmlns="http://www.loc.gov/mods/v3"><titleInfo type="alternative"><title>No</title></titleInfo>'
    "<titleInfo><nonSort>Étude</nonSort><title>of the army</title></titleInfo>"
    '<language><languageTerm type="code">eng</languageTerm></language>'
    f'<abstract type="summary">No.</abstract><abstract lang="ger">{KURZ}</abstract>'
    f'<abstract lang="eng">{ARMY}</abstract>'
    "<subject><topic>U</topic><geographic>x</geographic></subject><subject><topic>J</topic></subject>"
    '<relatedItem><titleInfo><title>Journal</title></titleInfo></relatedItem><identifier type="doi">10.1/m</identifier>'
    "</mods>"
)
METADATA = {
    "arXiv": (ARXIV, "2001.1"),
    "arXivRaw": (RAW, "2001.1"),
    "DataCite": (DATACITE, "10.5/x"),
    "OpenAIRE": (OPENAIRE, ""),
    "DIM": (DIM, "http://hdl.handle.net/1/2"),
    "MODS": (MODS, "10.1/m"),
}


def listed(*metadata: str, token: str = "") -> str:
    """Return a response of OAI-PMH, with a deleted record at its start."""
    deleted = '<record><header status="deleted"><identifier>gone</identifier></header></record>'
    records = "".join(
        f"<record><header><identifier>oai:x:{number}</identifier></header><metadata>{held}</metadata>"
        "<about><provenance><identifier>oai:other</identifier></provenance></about></record>"
        for number, held in enumerate(metadata, 1)
    )
    return (
        f'{XML}<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/"><ListRecords>{deleted}{records}'
        f"<resumptionToken>{token}</resumptionToken></ListRecords></OAI-PMH>"
    )


def read(path: Path, content: str, **fields: str) -> list[Record]:
    path.write_text(content, encoding="utf-8")
    return list(read_abstracts([str(path)], fields=Fields(**fields)))


def parts(record: Record) -> tuple:
    return record.title, record.text, record.codes


@pytest.mark.parametrize("name", METADATA)
def test_metadata_is_read_alone_and_in_oai_pmh(tmp_path, name):
    metadata, identifier = METADATA[name]
    expected = TITLE, ARMY, ("U", "J")
    for content in (metadata, XML + metadata, f"<all>{metadata}</all>"):
        for path in (tmp_path / "a.xml", tmp_path / "export"):
            [record] = read(path, content)
            assert (record.id, *parts(record)) == (identifier or f"{path}, record 1", *expected)
    first, second = read(tmp_path / "a.xml", listed(metadata, metadata))
    assert (first.id, second.id) == (identifier or "oai:x:1", identifier or "oai:x:2")
    assert [parts(first), parts(second)] == [expected] * 2


@pytest.mark.parametrize("name", ["arXiv", "DataCite", "DIM", "MODS"])
def test_metadata_is_known_from_a_pipe(name):
    done = run("corpus", "convert", "-", "-", "--to", "jsonl", given=METADATA[name][0])
    assert [(record["title"], record["text"]) for record in done.records] == [(TITLE, ARMY)]


def test_any_known_metadata_is_read_in_oai_pmh(tmp_path):
    marc = RECORD_FILES["marc.xml"].decode().partition("<record")[2].partition("</record>")[0]
    slim = f'<record xmlns="http://www.loc.gov/MARC21/slim"{marc}</record>'.replace(' xmlns=""', "")
    article = f"<article><front><article-meta><abstract>{ARMY}</abstract></article-meta></front></article>"
    wrapped = f"<oai_datacite><schemaVersion>4</schemaVersion><payload>{DATACITE}</payload></oai_datacite>"
    records = read(tmp_path / "a.xml", listed(slim, article, DC_RECORDS[0], ARXIV, wrapped, DIM, MODS))
    assert [record.text for record in records] == [ARMY] * 7
    assert [record.id for record in records[1:3]] == ["oai:x:2", "oai:x:3"]


def test_a_feed_of_arxiv_is_read(tmp_path):
    feed = f'{XML}<feed xmlns="http://www.w3.org/2005/Atom"><title>Query</title><id>x</id>{ENTRY}{ENTRY}</feed>'
    first, second = read(tmp_path / "a.xml", feed)
    assert (first.id, *parts(first)) == ("http://arxiv.org/abs/2001.1v1", TITLE, ARMY, ("U", "J"))
    assert parts(second) == parts(first)


def test_an_error_of_arxiv_is_named(tmp_path):
    entry = "<entry><id>http://arxiv.org/api/errors#bad</id><title>Error</title><summary>bad id</summary></entry>"
    [record] = read(tmp_path / "a.xml", f'<feed xmlns="http://www.w3.org/2005/Atom">{entry}</feed>')
    assert "it is an API's error, not a record: 'bad id'" in str(record)


def test_an_error_of_oai_pmh_is_named(tmp_path):
    [record] = read(tmp_path / "a.xml", '<OAI-PMH><error code="noRecordsMatch">Nothing there</error></OAI-PMH>')
    assert "it is an error of OAI-PMH, not a list: noRecordsMatch: Nothing there" in str(record)


@pytest.mark.parametrize("name", ["entry", "resource"])
def test_an_element_of_another_kind_is_named(tmp_path, name):
    [record] = read(tmp_path / "a.xml", f"<all><{name}><word>soil</word></{name}></all>")
    assert f"the element '{name}' has no title (it has: word); name its fields with --text-field" in str(record)
    [record] = read(tmp_path / "a.xml", f"<all><{name}><word>soil</word></{name}></all>", text="word")
    assert record.text == "soil"


def test_a_list_that_goes_on_is_told_once(tmp_path, model):
    for name in "abc":
        (tmp_path / f"{name}.xml").write_text(listed(ARXIV, token="next" if name < "c" else ""), encoding="utf-8")
    done = run("predict", ".", "--model", model, cwd=tmp_path)
    assert (done.code, len(done.lines)) == (0, 3)
    assert done.err.count("a part of a list, which goes on (its resumptionToken is not empty)") == 1
    assert "a.xml" in done.err
    with pytest.warns(IncompleteInputWarning):
        read(tmp_path / "a.xml", listed(ARXIV, token="next"))


DC = '<oai_dc:dc xmlns:oai_dc="o" xmlns:dc="http://purl.org/dc/elements/1.1/">{}</oai_dc:dc>'


@pytest.mark.parametrize(
    ("inside", "title", "text"),
    [
        (
            '<dc:title xml:lang="de-DE">Heer</dc:title><dc:title xml:lang="en-US">Army</dc:title><dc:language>eng'
            '</dc:language><dc:description xml:lang="de-DE">{KURZ}</dc:description>'
            '<dc:description xml:lang="en-US">{ARMY}</dc:description><dc:description>x</dc:description>',
            "Army",
            ARMY,
        ),
        (
            '<dc:title xml:lang="en">Army</dc:title><dc:description xml:lang="de">{KURZ}</dc:description>'
            '<dc:description xml:lang="en">{ARMY}</dc:description>',
            "Army",
            ARMY,
        ),
        ("<dc:title>Army</dc:title><dc:description>{ARMY}</dc:description><dc:description>x</dc:description>",
         "Army", ARMY),
        (
            '<dc:title>Army</dc:title><dc:description>{KURZ}</dc:description><dcterms:abstract xmlns:dcterms="t">{ARMY}'
            "</dcterms:abstract>",
            "Army",
            ARMY,
        ),
    ],
    ids=["the record's language", "the title's language", "the longest", "the abstract"],
)  # fmt: skip
def test_dublin_core_gives_the_abstract_in_the_main_language(tmp_path, inside, title, text):
    content = DC.format(inside.replace("{KURZ}", KURZ).replace("{ARMY}", ARMY))
    for given in (content, listed(content)):
        [record] = read(tmp_path / "a.xml", given)
        assert (record.title, record.text) == (title, text)


@pytest.mark.parametrize("attribute", ["", ' xml:lang="en"'])
def test_jats_gives_the_untyped_abstract_in_the_main_language(tmp_path, attribute):
    abstracts = [
        f'<abstract abstract-type="teaser" xml:lang="en"><p>{SOIL}</p></abstract>',
        f'<abstract xml:lang="en"><p>{ARMY}</p></abstract>',
        f'<abstract xml:lang="de"><p>{KURZ}</p></abstract>',
    ]
    for order in (abstracts, abstracts[::-1]) if attribute else (abstracts,):
        meta = f"<front><article-meta>{''.join(order)}</article-meta></front>"
        [record] = read(tmp_path / "a.xml", f"<article{attribute}>{meta}</article>")
        assert record.text == ARMY


def test_pubmed_falls_back_on_another_abstract(tmp_path):
    other = f"<OtherAbstract Type='Publisher'><AbstractText>{ARMY}</AbstractText></OtherAbstract>"
    for inside, text in ((other, ARMY), (f"<Abstract><AbstractText>{SOIL}</AbstractText></Abstract>{other}", SOIL)):
        content = f"<PubmedArticle><ArticleTitle>x</ArticleTitle>{inside}</PubmedArticle>"
        assert [record.text for record in read(tmp_path / "a.xml", content)] == [text]


@pytest.mark.parametrize(
    ("metadata", "fields", "expected"),
    [
        (ARXIV, {"title": "keyname", "text": "title", "codes": "id", "id": "keyname"},
         ("Roe", "Roe", TITLE, ("2001.1",))),
        (ENTRY, {"title": "name", "text": "title", "codes": "id", "id": "name"},
         ("Roe", "Roe", TITLE, ("http://arxiv.org/abs/2001.1v1",))),
        (DATACITE, {"title": "identifier", "text": "subject", "codes": "language", "id": "language"},
         ("eng", "10.5/x", "U", ("eng",))),
        (DIM, {"title": "dc.title.alternative", "text": "dc.title", "codes": "subject.other", "id": "language.iso"},
         ("en", "Other", TITLE, ("J",))),
        (MODS, {"title": "geographic", "text": "topic", "codes": "languageTerm", "id": "geographic"},
         ("x", "x", "U", ("eng",))),
    ],
    ids=["arXiv", "feed", "DataCite", "DIM", "MODS"],
)  # fmt: skip
def test_fields_can_be_named(tmp_path, metadata, fields, expected):
    [record] = read(tmp_path / "a.xml", metadata, **fields)
    assert (record.id, *parts(record)) == expected


def keep(path: Path, content: str, *codes: str, field: str | None = None) -> tuple[str, list[str]]:
    path.write_text(content, encoding="utf-8")
    result, messages = kept(path, *codes, field=field)
    return result.decode(), messages


FEED = f'<feed xmlns="http://www.w3.org/2005/Atom"><title>Query</title>{ENTRY}</feed>'
JATS = (
    "<article><front><article-meta><article-categories><subj-group><subject>U</subject><subj-group><subject>J</subject>"
    f"</subj-group></subj-group></article-categories><abstract>{ARMY}</abstract></article-meta></front></article>"
)
SUBJECTS = {
    "DataCite": (DATACITE, "<subject>{}</subject>"),
    "OpenAIRE": (OPENAIRE, "<datacite:subject>{}</datacite:subject>"),
    "DIM": (DIM, '<dim:field mdschema="dc" element="subject">{}</dim:field>'),
    "MODS": (MODS, "<subject><topic>{}</topic></subject>"),
    "Dublin Core": (DC_RECORDS[0], "<dc:subject>{}</dc:subject>"),
    "a feed": (FEED, '<category term="{}"/>'),
    "JATS": (JATS, "<subj-group><subject>{}</subject></subj-group>"),
}


@pytest.mark.parametrize("name", SUBJECTS)
def test_codes_are_added_as_subjects_and_nothing_else_changes(tmp_path, name):
    metadata, subject = SUBJECTS[name]
    for content in (metadata, f"<!-- ü -->\n<all>{metadata}{metadata}</all>", listed(metadata)):
        before = read(tmp_path / "a.xml", content)
        result, messages = keep(tmp_path / "a.xml", content, "X&Y", "U")
        assert messages == []
        assert result.count(subject.format("X&amp;Y")) == len(before)
        assert result.replace(subject.format("X&amp;Y"), "") == content
        assert [record.codes for record in read(tmp_path / "a.xml", result)] == [("U", "J", "X&Y")] * len(before)


def test_added_subjects_are_indented_like_their_neighbours(tmp_path):
    content = DATACITE.replace("><", ">\n  <")
    result, _ = keep(tmp_path / "a.xml", content, "S")
    assert result.replace("\n  <subject>S</subject>", "") == content


@pytest.mark.parametrize(
    ("content", "added"),
    [
        (
            "<resource><titles><title>Soil</title></titles><descriptions/></resource>",
            "</titles><subjects><subject>S</subject></subjects>",
        ),
        ("<mods><titleInfo><title>Soil</title></titleInfo></mods>", "</titleInfo><subject><topic>S</topic></subject>"),
        ("<x:dc xmlns:x='d'><x:title>Soil</x:title></x:dc>", "</x:title><x:subject>S</x:subject>"),
        ("<feed><entry><title>Soil</title></entry></feed>", '</title><category term="S"/>'),
        (
            "<article><front><article-meta><article-id>1</article-id><title-group><article-title>Soil</article-title>"
            "</title-group></article-meta></front></article>",
            "</article-id><article-categories><subj-group><subject>S</subject></subj-group></article-categories>",
        ),
    ],
    ids=["DataCite", "MODS", "Dublin Core", "a feed", "JATS"],
)
def test_a_record_without_subjects_gets_its_first(tmp_path, content, added):
    result, messages = keep(tmp_path / "a.xml", content, "S")
    assert (added in result, messages) == (True, [])
    assert [record.codes for record in read(tmp_path / "a.xml", result)] == [("S",)]


def test_related_and_deleted_records_get_no_codes(tmp_path):
    related = MODS.replace("</relatedItem>", "<subject><topic>No</topic></subject></relatedItem>")
    result, _ = keep(tmp_path / "a.xml", listed(related), "S")
    assert "<topic>J</topic></subject><subject><topic>S</topic></subject>" in result
    assert result.count("<topic>S</topic>") == 1


def test_a_record_without_a_place_for_subjects_is_copied_and_named(tmp_path):
    bad = "<resource><titles><title>Soil</title></titles><subjects/></resource>"
    result, [message] = keep(tmp_path / "a.xml", f"<all>{bad}{DATACITE}</all>", "S")
    assert bad in result
    assert result.count("<subject>S</subject>") == 1
    assert "record 1: its element 'subjects' is empty; remove it first; the record is written unchanged" in message


def test_dublin_core_takes_codes_in_a_field_that_is_named(tmp_path):
    result, _ = keep(tmp_path / "a.xml", DC_RECORDS[0], "S", field="type")
    assert "<dc:subject>J</dc:subject><dc:type>S</dc:type>" in result


def test_formats_without_subjects_are_refused(tmp_path, model):
    (tmp_path / "a.xml").write_text(ARXIV, encoding="utf-8")
    done = run("predict", "a.xml", "--keep", "--model", model, cwd=tmp_path)
    assert done.code == 2
    assert "codes can't be added to a record of this format" in done.err


def test_millions_of_tokens_are_bounded(tmp_path):
    content = "<OAI-PMH>" + "<resumptionToken></resumptionToken>" * 400_000
    assert all(isinstance(record, Unreadable) for record in read(tmp_path / "a.xml", content))
