"""Explanations: which terms of an abstract speak for a code and which against, and how strongly."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import fsum

from classmark.corpus.abstract import Abstract, Record
from classmark.model.prediction.predict import Prediction, predict
from classmark.model.scoring.classifier import Classifier
from classmark.model.scoring.ranking import RankedCode

from .contributions import FoundTerm, find_terms
from .spans import Span, place_words


@dataclass(frozen=True, slots=True)
class Term:
    """A word or a pair of words of an abstract, and what it says for one code.

    Parameters
    ----------
    text
        As it stands in the abstract where it comes first; a pair with the stop words between its words.
    parts
        By the names of `BLOCKS`, its contribution there: its TF-IDF value times its weight. A word of the title
        counts in both, since the text begins with the title.
    share
        Its contribution divided by the sum of the absolute contributions of all terms of the abstract to this code:
        from -1 to 1, below 0 where it speaks against.
    places
        All places where it occurs, in their order; none where its words can't be traced back to the abstract. A pair
        whose words stand at the end of the title and at the beginning of the text has a place for each word.
    """

    text: str
    parts: Mapping[str, float]
    share: float
    places: tuple[Span, ...]

    @property
    def contribution(self) -> float:
        """What the term adds to the decision value, in all parts together."""
        return fsum(self.parts.values())


@dataclass(frozen=True, slots=True)
class Rest:
    """Terms that are not told one by one: how many, and what they contribute together."""

    count: int
    contribution: float
    share: float


@dataclass(frozen=True, slots=True)
class CodeExplanation:
    """Why an abstract has the score that it has for a code.

    Parameters
    ----------
    ranked
        The code with its score.
    threshold
        The score from which the model assigns the code.
    intercept
        The decision value of an abstract without any known term.
    terms
        All that speak for the code or against it, strongest first.
    """

    ranked: RankedCode
    threshold: float
    intercept: float
    terms: tuple[Term, ...]

    @property
    def decision(self) -> float:
        """The decision value: the intercept and all contributions; `Scorer.calibrate` turns it into the score."""
        return fsum([self.intercept, *(term.contribution for term in self.terms)])

    def rest(self, top: int) -> Rest:
        """Return what all terms but the ``top`` strongest come to."""
        others = self.terms[top:]
        contribution = fsum(term.contribution for term in others)
        return Rest(len(others), contribution, fsum(term.share for term in others))


@dataclass(frozen=True, slots=True)
class Explanation:
    """What is said of one record: its prediction, and why.

    Parameters
    ----------
    codes
        Best first; empty where the prediction has no ranking.
    """

    record: Record
    prediction: Prediction
    codes: tuple[CodeExplanation, ...] = ()


def explain(
    classifier: Classifier, records: Iterable[Record], codes: Collection[str] | None = None
) -> Iterator[Explanation]:
    """Explain the scores of records, one explanation for each, in their order.

    Parameters
    ----------
    codes
        The codes to explain; without them, those that each abstract gets or, where it gets none, the best one.

    Raises
    ------
    UsageError
        The classifier does not know one of the codes.
    ModelFileError
        A weight that was used is no finite number.
    """
    classifier.columns(codes or ())
    for record in records:
        [prediction] = predict(classifier, [record], top=len(classifier.codes))
        wanted = set(codes or prediction.codes or [each.code for each in prediction.ranking[:1]])
        ranking = [each for each in prediction.ranking if each.code in wanted]
        explained = _explain(classifier, record, ranking) if isinstance(record, Abstract) and ranking else ()
        yield Explanation(record, prediction, explained)


def _explain(classifier: Classifier, abstract: Abstract, ranking: Sequence[RankedCode]) -> tuple[CodeExplanation, ...]:
    scorer = classifier.scorer
    columns = classifier.columns([ranked.code for ranked in ranking])
    found = find_terms(scorer, place_words(abstract), columns)
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
    """Return the terms with their contributions to one of the columns that were asked for, strongest first."""
    parts = [{name: float(values[number]) for name, values in each.parts.items()} for each in found]
    sums = [fsum(by_part.values()) for by_part in parts]
    total = fsum(map(abs, sums))
    terms = [
        Term(each.text, by_part, contribution / total, _in_order(each.places))
        for each, by_part, contribution in zip(found, parts, sums, strict=True)
        if contribution
    ]
    return tuple(sorted(terms, key=lambda term: -abs(term.contribution)))


def _in_order(places: Collection[Span]) -> tuple[Span, ...]:
    return tuple(sorted(places, key=lambda span: (span.field == "text", span.start, span.end)))
