"""Encodings of text other than UTF-8: check their names, and guess which one some bytes are in."""

from __future__ import annotations

import codecs
import re

from msgspec import Struct

_MULTIBYTE = ("shift_jis", "gb18030")
_WESTERN, _CYRILLIC = "windows-1252", "windows-1251"
_HIGH = re.compile(rb"[\x80-\xff]")
_RUN = re.compile(rb"[\xc0-\xff]{3,}")
_CONTROL = re.compile(rb"[A-Za-z][\x80-\x84\x86-\x90\x93\x94\x98-\x9f][a-z\x80-\xff]|[\x81\x8d\x8f\x90\x9d]")
"""Letters of DOS and old Macintoshes, where Windows has marks."""


class FileEncoding(Struct, frozen=True):
    """The encoding of a file, which codes that are added to it must have, too.

    Parameters
    ----------
    mark
        Its byte-order mark.
    name
        Empty for UTF-8, and for formats that are no text or declare their encoding themselves.
    """

    mark: bytes = b""
    name: str = ""


def is_text_encoding(name: str) -> bool:
    """Return whether Python knows an encoding of this name that turns bytes into text.

    >>> is_text_encoding("Latin-1"), is_text_encoding("base64"), is_text_encoding("ansi?")
    (True, False, False)
    """
    try:
        "".encode(name)
        return b"a".decode(name, "replace") is not None
    except (LookupError, ValueError):
        return False


def exact_encoding(name: str) -> str:
    """Return the name of an encoding that writes no byte-order mark.

    >>> exact_encoding("UTF-16"), exact_encoding("latin1"), exact_encoding("utf-8-sig")
    ('utf-16-le', 'iso8859-1', '')
    """
    known = codecs.lookup(name).name
    return {"utf-16": "utf-16-le", "utf-32": "utf-32-le", "utf-8": "", "utf-8-sig": ""}.get(known, known)


def guess_encoding(data: bytes) -> str:
    """Return the most likely encoding of a text that is not UTF-8; empty if nothing tells.

    Western languages have single letters outside ASCII, Cyrillic runs of them, and those of East Asia pairs of bytes.

    >>> guess_encoding("Bücher über Böden".encode("latin-1")), guess_encoding("Почвы России".encode("cp1251"))
    ('windows-1252', 'windows-1251')
    """
    high = len(_HIGH.findall(data))
    runs = sum(map(len, _RUN.findall(data)))
    if 2 * runs > high > len(data) / 4:
        return _CYRILLIC
    if high > len(data) / 2:
        return next((name for name in _MULTIBYTE if _decodes(data, name)), "")
    return "" if _CONTROL.search(data) or not _decodes(data, _WESTERN) else _WESTERN


def _decodes(data: bytes, encoding: str) -> bool:
    try:
        codecs.getincrementaldecoder(encoding)().decode(data)  # the last letter may be cut
    except UnicodeDecodeError:
        return False
    return True
