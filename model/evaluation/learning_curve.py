"""Learning curves: how good a classifier gets with how many abstracts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from classmark.corpus.abstract import Abstract
from classmark.corpus.scheme import Scheme
from classmark.model.scoring.learned_texts import LearnedTexts
from classmark.model.settings import Settings
from classmark.model.training.labels import labels_of, scope_notes
from classmark.model.training.train import fit_estimator

from .evaluate import Evaluation, evaluate_estimator

_FIRST = 100


@dataclass(frozen=True)
class CurvePoint:
    """What learning from so many abstracts, and from so many scope notes, comes to."""

    abstracts: int
    scope_notes: int
    evaluation: Evaluation


def learning_curve(
    learned: Sequence[Abstract],
    scheme: Scheme | None,
    held_out: Sequence[Abstract],
    settings: Settings,
) -> Iterator[CurvePoint]:
    """Learn from growing parts of a corpus, and measure each time on the same held-out abstracts.

    The parts are 100, 200, 400 … abstracts drawn by chance, each holding the one before, and at last all; with
    the scope notes of the scheme, where it has any, and without.

    Raises
    ------
    CorpusError
        One of the corpora can't be used; see `train` and `evaluate`.
    """
    labels, scheme = labels_of(learned, scheme)
    texts = LearnedTexts()
    texts.add(learned)
    known = texts.count(held_out)
    order = np.random.default_rng(settings.seed).permutation(len(learned)).tolist()
    bare = replace(scheme, codes=tuple(replace(code, scope="") for code in scheme.codes))
    for kind in (scheme, bare) if scope_notes(scheme) else (bare,):
        for size in _sizes(len(learned), with_none=kind is not bare):
            part = sorted(order[:size])
            taught = [learned[i] for i in part], [labels[i] for i in part]
            estimator = fit_estimator(*taught, kind, settings)
            evaluation = replace(evaluate_estimator(estimator, kind, held_out), learned_from=known)
            yield CurvePoint(size, len(scope_notes(kind)), evaluation)


def _sizes(most: int, *, with_none: bool) -> list[int]:
    sizes = [0] if with_none else []
    size = _FIRST
    while size * 1.5 < most:
        sizes.append(size)
        size *= 2
    return [*sizes, most]
