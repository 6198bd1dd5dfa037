"""Evidence: whether a corpus can tell how good a classifier that learned from it is."""

from __future__ import annotations

from collections.abc import Sequence

from classmark.corpus.abstract import Abstract
from classmark.corpus.analysis.words import richness
from classmark.model.settings import SMALL_CORPUS

ENOUGH = 10
"""So many distinct abstracts per code are enough for an estimate."""

_TEMPLATED = 1 / 3
"""The share of word triples that the abstracts of a small corpus have in common, if they come out of a template.

Measured: at most 0.08 in draws of up to 360 catalogue records and 0.13 in 1,000 of them; 0.3 to 0.8 in made-up
abstracts whose sentences differ by words that are filled in.
"""


def has_evidence(distinct: Sequence[Abstract], codes: int) -> bool:
    """Say whether abstracts, held out, tell how good a classifier is on others.

    Those that come out of a template do not, as each tells the wording of the others.

    Parameters
    ----------
    distinct
        The abstracts learned from, without near duplicates.
    codes
        How many codes are learned.
    """
    if len(distinct) > SMALL_CORPUS:
        return True
    return len(distinct) >= ENOUGH * codes and not _are_templated(distinct)


def _are_templated(abstracts: Sequence[Abstract]) -> bool:
    return richness([abstract.text or abstract.title for abstract in abstracts]).shared_triples >= _TEMPLATED
