"""Measures by the tree of a scheme: whether the class is right where the finer code is wrong."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from classmark.corpus.scheme import Scheme
from classmark.corpus.scheme_csv import lcc

from .scored_corpus import ScoredCorpus

DEFINITIONS = {
    "class_precision_at_1": "the share of abstracts whose best code is in the class of a given one",
    "class_right_where_code_wrong": "the same among the abstracts whose best code is not a given one",
}
"""What the measures by class are, by name."""


def classes_of(codes: Sequence[str], scheme: Scheme) -> tuple[str, ...]:
    """Return the class of each code: the top of the tree above it.

    Codes of a scheme that was read off a corpus have nothing above them; where all of them are codes of the Library
    of Congress Classification, its own classes are taken (``QA`` is in ``Q``).
    """
    tops = [scheme.top(code) for code in codes]
    if not scheme.is_closed:
        built_in = lcc()
        known = [built_in.resolve(code) for code in codes]
        tops = [top for top in known if top] if all(known) else tops
    return tuple(tops)


def measures_by_class(judged: ScoredCorpus, classes: Sequence[str]) -> dict[str, float]:
    """Return the measures that look at classes, see `DEFINITIONS`; none where every code is a class of its own.

    Parameters
    ----------
    classes
        The class of each code of ``judged``.
    """
    names = {name: number for number, name in enumerate(sorted(set(classes)))}
    class_of = np.array([names[name] for name in classes], dtype=np.int64)
    if len(names) == len(classes):
        return {}
    member = np.zeros((len(classes), len(names)), dtype=bool)
    member[np.arange(len(classes)), class_of] = True
    given = (judged.gold.astype(np.int64) @ member) > 0
    best = judged.scores.argmax(axis=1)
    class_right = given[np.arange(len(given)), class_of[best]]
    wrong = ~judged.best(1)[:, 0]
    return {
        "class_precision_at_1": float(class_right.mean()),
        "class_right_where_code_wrong": float(class_right[wrong].mean()) if wrong.any() else 1.0,
    }
