"""Measure by the tree of a scheme: whether a class is right where the finer code is wrong.

The measures by class are the precision at 1 of codes rolled up to the top of the tree, over all abstracts and over
those whose best code is wrong. The hierarchical measures are those of S. Kiritchenko, S. Matwin, R. Nock and A. F.
Famili, 'Learning and evaluation in the presence of class hierarchies', 2006: precision and recall over all abstracts,
where each code, given or assigned, counts with all codes above it.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.sparse import csr_matrix

from classmark.corpus.scheme import Scheme
from classmark.corpus.scheme_csv import lcc

from .scored_corpus import ScoredCorpus

DEFINITIONS = {
    "class_precision_at_1": "the share of abstracts whose best code is in the class of a given one",
    "class_right_where_code_wrong": "the same among the abstracts whose best code is not a given one",
    "hierarchical_precision": "the share of assigned codes, and codes above them, that are given or above given ones",
    "hierarchical_recall": "the share of given codes, and codes above them, that are assigned or above assigned ones",
    "hierarchical_f1": "the harmonic mean of hierarchical precision and hierarchical recall",
}
"""Definitions of the measures by class and of the hierarchical ones, by name."""


def lineages_of(codes: Sequence[str], scheme: Scheme) -> list[tuple[str, ...]]:
    """Return each code with those above it, upwards.

    An open scheme, which was read from a corpus, has no tree. Where all codes belong to the Library of Congress
    Classification, its main classes serve (``QA`` is in ``Q``).
    """
    if not scheme.is_closed:
        built_in = lcc()
        lcc_classes = [built_in.resolve(code) for code in codes]
        if all(lcc_classes):
            return [tuple(dict.fromkeys((code, top or code))) for code, top in zip(codes, lcc_classes, strict=True)]
    return [scheme.lineage(code) for code in codes]


def measures_of_tree(scored: ScoredCorpus, scheme: Scheme) -> dict[str, float]:
    """Return the measures in `DEFINITIONS` by name; an empty dictionary if no code is above another."""
    lineages = lineages_of(scored.codes, scheme)
    by_class = measures_by_class(scored, [line[-1] for line in lineages])
    return by_class | hierarchical_measures(scored, lineages) if by_class else {}


def hierarchical_measures(scored: ScoredCorpus, lineages: Sequence[Sequence[str]]) -> dict[str, float]:
    """Return hierarchical precision, recall and F1.

    Parameters
    ----------
    lineages
        Of each code of ``scored``: the code and those above it.
    """
    column = {code: number for number, code in enumerate(dict.fromkeys(code for line in lineages for code in line))}
    rows = np.repeat(np.arange(len(lineages)), list(map(len, lineages)))
    columns = [column[code] for line in lineages for code in line]
    above = csr_matrix((np.ones(len(columns)), (rows, columns)), shape=(len(lineages), len(column)))
    gold = csr_matrix(scored.gold @ above) > 0
    assigned = csr_matrix(scored.matrix_of(scored.assigned) @ above) > 0
    right = gold.multiply(assigned).nnz
    precision, recall = right / max(assigned.nnz, 1), right / max(gold.nnz, 1)
    f1 = 2 * right / max(assigned.nnz + gold.nnz, 1)
    return {"hierarchical_precision": precision, "hierarchical_recall": recall, "hierarchical_f1": f1}


def measures_by_class(scored: ScoredCorpus, classes: Sequence[str]) -> dict[str, float]:
    """Return the measures by class, by name; an empty dictionary if every code is its own class.

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
