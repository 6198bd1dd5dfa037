"""Read and write MARCXML, which is MARC 21 in XML (https://www.loc.gov/standards/marcxml/)."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable
from typing import IO, Any

from classmark.corpus.abstract import Abstract, Record, SourceLocation
from classmark.corpus.fields import Fields

from .marc_fields import MarcField, abstract_of, fields_to_write
from .xml_text import local

_SLIM = "http://www.loc.gov/MARC21/slim"
_START = f'<?xml version="1.0" encoding="UTF-8"?>\n<collection xmlns="{_SLIM}">\n'
_LEADER = "     nab a22     7u 4500"
_NOT_IN_XML = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def read_marc_element(element: Any, location: SourceLocation, fields: Fields) -> Record:
    """Read an element ``record``."""
    record = [_field(child) for child in element if local(child) in {"controlfield", "datafield"}]
    return abstract_of(record, location, fields)


def _field(element: Any) -> MarcField:
    tag = element.get("tag") or ""
    if local(element) == "controlfield":
        return MarcField(tag, (("", element.text or ""),))
    return MarcField(
        tag, tuple((part.get("code") or "", part.text or "") for part in element if local(part) == "subfield")
    )


def write_marcxml(abstracts: Iterable[Abstract], out: IO[bytes]) -> None:
    """Write a collection of records with fields 001, 084, 245 and 520."""
    _write((_record(fields_to_write(abstract)) for abstract in abstracts), out)


def _write(records: Iterable[str], out: IO[bytes]) -> None:
    out.write(_START.encode())
    out.writelines(f"{record}\n".encode(errors="backslashreplace") for record in records)
    out.write(b"</collection>\n")


def _record(fields: Iterable[MarcField]) -> str:
    return f"<record>\n  <leader>{_LEADER}</leader>\n{''.join(map(_element, fields))}</record>"


def _element(field: MarcField) -> str:
    if field.tag < "010":
        return f'  <controlfield tag="{field.tag}">{escaped(next(field.values()))}</controlfield>\n'
    return f"  {data_field(field)}\n"


def data_field(field: MarcField, prefix: str = "") -> str:
    """Return an element ``datafield``, with a prefix such as ``marc:`` on its element names."""
    parts = "".join(
        f'<{prefix}subfield code="{escaped(code)}">{escaped(value)}</{prefix}subfield>'
        for code, value in field.subfields
    )
    indicators = f'ind1="{field.indicators[0]}" ind2="{field.indicators[1]}"'
    return f'<{prefix}datafield tag="{field.tag}" {indicators}>{parts}</{prefix}datafield>'


def escaped(value: str) -> str:
    """Return a text as it stands in XML; what XML cannot hold is replaced."""
    return html.escape(_NOT_IN_XML.sub("\ufffd", value), quote=False)
