"""Define schemes, which are sets of codes with names and parents."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from functools import cached_property

from msgspec import Struct
from msgspec.structs import replace

from .code_numbers import number_of
from .errors import SchemeError

_LCC_NUMBER = re.compile(r"([A-Z]{1,3})(?:\s?\d[\d.]*(?:\s?\.?[A-Z]\d*)*(?:\s?-\s?[A-Z]{0,3}[\d.]*(?:[A-Z]\d*)*)?)?")
_LOWER_LCC_NUMBER = re.compile(r"[a-z]{1,3}\s?\d")
_JOINED = {"E": "E-F", "F": "E-F"}


class Code(Struct, frozen=True):
    """One code of a scheme.

    Parameters
    ----------
    name
        Name to show to people.
    parent
        The code above it, if any.
    scopes
        Scope notes: captions and terms of its literature, to train on; one note per language.
    share
        The share of texts with the code, from 0 to 1, in the collection that will be classified; None if not known.
    doaj
        The range of numbers by which the Directory of Open Access Journals writes the code, such as ``BF1-990``; empty
        for codes of which it has no range or several.
    """

    code: str
    name: str
    parent: str | None = None
    scopes: tuple[str, ...] = ()
    share: float | None = None
    doaj: str = ""


class Scheme(Struct, frozen=True, dict=True):
    """A set of codes.

    Parameters
    ----------
    codes
        In display order, parents before children.
    level
        The level that finer codes roll up to: 1 for codes without a parent, 2 for those below them, and so on. None
        leaves the codes of abstracts as they are.
    is_closed
        Whether codes outside the scheme are errors. A scheme derived from a corpus is open, because other corpora may
        have further codes.

    Raises
    ------
    SchemeError
        If a code is repeated, a parent is missing, or parents form a cycle.

    Examples
    --------
    >>> scheme = Scheme((Code("H", "Social Sciences"), Code("HV", "Social pathology", "H")), level=1)
    >>> scheme.resolve("HV6431"), scheme.resolve("hv"), scheme.resolve("Social sciences")
    ('H', 'H', 'H')
    >>> scheme.at_level(2).resolve("HV6431"), scheme.at_level(2).resolve("H")
    ('HV', 'H')
    """

    codes: tuple[Code, ...]
    level: int | None = None
    is_closed: bool = True

    def __post_init__(self) -> None:
        if len(self._by_code) < len(self.codes):
            twice = Counter(code.code for code in self.codes).most_common(1)[0][0]
            raise SchemeError(f"the code {twice!r} stands twice in the scheme")
        sound: set[str] = set()
        for code in self.codes:
            if code.parent is not None:
                self._check_ancestors(code, sound)

    def _check_ancestors(self, code: Code, sound: set[str]) -> None:
        """Check the ancestors of a code up to those already checked, and remember them."""
        above = {code.code}
        while code.parent is not None and code.code not in sound:
            if code.parent not in self._by_code:
                raise SchemeError(f"the code {code.code!r} has the parent {code.parent!r}, which the scheme lacks")
            if code.parent == code.code:
                raise SchemeError(f"the code {code.code!r} is its own parent")
            if code.parent in above:
                raise SchemeError(f"the code {code.parent!r} is its own ancestor")
            above.add(code.parent)
            code = self._by_code[code.parent]
        sound |= above

    @cached_property
    def _by_code(self) -> dict[str, Code]:
        return {code.code: code for code in self.codes}

    @cached_property
    def _by_look(self) -> dict[str, Code]:
        """The codes by what tells them apart whatever the case, and by their names, where these are unambiguous."""
        names = Counter(_look(code.name) for code in self.codes)
        codes = Counter(_look(code.code) for code in self.codes)
        by_name = {look: code for code in self.codes if names[look := _look(code.name)] == 1}
        by_code = {look: code for code in self.codes if codes[look := _look(code.code)] == 1}
        ambiguous = {look for look, count in codes.items() if count > 1}
        return {look: code for look, code in (by_name | by_code).items() if look not in ambiguous}

    @cached_property
    def _by_number(self) -> dict[str, str]:
        return {number: code.code for code in reversed(self.codes) if (number := number_of(code.code))}

    @cached_property
    def _depths(self) -> dict[str, int]:
        """The level of each code, found in time that grows with the codes, however deep they are."""
        depths: dict[str, int] = {}
        for code in self.codes:
            path, at = [code.code], code
            while at.parent is not None and at.code not in depths:
                at = self._by_code[at.parent]
                path.append(at.code)
            first = depths.get(at.code, 1)
            depths |= {name: first + steps for steps, name in enumerate(reversed(path))}
        return depths

    @cached_property
    def _rolled(self) -> dict[str, str]:
        """The code at the level that codes roll up to, or above it, for each code."""
        most = self.level or len(self.codes)
        rolled: dict[str, str] = {}
        for code in sorted(self.codes, key=lambda code: self._depths[code.code]):
            is_finer = self._depths[code.code] > most
            rolled[code.code] = rolled[code.parent or ""] if is_finer else code.code
        return rolled

    @cached_property
    def _tops(self) -> dict[str, str]:
        return self.at_level(1)._rolled  # of the same class

    @cached_property
    def _follows_lcc(self) -> bool:
        return all(code.code in _JOINED.values() or _LCC_NUMBER.fullmatch(code.code) for code in self.codes)

    @property
    def assignable(self) -> tuple[str, ...]:
        """The codes that can be assigned to abstracts, in scheme order."""
        return tuple(code.code for code in self.codes if self._rolled[code.code] == code.code)

    @property
    def noted_codes(self) -> set[str]:
        """The assignable codes that scope notes describe, their own or those of codes below them."""
        return {own for code in self.codes if code.scopes and (own := self.resolve(code.code))}

    def at_level(self, level: int | None) -> Scheme:
        """Return the same scheme with finer codes rolled up to another level."""
        return self if level == self.level else replace(self, level=level)

    def level_of(self, code: str) -> int:
        """Return the level of a code: 1 for one without a parent, or one that is not in the scheme."""
        return self._depths.get(code, 1)

    def name(self, code: str) -> str:
        """Return the name of a code, or the code itself if it has no name."""
        known = self._by_code.get(code)
        return known.name if known else code

    def as_in_doaj(self, code: str) -> str:
        """Return a code as the Directory of Open Access Journals writes it: ``BF1-990`` for ``BF``."""
        known = self._by_code.get(code)
        return known.doaj if known and known.doaj else code

    def top(self, code: str) -> str:
        """Return the root of the tree that a code is in, or the code itself if it is not in the scheme."""
        return self._tops.get(code, code)

    def lineage(self, code: str) -> tuple[str, ...]:
        """Return a code and those above it, upwards; the code alone if it is not in the scheme."""
        line = [code]
        while (at := self._by_code.get(line[-1])) and at.parent is not None:
            line.append(at.parent)
        return tuple(line)

    def resolve(self, code: str) -> str | None:
        """Return the assignable code for a given one, or None if it fits nowhere.

        A code may be given in another case, or by its name, unless two codes have it. A code outside the scheme is
        parsed by the syntax of the Library of Congress Classification, letters and then numbers, if the codes of the
        scheme follow it: ``E183`` is in ``E-F``.
        """
        known = (
            self._by_code.get(code)
            or self._by_code.get(self._letters(code))
            or self._by_look.get(_look(code))
            or self._by_code.get(self._letters(code.upper()) if _LOWER_LCC_NUMBER.match(code) else "")
        )
        if known is None:
            return None
        return self._rolled[known.code]

    def same_number(self, code: str) -> str | None:
        """Return the code of the scheme that is the same number but for zeros: ``020`` for ``20``; None if none is."""
        return self._by_number.get(number_of(code))

    def _letters(self, code: str) -> str:
        match = _LCC_NUMBER.fullmatch(code) if self._follows_lcc else None
        if not match:
            return ""
        letters = match[1]
        candidates = [letters[:end] for end in range(len(letters), 0, -1)]
        candidates += [_JOINED[letters]] if letters in _JOINED else []
        return next((candidate for candidate in candidates if candidate in self._by_code), "")


def _look(code: str) -> str:
    return " ".join(code.split()).casefold()


def scheme_of(codes: Iterable[str]) -> Scheme:
    """Return the open scheme of the codes of a corpus, each of which is its own name."""
    return Scheme(tuple(Code(code, code) for code in sorted(set(codes))), is_closed=False)
