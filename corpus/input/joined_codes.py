"""Detect codes that seem to be several joined by something other than a semicolon, or to have lost zeros."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator

from classmark.corpus.abstract import Abstract
from classmark.corpus.code_numbers import ADVICE, lost_zeros
from classmark.corpus.fields import CODE_SEPARATOR
from classmark.corpus.scheme import Scheme

_SURE = (CODE_SEPARATOR, "||", "|", "\n", "\t")
"""Separators that hardly occur in codes: a code is joined if a part is a known code, or half of the codes have one."""

_UNSURE = (",", "/")
"""Separators that may occur in names: all parts must be known codes, in half of the codes that have one."""

_NOTATION = re.compile(r"[A-Z]{1,3}|[A-Z]{0,3}\d[\d.]*")


def joined_codes(abstracts: Iterable[Abstract], scheme: Scheme | None = None) -> Iterator[str]:
    """Yield one sentence per separator about the codes of a corpus that seem to be several, and one of lost zeros.

    Parameters
    ----------
    scheme
        Its codes are never joined codes, but may be parts of them.
    """
    codes = dict.fromkeys(code for abstract in abstracts for code in abstract.codes)

    def resolves(code: str) -> bool:
        return scheme is not None and scheme.resolve(code) is not None

    single = {code for code in codes if not any(separator in code for separator in (*_SURE, *_UNSURE))}
    suspects = [code for code in codes if code not in single and not resolves(code)]
    for separator, joined in _by_separator(suspects).items():
        shared = Counter(part for parts in joined.values() for part in parts)
        known = {part for part in shared if part in single or resolves(part)}
        if separator in _SURE:
            known |= {part for part, count in shared.items() if count > 1}
            found = [code for code, parts in joined.items() if not known.isdisjoint(parts)]
        else:
            found = [
                code for code, parts in joined.items() if known.issuperset(parts) or _is_list(parts, known, separator)
            ]
        if separator in _SURE and len(joined) > 1 and 2 * len(joined) >= len(codes):
            found = list(joined)
        if found and (separator in _SURE or 2 * len(found) >= len(joined)):
            yield _sentence(found, joined[found[0]], separator)
    if said := lost_zeros(code for code in codes if not resolves(code)):
        yield said


def fits_nowhere(code: str, scheme: Scheme) -> str:
    """Return a message that a code is not in a scheme, and whether its parts are, or its number with other zeros."""
    said = f"the code {code!r} fits nowhere in the scheme"
    separator = _joined_by(code, lambda part: scheme.resolve(part) is not None)
    if separator:
        return f"{said}, but its parts do; codes are joined by {CODE_SEPARATOR!r}, not {separator!r}"
    number = scheme.same_number(code)
    return f"{said}, but {number!r} does; {ADVICE}" if number else said


def _by_separator(codes: Iterable[str]) -> dict[str, dict[str, list[str]]]:
    """Group codes with their parts by the first separator that they contain."""
    found: dict[str, dict[str, list[str]]] = {}
    for code in codes:
        separator = next(separator for separator in (*_SURE, *_UNSURE) if separator in code)
        parts = _parts(code, separator)
        if len(parts) > 1:
            found.setdefault(separator, {})[code] = parts
    return found


def _joined_by(code: str, is_code: Callable[[str], bool]) -> str:
    for separator in (*_SURE, *_UNSURE):
        parts = _parts(code, separator)
        if len(parts) > 1 and all(map(is_code, parts)):
            return separator
    return ""


def _parts(code: str, separator: str) -> list[str]:
    return [part.strip() for part in code.split(separator) if part.strip()]


def _is_list(parts: list[str], known: set[str], separator: str) -> bool:
    """Return whether parts joined by a comma are all notations, and one of them is known."""
    return separator == "," and not known.isdisjoint(parts) and all(map(_NOTATION.fullmatch, parts))


def _sentence(codes: list[str], parts: list[str], separator: str) -> str:
    others = f" (and {len(codes) - 1:,} more such codes)" if len(codes) > 1 else ""
    how = (
        "write them as items of their own" if separator == CODE_SEPARATOR else f"codes are joined by {CODE_SEPARATOR!r}"
    )
    return f"the code {codes[0]!r} seems to be {len(parts)} codes joined by {separator!r}{others}; {how}"
