"""Read the values of Excel's cells as a spreadsheet shows them: codes such as 020 may be numbers with a format."""

from __future__ import annotations

import re
import zipfile
from datetime import datetime, timedelta
from typing import Any

from msgspec import Struct

from classmark.corpus.limits import Budget, too_long

from .xlsx_archive import elements_of
from .xml_text import local

_MAX_TEXTS = 200_000_000
_TEXTS, _STYLES = "xl/sharedStrings.xml", "xl/styles.xml"
_ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")
_NOT_SHOWN = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]')
_ZEROS = re.compile(r"(0{1,255})(?:\.(0{1,255}))?")
_BUILT_IN = {1: "0", 2: "0.00", **dict.fromkeys((*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)), "d")}
"""Number formats without a definition, as far as they matter."""


def rich_text(element: Any) -> str:
    """Return the text of a shared or inline string, without the reading aids of East Asian scripts."""
    held = (run if local(run) == "t" else run.find("{*}t") for run in element if local(run) in {"t", "r"})
    text = "".join(part.text or "" for part in held if part is not None)
    return _ESCAPED.sub(lambda match: chr(int(match[1], 16)), text) if "_x" in text else text


class Cells(Struct, frozen=True):
    """What cells refer to.

    Parameters
    ----------
    texts
        The shared strings, in UTF-8, which takes less memory.
    formats
        The number format of each style.
    """

    texts: list[bytes]
    formats: list[str]
    from_1904: bool

    def value(self, cell: Any) -> str:
        """Return the value of an element ``c``; empty for an error.

        Raises
        ------
        ValueError, IndexError
            The cell is broken.
        """
        kind = cell.get("t", "n")
        if kind == "inlineStr":
            inline = cell.find("{*}is")
            return "" if inline is None else rich_text(inline)
        found = cell.find("{*}v")
        value = "" if found is None else found.text or ""
        if kind == "s":
            return self.texts[int(value)].decode() if value else ""
        if kind == "b":
            return "TRUE" if value == "1" else "FALSE"
        if kind == "n" and value:
            return self._number(value, self.formats[int(cell.get("s", 0))] if self.formats else "")
        return "" if kind == "e" else value

    def _number(self, value: str, format_: str) -> str:
        zeros = _ZEROS.fullmatch(format_)
        if zeros:
            decimals = len(zeros[2] or "")
            return f"{float(value):0{len(zeros[1]) + (decimals + 1 if decimals else 0)}.{decimals}f}"
        if re.search("[ymd]", format_, re.IGNORECASE):
            return self._date(float(value))
        return value if value.isdigit() else f"{float(value):.15g}"

    def _date(self, days: float) -> str:
        try:
            moment = datetime(1904, 1, 1) if self.from_1904 else datetime(1899, 12, 30)
            return (moment + timedelta(days=days)).date().isoformat()
        except OverflowError:
            return f"{days:.15g}"


def read_cells(archive: zipfile.ZipFile, *, from_1904: bool) -> Cells:
    """Read the shared strings and styles of a workbook.

    Raises
    ------
    TooLongError
        The strings are more than are held in memory.
    """
    names = set(archive.namelist())
    texts = _texts(archive) if _TEXTS in names else []
    return Cells(texts, _formats(archive) if _STYLES in names else [], from_1904)


def _texts(archive: zipfile.ZipFile) -> list[bytes]:
    budget = Budget(_MAX_TEXTS, f"its texts are {too_long(_MAX_TEXTS)}; save it as CSV")
    texts: list[bytes] = []
    for element in elements_of(archive, _TEXTS, ("si",)):
        text = rich_text(element).encode("utf-8", "replace")
        budget.spend(len(text) + 50)
        texts.append(text)
    return texts


def _formats(archive: zipfile.ZipFile) -> list[str]:
    own: dict[int, str] = {}
    formats: list[str] = []
    for element in elements_of(archive, _STYLES, ("numFmt", "xf"), last="cellXfs"):
        number = int(element.get("numFmtId", 0))
        if local(element) == "numFmt":
            own[number] = _NOT_SHOWN.sub("", element.get("formatCode", "")).partition(";")[0].strip()
        elif local(element.getparent()) == "cellXfs":
            formats.append(own.get(number, _BUILT_IN.get(number, "")))
    return formats
