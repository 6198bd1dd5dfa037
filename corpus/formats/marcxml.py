"""MARCXML, MARC 21 in XML (https://www.loc.gov/standards/marcxml/)."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable
from typing import IO, Any

from classmark.corpus.abstract import Abstract, Place, Record
from classmark.corpus.errors import CorpusError
from classmark.corpus.fields import Fields

from .format import Labelled, library
from .marc_fields import MarcField, abstract_of, codes_to_add, written
from .xml_text import local

_SLIM = "http://www.loc.gov/MARC21/slim"
_START = f'<?xml version="1.0" encoding="UTF-8"?>\n<collection xmlns="{_SLIM}">\n'
_LEADER = "     nab a22     7u 4500"
_NOT_IN_XML = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def read_marc_element(element: Any, place: Place, fields: Fields) -> Record:
    """Read an element ``record``."""
    record = [_field(child) for child in element if local(child) in {"controlfield", "datafield"}]
    raw = fields.raw("xml", _as_written(element, place.source)) if fields.with_raw else None
    return abstract_of(record, place, fields, raw)


def _as_written(element: Any, source: str) -> bytes:
    written: bytes = library("lxml.etree", "xml", source).tostring(element, encoding="UTF-8", with_tail=False)
    return written


def _field(element: Any) -> MarcField:
    tag = element.get("tag") or ""
    if local(element) == "controlfield":
        return MarcField(tag, (("", element.text or ""),))
    return MarcField(
        tag, tuple((part.get("code") or "", part.text or "") for part in element if local(part) == "subfield")
    )


def write_marcxml(abstracts: Iterable[Abstract], out: IO[bytes]) -> None:
    """Write a collection of records with 001, 084, 245 and 520."""
    _write((_record(written(abstract)) for abstract in abstracts), out)


def keep_marcxml(labelled: Iterable[Labelled], out: IO[bytes]) -> None:
    """Write a collection of the records as they were, with a field for each code that they lack."""
    _write((_kept(abstract, codes_to_add(abstract, codes)) for abstract, codes in labelled), out)


def _write(records: Iterable[str], out: IO[bytes]) -> None:
    out.write(_START.encode())
    out.writelines(f"{record}\n".encode(errors="backslashreplace") for record in records)
    out.write(b"</collection>\n")


def _record(fields: Iterable[MarcField]) -> str:
    return f"<record>\n  <leader>{_LEADER}</leader>\n{''.join(map(_element, fields))}</record>"


def _element(field: MarcField) -> str:
    if field.tag < "010":
        return f'  <controlfield tag="{field.tag}">{_text(next(field.values()))}</controlfield>\n'
    indicator = "0" if field.tag == "245" else " "
    parts = (f'<subfield code="{code}">{_text(value)}</subfield>' for code, value in field.subfields)
    return f'  <datafield tag="{field.tag}" ind1="{indicator}" ind2="{indicator}">{"".join(parts)}</datafield>\n'


def _text(value: str) -> str:
    return html.escape(_NOT_IN_XML.sub("\ufffd", value), quote=False)


def _kept(abstract: Abstract, fields: list[MarcField]) -> str:
    """Return a record's own XML with further fields, each after those of a lower tag.

    Raises
    ------
    CorpusError
        It can't be written, as its namespace is no address.
    """
    assert abstract.raw
    etree = library("lxml.etree", "xml", abstract.place.source)
    try:
        record = etree.fromstring(abstract.raw.data, etree.XMLParser(resolve_entities=False, no_network=True))
        _add(etree, record, fields)
        return str(etree.tostring(record, encoding="unicode"))
    except (etree.LxmlError, ValueError) as error:
        raise CorpusError(f"{abstract.place}: codes can't be added to this record ({error})") from error


def _add(etree: Any, record: Any, fields: list[MarcField]) -> None:
    has = [_field(child) for child in record if local(child) == "datafield"]
    for field in fields:
        if field not in has:
            before = [child for child in record if (child.get("tag") or "") <= field.tag]
            record.insert(len(before), _new(etree, field, record))


def _new(etree: Any, field: MarcField, record: Any) -> Any:
    space = record.tag.removesuffix("record")
    element = etree.Element(f"{space}datafield", {"tag": field.tag, "ind1": " ", "ind2": " "}, nsmap=record.nsmap)
    for code, value in field.subfields:
        etree.SubElement(element, f"{space}subfield", code=code).text = _NOT_IN_XML.sub("\ufffd", value)
    element.tail = "\n"
    return element
