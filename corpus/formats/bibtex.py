"""Read and write BibTeX with bibtexparser (http://mirrors.ctan.org/biblio/bibtex/base/btxdoc.pdf).

The library reads whole files, so memory grows with the file, as for no other record format.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import IO, Any

from classmark.corpus.abstract import Abstract, Record, SourceLocation, Unreadable
from classmark.corpus.errors import TooLongError
from classmark.corpus.fields import Fields, list_names, one_line, unique_codes
from classmark.corpus.lazy_imports import import_quietly
from classmark.corpus.limits import TOO_LONG, Budget
from classmark.corpus.messages import shortened

from .latex import plain, to_latex
from .plain_text import decode

KEYWORDS = "keywords"
MAX_FILE_BYTES = 100_000_000
_MAX_FIELDS = 1_500_000
"""Maximum number of entries and fields of a file; the library takes up to 1 KB for each."""

_MAX_LATEX = 200_000
"""Characters of an entry to read as LaTeX, which takes some seconds; longer text is used as it is."""

_SHOWN = 40  # characters of a macro name to show in messages
_NOT_IN_KEYS = re.compile(r"[\s,{}()\"#%'=~\\]+")


def read_bibtex(stream: io.BufferedReader, source: str, fields: Fields) -> Iterator[Record]:
    """Read entries in order: title, abstract and keywords, with LaTeX converted to plain text."""
    bibtexparser = import_quietly("bibtexparser", "bibtex", source)
    try:
        text = decode(stream.read(MAX_FILE_BYTES + 1), MAX_FILE_BYTES)
        Budget(_MAX_FIELDS, "more entries and fields than are read at once; cut it into several").spend(
            _fields_in(text)
        )
    except ValueError as error:
        yield Unreadable(source, SourceLocation(source), str(error))
        return
    blocks = bibtexparser.parse_string(text, parse_stack=[]).blocks
    macros = _Macros(bibtexparser.model, blocks)
    end = 0
    for block in blocks:
        location = SourceLocation(source, (block.start_line or 0) + 1)
        if entry := _entry(bibtexparser.model, block):
            start = text.index(entry.raw, end)
            end = start + len(entry.raw)
            yield _abstract(entry, macros, location, fields, start)
        elif isinstance(block, bibtexparser.model.ParsingFailedBlock):
            reason = str(getattr(block.error, "abort_reason", block.error))
            yield Unreadable(str(location), location, f"not a BibTeX entry ({reason.strip()})")


def _fields_in(text: str) -> int:
    """Return an upper bound of the number of entries and fields of a file."""
    return text.count("@") + text.count("=")


def _entry(model: Any, block: Any) -> Any:
    """Return the entry of a block, also one with a repeated key or field, or None if it is no entry."""
    entry = getattr(block, "ignore_error_block", None) or block
    return entry if isinstance(entry, model.Entry) else None


class _Macros:
    """Values of the ``@string`` abbreviations of a file; together they may be as long as a record."""

    def __init__(self, model: Any, blocks: Sequence[Any]) -> None:
        self._values: dict[str, str | None] = {}
        budget = Budget()
        for block in blocks:
            if isinstance(block, model.String):
                self._values[block.key.lower()] = self._value(block.value, budget)

    def _value(self, value: str, budget: Budget) -> str | None:
        try:
            return self.expanded(value, budget)
        except TooLongError:
            return None

    def expanded(self, value: str, budget: Budget) -> str:
        """Return the text of a value: strings in braces or quotes and names of macros, joined by ``#``.

        Raises
        ------
        TooLongError
            If it, or one of its macros, exceeds the remaining budget.
        """
        texts = [self._text(part) for part in _parts(value)]
        budget.spend(sum(map(len, texts)))
        return "".join(texts)

    def _text(self, part: str) -> str:
        if part[:1] in {"{", '"'}:
            return part[1:-1]
        value = self._values.get(part.lower(), part)
        if value is None:
            raise TooLongError(f"the macro {shortened(part, _SHOWN)!r} that it uses is {TOO_LONG}")
        return value


def _abstract(entry: Any, macros: _Macros, location: SourceLocation, fields: Fields, start: int) -> Record:
    try:
        return _read_entry(entry, macros, location, fields, start)
    except TooLongError as error:
        return Unreadable(entry.key or str(location), location, str(error))


def _read_entry(entry: Any, macros: _Macros, location: SourceLocation, fields: Fields, start: int) -> Abstract:
    """Read an entry; the first of repeated fields counts, but all keywords fields do."""
    values: dict[str, str] = {}
    for field in entry.fields:
        values.setdefault(field.key.lower(), field.value)
    title, text = (fields.title or "title").lower(), (fields.text or "abstract").lower()
    keywords = (fields.codes or KEYWORDS).lower()
    keyword_values = [field.value for field in entry.fields if field.key.lower() == keywords]
    budget = Budget()
    texts = [macros.expanded(value, budget) for value in (values.get(title, ""), values.get(text, ""), *keyword_values)]
    decode = plain if sum(map(len, texts)) <= _MAX_LATEX else one_line
    abstract = decode(texts[1])
    return Abstract(
        (plain(macros.expanded(values.get(fields.id.lower(), ""), budget)) if fields.id else entry.key)
        or str(location),
        decode(texts[0]),
        abstract,
        unique_codes(map(decode, re.split("[;,]", ";".join(texts[2:])))),
        location,
        fields.raw((start, len(entry.raw), values.get(keywords, ""))),
        "" if abstract.strip() else list_names(values),
    )


def _parts(value: str) -> list[str]:
    """Return the parts of a value that ``#`` joins."""
    if "#" not in value:
        return [value]
    parts, start = list[str](), 0
    for offset, character in top_level(f"{value}#"):
        if character == "#":
            parts.append(value[start:offset].strip())
            start = offset + 1
    return parts or [value]


def top_level(text: str, start: int = 0) -> Iterator[tuple[int, str]]:
    """Yield the offset of each character, from ``start`` on, that is neither in braces nor in quotes."""
    depth, is_quoted = 0, False
    for offset in range(start, len(text)):
        character = text[offset]
        if character == "{":
            depth += 1
        elif character == "}":
            depth -= 1
        elif character == '"' and depth == 0:
            is_quoted = not is_quoted
        if depth == 0 and not is_quoted:
            yield offset, character


def write_bibtex(abstracts: Iterable[Abstract], out: IO[bytes]) -> None:
    """Write entries of type ``article`` in UTF-8, with the ids as keys."""
    for abstract in abstracts:
        fields = {"title": abstract.title, "abstract": abstract.text, KEYWORDS: ", ".join(abstract.codes)}
        lines = [f"  {name} = {{{to_latex(value)}}},\n" for name, value in fields.items() if value.strip()]
        key = _NOT_IN_KEYS.sub("_", abstract.id)
        out.write(f"@article{{{key},\n{''.join(lines)}}}\n\n".encode(errors="backslashreplace"))
