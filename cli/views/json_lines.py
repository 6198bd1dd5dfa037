"""Format values as JSON, and predictions as JSON lines."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING

from classmark.cli.console import UNSEEN

if TYPE_CHECKING:
    from classmark.model.prediction.predict import PredictedBatch, Prediction
    from classmark.model.scoring.ranking import Rankings


_CONTROLS = {i: f"\\u{i:04x}" for i in UNSEEN}  # JSON leaves these as they are, but a terminal obeys them
_encode = json.JSONEncoder(ensure_ascii=False).encode
_SCORE_DIGITS, _COVERAGE_DIGITS = 4, 3


def json_line(record: Mapping[str, object]) -> str:
    """Return a value as one line of JSON, with characters escaped that a terminal would obey."""
    return json_text(record)


def json_text(value: object, indent: int | None = None) -> str:
    """Return a value as JSON, in one line or indented, with characters escaped that a terminal would obey."""
    return json.dumps(value, indent=indent, ensure_ascii=False).translate(_CONTROLS) + "\n"


def prediction_line(prediction: Prediction) -> str:
    """Return a prediction as one line of JSON."""
    record: dict[str, object] = {
        "id": prediction.id,
        "source": prediction.source,
        "status": prediction.status,
        "codes": prediction.codes,
        "ranking": [
            {"code": ranked.code, "name": ranked.name, "score": round(ranked.score, _SCORE_DIGITS)}
            for ranked in prediction.ranking
        ],
    }
    if prediction.coverage is not None:
        record["known"] = round(prediction.coverage, _COVERAGE_DIGITS)
    if prediction.reason:
        record["reason"] = prediction.reason
    return json_line(record)


def batch_lines(batch: PredictedBatch) -> str:
    """Return the predictions of a batch as `prediction_line` does, in a twentieth of the time."""
    lines: list[str] = []
    found = zip(batch.records, batch.outcomes, _rankings(batch.rankings), _coverages(batch), strict=True)
    for record, (status, _, reason), (codes, ranking), known in found:
        start = f'{{"id": {_quoted(record.id)}, "source": {_kept(record.location.source)}, "status": "{status}", '
        end = f', "reason": {_kept(reason)}}}\n' if reason else "}\n"
        lines.append(f'{start}"codes": [{codes}], "ranking": [{ranking}]{known}{end}')
    return "".join(lines)


def _rankings(rankings: Rankings) -> list[tuple[str, str]]:
    """Return the assigned codes and the ranking of each abstract, as the items of lists."""
    from classmark.model.scoring.decimals import decimals  # NumPy loads here

    columns = rankings.columns.tolist()
    codes = {column: _kept(rankings.codes[column]) for column in set(columns)}
    starts = {column: _start(codes[column], rankings.names[column]) for column in codes}
    scores = decimals(rankings.scores, _SCORE_DIGITS)
    items = [f"{starts[column]}{score}}}" for column, score in zip(columns, scores, strict=True)]
    given = rankings.assigned.tolist()
    assigned = [codes[column] if is_given else "" for column, is_given in zip(columns, given, strict=True)]
    return [(", ".join(filter(None, assigned[a:b])), ", ".join(items[a:b])) for a, b in rankings.ranges]


def _start(code: str, name: str) -> str:
    return f'{{"code": {code}, "name": {_kept(name)}, "score": '


def _coverages(batch: PredictedBatch) -> list[str]:
    """Return the end of each record that tells the share of known words."""
    from classmark.model.scoring.decimals import decimals_of  # NumPy loads here

    known = [outcome.coverage for outcome in batch.outcomes]
    texts = iter(decimals_of([share for share in known if share is not None], _COVERAGE_DIGITS))
    return ["" if share is None else f', "known": {next(texts)}' for share in known]


def _quoted(text: str) -> str:
    """Return a text as a string of JSON."""
    quoted = _encode(text)
    return quoted if quoted.isascii() and quoted.isprintable() else quoted.translate(_CONTROLS)


_kept = lru_cache(maxsize=10_000)(_quoted)
