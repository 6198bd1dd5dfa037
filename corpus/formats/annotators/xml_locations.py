"""Find the byte offsets of records and their fields in an XML document.

Uses the standard library's parser, because lxml, which reads the records, gives no byte offsets.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from xml.parsers import expat

from msgspec import Struct, field

from classmark.corpus.formats.xml import ELEMENTS

from .metadata_span import FieldSpan, MetadataSpan

_MARC_FIELDS = frozenset(("leader", "controlfield", "datafield"))
KEYWORDS = "keywords"
_BEFORE_KEYWORDS = {
    "database", "source-app", "rec-number", "foreign-keys", "ref-type", "contributors", "auth-address",
    "auth-affiliaton", "titles", "periodical", "alt-periodical", "pages", "volume", "number", "issue",
    "secondary-volume", "secondary-issue", "num-vols", "edition", "section", "reprint-edition", "reprint-status",
}  # fmt: skip
"""Elements of EndNote's references that stand before the keywords, by RSXML.dtd, with its misspelling."""

_FIELDS = _MARC_FIELDS | _BEFORE_KEYWORDS | {KEYWORDS}
_WIDE = b"\xff\xfe", b"\xfe\xff", b"<\0", b"\0<"


class NotLocatedError(Exception):
    """Offsets cannot be found in the document; the message says why."""


class RecordSpan(Struct):
    """A record: its number in the document, the prefix and fields of MARC or EndNote, other metadata, and its end."""

    number: int
    depth: int
    metadata: MetadataSpan
    prefix: str = ""
    children: list[FieldSpan] = field(default_factory=list)
    fields_depth: int = 0
    is_closed: bool = False
    end: int = 0


class RecordLocator:
    """Locates the records of a document that is fed in blocks.

    Parameters
    ----------
    codes_field
        The field that the user named for codes.

    Attributes
    ----------
    held
        Bytes that were not taken yet.
    safe
        Offset before which nothing begins that is still to be found.
    encoding
        Encoding of the document.
    """

    def __init__(self, codes_field: str | None = None) -> None:
        self.held = bytearray()
        self._codes_field = codes_field
        self.encoding = "utf-8"
        self._taken = self._seen = self._depth = self._count = 0
        self._current: RecordSpan | None = None
        self._done: list[RecordSpan] = []
        self._ended: list[FieldSpan | RecordSpan] = []
        self._parser = expat.ParserCreate()
        self._parser.XmlDeclHandler = self._declared
        self._parser.StartDoctypeDeclHandler = self._doctype
        self._parser.StartElementHandler = self._starts
        self._parser.EndElementHandler = self._ends
        self._parser.DefaultHandler = lambda _: self._event()

    @property
    def safe(self) -> int:
        """Offset before which nothing begins that is still to be found."""
        if self._current or self._ended or self._done:
            return self._taken
        return self._seen

    def feed(self, block: bytes) -> None:
        """Parse the next block; None ends the document.

        Raises
        ------
        NotLocatedError
            If it is malformed, declares entities, or its encoding does not contain ASCII.
        """
        if not self._taken and not self.held and block.startswith(_WIDE):
            raise NotLocatedError("it is in UTF-16; convert it to UTF-8 first")
        self.held += block
        try:
            self._parser.Parse(block, not block)
            if not block:
                self._event()
        except (expat.ExpatError, LookupError, ValueError) as error:
            raise NotLocatedError(str(error)) from None

    def found(self) -> Iterator[RecordSpan]:
        """Yield the records that are complete."""
        while self._done and self._done[0].end:
            yield self._done.pop(0)

    def taken(self, end: int) -> bytes:
        """Return and drop the bytes before an offset that were not taken yet."""
        count = max(end - self._taken, 0)
        data = bytes(self.held[:count])
        del self.held[:count]
        self._taken += count
        return data

    def _event(self) -> None:
        """Record this offset as the end of what ended before this event."""
        self._seen = self._parser.CurrentByteIndex
        for element in self._ended:
            element.end = self._seen
        self._ended.clear()

    def _declared(self, _version: str, encoding: str | None, _standalone: int) -> None:
        self.encoding = encoding or self.encoding
        "".encode(self.encoding)

    def _doctype(self, _name: str, _system: str | None, _public: str | None, has_own: int) -> None:
        if has_own:
            raise NotLocatedError("it declares entities or attributes of its own")

    def _starts(self, name: str, attributes: Mapping[str, str]) -> None:
        self._event()
        prefix, _, local = name.rpartition(":")
        self._depth += 1
        record = self._current
        if record is None and local in ELEMENTS:
            self._count += 1
            self._current = record = RecordSpan(self._count, self._depth, MetadataSpan(self._codes_field))
        if record is None:
            return
        if record.metadata.is_place(local, self._depth):
            record.metadata.add(self._span(local, prefix), self._depth)
        if not record.is_closed and local in _FIELDS:
            record.fields_depth = record.fields_depth or self._depth
            if self._depth == record.fields_depth:
                span = self._span(attributes.get("tag", "") if local in _MARC_FIELDS else local, prefix)
                record.prefix = span.prefix
                record.children.append(span)

    def _span(self, tag: str, prefix: str) -> FieldSpan:
        return FieldSpan(tag, self._seen, self._space_before(self._seen), prefix=f"{prefix}:" if prefix else "")

    def _space_before(self, offset: int) -> bytes:
        before = bytes(self.held[max(offset - self._taken - 200, 0) : offset - self._taken])
        return before[len(before.rstrip(b" \t\r\n")) :]

    def _ends(self, name: str) -> None:
        self._event()
        record = self._current
        if record and (place := record.metadata.ends(self._depth)):
            self._ended.append(place)
        if record and self._depth == record.depth:
            self._done.append(record)
            self._ended.append(record)
            self._current = None
        elif record and record.children and self._depth == record.fields_depth and not record.is_closed:
            if name.rpartition(":")[2] in _FIELDS:
                self._ended.append(record.children[-1])
        elif record and record.fields_depth and self._depth < record.fields_depth:
            record.is_closed = True
        self._depth -= 1
