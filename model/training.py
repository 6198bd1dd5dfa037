"""Training: from a corpus and a scheme to a classifier."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from classmark.corpus import VERSION, Abstract, CorpusError, Scheme, scheme_of

from .classifier import Card, Classifier
from .estimator import SubjectClassifier


def train(
    abstracts: Sequence[Abstract],
    scheme: Scheme | None = None,
    *,
    drop_rare: bool = False,
    seed: int = 0,
    jobs: int | None = None,
) -> Classifier:
    """Train a classifier.

    Parameters
    ----------
    scheme
        The codes to learn; given codes roll up to it. Without one, the given codes are learned as they are.
    drop_rare
        Leave out the codes that one abstract alone has, instead of refusing the corpus.
    seed
        Same seed, same corpus, same classifier.
    jobs
        How many processes, in joblib's way of counting.

    Raises
    ------
    CorpusError
        A code fits nowhere in the scheme, has one abstract only, or is the only one.
    """
    if drop_rare:
        abstracts = without_rare_codes(abstracts, scheme)
    labels, scheme = labels_of(abstracts, scheme)
    estimator = SubjectClassifier(seed=seed, jobs=jobs).fit(abstracts, labels)
    card = Card(len(abstracts), _digest(abstracts), seed, VERSION)
    return Classifier(scheme, tuple(map(str, estimator.classes_)), estimator.scorer_, card)


def labels_of(abstracts: Sequence[Abstract], scheme: Scheme | None) -> tuple[list[tuple[str, ...]], Scheme]:
    """Return the codes to learn for each abstract, and the scheme that they are of.

    Raises
    ------
    CorpusError
        The corpus can't be learned from; see `train`.
    """
    scheme = scheme or scheme_of(code for abstract in abstracts for code in abstract.codes)
    labels = [resolved_codes(abstract, scheme) for abstract in abstracts]
    _check(labels, abstracts)
    return labels, scheme


def without_rare_codes(abstracts: Sequence[Abstract], scheme: Scheme | None) -> list[Abstract]:
    """Leave out the codes that one abstract alone has, and the abstracts that then have none."""
    scheme = scheme or scheme_of(code for abstract in abstracts for code in abstract.codes)
    labels = [resolved_codes(abstract, scheme) for abstract in abstracts]
    support = Counter(code for codes in labels for code in codes)
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


def _check(labels: Sequence[tuple[str, ...]], abstracts: Sequence[Abstract]) -> None:
    support = Counter(code for codes in labels for code in codes)
    if not support:
        raise CorpusError("no code has two abstracts; a classifier needs two codes with two abstracts each")
    if len(support) == 1:
        raise CorpusError(f"all abstracts have the one code {next(iter(support))!r}; a classifier needs two or more")
    single = [code for code, count in support.items() if count == 1]
    if single:
        place = next(abstract.place for codes, abstract in zip(labels, abstracts, strict=True) if single[0] in codes)
        others = f" (and {len(single) - 1} more such codes)" if len(single) > 1 else ""
        raise CorpusError(
            f"{place}: the code {single[0]!r} has this one abstract only{others}; "
            "add abstracts with it, or leave such codes out with --drop-rare"
        )


def _digest(abstracts: Sequence[Abstract]) -> str:
    digest = hashlib.sha256()
    for abstract in abstracts:
        digest.update(json.dumps([abstract.title, abstract.text, abstract.codes]).encode())
    return digest.hexdigest()
