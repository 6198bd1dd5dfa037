"""Follow the metadata inside a record of XML, and note where its subjects are or may be added."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct, field

from classmark.corpus.formats.xml_subjects import SUBJECTS, Subjects, subjects_in

_LEVEL_IN_GROUP = 2


class FieldSpan(Struct):
    """A field: its tag or name, the white space before it, the prefix of its name, its start and its end."""

    tag: str
    start: int
    space: bytes = b""
    end: int = 0
    prefix: str = ""


class MetadataSpan(Struct):
    """The first metadata in a record to which subjects can be added.

    Parameters
    ----------
    codes_field
        The field that the user named for codes.
    holder
        The element that holds the metadata; empty until it begins.
    """

    codes_field: str | None = None
    holder: str = ""
    _depth: int = 0
    _is_over: bool = False
    _is_in_group: bool = False
    _last: dict[str, FieldSpan] = field(default_factory=dict)
    _open: dict[int, FieldSpan] = field(default_factory=dict)

    @property
    def subjects(self) -> Subjects:
        """Where the metadata holds its subjects."""
        return subjects_in(self.holder, self.codes_field)

    def is_place(self, name: str, depth: int) -> bool:
        """Follow the start of an element at a depth, and return whether a subject may be added after it."""
        if not self.holder and name in SUBJECTS:
            self.holder, self._depth = name, depth
        if not self.holder or self._is_over:
            return False
        subjects, level = self.subjects, depth - self._depth
        if level == 1:
            self._is_in_group = name == subjects.group
            return name in {*subjects.siblings, subjects.group} or (name == subjects.name and not subjects.group)
        return level == _LEVEL_IN_GROUP and self._is_in_group and name == subjects.name

    def add(self, place: FieldSpan, depth: int) -> None:
        """Note an element after which a subject may be added."""
        self._last[place.tag] = self._open[depth] = place

    def ends(self, depth: int) -> FieldSpan | None:
        """Follow the end of an element, and return its span if it is one after which a subject may be added."""
        self._is_over = self._is_over or (bool(self.holder) and depth == self._depth)
        return self._open.pop(depth, None)

    def place_for(self, codes: Sequence[str]) -> tuple[FieldSpan, list[str]]:
        """Return the span after which to add codes, which are escaped, and the elements to add.

        Raises
        ------
        ValueError
            If there is no such place; the message says why.
        """
        subjects = self.subjects
        last = self._last.get(subjects.name)
        if last is None and subjects.group in self._last:
            raise ValueError(f"its element {subjects.group!r} is empty; remove it first")
        after = last or next((self._last[name] for name in subjects.siblings if name in self._last), None)
        if after is None:
            raise ValueError(f"its element {self.holder!r} has no {' or '.join(subjects.siblings or (subjects.name,))}")
        elements = [subjects.element.format(p=after.prefix, code=code) for code in codes]
        if last is None and subjects.group:
            name = f"{after.prefix}{subjects.group}"
            elements = [f"<{name}>{''.join(elements)}</{name}>"]
        return after, elements
