"""Training: from a corpus and a scheme to a classifier."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np
import sklearn
from numpy.typing import NDArray

from classmark.corpus import VERSION, Abstract, CorpusError, Scheme, scheme_of

from .bootstrap import Interval
from .classifier import Card, Classifier
from .estimator import SubjectClassifier
from .folds import groups_of
from .held_out import HeldOut, estimate
from .lesson import prepare
from .settings import Settings
from .tuning import Watch, tune

_USUAL = Settings()


def train(
    abstracts: Sequence[Abstract],
    scheme: Scheme | None = None,
    settings: Settings = _USUAL,
    *,
    drop_rare: bool = False,
    watch: Watch | None = None,
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

    Raises
    ------
    CorpusError
        A code fits nowhere in the scheme, has one abstract and no scope note, or is the only one; or all abstracts
        are nearly the same.
    """
    if drop_rare:
        abstracts = without_rare_codes(abstracts, scheme)
    labels, scheme = labels_of(abstracts, scheme)
    taught = _taught(abstracts, labels, scheme)
    codes = tuple(sorted({code for given in taught.labels for code in given}))
    lesson = prepare(taught.texts, label_matrix(taught.labels, codes), taught.is_note, taught.groups, settings)
    tuned = tune(lesson, codes, settings, watch) if watch and abstracts else HeldOut.of(lesson, codes, settings)
    best = tuned.best()
    card = Card(
        len(abstracts),
        len(taught.texts) - len(abstracts),
        len(taught.texts) - len(np.unique(taught.groups)),
        corpus_digest(abstracts),
        _settings_kept(tuned.settings[best], int(lesson.fold.max()) + 1),
        _rounded(estimate(tuned)) if abstracts else {},
        {"classmark": VERSION, "scikit-learn": sklearn.__version__, "numpy": np.__version__},
    )
    return Classifier(scheme, codes, lesson.learn(tuned.settings[best], tuned.decided[best]), card)


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


def scope_notes(scheme: Scheme) -> list[Abstract]:
    """Return the scope notes of a scheme as short texts, each with the code that its code rolls up to."""
    return [
        Abstract(code.code, "", f"{code.name}. {code.scope}", (assigned,))
        for code in scheme.codes
        if code.scope and (assigned := scheme.resolve(code.code))
    ]


def labels_of(abstracts: Sequence[Abstract], scheme: Scheme | None) -> tuple[list[tuple[str, ...]], Scheme]:
    """Return the codes to learn for each abstract, and the scheme that they are of.

    Raises
    ------
    CorpusError
        The corpus can't be learned from; see `train`.
    """
    scheme = scheme or scheme_of(code for abstract in abstracts for code in abstract.codes)
    labels = [resolved_codes(abstract, scheme) for abstract in abstracts]
    _check(labels, abstracts, scheme)
    return labels, scheme


def without_rare_codes(abstracts: Sequence[Abstract], scheme: Scheme | None) -> list[Abstract]:
    """Leave out the codes that one abstract alone and no scope note has, and the abstracts that then have none."""
    scheme = scheme or scheme_of(code for abstract in abstracts for code in abstract.codes)
    labels = [resolved_codes(abstract, scheme) for abstract in abstracts]
    support = Counter(code for codes in labels for code in codes)
    support.update(code for note in scope_notes(scheme) for code in note.codes)
    kept = [tuple(code for code in codes if support[code] > 1) for codes in labels]
    return [replace(abstract, codes=codes) for abstract, codes in zip(abstracts, kept, strict=True) if codes]


def resolved_codes(abstract: Abstract, scheme: Scheme) -> tuple[str, ...]:
    """Return the codes of the scheme that an abstract's codes stand for, each once.

    In an open scheme, codes that it lacks stay as they are.

    Raises
    ------
    CorpusError
        A code fits nowhere in a closed scheme; the message names it and its place.
    """
    resolved = {code: scheme.resolve(code) or (None if scheme.is_closed else code) for code in abstract.codes}
    unknown = [code for code, known in resolved.items() if known is None]
    if unknown:
        raise CorpusError(f"{abstract.place}: the code {unknown[0]!r} fits nowhere in the scheme")
    return tuple(dict.fromkeys(code for code in resolved.values() if code is not None))


def _check(labels: Sequence[tuple[str, ...]], abstracts: Sequence[Abstract], scheme: Scheme) -> None:
    support = Counter(code for codes in labels for code in codes)
    noted = {code for note in scope_notes(scheme) for code in note.codes}
    known = support.keys() | noted
    if not known:
        raise CorpusError("there is nothing to learn from: no code has two abstracts or a scope note")
    if len(known) == 1:
        raise CorpusError(f"all abstracts have the one code {next(iter(known))!r}; a classifier needs two or more")
    single = [code for code, count in support.items() if count == 1 and code not in noted]
    if single:
        place = next(abstract.place for codes, abstract in zip(labels, abstracts, strict=True) if single[0] in codes)
        others = f" (and {len(single) - 1} more such codes)" if len(single) > 1 else ""
        raise CorpusError(
            f"{place}: the code {single[0]!r} has this one abstract only{others}; "
            "add abstracts with it, or leave such codes out with --drop-rare"
        )


def label_matrix(labels: Sequence[Sequence[str]], codes: Sequence[str]) -> NDArray[np.bool_]:
    """Return the labels as a matrix, shape (abstracts, codes)."""
    column = {code: number for number, code in enumerate(codes)}
    truth = np.zeros((len(labels), len(codes)), dtype=bool)
    for row, given in enumerate(labels):
        truth[row, [column[code] for code in given]] = True
    return truth


def _settings_kept(settings: Settings, folds: int) -> dict[str, Any]:
    """Return the settings that make a difference to what is learned."""
    return {name: value for name, value in asdict(settings).items() if name != "jobs"} | {"folds": folds}


def _rounded(estimated: Mapping[str, tuple[float, Interval]]) -> dict[str, list[float]]:
    return {
        name: [round(figure, 4) for figure in (value, interval.low, interval.high)]
        for name, (value, interval) in estimated.items()
    }


def corpus_digest(abstracts: Sequence[Abstract]) -> str:
    """Return the SHA-256 of the abstracts' titles, texts and codes, in hexadecimal."""
    digest = hashlib.sha256()
    for record in abstracts:
        digest.update(json.dumps([record.title, record.text, record.codes]).encode())
    return digest.hexdigest()
