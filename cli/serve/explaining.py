"""Explain the codes of one abstract for the page: codes with finer ones below, and the words that speak for them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from math import ceil

from msgspec import Struct

from classmark.corpus.abstract import Abstract, Record
from classmark.model.explanation.explain import CodeExplanation, Term, explain
from classmark.model.prediction.predict import Prediction
from classmark.model.scoring.ranking import RankedCode

from .projects import Project
from .scoring import ScoringJob

STRENGTHS = 4
"""Into how many classes the words that speak for a code are sorted, for how they are marked."""

_MOST_CODES = 8
_MOST_WORDS = 5
_MOST_FINER = 4
_LEAST_FINER = 0.05
"""Finer codes with a lower score are not shown, unless they are assigned."""

_LEAST_STRENGTH = 0.1
"""Words that speak for a code less strongly, compared with the one that does most, are not marked."""

_MOST_CHARACTERS = 50_000
"""Longer abstracts are not explained, as that takes long."""


class Segment(Struct, frozen=True):
    """A part of the title or of the text.

    Parameters
    ----------
    strengths
        For each explained code, how strongly the part speaks for it: from 0, not at all, to `STRENGTHS`.
    """

    text: str
    strengths: tuple[int, ...]


class ShownCode(Struct, frozen=True):
    """A code of the ranking.

    Parameters
    ----------
    words
        The terms that speak for it most strongly.
    explained
        Its place among the explained codes; None if it is not explained.
    finer
        Codes below it, best first.
    """

    ranked: RankedCode
    threshold: float
    words: tuple[str, ...] = ()
    explained: int | None = None
    finer: tuple[RankedCode, ...] = ()


class ExplainedAbstract(Struct, frozen=True):
    """An abstract with its codes and, by segments, the words that speak for them."""

    prediction: Prediction
    codes: tuple[ShownCode, ...]
    title: tuple[Segment, ...]
    text: tuple[Segment, ...]


def explain_abstract(job: ScoringJob, record: Record) -> ExplainedAbstract:
    """Predict and explain the codes of an abstract."""
    [prediction] = job.predict_records([record])
    if not isinstance(record, Abstract) or not prediction.ranking:
        return ExplainedAbstract(prediction, (), _plain(record, "title"), _plain(record, "text"))
    ranking = prediction.ranking[: max(_MOST_CODES, len(prediction.assigned))]
    explained = _explanations(job.project, record, ranking)
    codes = tuple(_shown(job, record, ranking, explained))
    parts = [_segments(record, field, explained) for field in ("title", "text")]
    return ExplainedAbstract(prediction, codes, *parts)


def _explanations(project: Project, record: Abstract, ranking: Sequence[RankedCode]) -> list[CodeExplanation]:
    if len(record.title) + len(record.text) > _MOST_CHARACTERS:
        return []
    [explanation] = explain(project.classifier, [record], [ranked.code for ranked in ranking])
    return list(explanation.codes)


def _shown(
    job: ScoringJob, record: Abstract, ranking: Sequence[RankedCode], explained: Sequence[CodeExplanation]
) -> Iterator[ShownCode]:
    """Yield the codes of a ranking with what is known of each."""
    places = {each.ranked.code: place for place, each in enumerate(explained)}
    thresholds = dict(zip(job.project.classifier.codes, job.project.classifier.scorer.thresholds.tolist(), strict=True))
    finer = _finer(job, record)
    for ranked in ranking:
        place = places.get(ranked.code)
        words = () if place is None else _words(explained[place])
        yield ShownCode(ranked, thresholds[ranked.code], words, place, tuple(finer.get(ranked.code, ())[:_MOST_FINER]))


def _words(explained: CodeExplanation) -> tuple[str, ...]:
    return tuple(term.text for term in explained.terms if term.contribution > 0)[:_MOST_WORDS]


def _finer(job: ScoringJob, record: Abstract) -> dict[str, list[RankedCode]]:
    """Return the best codes of the finer level, by the code above each."""
    project = job.project.finer
    if project is None:
        return {}
    [prediction] = ScoringJob(project, top=50, threshold=job.threshold).predict_records([record])
    own = set(job.project.classifier.codes)
    found: dict[str, list[RankedCode]] = {}
    for ranked in prediction.ranking:
        above = next((code for code in project.classifier.scheme.lineage(ranked.code)[1:] if code in own), None)
        if above and ranked.code not in own and (ranked.score >= _LEAST_FINER or ranked.is_assigned):
            found.setdefault(above, []).append(ranked)
    return found


def _segments(record: Abstract, field: str, explained: Sequence[CodeExplanation]) -> tuple[Segment, ...]:
    """Cut a field where marks begin or end."""
    text = record.title if field == "title" else record.text
    marks = [
        (span.start, span.end, place, _strength(term, each.terms))
        for place, each in enumerate(explained)
        for term in each.terms
        for span in term.spans
        if term.contribution > 0 and span.field == field
    ]
    strengths = [[0] * len(explained) for _ in range(len(text) + 1)]
    for start, end, place, strength in marks:
        for at in range(start, end):
            strengths[at][place] = max(strengths[at][place], strength)
    borders = [0, *(at for at in range(1, len(text)) if strengths[at] != strengths[at - 1]), len(text)]
    return tuple(Segment(text[start:end], tuple(strengths[start])) for start, end in pairwise(borders) if start < end)


def _strength(term: Term, terms: Sequence[Term]) -> int:
    """Return how strongly a term speaks for a code, compared with the one that does most."""
    share = term.contribution / max(other.contribution for other in terms)
    return ceil(STRENGTHS * share) if share >= _LEAST_STRENGTH else 0


def _plain(record: Record, field: str) -> tuple[Segment, ...]:
    text = getattr(record, field) if isinstance(record, Abstract) else ""
    return (Segment(text, ()),) if text else ()
