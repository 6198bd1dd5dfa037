"""Read Annif's vocabularies: TSV (``<uri>``, label, notation) and CSV (columns ``uri``, ``label_en``, ``notation``).

Source: https://github.com/NatLibFi/Annif/wiki/Subject-vocabulary-formats. Subjects without a label are deprecated.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from classmark.corpus.messages import shortened

from .concepts import Concept, codes_of
from .errors import SchemeError
from .fields import plain_uri
from .scheme import Code

_URI = re.compile(r"<?[A-Za-z][A-Za-z0-9+.-]*:[^\s<>]+>?\t")
_LABEL = "label_"


def is_annif_tsv(text: str) -> bool:
    """Return whether a text begins with a URI and a tab."""
    return _URI.match(text) is not None


def read_annif_tsv(text: str) -> tuple[Code, ...]:
    """Read lines of a URI, a label and possibly a notation, separated by tabs.

    Raises
    ------
    SchemeError
        A line has no URI, or one that stands before; the message names the line.
    """
    rows = (line.split("\t") for line in text.split("\n"))
    return codes_of(list(_distinct(_of_line(number, row) for number, row in enumerate(rows, 1) if any(row))))


def _of_line(number: int, row: list[str]) -> tuple[int, Concept]:
    uri, label, notation = (cell.strip() for cell in [*row, "", ""][:3])
    return number, Concept(plain_uri(uri), {"": label} if label else {}, notation)


def read_annif_csv(rows: Iterable[tuple[int, Mapping[str, str | None]]]) -> tuple[Code, ...]:
    """Read numbered rows with a column ``uri`` and labels in columns such as ``label_en``.

    Raises
    ------
    SchemeError
        A row has no URI, or one that stands before; the message names the line.
    """
    return codes_of(list(_distinct(_of_row(number, row) for number, row in rows)))


def _of_row(number: int, row: Mapping[str, str | None]) -> tuple[int, Concept]:
    named = ((name, (value or "").strip()) for name, value in row.items() if name and name.startswith(_LABEL))
    labels = {name.removeprefix(_LABEL): label for name, label in named if label}
    return number, Concept(plain_uri((row["uri"] or "").strip()), labels, (row.get("notation") or "").strip())


def _distinct(concepts: Iterable[tuple[int, Concept]]) -> Iterator[Concept]:
    seen: set[str] = set()
    for number, concept in concepts:
        if not concept.uri:
            raise SchemeError(f"line {number}: no URI in the first column")
        if concept.uri in seen:
            raise SchemeError(f"line {number}: the URI {shortened(concept.uri, 80)!r} stands twice")
        seen.add(concept.uri)
        if concept.labels:
            yield concept
