"""Compute learning curves: measures as a function of the number of training abstracts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from msgspec import Struct
from msgspec.structs import replace

from classmark.corpus.abstract import Abstract
from classmark.corpus.scheme import Scheme
from classmark.model.scoring.learned_texts import LearnedTexts
from classmark.model.settings import Settings
from classmark.model.training.labels import labels_of, scope_notes
from classmark.model.training.train import fit_estimator

from .evaluate import Evaluation, evaluate_estimator

_MIN_SIZE = 100


class CurvePoint(Struct, frozen=True):
    """The evaluation of a model trained on this many abstracts and scope notes."""

    abstracts: int
    scope_notes: int
    evaluation: Evaluation


def learning_curve(
    training_abstracts: Sequence[Abstract],
    scheme: Scheme | None,
    held_out: Sequence[Abstract],
    settings: Settings,
) -> Iterator[CurvePoint]:
    """Train on growing random samples of a corpus, and evaluate each model on the same held-out abstracts.

    The samples have 100, 200, 400 … abstracts, each containing the one before, and finally all. If the scheme has scope
    notes, there is one curve with and one without them.

    Raises
    ------
    CorpusError
        One of the corpora cannot be used; see `train` and `evaluate`.
    """
    labels, scheme = labels_of(training_abstracts, scheme)
    learned = LearnedTexts()
    learned.add(training_abstracts)
    learned_from = learned.count(held_out)
    order = np.random.default_rng(settings.seed).permutation(len(training_abstracts)).tolist()
    without_notes = replace(scheme, codes=tuple(replace(code, scopes=()) for code in scheme.codes))
    for variant in (scheme, without_notes) if scope_notes(scheme) else (without_notes,):
        for size in _sizes(len(training_abstracts), from_zero=variant is not without_notes):
            rows = sorted(order[:size])
            sample, labels_of_sample = [training_abstracts[i] for i in rows], [labels[i] for i in rows]
            estimator = fit_estimator(sample, labels_of_sample, variant, settings)
            evaluation = replace(evaluate_estimator(estimator, variant, held_out), learned_from=learned_from)
            yield CurvePoint(size, len(scope_notes(variant)), evaluation)


def _sizes(most: int, *, from_zero: bool) -> list[int]:
    """Return the sizes of the samples, each twice the one before; the last is ``most``."""
    sizes = [0] if from_zero else []
    size = _MIN_SIZE
    while size * 1.5 < most:
        sizes.append(size)
        size *= 2
    return [*sizes, most]
