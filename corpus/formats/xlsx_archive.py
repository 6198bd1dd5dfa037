"""Open the parts of an Excel file, which is a ZIP archive of XML (ECMA-376), in bounded memory.

The size that the archive states for a part bounds what is unpacked of it.
"""

from __future__ import annotations

import io
import posixpath
import zipfile
from collections.abc import Iterator
from typing import IO, Any

from classmark.corpus.errors import CorpusError
from classmark.corpus.lazy_imports import import_quietly
from classmark.corpus.limits import RationedStream, too_long

from .xml_prolog import CheckedXml
from .xml_text import forget, local

_END, _END_SIZE, _LONGEST_COMMENT = b"PK\5\6", 22, 1 << 16
_LOCATOR, _LOCATOR_SIZE = b"PK\6\7", 20
_MAX_DIRECTORY, _MAX_PART = 1_000_000, 2_000_000_000
"""Bytes of the directory, and of a part that is unpacked."""

_METHODS = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
_WORKBOOK = "xl/workbook.xml"


def open_archive(file: IO[bytes]) -> zipfile.ZipFile:
    """Open the archive.

    Raises
    ------
    CorpusError
        It is none, or its directory is longer than that of any workbook.
    """
    size = file.seek(0, io.SEEK_END)
    start = max(0, size - _LONGEST_COMMENT - _END_SIZE - _LOCATOR_SIZE)
    file.seek(start)
    tail = file.read()
    end = tail.rfind(_END)
    if end < 0 or len(tail) < end + _END_SIZE:
        raise CorpusError("not an Excel file (.xlsx); one with a password has to be saved without it")
    is_large = tail[end - _LOCATOR_SIZE :].startswith(_LOCATOR) if end >= _LOCATOR_SIZE else False
    if is_large or int.from_bytes(tail[end + 12 : end + 16], "little") > _MAX_DIRECTORY:
        raise CorpusError("its directory is longer than that of any workbook; save it as CSV")
    file.seek(0)
    return zipfile.ZipFile(file)


def first_sheet(archive: zipfile.ZipFile) -> tuple[str, bool]:
    """Return the part of the first sheet that is not hidden, and whether dates count from 1904."""
    target, from_1904 = "", False
    for element in elements_of(archive, _WORKBOOK, ("sheet", "workbookPr")):
        if local(element) == "workbookPr":
            from_1904 = element.get("date1904") in {"1", "true"}
        elif not target and element.get("state", "visible") == "visible":
            target = next((value for key, value in element.attrib.items() if key.endswith("}id")), "")
    for relation in elements_of(archive, "xl/_rels/workbook.xml.rels", ("Relationship",)):
        if target and relation.get("Id") == target:
            return posixpath.normpath(posixpath.join("/xl", relation.get("Target", "")))[1:], from_1904
    raise CorpusError("it has no sheet that can be read")


def elements_of(archive: zipfile.ZipFile, part: str, names: tuple[str, ...], last: str = "") -> Iterator[Any]:
    """Yield the elements of some names when they end; each is dropped when the next is requested.

    Parameters
    ----------
    last
        The name of the element behind whose end nothing is read.

    Raises
    ------
    CorpusError
        The part is missing or in a form that spreadsheets do not write; or what is between two elements is longer
        than a record may be.
    """
    etree = import_quietly("lxml.etree", "excel", "Excel")
    info = next((each for each in archive.infolist() if each.filename == part), None)
    if info is None or info.compress_type not in _METHODS or info.flag_bits & 1:
        raise CorpusError(f"its part {part} is missing or can't be unpacked")
    if info.file_size > _MAX_PART:
        raise CorpusError(f"its part {part} is {too_long(_MAX_PART)}; save it as CSV")
    with archive.open(info) as packed:
        stream = RationedStream(CheckedXml(packed))  # type: ignore[arg-type]  # it only reads
        tags = [f"{{*}}{name}" for name in (*names, *filter(None, [last]))]
        safe = {"resolve_entities": False, "no_network": True, "load_dtd": False, "huge_tree": False}
        for _, element in etree.iterparse(stream, tag=tags, remove_comments=True, remove_pis=True, **safe):
            if local(element) == last:
                return
            yield element
            stream.record_done()
            forget(element)
