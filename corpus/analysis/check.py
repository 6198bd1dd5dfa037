"""Check a corpus before training: report what is wrong, and with which record."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from msgspec.structs import replace

from classmark.corpus.abstract import Abstract, Record, Unreadable
from classmark.corpus.input.joined_codes import fits_nowhere, joined_codes
from classmark.corpus.input.without_abstracts import WithoutAbstracts
from classmark.corpus.limits import MAX_CODE_LENGTH, too_long_code
from classmark.corpus.scheme import Scheme

from .near_duplicates import near_duplicates
from .support import FEW_ABSTRACTS, codes_to_train, count_rare_codes, describe_rare_codes, untrainable
from .words import letter_words

SHORTEST = 20
LONGEST = 1_000

_NAMED = 5
"""Rare codes to name."""


def check_corpus(records: Iterable[Record], scheme: Scheme | None = None) -> Iterator[str]:
    """Yield one sentence per problem of a corpus: records, then codes, then near duplicates.

    Parameters
    ----------
    scheme
        Scheme that the codes must fit; without it, any code is valid.
    """
    abstracts = []
    for record in records:
        if isinstance(record, Unreadable):
            yield str(record)
        else:
            abstracts.append(replace(record, raw=None))  # it would fill the memory
            yield from _check_abstract(record, scheme)
    yield from WithoutAbstracts.of(abstracts).sentences
    yield from joined_codes(abstracts, scheme)
    yield from _check_support(abstracts, scheme)
    yield from _check_ids(abstracts)
    yield from _check_likeness(dict.fromkeys(code for abstract in abstracts for code in abstract.codes))
    yield from _check_duplicates(abstracts)


def _check_abstract(abstract: Abstract, scheme: Scheme | None) -> Iterator[str]:
    length = len(letter_words(abstract.text))
    if not length:
        yield f"{abstract.location}: the abstract is empty"
    elif not SHORTEST <= length <= LONGEST:
        yield f"{abstract.location}: {length:,} words, where an abstract has {SHORTEST} to {LONGEST:,}"
    if not abstract.title.strip():
        yield f"{abstract.location}: no title"
    if not abstract.codes:
        yield f"{abstract.location}: no codes"
    if long := too_long_code(abstract.codes):
        yield f"{abstract.location}: {long}"
    for code in abstract.codes:
        if scheme and len(code) <= MAX_CODE_LENGTH and not scheme.resolve(code):
            yield f"{abstract.location}: {fits_nowhere(code, scheme)}"


def _check_support(abstracts: Sequence[Abstract], scheme: Scheme | None) -> Iterator[str]:
    """Report what training will say of rare codes, and name the rarest."""
    scheme = scheme or Scheme(())
    support = Counter(code for abstract in abstracts for code in codes_to_train(abstract, scheme))
    codes = support.keys() | scheme.noted_codes
    if problem := untrainable(codes):
        yield problem
    elif count_rare_codes(support, tuple(support)):  # that a scheme has more codes is no fault of the corpus
        rare = sorted((support[code], code) for code in codes if support[code] < FEW_ABSTRACTS)
        named = "; ".join(_describe(code, count, scheme) for count, code in rare[:_NAMED])
        more = f"; and {len(rare) - _NAMED:,} more" if len(rare) > _NAMED else ""
        yield f"{describe_rare_codes(support, codes)}: {named}{more}"


def _describe(code: str, count: int, scheme: Scheme) -> str:
    name = scheme.name(code)
    return f"{code!r} {f'{name}, ' if name != code else ''}{count}"


def _check_ids(abstracts: Sequence[Abstract]) -> Iterator[str]:
    ids = Counter(abstract.id for abstract in abstracts)
    for identifier, count in ids.items():
        if count > 1:
            yield f"the id {identifier!r} stands {count} times"


def _check_likeness(codes: Iterable[str]) -> Iterator[str]:
    """Report codes that look the same: letters in another case or composed differently, or invisible characters."""
    seen: dict[str, str] = {}
    for code in codes:
        first = seen.setdefault(_look(code), code)
        if first != code:
            yield f"the codes {first!a} and {code!a} look alike; if they are one, write them in one way"


def _look(code: str) -> str:
    seen = (letter for letter in unicodedata.normalize("NFKC", code) if unicodedata.category(letter) != "Cf")
    look = " ".join("".join(seen).split())
    return look if ":" in look else look.casefold()  # URIs may differ in case


def _check_duplicates(abstracts: Sequence[Abstract]) -> Iterator[str]:
    found = near_duplicates([abstract.text for abstract in abstracts]).first
    for number, first in sorted(found.items()):
        yield f"{abstracts[number].location}: nearly the same text as {abstracts[first].location}"
