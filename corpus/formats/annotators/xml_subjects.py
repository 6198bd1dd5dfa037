"""Add codes as subjects to metadata of XML that is not MARC, such as Dublin Core."""

from __future__ import annotations

import html
from collections.abc import Sequence

from classmark.corpus.abstract import Abstract
from classmark.corpus.formats.annotation import Annotation

from .metadata_span import FieldSpan, MetadataSpan


def takes_subjects(abstract: Abstract) -> bool:
    """Return whether the codes of a record are subjects rather than fields of MARC."""
    return bool(abstract.raw) and isinstance(abstract.raw.data, str)  # type: ignore[union-attr]  # it is not None


def codes_lacking(abstract: Abstract, codes: Sequence[Annotation]) -> list[str]:
    """Return the codes that a record lacks, each once."""
    return [code for code in dict.fromkeys(code.code for code in codes) if code not in abstract.codes]


def subjects_to_add(abstract: Abstract, metadata: MetadataSpan, codes: Sequence[str]) -> tuple[FieldSpan, str]:
    """Return the element after which to add codes to metadata, and the text to add.

    Raises
    ------
    ValueError
        If the metadata has no place for them; the message says why.
    """
    if abstract.raw is None or metadata.holder != abstract.raw.data:
        raise ValueError(f"its metadata is not found again; it begins with {metadata.holder or 'nothing known'!r}")
    after, elements = metadata.place_for([html.escape(code) for code in codes])
    space = after.space.decode("ascii", "replace")
    return after, "".join(f"{space}{element}" for element in elements)
