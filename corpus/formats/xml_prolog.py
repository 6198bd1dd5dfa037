"""Check the prolog of an XML document, before its first element, ahead of the parser.

Declarations in a DOCTYPE can make a small document fill the memory, by expanding entities or adding attributes to each
element (https://docs.python.org/3/library/xml.html#xml-security). No record needs it.
"""

from __future__ import annotations

import codecs
import io
import re

from classmark.corpus.errors import CorpusError

_MOST = 1 << 16
_MARKS = {
    codecs.BOM_UTF32_LE: "utf-32-le",  # before UTF-16, whose mark is a prefix of it
    codecs.BOM_UTF32_BE: "utf-32-be",
    codecs.BOM_UTF16_LE: "utf-16-le",
    codecs.BOM_UTF16_BE: "utf-16-be",
    b"<\0\0\0": "utf-32-le",
    b"\0\0\0<": "utf-32-be",
    b"<\0": "utf-16-le",
    b"\0<": "utf-16-be",
}
_UTF_8 = "utf-8"
_BOM = "\ufeff".encode()
_DECLARATION = re.compile(rb"<\?xml\s[^>]*?\?>")
_ENCODING = re.compile(rb"\sencoding\s*=\s*[\"']([A-Za-z][\w.:-]{,40})[\"']")
_KNOWN = re.compile(r"us-ascii|ascii|utf-7|latin|iso|windows|cp\d|koi8|gb|big5|shift|euc|mac|tis", re.IGNORECASE)
"""Accepted encodings; some others of the standard library take quadratic time."""

_BETWEEN = re.compile(rb"(?:\s++|<\?.*?\?>|<!--.*?-->)*+", re.DOTALL)
_DOCTYPE = re.compile(rb"<!DOCTYPE(?:[^\[>\"']++|\"[^\"]*\"|'[^']*')*+(?P<end>[\[>]?)")


class CheckedXml:
    """A document recoded as UTF-8 without its XML declaration, so that the parser reads exactly what was checked.

    Raises
    ------
    CorpusError
        If its DOCTYPE has declarations, its encoding is unknown, or its prolog is very long.
    """

    def __init__(self, stream: io.BufferedReader) -> None:
        head = stream.read(_MOST)
        self._stream = stream
        self._encoding = _encoding(head)
        self._decode = codecs.getincrementaldecoder(self._encoding)().decode
        text = self._in_utf_8(head).removeprefix(_BOM)
        self._head = b" " + text[_end(_DECLARATION, text) :]  # the space keeps a second declaration from being accepted
        _check(self._head, is_whole=len(head) < _MOST)

    def read(self, size: int) -> bytes:
        """Read about this number of bytes, exactly for UTF-8."""
        head, self._head = self._head, b""
        while not head and (data := self._stream.read(size)):
            head = self._in_utf_8(data)
        return head

    def _in_utf_8(self, data: bytes) -> bytes:
        if self._encoding == _UTF_8:
            return data
        try:
            return self._decode(data).encode()
        except ValueError as error:
            raise CorpusError(f"not sound XML, from here on the rest is lost ({error})") from None


def _encoding(head: bytes) -> str:
    """Return the encoding according to the first bytes or the declaration."""
    marked = next((encoding for mark, encoding in _MARKS.items() if head.startswith(mark)), None)
    declared = _ENCODING.search(head, 0, _end(_DECLARATION, head))
    name = declared[1].decode() if declared else _UTF_8
    if marked or name.lower().startswith(("utf-8", "utf-16", "utf-32", "ucs")):
        return marked or _UTF_8  # readable as ASCII so far, so not UTF-16, whatever it declares
    try:
        return codecs.lookup(name if _KNOWN.match(name) else "").name
    except LookupError:
        raise CorpusError(f"the encoding {name!r} is not known; convert it to UTF-8") from None


def _check(head: bytes, *, is_whole: bool) -> None:
    offset = _end(_BETWEEN, head)
    doctype = _DOCTYPE.match(head, offset)
    if doctype and doctype["end"] == b"[":
        raise CorpusError(
            "it declares entities or attributes, which is not safe to read; expand them by a program that you trust"
        )
    has_begun = doctype["end"] if doctype else re.match(rb"<[^!?]", head[offset : offset + 2])
    if not (has_begun or is_whole):
        raise CorpusError(f"no element begins in its first {_MOST:,} bytes")


def _end(pattern: re.Pattern[bytes], text: bytes) -> int:
    """Return the end of the match at the start of a text, or 0 without a match."""
    match = pattern.match(text)
    return match.end() if match else 0
