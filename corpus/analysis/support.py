"""Count the abstracts of each code, and say what that means for training."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping

from msgspec import Struct, field

from classmark.corpus.abstract import Abstract, Record
from classmark.corpus.limits import MAX_CODE_LENGTH
from classmark.corpus.scheme import Scheme

FEW_ABSTRACTS = 5
"""A code with fewer abstracts is rare: how well it is found is not known."""


class CorpusSize(Struct):
    """How many abstracts and codes a corpus has, counted while it is read.

    Parameters
    ----------
    scheme
        The scheme that codes roll up to; None if each stands for itself.
    """

    scheme: Scheme | None = None
    abstracts: int = 0
    codes: set[str] = field(default_factory=set)

    def counting(self, records: Iterable[Record]) -> Iterator[Record]:
        """Yield records, and count those that could be read."""
        for record in records:
            if isinstance(record, Abstract):
                self.abstracts += 1
                self.codes |= codes_to_train(record, self.scheme)
            yield record


def codes_to_train(abstract: Abstract, scheme: Scheme | None) -> set[str]:
    """Return the codes of an abstract as the scheme has them; others, unless too long for a code, as they are."""
    short = (code for code in abstract.codes if len(code) <= MAX_CODE_LENGTH)
    return {(scheme.resolve(code) if scheme else None) or code for code in short}


def count_rare_codes(support: Mapping[str, int], codes: Collection[str]) -> int:
    """Return how many of the codes have too few abstracts to know how well they are found."""
    return sum(support.get(code, 0) < FEW_ABSTRACTS for code in codes)


def describe_rare_codes(support: Mapping[str, int], codes: Collection[str]) -> str:
    """Return how many of the codes have too few abstracts to know how well they are found; nothing if none has.

    Examples
    --------
    >>> describe_rare_codes({"a": 20, "b": 1}, "ab")
    '1 of 2 codes has fewer than 5 abstracts: how well it is found is not known'
    """
    rare = count_rare_codes(support, codes)
    if not rare:
        return ""
    verb, they, are = ("has", "it", "is") if rare == 1 else ("have", "they", "are")
    counted = f"{rare:,} of {len(codes):,} codes {verb} fewer than {FEW_ABSTRACTS} abstracts"
    return f"{counted}: how well {they} {are} found is not known"


def untrainable(codes: Collection[str]) -> str:
    """Return why nothing can be trained on these codes, those with an abstract or a scope note; nothing if it can."""
    if not codes:
        return "there is nothing to train on: no code has an abstract or a scope note"
    if len(codes) == 1:
        return f"all abstracts have the one code {next(iter(codes))!r}; a classifier needs two or more"
    return ""
