"""Recognize what stands between the codes of a table, by the first cells of the column."""

from __future__ import annotations

import re
from collections.abc import Sequence

from classmark.corpus.fields import CODE_SEPARATOR

_NOTATION = re.compile(r"[A-Z]{1,3}(?:-[A-Z])?|[A-Z]{0,3}\d[\d.]*")


def code_separator(cells: Sequence[str]) -> str:
    """Return the separator of codes: the usual semicolon unless the column shows another one.

    A semicolon in any cell settles it. Two vertical lines hardly occur in codes; one separates them if half of the
    cells have one, or if a part is a code elsewhere; a comma, if all cells hold notations and such a part, too.

    Examples
    --------
    >>> code_separator(["020", "340|020"]), code_separator(["020", "340, 020"]), code_separator(["Law, Commercial"])
    ('|', ',', ';')
    """
    cells = list(dict.fromkeys(filter(None, map(str.strip, cells))))
    if any(CODE_SEPARATOR in cell for cell in cells):
        return CODE_SEPARATOR
    if any("||" in cell for cell in cells):
        return "||"
    joined = [cell for cell in cells if "|" in cell]
    if joined and (2 <= len(joined) >= len(cells) / 2 or _shares_part(cells, "|")):
        return "|"
    if all(_NOTATION.fullmatch(part) for cell in cells for part in _parts(cell, ",")) and _shares_part(cells, ","):
        return ","
    return CODE_SEPARATOR


def _parts(cell: str, separator: str) -> list[str]:
    return [part.strip() for part in cell.split(separator)]


def _shares_part(cells: Sequence[str], separator: str) -> bool:
    """Return whether a part of one cell is a part of another one, too."""
    seen: set[str] = set()
    shares = False
    for cell in cells:
        parts = set(_parts(cell, separator))
        shares = shares or not seen.isdisjoint(parts)
        seen |= parts
    return shares
