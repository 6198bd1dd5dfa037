"""Read scheme files, including the built-in one: CSV with columns ``code``, ``name``, ``parent``, ``scope``."""

from __future__ import annotations

import csv
import io
from functools import cache
from pathlib import Path

from .columns import csv_delimiter
from .errors import SchemeError, UsageError
from .limits import MAX_RECORD_BYTES, TOO_LONG, too_long_code
from .scheme import Code, Scheme

BUILT_IN = "lcc"
_LCC_FILE = Path(__file__).with_name("lcc.csv")


@cache
def lcc() -> Scheme:
    """Return the Library of Congress Classification as the Directory of Open Access Journals uses it.

    Its 20 main classes are assignable; subclasses roll up to them.
    """
    return Scheme(_read_codes(_LCC_FILE), top_only=True)


def scheme_file(name: str | None) -> Path | None:
    """Return the file of a scheme, or None for no scheme."""
    return _LCC_FILE if name == BUILT_IN else Path(name) if name else None


def read_scheme(name: str) -> Scheme:
    """Read a scheme file, or return the built-in scheme if the name is ``lcc``.

    Raises
    ------
    UsageError
        If there is no such file.
    SchemeError
        If the file is no valid scheme; the message names the line.
    """
    if name == BUILT_IN:
        return lcc()
    path = Path(name)
    try:
        return Scheme(_read_codes(path))
    except FileNotFoundError:
        raise UsageError(f"there is no scheme file {name}; name a CSV file, or {BUILT_IN!r}") from None
    except OSError as error:
        raise SchemeError(f"{name} can't be read: {error.strerror}") from error
    except SchemeError as error:
        raise SchemeError(f"{name}: {error}") from error


def _read_codes(path: Path) -> tuple[Code, ...]:
    try:
        text = _read(path).decode("utf-8-sig")
        delimiter = csv_delimiter(text.partition("\n")[0].encode())
        csv.field_size_limit(MAX_RECORD_BYTES)
        rows = csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
        columns = rows.fieldnames or []
        if "code" not in columns:
            raise SchemeError("a scheme is a CSV file whose first line names the columns: code,name,parent")
        codes = tuple(_code(row, rows.line_num) for row in rows)
    except UnicodeDecodeError as error:
        raise SchemeError(f"not UTF-8 at byte {error.start}; save it as UTF-8") from None
    except csv.Error as error:
        raise SchemeError(f"line {rows.reader.line_num}: {error}") from None
    if not codes:
        raise SchemeError("the scheme has no codes")
    return codes


def _read(path: Path) -> bytes:
    with path.open("rb") as stream:
        content = stream.read(MAX_RECORD_BYTES + 1)
    if len(content) > MAX_RECORD_BYTES:
        raise SchemeError(TOO_LONG)
    return content


def _code(row: dict[str, str], line: int) -> Code:
    code = (row["code"] or "").strip()
    if not code:
        raise SchemeError(f"line {line}: the column 'code' is empty")
    if long := too_long_code([code]):
        raise SchemeError(f"line {line}: {long}")
    name, parent, scope = ((row.get(column) or "").strip() for column in ("name", "parent", "scope"))
    return Code(code, name or code, parent or None, scope)
