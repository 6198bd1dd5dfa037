"""Explain a prediction by the contributions of the abstract's terms to each code."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from math import fsum

from msgspec import Struct
from msgspec.structs import replace

from classmark.corpus.abstract import Abstract, Record
from classmark.model.prediction.predict import Prediction, predict
from classmark.model.scoring.classifier import Classifier
from classmark.model.scoring.ranking import RankedCode

from .contributions import FoundTerm, find_terms
from .spans import Span, locate_words


class Term(Struct, frozen=True):
    """A word or pair of words of an abstract, and its contribution to one code.

    Parameters
    ----------
    text
        As in the abstract, at its first occurrence; a pair includes the stop words between its words.
    by_block
        By the names of `BLOCKS`, its contribution: its TF-IDF value times its weight. A word of the title is in both
        blocks, since the text begins with the title.
    share
        Its contribution divided by the sum of the absolute contributions of all terms of the abstract to this code:
        from -1 to 1, negative if it speaks against the code.
    spans
        Its occurrences in their order; empty if its words cannot be traced back to the abstract. A pair whose words
        end the title and begin the text has one span per word.
    """

    text: str
    by_block: Mapping[str, float]
    share: float
    spans: tuple[Span, ...]

    @property
    def contribution(self) -> float:
        """Its contribution to the decision value, summed over the blocks."""
        return fsum(self.by_block.values())


class Rest(Struct, frozen=True):
    """The remaining terms of an explanation: their number, and the sums of their contributions and shares."""

    count: int
    contribution: float
    share: float


class CodeExplanation(Struct, frozen=True):
    """The explanation of an abstract's score for one code.

    Parameters
    ----------
    ranked
        The code with its score.
    threshold
        The model assigns the code at this score or above.
    intercept
        The decision value of an abstract without any known term.
    terms
        All terms with a contribution, by falling absolute contribution.
    """

    ranked: RankedCode
    threshold: float
    intercept: float
    terms: tuple[Term, ...]

    @property
    def decision(self) -> float:
        """The decision value: the sum of the intercept and all contributions; `Scorer.calibrate` makes it the score."""
        return fsum([self.intercept, *(term.contribution for term in self.terms)])

    def rest(self, top: int) -> Rest:
        """Sum up all terms but the ``top`` strongest."""
        others = self.terms[top:]
        contribution = fsum(term.contribution for term in others)
        return Rest(len(others), contribution, fsum(term.share for term in others))


class Explanation(Struct, frozen=True):
    """The prediction for one record, with its explanation.

    Parameters
    ----------
    codes
        By falling score; empty if the prediction has no ranking.
    """

    record: Record
    prediction: Prediction
    codes: tuple[CodeExplanation, ...] = ()


def explain(
    classifier: Classifier, records: Iterable[Record], codes: Collection[str] | None = None
) -> Iterator[Explanation]:
    """Yield one explanation per record, in their order.

    The contributions of all terms add up to the decision value, as the model is linear, so an explanation is exact.

    Parameters
    ----------
    codes
        The codes to explain; None for the codes that each abstract gets or, if it gets none, the best one.

    Raises
    ------
    UsageError
        The classifier does not know one of the codes.
    ModelFileError
        A weight in use is not a finite number.
    """
    classifier.columns(codes or ())
    for record in records:
        [prediction] = predict(classifier, [record], top=len(classifier.codes))
        wanted = set(codes or prediction.codes or [each.code for each in prediction.ranking[:1]])
        ranking = [each for each in prediction.ranking if each.code in wanted]
        explained = _explain_by_level(classifier, record, ranking) if isinstance(record, Abstract) and ranking else ()
        yield Explanation(record, prediction, explained)


def _explain_by_level(
    classifier: Classifier, abstract: Abstract, ranking: Sequence[RankedCode]
) -> tuple[CodeExplanation, ...]:
    """Explain each code by the weights of its own level; among finer codes, it has others for abstracts without one."""
    level = classifier.scheme.level
    if not classifier.levels or level is None:
        return _explain(classifier, abstract, ranking)
    explained: list[CodeExplanation] = []
    for own in range(1, level + 1):
        coarser = classifier.at_level(own)
        wanted = {ranked.code for ranked in ranking if min(classifier.scheme.level_of(ranked.code), level) == own}
        [prediction] = predict(coarser, [abstract], top=len(coarser.codes))
        explained += _explain(coarser, abstract, [ranked for ranked in prediction.ranking if ranked.code in wanted])
    is_assigned = {ranked.code: ranked.is_assigned for ranked in ranking}
    kept = [replace(each, ranked=replace(each.ranked, is_assigned=is_assigned[each.ranked.code])) for each in explained]
    return tuple(sorted(kept, key=lambda each: -each.ranked.score))


def _explain(classifier: Classifier, abstract: Abstract, ranking: Sequence[RankedCode]) -> tuple[CodeExplanation, ...]:
    scorer = classifier.scorer
    columns = classifier.columns([ranked.code for ranked in ranking])
    found = find_terms(scorer, locate_words(abstract), columns)
    return tuple(
        CodeExplanation(
            ranked,
            float(scorer.thresholds[column]),
            float(scorer.intercepts[column]),
            _terms(found, number),
        )
        for number, (ranked, column) in enumerate(zip(ranking, columns, strict=True))
    )


def _terms(found: Sequence[FoundTerm], number: int) -> tuple[Term, ...]:
    """Return the terms with their contributions to one of the requested columns, strongest first."""
    by_block_of = [{name: float(values[number]) for name, values in each.by_block.items()} for each in found]
    sums = [fsum(by_block.values()) for by_block in by_block_of]
    total = fsum(map(abs, sums))
    terms = [
        Term(each.text, by_block, contribution / total, _in_order(each.spans))
        for each, by_block, contribution in zip(found, by_block_of, sums, strict=True)
        if contribution
    ]
    return tuple(sorted(terms, key=lambda term: -abs(term.contribution)))


def _in_order(spans: Collection[Span]) -> tuple[Span, ...]:
    """Sort spans, those of the title first."""
    return tuple(sorted(spans, key=lambda span: (span.field == "text", span.start, span.end)))
