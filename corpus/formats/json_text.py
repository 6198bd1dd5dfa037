"""Buffer the text of a JSON stream: look ahead in it, and consume it value by value."""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Iterator
from typing import Any

from classmark.corpus.limits import MAX_RECORD_BYTES, TOO_DEEP, TOO_LONG

_BLOCK = 1 << 16
_MOST_DIGITS = 1_000


def _whole(digits: str) -> int:
    if len(digits) > _MOST_DIGITS:  # close to the decoder's own limit, whose error message differs
        raise ValueError(f"a number of {len(digits):,} digits")
    return int(digits)


DECODER = json.JSONDecoder(parse_int=_whole)
_SPACE = re.compile(r"[ \t\n\r]*")


class JsonText:
    """Buffer of text that was read from a stream and not yet consumed.

    Parameters
    ----------
    passed
        List to which consumed text is appended, each value separately; None to drop it.
    """

    def __init__(self, stream: Any, passed: list[str] | None = None, errors: str = "strict") -> None:
        self._stream = stream
        self._passed = passed
        self._decode = codecs.getincrementaldecoder("utf-8")(errors).decode
        self._text = ""
        self._offset = 0
        self._before = 0
        self._has_ended = False

    def next(self) -> str:
        """Return the next character that is no white space without consuming it; empty at the end."""
        while True:
            self._use(_SPACE.match(self._text, self._offset).end())  # type: ignore[union-attr]  # it always matches
            if self._offset < len(self._text) or not self._more():
                return self._text[self._offset : self._offset + 1]

    def take(self, character: str) -> None:
        """Consume the next character, which must be this one."""
        if self.next() != character:
            raise ValueError(f"no {character!r} at character {self._before + self._offset + 1}")
        self._use(self._offset + 1)

    def value(self) -> object:
        """Consume and return the next value."""
        self.next()
        value, end = self.value_ahead(0)
        self._use(self._offset + end)
        return value

    def next_ahead(self, at: int) -> tuple[str, int]:
        """Return the first character that is no white space, so many characters ahead or later, and its distance."""
        while True:
            at = _SPACE.match(self._text, self._offset + at).end() - self._offset  # type: ignore[union-attr]
            if self._offset + at < len(self._text) or not self._more():
                return self._text[self._offset + at : self._offset + at + 1], at

    def value_ahead(self, at: int) -> tuple[object, int]:
        """Return the value that begins so many characters ahead, and the distance of its end, without consuming it."""
        while True:
            try:
                value, end = DECODER.raw_decode(self._text, self._offset + at)
            except json.JSONDecodeError as error:
                if not self._more():
                    raise ValueError(f"{error.msg} at character {self._before + error.pos + 1}") from None
            except RecursionError:
                raise ValueError(TOO_DEEP) from None
            else:
                if end < len(self._text) or not self._more():  # a number may continue
                    return value, end - self._offset

    def rest(self) -> Iterator[str]:
        """Yield what was not consumed, whatever it is."""
        yield self._text[self._offset :]
        while block := self._stream.read(_BLOCK):
            yield self._decode(block)
        yield self._decode(b"", final=True)

    def _use(self, end: int) -> None:
        if self._passed is not None:
            self._passed.append(self._text[self._offset : end])
        self._offset = end

    def _more(self) -> bool:
        """Double the buffer, and return whether there was more to read."""
        if self._has_ended:
            return False
        self._before += self._offset
        self._text, self._offset = self._text[self._offset :], 0
        if len(self._text) > MAX_RECORD_BYTES:
            raise ValueError(TOO_LONG)
        block = self._stream.read(max(_BLOCK, len(self._text)))
        self._has_ended = not block
        self._text += self._decode(block, final=self._has_ended)
        return True
