"""Training: from a corpus and a scheme to a classifier."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass

import numpy as np
from numpy.typing import NDArray

from classmark.corpus.abstract import Abstract
from classmark.corpus.errors import CorpusError
from classmark.corpus.scheme import Scheme
from classmark.model.scoring.classifier import Classifier, ModelCard
from classmark.model.scoring.learned_texts import LearnedTexts
from classmark.model.settings import Settings

from .cross_validation import CrossValidation, estimate
from .estimator import SubjectClassifier
from .evidence import has_evidence
from .labels import label_matrix, labels_of, scope_notes, without_rare_codes
from .provenance import corpus_digest, rounded, settings_kept, versions
from .stratification import groups_of
from .training_set import prepare
from .tuning import Watch, tune

_USUAL = Settings()


def train(  # noqa: PLR0913  # what to learn, how, and whom to tell
    abstracts: Sequence[Abstract],
    scheme: Scheme | None = None,
    settings: Settings = _USUAL,
    *,
    drop_rare: bool = False,
    watch: Watch | None = None,
    tell: Callable[[str], None] = lambda _: None,
) -> Classifier:
    """Train a classifier, and estimate how good it will be.

    Parameters
    ----------
    abstracts
        May be none, if the scheme has scope notes.
    scheme
        The codes to learn; given codes roll up to it, and its scope notes are learned from, too. Without one,
        the given codes are learned as they are.
    drop_rare
        Leave out the codes that one abstract alone has, instead of refusing the corpus.
    watch
        If given, the settings that suit the corpus are searched for first, `TRIALS` of them; it is told of each.
    tell
        Is told in a sentence what learning takes, where that is much.

    Raises
    ------
    CorpusError
        A code fits nowhere in the scheme, has one abstract and no scope note, or is the only one; or all abstracts
        are nearly the same; or there is too little memory for so many codes.
    """
    if drop_rare:
        abstracts = without_rare_codes(abstracts, scheme).abstracts
    labels, scheme = labels_of(abstracts, scheme)
    taught = _taught(abstracts, labels, scheme)
    codes = tuple(sorted({code for given in taught.labels for code in given}))
    suited = settings.suited_to(len(abstracts))
    lesson = prepare(taught.texts, label_matrix(taught.labels, codes), taught.is_note, taught.groups, suited)
    if lesson.need.is_much:
        tell(str(lesson.need))
    tuned = tune(lesson, codes, suited, watch) if watch and abstracts else CrossValidation.of(lesson, codes, suited)
    best = tuned.best()
    card = ModelCard(
        len(abstracts),
        len(taught.texts) - len(abstracts),
        len(taught.texts) - len(np.unique(taught.groups)),
        corpus_digest(abstracts),
        settings_kept(tuned.settings[best], int(lesson.fold.max()) + 1),
        rounded(estimate(tuned)) if has_evidence(_distinct(taught), len(codes)) else {},
        versions(),
    )
    scorer = lesson.learn(tuned.settings[best], tuned.decided[best])
    learned = LearnedTexts()
    learned.add(abstracts)
    return Classifier(scheme, codes, scorer, card, learned)


def fit_estimator(
    abstracts: Sequence[Abstract], labels: Sequence[tuple[str, ...]], scheme: Scheme, settings: Settings
) -> SubjectClassifier:
    """Fit on abstracts with the codes to learn, and on the scheme's scope notes; hold out near duplicates together."""
    taught = _taught(abstracts, labels, scheme)
    estimator = SubjectClassifier(**asdict(settings))
    return estimator.fit(taught.texts, taught.labels, notes=taught.is_note, groups=taught.groups)


@dataclass(frozen=True)
class _Taught:
    """Abstracts and then scope notes, with their codes; near duplicates are in one group."""

    texts: list[Abstract]
    labels: list[tuple[str, ...]]
    is_note: NDArray[np.bool_]
    groups: NDArray[np.int64]


def _taught(abstracts: Sequence[Abstract], labels: Sequence[tuple[str, ...]], scheme: Scheme) -> _Taught:
    notes = scope_notes(scheme)
    groups = groups_of(abstracts)
    if len(abstracts) > 1 and not groups.any():
        raise CorpusError("the abstracts are all nearly the same text, so nothing tells their codes apart")
    groups_of_notes = np.arange(len(notes)) + groups.max(initial=-1) + 1
    return _Taught(
        [*abstracts, *notes],
        [*labels, *(note.codes for note in notes)],
        np.repeat([False, True], [len(abstracts), len(notes)]),
        np.concatenate([groups, groups_of_notes]),
    )


def _distinct(taught: _Taught) -> list[Abstract]:
    """Return the abstracts without those that are nearly the same as one before them."""
    _, first = np.unique(taught.groups[~taught.is_note], return_index=True)
    return [taught.texts[number] for number in sorted(first.tolist())]
