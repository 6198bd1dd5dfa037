"""Resolve the codes of abstracts to the codes of a scheme, and check that they can be trained."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np
from msgspec import Struct
from msgspec.structs import replace
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from classmark.corpus.abstract import Abstract
from classmark.corpus.analysis.support import untrainable
from classmark.corpus.errors import CorpusError
from classmark.corpus.input.joined_codes import fits_nowhere
from classmark.corpus.scheme import Scheme, scheme_of


def scope_notes(scheme: Scheme) -> list[Abstract]:
    """Return the scope notes of a scheme as short abstracts, each with the code that its own code rolls up to."""
    return [
        Abstract(code.code, "", f"{code.name}. {scope}" if number == 0 else scope, (assigned,))
        for code in scheme.codes
        if code.scopes and (assigned := scheme.resolve(code.code))
        for number, scope in enumerate(code.scopes)
    ]


def labels_of(abstracts: Sequence[Abstract], scheme: Scheme | None) -> tuple[list[tuple[str, ...]], Scheme]:
    """Return the codes of each abstract as the scheme has them, and the scheme; None makes one of the abstracts' codes.

    Raises
    ------
    CorpusError
        The corpus cannot be trained on; see `train`.
    """
    scheme = scheme or scheme_of(code for abstract in abstracts for code in abstract.codes)
    labels = [resolved_codes(abstract, scheme) for abstract in abstracts]
    check_support(Counter(code for codes in labels for code in codes), scheme)
    return labels, scheme


class WithoutRareCodes(Struct, frozen=True):
    """A corpus without the codes that have few abstracts and no scope note.

    Parameters
    ----------
    abstracts
        The abstracts that have other codes, with only these.
    codes
        The codes left out, sorted.
    left_out
        The number of abstracts left out, as they had no other code.
    """

    abstracts: list[Abstract]
    codes: tuple[str, ...]
    left_out: int


def without_rare_codes(abstracts: Sequence[Abstract], scheme: Scheme | None, fewest: int) -> WithoutRareCodes:
    """Leave out the codes with fewer abstracts and no scope note, and the abstracts without other codes."""
    scheme = scheme or scheme_of(code for abstract in abstracts for code in abstract.codes)
    labels = [resolved_codes(abstract, scheme) for abstract in abstracts]
    support = Counter(code for codes in labels for code in codes)
    rare = set(rare_codes(support, scheme, fewest))
    kept = [
        tuple(code for code in abstract.codes if (scheme.resolve(code) or code) not in rare) for abstract in abstracts
    ]
    remaining = [replace(abstract, codes=codes) for abstract, codes in zip(abstracts, kept, strict=True) if codes]
    return WithoutRareCodes(remaining, tuple(sorted(rare)), len(abstracts) - len(remaining))


def rare_codes(support: Mapping[str, int], scheme: Scheme, fewest: int) -> tuple[str, ...]:
    """Return the codes with fewer abstracts and no scope note, sorted."""
    noted = scheme.noted_codes
    return tuple(sorted(code for code, count in support.items() if count < fewest and code not in noted))


def resolved_codes(abstract: Abstract, scheme: Scheme) -> tuple[str, ...]:
    """Return the codes that an abstract's codes roll up to in the scheme, without duplicates.

    Codes that an open scheme lacks stay as they are.

    Raises
    ------
    CorpusError
        A code fits nowhere in a closed scheme; the message names it and its location.
    """
    resolved = {code: scheme.resolve(code) or (None if scheme.is_closed else code) for code in abstract.codes}
    unknown = [code for code, own in resolved.items() if own is None]
    if unknown:
        raise CorpusError(f"{abstract.location}: {fits_nowhere(unknown[0], scheme)}")
    return tuple(dict.fromkeys(code for code in resolved.values() if code is not None))


def check_support(support: Mapping[str, int], scheme: Scheme) -> None:
    """Check that the codes can be trained.

    Parameters
    ----------
    support
        The number of abstracts of each code.

    Raises
    ------
    CorpusError
        Fewer than two codes have an abstract or a scope note.
    """
    if problem := untrainable(support.keys() | scheme.noted_codes):
        raise CorpusError(problem)


def label_matrix(labels: Sequence[Sequence[str]], codes: Sequence[str]) -> csr_matrix:
    """Return the labels as a matrix, bool, shape (abstracts, codes), with sorted indices."""
    column = {code: number for number, code in enumerate(codes)}
    columns = [column[code] for codes_of_row in labels for code in codes_of_row]
    rows = np.repeat(np.arange(len(labels)), [len(codes_of_row) for codes_of_row in labels])
    return gold_matrix(rows, np.array(columns, dtype=np.int64), (len(labels), len(codes)))


def gold_matrix(rows: NDArray[np.int64], columns: NDArray[np.int64], shape: tuple[int, int]) -> csr_matrix:
    """Return a matrix, bool, that is True at these places, each of which may be given several times."""
    gold = csr_matrix((np.ones(len(rows), dtype=bool), (rows, columns)), shape=shape)
    gold.sort_indices()
    return gold


def support_of(gold: csr_matrix) -> NDArray[np.int64]:
    """Return the number of texts with each code, int64, shape (codes,)."""
    return np.bincount(gold.indices, minlength=gold.shape[1])
