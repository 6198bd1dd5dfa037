"""Read, write and annotate BibTeX with bibtexparser (http://mirrors.ctan.org/biblio/bibtex/base/btxdoc.pdf).

The library reads whole files, so memory grows with the file, as for no other record format.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import IO, Any

from classmark.corpus.abstract import Abstract, Record, SourceLocation, Unreadable
from classmark.corpus.errors import TooLongError
from classmark.corpus.fields import Fields, once, one_line, seen
from classmark.corpus.lazy_imports import import_quietly
from classmark.corpus.limits import TOO_LONG, Budget

from .annotation import AnnotatedOutput, AnnotatedRecord, Annotation, AnnotationFailure
from .annotators.byte_ranges import check_all_found
from .latex import plain, to_latex
from .plain_text import decode

_KEYWORDS = "keywords"
_MOST = 100_000_000
_MOST_FIELDS = 1_500_000
"""Maximum number of entries and fields of a file; the library takes up to 1 KB for each."""

_LONGEST_LATEX = 200_000
"""Characters of an entry to read as LaTeX, which takes some seconds; longer text is used as it is."""

_SHOWN = 40  # characters of a macro name to show in messages
_NOT_IN_KEYS = re.compile(r"[\s,{}()\"#%'=~\\]+")


def read_bibtex(stream: io.BufferedReader, source: str, fields: Fields) -> Iterator[Record]:
    """Read entries in order: title, abstract and keywords, with LaTeX converted to plain text."""
    bibtexparser = import_quietly("bibtexparser", "bibtex", source)
    try:
        text = decode(stream.read(_MOST + 1), _MOST)
        Budget(_MOST_FIELDS, "more entries and fields than are read at once; cut it into several").spend(
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
        said = [self._said(part) for part in _parts(value)]
        budget.spend(sum(map(len, said)))
        return "".join(said)

    def _said(self, part: str) -> str:
        if part[:1] in {"{", '"'}:
            return part[1:-1]
        value = self._values.get(part.lower(), part)
        if value is None:
            raise TooLongError(f"the macro {part[:_SHOWN]!r} that it uses is {TOO_LONG}")
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
    keywords = (fields.codes or _KEYWORDS).lower()
    held = [field.value for field in entry.fields if field.key.lower() == keywords]
    budget = Budget()
    said = [macros.expanded(value, budget) for value in (values.get(title, ""), values.get(text, ""), *held)]
    decode = plain if sum(map(len, said)) <= _LONGEST_LATEX else one_line
    abstract = decode(said[1])
    return Abstract(
        entry.key or str(location),
        decode(said[0]),
        abstract,
        once(map(decode, re.split("[;,]", ";".join(said[2:])))),
        location,
        fields.raw((start, len(entry.raw), values.get(keywords, ""))),
        "" if abstract.strip() else seen(values),
    )


def _parts(value: str) -> list[str]:
    """Return the parts of a value that ``#`` joins."""
    parts, depth, is_quoted, start = list[str](), 0, False, 0
    for location, character in enumerate(f"{value}#" if "#" in value else ""):
        depth += (character == "{") - (character == "}")
        is_quoted ^= character == '"' and not depth
        if character == "#" and not depth and not is_quoted:
            parts.append(value[start:location].strip())
            start = location + 1
    return parts or [value]


def write_bibtex(abstracts: Iterable[Abstract], out: IO[bytes]) -> None:
    """Write entries of type ``article`` in UTF-8, with the ids as keys."""
    for abstract in abstracts:
        fields = {"title": abstract.title, "abstract": abstract.text, _KEYWORDS: ", ".join(abstract.codes)}
        lines = [f"  {name} = {{{to_latex(value)}}},\n" for name, value in fields.items() if value.strip()]
        key = _NOT_IN_KEYS.sub("_", abstract.id)
        out.write(f"@article{{{key},\n{''.join(lines)}}}\n\n".encode(errors="backslashreplace"))


def annotate_bibtex(
    stream: io.BufferedReader, records: Iterator[AnnotatedRecord], output: AnnotatedOutput
) -> Iterator[AnnotationFailure]:
    """Copy a file, including macros, comments and broken entries, and add codes to the keywords."""
    output.begin_line()
    text, end = stream.read(_MOST + 1).decode("utf-8", "surrogateescape"), 0
    for record, codes in records:
        new = [code for code in codes if isinstance(record, Abstract) and code.code not in record.codes]
        if not (new and isinstance(record, Abstract) and record.raw):
            continue
        start, length, held = record.raw.data
        entry = text[start : start + length]
        if not (entry.startswith("@") and held in entry):
            check_all_found((record, codes))
        output.write(text[end:start].encode("utf-8", "surrogateescape"))
        output.write(_with_keywords(entry, (output.field or _KEYWORDS).lower(), held, new).encode())
        end = start + length
    output.write(text[end:].encode("utf-8", "surrogateescape"))
    while block := stream.read(1 << 16):
        output.write(block)
    yield from ()


def _with_keywords(entry: str, field: str, held: str, codes: Sequence[Annotation]) -> str:
    """Return an entry with codes appended to its keywords, or in a new last field."""
    separator = "; " if ";" in held else ", "
    new = separator.join(to_latex(code.code) for code in codes)
    end = _value_end(entry, field, held)
    if not end:
        line_end = "\r\n" if "\r\n" in entry else "\n"
        body, space = _without_space(entry[:-1])
        comma = "" if body.endswith(",") else ","
        return f"{body}{comma}{line_end}  {field} = {{{new}}}{space or line_end}{entry[-1]}"
    if held[:1] not in {"{", '"'} or "#" in held:
        return f"{entry[:end]} # {{{separator}{new}}}{entry[end:]}"
    body, space = _without_space(entry[: end - 1])
    return body + (separator if held[1:-1].strip() else "") + new + space + entry[end - 1 :]


def _without_space(text: str) -> tuple[str, str]:
    """Split a text into the text and its trailing white space."""
    body = text.rstrip()
    return body, text[len(body) :]


def _value_end(entry: str, field: str, held: str) -> int:
    """Return the end of the value of a field at the top level of an entry, or 0 if there is none."""
    depth, is_quoted = 0, False
    name = re.compile(rf"(?i)[\s,]*{re.escape(field)}\s*=\s*(?={re.escape(held)})")
    body = re.search("[{(]", entry) if held else None
    for location in range(body.end(), len(entry)) if body else ():
        character = entry[location]
        depth += (character == "{") - (character == "}")
        is_quoted ^= character == '"' and not depth
        if character == "," and not depth and not is_quoted and (found := name.match(entry, location)):
            return found.end() + len(held)
    return 0
