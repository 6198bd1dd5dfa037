"""Add codes to files without a model."""

import io
from pathlib import Path

from classmark.corpus.abstract import Abstract
from classmark.corpus.fields import Fields
from classmark.corpus.formats.annotation import Annotation
from classmark.corpus.input.read import find_input
from classmark.corpus.output.annotate import annotate_files
from support.formats import marc, marcxml


def kept(path: Path, *codes: str, field: str | None = None, score: float | None = None) -> tuple[bytes, list[str]]:
    """Add codes to all abstracts of a file; return the result, and the messages about records that cannot have them."""
    found, out = find_input([str(path)], fields=Fields(codes=field, with_raw=True)), io.BytesIO()
    added = [Annotation(code, f"name of {code}", score) for code in codes]
    labelled = ((record, added if isinstance(record, Abstract) else []) for record in found.records())
    messages = [str(failure) for failure in annotate_files(found, labelled, out)]
    return out.getvalue(), messages


def added(tmp_path: Path, name: str, content: bytes, *codes: str, field: str | None = None) -> bytes:
    """Add codes to all abstracts of a file, and check that none is refused."""
    (tmp_path / name).write_bytes(content)
    result, messages = kept(tmp_path / name, *codes, field=field)
    assert messages == []
    return result


MARC, MARCXML = marc(), marcxml()
