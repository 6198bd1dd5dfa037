"""Measure by the classes of a scheme: whether the class is right where the finer code is wrong.

Both measures are the precision at 1 of codes rolled up to the top of the tree, over all abstracts and over those whose
best code is wrong. On measures that credit ancestors, see S. Kiritchenko, S. Matwin, R. Nock and A. F. Famili,
'Learning and evaluation in the presence of class hierarchies', 2006.
"""

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
"""Definitions of the measures by class, by name."""


def classes_of(codes: Sequence[str], scheme: Scheme) -> tuple[str, ...]:
    """Return the class of each code: its topmost ancestor.

    An open scheme, which was read from a corpus, has no tree. Where all codes belong to the Library of Congress
    Classification, its main classes serve (``QA`` is in ``Q``).
    """
    tops = [scheme.top(code) for code in codes]
    if not scheme.is_closed:
        built_in = lcc()
        lcc_classes = [built_in.resolve(code) for code in codes]
        if all(lcc_classes):
            return tuple(top for top in lcc_classes if top)
    return tuple(tops)


def measures_by_class(scored: ScoredCorpus, classes: Sequence[str]) -> dict[str, float]:
    """Return the measures in `DEFINITIONS` by name; an empty dictionary if every code is its own class.

    Parameters
    ----------
    classes
        The class of each code of ``scored``.
    """
    column = {name: number for number, name in enumerate(sorted(set(classes)))}
    class_of = np.array([column[name] for name in classes], dtype=np.int64)
    if len(column) == len(classes):
        return {}
    class_of_best = class_of[scored.scores.best]
    is_in_class = class_of[scored.gold.indices] == class_of_best[scored.gold_rows]
    class_right = np.bincount(scored.gold_rows[is_in_class], minlength=len(scored)) > 0
    wrong = ~scored.hits_at(1)[:, 0]
    return {
        "class_precision_at_1": float(class_right.mean()),
        "class_right_where_code_wrong": float(class_right[wrong].mean()) if wrong.any() else 1.0,
    }
