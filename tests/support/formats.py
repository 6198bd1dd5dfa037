"""A small file of each format, written by hand or by the format's own library, with the same two abstracts in it."""

import gzip
import io
import json
import tarfile
import zipfile

import pyarrow as pa
import pyarrow.parquet
import pymarc

ARMY = "Soldiers, armies and military operations: how armed groups changed the war."
SOIL = "Wheat, soil and fertilizer in field trials on farms; yields of crops."
EXPECTED = [("1", "Étude of the army", ARMY, ("U", "J")), ("2", "Soils", SOIL, ("S",))]
"""Id, title, text and codes of the two, as every reader of records should give them."""

DICTS = [{"id": key, "title": title, "text": text, "codes": list(codes)} for key, title, text, codes in EXPECTED]

DOAJ = [
    {
        "id": key,
        "bibjson": {
            "title": title,
            "abstract": text,
            "subject": [{"scheme": "LCC", "term": "x", "code": code} for code in codes]
            + [{"scheme": "DOAJ", "term": "y", "code": "none"}],
        },
    }
    for key, title, text, codes in EXPECTED
]

RIS = f"""\ufeffProvider: a database

TY  - JOUR
ID  - 1
TI  - Étude of the army
AU  - Roe, J.
AB  - Soldiers, armies and military operations:
how armed groups changed the war.
KW  - U
KW  - J
ER  -

TY  - BOOK
ID  - 2
T1  - Soils
N2  - {SOIL}
KW  - S
XX  - a tag of one's own
ER  -
"""

BIBTEX = rf"""% a comment
@string{{army = "of the army"}}
@article{{1,
  title = "{{\'E}}tude " # army,
  abstract = {{Soldiers, armies and \emph{{military}} operations:
     how armed groups changed the war.}},
  keywords = {{U, J}}
}}
@comment{{jabref-meta: grouping}}
@book(2,
  TITLE = {{{{S}}oils}},
  Abstract = {{{SOIL}}},
  keywords = "S",
)
"""

MEDLINE = f"""
PMID- 1
OWN - NLM
TI  - Étude of
      the army
AB  - Soldiers, armies and military operations:
      how armed groups changed the war.
FAU - Roe, Jane
MH  - U/*history
OT  - *J
SO  - J War. 2020.

PMID- 2
TI  - Soils
AB  - {SOIL}
MH  - *S
SO  - J Soil. 2020.

"""

WEB_OF_SCIENCE = f"""FN Clarivate Analytics Web of Science
VR 1.0
PT J
AU Roe, J
   Doe, J
TI Étude of
   the army
DE U;
   J
ID PLUS
AB Soldiers, armies and military operations:
   how armed groups changed the war.
UT 1
ER

PT B
TI Soils
AB {SOIL}
DE S
UT 2
ER

EF
"""

ENDNOTE = f"""%0 Journal Article
%A Roe, J.
%T Étude of the army
%K U
J
%X Soldiers, armies and military operations:

how armed groups changed the war.
%F 1

%0 Book
%T Soils
%X {SOIL}
%K S
%M 2
%F x
"""

MRK = f"""=LDR  00000nam\\\\a2200000\\a\\4500
=001  1
=050  \\4$aU21$b.A3
=050  \\4$aJ21$b.A3
=084  \\\\$aNK 1$2rvk
=245  10$a{{Eacute}}tude of the army /$cJ. Roe.
=520  \\\\$aSoldiers, armies and military operations:
how armed groups changed the war.
=650  \\0$aArmies

=LDR  00000nam\\\\a2200000\\a\\4500
=001  2
=050  \\4$aS21$b.A3
=084  \\\\$aNK 1$2rvk
=245  10$aSoils /$cJ. Roe.
=520  \\\\$a{SOIL}
=650  \\0$aArmies
"""

XML = '<?xml version="1.0" encoding="UTF-8"?>\n'

JATS = f"""{XML}<!DOCTYPE pmc-articleset PUBLIC "-//NLM//DTD ARTICLE SET 2.0//EN" "https://nowhere.example/jats.dtd">
<pmc-articleset><article xmlns:xlink="http://www.w3.org/1999/xlink"><front><article-meta>
<article-id pub-id-type="publisher-id">x</article-id><article-id pub-id-type="doi">1</article-id>
<article-categories><subj-group><subject>U</subject><subj-group><subject>J</subject></subj-group></subj-group>
</article-categories>
<title-group><article-title>&Eacute;tude of the <italic>army</italic><xref>*</xref></article-title></title-group>
<abstract abstract-type="graphical"><p>A picture.</p></abstract>
<abstract><p>Soldiers, <bold>armies</bold> and military
operations: how armed groups changed the war.</p></abstract>
</article-meta></front><body><p>Not this.</p></body></article>
<article><front><article-meta><article-id pub-id-type="pmid">2</article-id>
<article-categories><subj-group><subject>S</subject></subj-group></article-categories>
<title-group><article-title>Soils</article-title></title-group>
<abstract>{SOIL}</abstract></article-meta></front></article></pmc-articleset>
"""

PUBMED = f"""{XML}<!DOCTYPE PubmedArticleSet PUBLIC "-//NLM//DTD PubMedArticle, 1st January 2024//EN" "x.dtd">
<PubmedArticleSet><PubmedArticle><MedlineCitation><PMID Version="1">1</PMID><Article>
<ArticleTitle>Étude of the <i>army</i></ArticleTitle><Abstract><AbstractText>{ARMY}</AbstractText></Abstract></Article>
<MeshHeadingList><MeshHeading><DescriptorName UI="D1">U</DescriptorName><QualifierName>no</QualifierName></MeshHeading>
<MeshHeading><DescriptorName>J</DescriptorName></MeshHeading></MeshHeadingList></MedlineCitation>
<PubmedData><ReferenceList><Reference><ArticleIdList><ArticleId>99</ArticleId></ArticleIdList></Reference></ReferenceList>
</PubmedData></PubmedArticle>
<PubmedArticle><MedlineCitation><PMID>2</PMID><Article><ArticleTitle>Soils</ArticleTitle>
<Abstract><AbstractText>{SOIL}</AbstractText></Abstract></Article>
<MeshHeadingList><MeshHeading><DescriptorName>S</DescriptorName></MeshHeading></MeshHeadingList>
</MedlineCitation></PubmedArticle></PubmedArticleSet>
"""

_STYLE = '<style face="normal" font="default" size="100%">'
ENDNOTE_XML = f"""{XML}<xml><records><record><database name="My.enl" path="C:\\My.enl">My.enl</database>
<source-app name="EndNote" version="20.1">EndNote</source-app><rec-number>1</rec-number>
<foreign-keys><key app="EN" db-id="x" timestamp="0">9</key></foreign-keys><ref-type name="Journal Article">17</ref-type>
<contributors><authors><author>{_STYLE}Roe, J.</style></author></authors></contributors>
<titles><title>{_STYLE}Étude of </style><style face="italic" font="default" size="100%">the army</style></title>
<secondary-title>{_STYLE}Journal of War</style></secondary-title></titles>
<keywords><keyword>{_STYLE}U</style></keyword><keyword>{_STYLE}J</style></keyword></keywords>
<dates><year>{_STYLE}2020</style></year></dates>
<abstract>{_STYLE}Soldiers, armies and military operations:&#xD;how armed groups changed the war.</style></abstract>
<urls></urls></record><record><rec-number>2</rec-number><ref-type name="Book">6</ref-type>
<titles><title>Soils</title></titles><keywords><keyword>S</keyword></keywords><abstract>{SOIL}</abstract></record>
</records></xml>
"""

_DC = 'xmlns:oai_dc="http://www.openarchives.org/OAI/2.0/oai_dc/" xmlns:dc="http://purl.org/dc/elements/1.1/"'
DC_RECORDS = [
    f"<oai_dc:dc {_DC}><dc:title>Étude of the army</dc:title><dc:identifier>https://x</dc:identifier>"
    f"<dc:description>A note.</dc:description><dc:description>{ARMY}</dc:description>"
    "<dc:subject>U</dc:subject><dc:subject>J</dc:subject></oai_dc:dc>",
    f"<oai_dc:dc {_DC}><dc:title>Soils</dc:title><dc:description>{SOIL}</dc:description>"
    "<dc:subject>S</dc:subject></oai_dc:dc>",
]
_ENVELOPES = [
    f"<record><header><identifier>{key}</identifier></header><metadata>{dc}</metadata></record>"
    for key, dc in enumerate(DC_RECORDS, 1)
]
_DELETED = '<record><header status="deleted"><identifier>gone</identifier></header></record>'
LIST_RECORDS = f"<ListRecords>{_ENVELOPES[0]}{_DELETED}{_ENVELOPES[1]}</ListRecords>"
OAI = (
    f'{XML}<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/"><responseDate>x</responseDate>{LIST_RECORDS}</OAI-PMH>'
)

_ARTICLES = JATS.partition("<pmc-articleset>")[2].removesuffix("</pmc-articleset>\n").split("\n<article>")
PMC_OAI = (
    f'{XML}<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/"><ListRecords>'
    + "".join(
        f"<record><header><identifier>oai:pmc:{number}</identifier></header><metadata>{article}</metadata></record>"
        for number, article in enumerate((_ARTICLES[0], f"<article>{_ARTICLES[1]}"))
    )
    .replace("<article ", '<article xmlns="https://jats.nlm.nih.gov/ns/archiving/1.3/" ')
    .replace("&Eacute;", "É")
    + "</ListRecords></OAI-PMH>"
)
"""Articles of PubMed Central, as its OAI-PMH service delivers them."""


def marc_records() -> list[pymarc.Record]:
    records = []
    for key, title, text, codes in EXPECTED:
        record = pymarc.Record(leader="     nab a22     7u 4500")
        record.add_field(
            pymarc.Field("001", data=key),
            *(_field("050", " 4", a=f"{code}21", b=".A3") for code in codes),
            pymarc.Field(
                "084", pymarc.Indicators(" ", " "), [pymarc.Subfield("a", "NK 1"), pymarc.Subfield("2", "rvk")]
            ),
            _field("245", "10", a=f"{title} /", c="J. Roe."),
            _field("520", "  ", a=text),
            _field("650", " 0", a="Armies"),
        )
        records.append(record)
    return records


def _field(tag: str, indicators: str, **subfields: str) -> pymarc.Field:
    return pymarc.Field(
        tag, pymarc.Indicators(*indicators), [pymarc.Subfield(code, value) for code, value in subfields.items()]
    )


def marc() -> bytes:
    return b"".join(record.as_marc() for record in marc_records())


def marcxml() -> bytes:
    out = io.BytesIO()
    writer = pymarc.XMLWriter(out)
    for record in marc_records():
        writer.write(record)
    writer.close(close_fh=False)
    return out.getvalue()


def parquet() -> bytes:
    out = io.BytesIO()
    pyarrow.parquet.write_table(pa.Table.from_pylist(DICTS), out)
    return out.getvalue()


def excel() -> bytes:
    """A workbook as some programs write it: strings in a part of their own, no styles."""
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    relations = "http://schemas.openxmlformats.org/{}/2006/relationships"
    names = ["id", "title", "text", "codes"]
    cells = [names, *([record["id"], record["title"], record["text"], ";".join(record["codes"])] for record in DICTS)]
    strings = "".join(f"<si><t>{cell}</t></si>" for row in cells for cell in row)
    numbers = iter(range(len(cells) * len(names)))
    cell = '<c t="s"><v>{}</v></c>'
    rows = "".join(f"<row>{''.join(cell.format(next(numbers)) for _ in row)}</row>" for row in cells)
    parts = {
        "[Content_Types].xml": "<Types/>",
        "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{relations.format("officeDocument")}"><sheets>'
        '<sheet name="Data" sheetId="1" r:id="rId1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{relations.format("package")}">'
        '<Relationship Id="rId1" Target="worksheets/sheet1.xml"/></Relationships>',
        "xl/sharedStrings.xml": f'<sst xmlns="{main}">{strings}</sst>',
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{main}"><sheetData>{rows}</sheetData></worksheet>',
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, XML + content)
    return out.getvalue()


def doaj_dump() -> bytes:
    """Two arrays in a folder, and a file beside them that is none."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        contents = {
            "article_batch_1.json": json.dumps(DOAJ[:1]),
            "notes.txt": "[",
            "article_batch_2.json": json.dumps(DOAJ[1:]),
        }
        for name, content in contents.items():
            info = tarfile.TarInfo(f"doaj_article_data/{name}")
            info.size = len(content.encode())
            archive.addfile(info, io.BytesIO(content.encode()))
    return gzip.compress(out.getvalue(), mtime=0)


CROSSREF = [
    {"DOI": key, "title": [title], "abstract": f"<jats:p>{text}</jats:p>", "subject": list(codes)}
    for key, title, text, codes in EXPECTED
]
FEED = "".join(
    f"<entry><id>{key}</id><title>{title}</title><summary>{text}</summary>"
    + "".join(f'<category term="{code}"/>' for code in codes)
    + "</entry>"
    for key, title, text, codes in EXPECTED
)
DATACITE = "".join(
    f"<resource><identifier>{key}</identifier><titles><title>{title}</title></titles><descriptions><description "
    f'descriptionType="Abstract">{text}</description></descriptions><subjects>'
    + "".join(f"<subject>{code}</subject>" for code in codes)
    + "</subjects></resource>"
    for key, title, text, codes in EXPECTED
)

RECORD_FILES = {
    "response.json": json.dumps({"status": "ok", "message": {"facets": {}, "items": CROSSREF}}).encode(),
    "feed.xml": f'{XML}<feed xmlns="http://www.w3.org/2005/Atom">{FEED}</feed>'.encode(),
    "datacite.xml": f"{XML}<resources>{DATACITE}</resources>".encode(),
    "a.json": json.dumps(DICTS).encode(),
    "lines.json": "".join(json.dumps(record) + "\n" for record in DICTS).encode(),
    "a.jsonl": "".join(json.dumps(record) + "\n" for record in DOAJ).encode(),
    "doaj.json": json.dumps(DOAJ, indent=2).encode(),
    "a.csv": f'id,title,text,codes\n1,Étude of the army,"{ARMY}",U;J\n2,Soils,"{SOIL}",S\n'.encode(),
    "a.tsv": f"id\ttitle\tabstract\tcodes\n1\tÉtude of the army\t{ARMY}\tU;J\n2\tSoils\t{SOIL}\tS\n".encode(),
    "a.xlsx": excel(),
    "a.parquet": parquet(),
    "a.ris": RIS.encode(),
    "a.bib": BIBTEX.encode(),
    "a.nbib": MEDLINE.encode(),
    "a.ciw": WEB_OF_SCIENCE.encode(),
    "a.enw": ENDNOTE.encode(),
    "a.mrc": marc(),
    "a.mrk": MRK.encode(),
    "marc.xml": marcxml(),
    "jats.xml": JATS.encode(),
    "pubmed.xml": PUBMED.encode(),
    "endnote.xml": ENDNOTE_XML.encode(),
    "pmc.nxml": PMC_OAI.encode(),
    "oai.xml": OAI.encode(),
    "records.xml": f"{XML}{LIST_RECORDS}".encode(),
    "dump.tar.gz": doaj_dump(),
    "dump.tgz": doaj_dump(),
}
"""Files of records by name, each with the two abstracts of `EXPECTED`."""


def pdf(pages: list[list[str]], title: str | None = None) -> bytes:
    """Return a PDF with lines of text on its pages, as a small program of its own would write it."""
    objects = ["<< /Type /Catalog /Pages 2 0 R >>", ""]
    kids = []
    for lines in pages:
        shown = " T* ".join(f"({line}) Tj" for line in lines)
        stream = f"BT /F1 11 Tf 14 TL 50 780 Td {shown} ET"
        objects.append(f"<< /Length {len(stream)} >>\nstream\n{stream}\nendstream")
        font = "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents {len(objects)} 0 R "
            f"/Resources << /Font << /F1 {font} >> >> >>"
        )
        kids.append(f"{len(objects)} 0 R")
    objects[1] = f"<< /Type /Pages /Kids [{' '.join(kids)}] /Count {len(kids)} >>"
    objects.append(f"<< /Title ({title}) >>" if title else "<< >>")
    return _assembled(objects)


def _assembled(objects: list[str]) -> bytes:
    body, places = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, 1):
        places.append(len(body))
        body += f"{number} 0 obj\n{content}\nendobj\n".encode("latin-1")
    table = "".join(f"{place:010d} 00000 n \n" for place in places)
    size = len(objects) + 1
    trailer = f"trailer\n<< /Size {size} /Root 1 0 R /Info {len(objects)} 0 R >>\nstartxref\n{len(body)}\n%%EOF\n"
    return body + f"xref\n0 {size}\n0000000000 65535 f \n{table}{trailer}".encode()
