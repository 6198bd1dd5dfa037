"""Read schemes as CSV, including the built-in one: columns ``code``, ``name``, ``parent``, ``scope``, ``scope_de``."""

from __future__ import annotations

import csv
import io
from collections import Counter
from functools import cache
from pathlib import Path

from msgspec.structs import replace

from .columns import csv_delimiter
from .errors import SchemeError
from .limits import MAX_RECORD_BYTES, too_long_code
from .scheme import Code, Scheme

BUILT_IN = "lcc"
LCC_FILE = Path(__file__).with_name("lcc.csv")


@cache
def lcc() -> Scheme:
    """Return the Library of Congress Classification as the Directory of Open Access Journals uses it.

    Its 20 main classes are assignable; subclasses roll up to them.
    """
    return Scheme(read_csv(LCC_FILE.read_text("utf-8")), level=1)


def read_csv(text: str) -> tuple[Code, ...]:
    """Read codes from CSV with a column ``code``, or ``uri`` as in Annif's vocabularies.

    Raises
    ------
    SchemeError
        If it is no valid scheme; the message names the line.
    """
    try:
        delimiter = csv_delimiter(text.partition("\n")[0].encode())
        csv.field_size_limit(MAX_RECORD_BYTES)
        rows = csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
        columns = rows.fieldnames or []
        if "uri" in columns and "code" not in columns:
            from .scheme_annif import read_annif_csv  # noqa: PLC0415  # most schemes have codes

            return read_annif_csv((rows.line_num, row) for row in rows)
        if "code" not in columns:
            raise SchemeError("a scheme is a CSV file whose first line names the columns: code,name,parent")
        codes = tuple(_code(row, rows.line_num) for row in rows)
    except csv.Error as error:
        raise SchemeError(f"line {rows.reader.line_num}: {error}") from None
    if not codes:
        raise SchemeError("the scheme has no codes")
    return _with_parents(codes)


def _with_parents(codes: tuple[Code, ...]) -> tuple[Code, ...]:
    """Replace parents that are given by name."""
    known = {code.code for code in codes}
    names = Counter(code.name for code in codes)
    by_name = {code.name: code.code for code in codes if names[code.name] == 1}
    named = (code.parent if code.parent in known else by_name.get(code.parent or "", code.parent) for code in codes)
    return tuple(replace(code, parent=parent) for code, parent in zip(codes, named, strict=True))


def _code(row: dict[str, str], line: int) -> Code:
    code = (row["code"] or "").strip()
    if not code:
        raise SchemeError(f"line {line}: the column 'code' is empty")
    if long := too_long_code([code]):
        raise SchemeError(f"line {line}: {long}")
    name, parent = ((row.get(column) or "").strip() for column in ("name", "parent"))
    scopes = (row[column].strip() for column in row if _is_scope(column) and row[column])
    share = _share((row.get("share") or "").strip(), line)
    return Code(code, name or code, parent or None, tuple(filter(None, scopes)), share, (row.get("doaj") or "").strip())


def _share(text: str, line: int) -> float | None:
    if not text:
        return None
    try:
        share = float(text)
    except ValueError:
        share = -1.0
    if not 0 < share <= 1:
        raise SchemeError(f"line {line}: the share {text!r} is not a number above 0 and at most 1")
    return share


def _is_scope(column: str | None) -> bool:
    """Return whether a column holds scope notes: ``scope``, or ``scope_de`` for those in another language."""
    return column is not None and (column == "scope" or column.startswith("scope_"))
