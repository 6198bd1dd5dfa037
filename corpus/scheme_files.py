"""Read scheme files of any format: CSV, SKOS, and Annif's vocabularies."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from pathlib import Path

from .errors import SchemeError, UsageError
from .limits import MAX_SCHEME_BYTES, too_long
from .scheme import Code, Scheme
from .scheme_csv import BUILT_IN, LCC_FILE, lcc, read_csv


def scheme_file(name: str | None) -> Path | None:
    """Return the file of a scheme, or None for no scheme."""
    return LCC_FILE if name == BUILT_IN else Path(name) if name else None


def read_scheme(name: str) -> Scheme:
    """Read a scheme file, or return the built-in scheme if the name is ``lcc``.

    The ending of the name tells SKOS (``.ttl``, ``.nt``, ``.rdf``, ``.xml``); other files are CSV, or Annif's TSV.

    Raises
    ------
    UsageError
        If there is no such file.
    SchemeError
        If the file is no valid scheme; the message names the line or the code.
    CorpusError
        If a library is missing.
    """
    if name == BUILT_IN:
        return lcc()
    path = Path(name)
    try:
        codes = _read_codes(path)
        _check_likeness(codes)
        return Scheme(codes)
    except FileNotFoundError:
        raise UsageError(f"there is no scheme file {name}; name a CSV or SKOS file, or {BUILT_IN!r}") from None
    except OSError as error:
        raise SchemeError(f"{name} can't be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise SchemeError(f"{name}: not UTF-8 at byte {error.start}; save it as UTF-8") from None
    except SchemeError as error:
        raise SchemeError(f"{name}: {error}") from error


def _read_codes(path: Path) -> tuple[Code, ...]:
    from .scheme_annif import is_annif_tsv, read_annif_tsv  # noqa: PLC0415  # most runs read no scheme
    from .scheme_skos import SUFFIXES, read_skos  # noqa: PLC0415  # the same

    with path.open("rb") as stream:
        content = stream.read(MAX_SCHEME_BYTES + 1)
    if len(content) > MAX_SCHEME_BYTES:
        raise SchemeError(too_long(MAX_SCHEME_BYTES))
    suffix = path.suffix.lower()
    if suffix in {".jsonld", ".json"}:
        raise SchemeError("JSON-LD is not read; convert it to Turtle (.ttl)")
    if suffix in SUFFIXES:
        return read_skos(content, SUFFIXES[suffix], str(path))
    text = content.decode("utf-8-sig")
    return read_annif_tsv(text) if is_annif_tsv(text) else read_csv(text)


def _check_likeness(codes: Iterable[Code]) -> None:
    """Raise if codes differ only in case, blanks or Unicode normal form; URIs may differ in case."""
    seen: dict[str, str] = {}
    for code in codes:
        look = "".join(unicodedata.normalize("NFKC", code.code).split())
        first = seen.setdefault(look if ":" in look else look.casefold(), code.code)
        if first != code.code:
            raise SchemeError(f"the codes {first!a} and {code.code!a} differ only in case, blanks or normal form")
