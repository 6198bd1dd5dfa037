"""Labels: which codes abstracts teach, in the terms of a scheme."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from classmark.corpus.abstract import Abstract, SourceLocation
from classmark.corpus.errors import CorpusError
from classmark.corpus.input.joined_codes import fits_nowhere
from classmark.corpus.scheme import Scheme, scheme_of


def scope_notes(scheme: Scheme) -> list[Abstract]:
    """Return the scope notes of a scheme as short texts, each with the code that its code rolls up to."""
    return [
        Abstract(code.code, "", f"{code.name}. {code.scope}", (assigned,))
        for code in scheme.codes
        if code.scope and (assigned := scheme.resolve(code.code))
    ]


def labels_of(abstracts: Sequence[Abstract], scheme: Scheme | None) -> tuple[list[tuple[str, ...]], Scheme]:
    """Return the codes to learn for each abstract, and the scheme that they are of.

    Raises
    ------
    CorpusError
        The corpus can't be learned from; see `train`.
    """
    scheme = scheme or scheme_of(code for abstract in abstracts for code in abstract.codes)
    labels = [resolved_codes(abstract, scheme) for abstract in abstracts]
    support = Counter(code for codes in labels for code in codes)
    check_support(
        support,
        scheme,
        lambda rare: next(
            abstract.location for codes, abstract in zip(labels, abstracts, strict=True) if rare in codes
        ),
    )
    return labels, scheme


@dataclass(frozen=True)
class WithoutRareCodes:
    """A corpus without the codes that one abstract alone and no scope note has.

    Parameters
    ----------
    abstracts
        Those that have other codes, with these.
    codes
        What was left out, sorted.
    left_out
        How many abstracts were left out, as they had no other code.
    """

    abstracts: list[Abstract]
    codes: tuple[str, ...]
    left_out: int


def without_rare_codes(abstracts: Sequence[Abstract], scheme: Scheme | None) -> WithoutRareCodes:
    """Leave out the codes that one abstract alone and no scope note has, and the abstracts that then have none."""
    scheme = scheme or scheme_of(code for abstract in abstracts for code in abstract.codes)
    labels = [resolved_codes(abstract, scheme) for abstract in abstracts]
    support = Counter(code for codes in labels for code in codes)
    support.update(code for note in scope_notes(scheme) for code in note.codes)
    kept = [tuple(code for code in codes if support[code] > 1) for codes in labels]
    left = [replace(abstract, codes=codes) for abstract, codes in zip(abstracts, kept, strict=True) if codes]
    rare = sorted(code for code, count in support.items() if count == 1)
    return WithoutRareCodes(left, tuple(rare), len(abstracts) - len(left))


def resolved_codes(abstract: Abstract, scheme: Scheme) -> tuple[str, ...]:
    """Return the codes of the scheme that an abstract's codes stand for, each once.

    In an open scheme, codes that it lacks stay as they are.

    Raises
    ------
    CorpusError
        A code fits nowhere in a closed scheme; the message names it and its place.
    """
    resolved = {code: scheme.resolve(code) or (None if scheme.is_closed else code) for code in abstract.codes}
    unknown = [code for code, known in resolved.items() if known is None]
    if unknown:
        raise CorpusError(f"{abstract.location}: {fits_nowhere(unknown[0], scheme)}")
    return tuple(dict.fromkeys(code for code in resolved.values() if code is not None))


def check_support(support: Mapping[str, int], scheme: Scheme, place_of: Callable[[str], SourceLocation]) -> None:
    """See whether codes can be learned.

    Parameters
    ----------
    support
        How many abstracts each code has.
    place_of
        Returns the place of an abstract that has a code.

    Raises
    ------
    CorpusError
        One can't.
    """
    noted = {code for note in scope_notes(scheme) for code in note.codes}
    known = support.keys() | noted
    if not known:
        raise CorpusError("there is nothing to learn from: no code has two abstracts or a scope note")
    if len(known) == 1:
        raise CorpusError(f"all abstracts have the one code {next(iter(known))!r}; a classifier needs two or more")
    single = [code for code, count in support.items() if count == 1 and code not in noted]
    if single:
        others = f" (and {len(single) - 1} more such codes)" if len(single) > 1 else ""
        raise CorpusError(
            f"{place_of(single[0])}: the code {single[0]!r} has this one abstract only{others}; "
            "add abstracts with it, or leave such codes out with --drop-rare"
        )


def label_matrix(labels: Sequence[Sequence[str]], codes: Sequence[str]) -> NDArray[np.bool_]:
    """Return the labels as a matrix, shape (abstracts, codes)."""
    column = {code: number for number, code in enumerate(codes)}
    gold = np.zeros((len(labels), len(codes)), dtype=bool)
    for row, given in enumerate(labels):
        gold[row, [column[code] for code in given]] = True
    return gold
