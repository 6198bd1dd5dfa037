"""Train a classifier on a corpus and a scheme, in memory."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from functools import cached_property

import numpy as np
from msgspec import Struct
from msgspec.structs import asdict
from numpy.typing import NDArray

from classmark.corpus.abstract import Abstract
from classmark.corpus.analysis.support import count_rare_codes, describe_rare_codes
from classmark.corpus.errors import CorpusError
from classmark.corpus.scheme import Scheme
from classmark.model.scoring.classifier import Classifier, ModelCard
from classmark.model.scoring.learned_texts import LearnedTexts
from classmark.model.settings import ResolvedSettings, Settings

from .cross_validation import CrossValidation, estimate
from .estimator import SubjectClassifier
from .evidence import has_evidence
from .labels import label_matrix, labels_of, scope_notes, without_rare_codes
from .levels import LevelTraining, level_cards
from .provenance import corpus_digest, recorded_settings, rounded_estimate, versions
from .stratification import groups_of
from .training_set import TrainingSet, build_training_set
from .tuning import OnTrial, search_settings

_DEFAULT = Settings()


def train(  # noqa: PLR0913  # the corpus, how to train, and two callbacks
    abstracts: Sequence[Abstract],
    scheme: Scheme | None = None,
    settings: Settings = _DEFAULT,
    *,
    drop_rare: int = 0,
    tune: bool = False,
    on_trial: OnTrial = lambda _settings, _score: None,
    on_message: Callable[[str], None] = lambda _: None,
) -> Classifier:
    """Train a classifier, and estimate how good it is on new abstracts.

    Parameters
    ----------
    scheme
        Its codes are trained, also on its scope notes, even without abstracts; the abstracts' codes roll up to them.
        None trains the abstracts' codes as they are.
    drop_rare
        Leave out codes with fewer abstracts than this and no scope note.
    tune
        First search for the settings that suit the corpus, in `TRIALS` trials; each is reported to ``on_trial``.
    on_message
        Called with a sentence if training takes much memory, or if codes have few abstracts.

    Raises
    ------
    CorpusError
        The codes cannot be trained, see `check_support`; or one fits nowhere in the scheme, or all abstracts are nearly
        the same, or there is too little memory for this many codes.
    """
    if drop_rare:
        abstracts = without_rare_codes(abstracts, scheme, drop_rare).abstracts
    labels, scheme = labels_of(abstracts, scheme)
    texts = _labelled_texts(abstracts, labels, scheme)
    resolved = settings.suited_to(len(abstracts))
    training_set = texts.training_set(resolved)
    shares = _shares(scheme, texts.codes, settings)
    if shares is not None:
        training_set = training_set.suited_to(shares)
    if training_set.memory_need.is_much:
        on_message(str(training_set.memory_need))
    if abstracts and (sentence := describe_rare_codes(texts.support, texts.codes)):
        on_message(sentence)
    trials = CrossValidation.of(training_set, texts.codes, resolved)
    if tune and abstracts:
        trials = search_settings(training_set, trials, on_trial)
    return _classifier(scheme, texts, training_set, trials)


def fit_estimator(
    abstracts: Sequence[Abstract], labels: Sequence[tuple[str, ...]], scheme: Scheme, settings: Settings
) -> SubjectClassifier:
    """Fit an estimator on abstracts and the scheme's scope notes; near duplicates are held out together."""
    texts = _labelled_texts(abstracts, labels, scheme)
    estimator = SubjectClassifier(**asdict(settings))
    return estimator.fit(texts.texts, texts.labels, notes=texts.is_note, groups=texts.groups)


def _shares(scheme: Scheme, codes: Sequence[str], settings: Settings) -> NDArray[np.float64] | None:
    """Return the shares of codes in the collection that will be classified, if they are known and wanted."""
    shares = {code.code: code.share for code in scheme.codes if code.share is not None}
    if not settings.hand_picked or any(code not in shares for code in codes):
        return None
    return np.array([shares[code] for code in codes])


class _LabelledTexts(Struct, frozen=True, dict=True):
    """Abstracts, then scope notes, with their codes.

    Parameters
    ----------
    is_note
        bool, shape (texts,): True for scope notes.
    groups
        int64, shape (texts,): the same number for near duplicates.
    """

    texts: list[Abstract]
    labels: list[tuple[str, ...]]
    is_note: NDArray[np.bool_]
    groups: NDArray[np.int64]

    @cached_property
    def codes(self) -> tuple[str, ...]:
        """The codes to train, sorted."""
        return tuple(sorted({code for codes in self.labels for code in codes}))

    @cached_property
    def support(self) -> Counter[str]:
        """The number of abstracts per code, not counting scope notes."""
        return Counter(code for codes in self.labels[: len(self.abstracts)] for code in codes)

    @property
    def abstracts(self) -> list[Abstract]:
        """The texts without the scope notes."""
        return self.texts[: int((~self.is_note).sum())]

    @property
    def distinct_abstracts(self) -> list[Abstract]:
        """The abstracts without near duplicates of an earlier one."""
        _, first = np.unique(self.groups[~self.is_note], return_index=True)
        return [self.texts[number] for number in sorted(first.tolist())]

    def training_set(self, settings: ResolvedSettings) -> TrainingSet:
        """Build the training set; see `build_training_set`."""
        gold = label_matrix(self.labels, self.codes)
        return build_training_set(self.texts, gold, self.is_note, self.groups, settings)


def _labelled_texts(abstracts: Sequence[Abstract], labels: Sequence[tuple[str, ...]], scheme: Scheme) -> _LabelledTexts:
    """Put together the texts to train on.

    Raises
    ------
    CorpusError
        All abstracts are near duplicates.
    """
    notes = scope_notes(scheme)
    groups = groups_of(abstracts)
    if len(abstracts) > 1 and not groups.any():
        raise CorpusError("the abstracts are all nearly the same text, so nothing tells their codes apart")
    groups_of_notes = np.arange(len(notes)) + groups.max(initial=-1) + 1
    return _LabelledTexts(
        [*abstracts, *notes],
        [*labels, *(note.codes for note in notes)],
        np.repeat([False, True], [len(abstracts), len(notes)]),
        np.concatenate([groups, groups_of_notes]),
    )


def _classifier(
    scheme: Scheme, texts: _LabelledTexts, training_set: TrainingSet, trials: CrossValidation
) -> Classifier:
    """Fit a classifier on all texts with the settings of the best trial."""
    best = trials.best_trial()
    settings = trials.settings[best]
    abstracts = texts.abstracts
    is_evidence = has_evidence(texts.distinct_abstracts, len(texts.codes))
    values = trials.decision_values[best]
    scorer = training_set.fit(settings, values)
    levels = LevelTraining(scheme, abstracts, training_set, settings, texts.codes, scorer, values).fit()
    card = ModelCard(
        abstracts=len(abstracts),
        scope_notes=len(texts.texts) - len(abstracts),
        near_duplicates=len(texts.texts) - len(np.unique(texts.groups)),
        corpus_digest=corpus_digest(abstracts),
        settings=recorded_settings(settings, training_set.folds),
        estimate=rounded_estimate(estimate(trials)) if is_evidence else {},
        versions=versions(),
        rare_codes=count_rare_codes(texts.support, texts.codes),
        levels=level_cards(levels, is_evidence=is_evidence),
    )
    learned = LearnedTexts()
    learned.add(abstracts)
    return Classifier(scheme, texts.codes, scorer, card, learned, tuple(each.level for each in levels))
