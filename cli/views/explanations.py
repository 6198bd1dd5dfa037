"""Write explanations as tab-separated text and JSON lines."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, TextIO

from classmark.cli.console import printable

from .json_lines import json_line

if TYPE_CHECKING:
    from classmark.model.explanation.explain import CodeExplanation, Explanation, Rest, Term
    from classmark.model.explanation.strongest_terms import StrongestTerms, WeightedTerm
    from classmark.model.prediction.predict import Prediction


_DIGITS = 6  # so that rounded figures add up


def write_explanations(explanations: Iterable[Explanation], top: int, out: TextIO, *, with_ids: bool) -> None:
    """Write one line per term: code, term, part, contribution, share; before them the id, if requested.

    The last lines of a code are its other terms and its intercept; all contributions add up to the decision value. A
    further column holds the status of a record that is not ok.
    """
    for explanation in explanations:
        prediction = explanation.prediction
        ids = [prediction.id] if with_ids else []
        marks = [] if prediction.status == "ok" else [_status(prediction)]
        rows = [row for code in explanation.codes for row in _rows(code, top)]
        if with_ids and not rows:
            rows = [[""] * 5]
        out.writelines("\t".join(map(printable, [*ids, *row, *marks])) + "\n" for row in rows)


def write_json_lines(explanations: Iterable[Explanation], top: int, out: TextIO) -> None:
    """Write one JSON object per record, with the explained codes and their strongest terms.

    ``places`` are offsets into title and text as they were read, in Unicode code points from 0, the end excluded:
    ``record["text"][start:end]``. The text of a plain text file with a title is what follows the title.
    """
    for explanation in explanations:
        prediction = explanation.prediction
        record: dict[str, Any] = {
            "id": prediction.id,
            "source": prediction.source,
            "status": prediction.status,
            "codes": [_code(code, top) for code in explanation.codes],
        }
        if prediction.coverage is not None:
            record["known"] = round(prediction.coverage, 3)
        if prediction.reason:
            record["reason"] = prediction.reason
        out.write(json_line(record))


def write_strongest_terms(strongest: Iterable[StrongestTerms], out: TextIO) -> None:
    """Write one line per term: code, term, part, strength, weight, inverse document frequency."""
    for code in strongest:
        for term in (*code.speaking_for, *code.speaking_against):
            figures = (f"{term.strength:.4f}", f"{term.weight:.4f}", f"{term.idf:.4f}")
            out.write("\t".join(map(printable, (code.code, term.term, term.block, *figures))) + "\n")


def write_terms_as_json_lines(strongest: Iterable[StrongestTerms], out: TextIO) -> None:
    """Write one JSON object per code, with the strongest terms for and against it."""
    for code in strongest:
        record = {
            "code": code.code,
            "name": code.name,
            "intercept": round(code.intercept, _DIGITS),
            "for": [_weighted(term) for term in code.speaking_for],
            "against": [_weighted(term) for term in code.speaking_against],
        }
        out.write(json_line(record))


def parts_of(term: Term) -> str:
    """Return the parts of the abstract in which a term counts."""
    return "+".join(term.by_block)


def others(rest: Rest) -> str:
    """Return the number of terms that are not listed, in words."""
    return f"{rest.count} other term{'s' * (rest.count != 1)}"


def _status(prediction: Prediction) -> str:
    return f"{prediction.status}: {prediction.reason}" if prediction.reason else str(prediction.status)


def _rows(code: CodeExplanation, top: int) -> Iterator[Sequence[str]]:
    name, rest = code.ranked.code, code.rest(top)
    for term in code.terms[:top]:
        yield name, term.text, parts_of(term), f"{term.contribution:z.4f}", f"{term.share:z.1%}"
    if rest.count:
        yield name, f"({others(rest)})", "", f"{rest.contribution:z.4f}", f"{rest.share:z.1%}"
    yield name, "(intercept)", "", f"{code.intercept:z.4f}", ""


def _code(code: CodeExplanation, top: int) -> dict[str, Any]:
    ranked, rest = code.ranked, code.rest(top)
    return {
        "code": ranked.code,
        "name": ranked.name,
        "score": round(ranked.score, 4),
        "threshold": round(code.threshold, 4),
        "assigned": ranked.is_assigned,
        "decision": round(code.decision, _DIGITS),
        "intercept": round(code.intercept, _DIGITS),
        "terms": [_term(term) for term in code.terms[:top]],
        "others": {
            "count": rest.count,
            "contribution": round(rest.contribution, _DIGITS),
            "share": round(rest.share, _DIGITS),
        },
    }


def _term(term: Term) -> dict[str, Any]:
    places: dict[str, list[tuple[int, int]]] = {}
    for span in term.spans:
        places.setdefault(span.field, []).append((span.start, span.end))
    return {
        "term": term.text,
        "parts": {name: round(value, _DIGITS) for name, value in term.by_block.items()},
        "contribution": round(term.contribution, _DIGITS),
        "share": round(term.share, _DIGITS),
        "places": places,
    }


def _weighted(term: WeightedTerm) -> dict[str, Any]:
    figures = {"strength": term.strength, "weight": term.weight, "idf": term.idf}
    return {"term": term.term, "part": term.block} | {name: round(figure, 4) for name, figure in figures.items()}
