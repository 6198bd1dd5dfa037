"""Escape cells that a spreadsheet would run as formulas: CSV and TSV get an apostrophe before them.

Ids and titles come from strangers, and a spreadsheet would run ``=HYPERLINK(…)`` in them when a table is opened
(https://owasp.org/www-community/attacks/CSV_Injection). Plain numbers, such as ``-12``, are harmless and
stay unchanged.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

_STARTS = frozenset("'=+-@\t\r\n＝＋－＠")
_FORMULA = re.compile("'*[=+\\-@\t\r\n＝＋－＠]")
_NUMBER = re.compile(r"[+-]?\d+(?:[.,]\d+)*")
_TO_QUOTE = re.compile(r'[",;\t\r\n]')


def guarded(cell: str) -> str:
    """Return a cell that is safe in a spreadsheet.

    >>> guarded("=1+1"), guarded("-12"), guarded("10.1000/x")
    ("'=1+1", '-12', '10.1000/x')
    """
    is_formula = cell[:1] in _STARTS and _FORMULA.match(cell) and not _NUMBER.fullmatch(cell)
    return f"'{cell}" if is_formula else cell


def unguarded(cell: str) -> str:
    """Undo `guarded`; return other cells unchanged.

    >>> unguarded("'=1+1"), unguarded("'t Hooft")
    ('=1+1', "'t Hooft")
    """
    return cell[1:] if cell[:1] == "'" and _FORMULA.match(cell) else cell


def csv_line(row: Iterable[str]) -> str:
    """Return a row as a line of CSV; quote cells with semicolons, at which many spreadsheets split.

    >>> csv_line(["1", "U;J"]).strip()
    '1,"U;J"'
    """
    return ",".join(map(quoted, row)) + "\n"


def quoted(cell: str) -> str:
    """Return a cell of CSV, quoted if necessary."""
    escaped = cell.replace('"', '""')
    return f'"{escaped}"' if _TO_QUOTE.search(cell) else cell
