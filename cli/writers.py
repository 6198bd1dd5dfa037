"""Writers of predictions, a function for each format."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, TextIO

from classmark.corpus import CODE_SEPARATOR, write_rows

from .boundary import printable
from .options import OutputFormat
from .output import binary_of

if TYPE_CHECKING:
    from classmark.model import Prediction

Writer = Callable[[Iterable["Prediction"], TextIO], None]

_JSON_CONTROLS = {i: f"\\u{i:04x}" for i in range(127, 160)}  # which JSON leaves as they are, and a terminal obeys
_COLUMNS = ("id", "source", "status", "codes", "scores", "reason")


def write_codes(predictions: Iterable[Prediction], out: TextIO) -> None:
    """Write the codes of one abstract, a line each: code, name, score; and the status if it is not ok."""
    for prediction in predictions:
        marks = [] if prediction.status == "ok" else [str(prediction.status)]
        for ranked in prediction.assigned:
            fields = [ranked.code, ranked.name, f"{ranked.score:.3f}", *marks]
            out.write("\t".join(map(printable, fields)) + "\n")


def write_text(predictions: Iterable[Prediction], out: TextIO) -> None:
    """Write a line an abstract: id, codes; and, if the status is not ok, the status and its reason."""
    for prediction in predictions:
        fields = [prediction.id, CODE_SEPARATOR.join(prediction.codes)]
        if prediction.status != "ok":
            fields.append(f"{prediction.status}: {prediction.reason}" if prediction.reason else prediction.status)
        out.write("\t".join(map(printable, fields)) + "\n")


def write_jsonl(predictions: Iterable[Prediction], out: TextIO) -> None:
    """Write a JSON object an abstract, with the ranking."""
    for prediction in predictions:
        record = {
            "id": prediction.id,
            "source": prediction.source,
            "status": prediction.status,
            "codes": prediction.codes,
            "ranking": [
                {"code": ranked.code, "name": ranked.name, "score": round(ranked.score, 4)}
                for ranked in prediction.ranking
            ],
        }
        if prediction.reason:
            record["reason"] = prediction.reason
        out.write(json_line(record))


def json_line(record: Mapping[str, object]) -> str:
    """Return a JSON object in a line, without characters that a terminal would obey."""
    return json.dumps(record, ensure_ascii=False).translate(_JSON_CONTROLS) + "\n"


def write_csv(predictions: Iterable[Prediction], out: TextIO) -> None:
    """Write a table with a first line of names; codes and their scores are joined by semicolons."""
    rows = csv.writer(out, lineterminator="\n")
    rows.writerow(_COLUMNS)
    rows.writerows(map(_row, predictions))


def write_tsv(predictions: Iterable[Prediction], out: TextIO) -> None:
    """Write the same table with tabs between the columns, control characters escaped, no quotes."""
    out.write("\t".join(_COLUMNS) + "\n")
    out.writelines("\t".join(map(printable, _row(prediction))) + "\n" for prediction in predictions)


def write_parquet(predictions: Iterable[Prediction], out: TextIO) -> None:
    """Write the same table as Parquet, with codes and scores as lists."""
    rows = (
        dict(zip(_COLUMNS, _row(prediction), strict=True))
        | {"codes": prediction.codes, "scores": [round(ranked.score, 4) for ranked in prediction.assigned]}
        for prediction in predictions
    )
    types = dict.fromkeys(_COLUMNS, "string") | {"codes": "list<string>", "scores": "list<double>"}
    write_rows(rows, types, binary_of(out))


def _row(prediction: Prediction) -> list[str]:
    return [
        prediction.id,
        prediction.source,
        str(prediction.status),
        CODE_SEPARATOR.join(prediction.codes),
        CODE_SEPARATOR.join(f"{ranked.score:.3f}" for ranked in prediction.assigned),
        prediction.reason,
    ]


WRITERS: dict[OutputFormat, Writer] = {
    OutputFormat.text: write_text,
    OutputFormat.jsonl: write_jsonl,
    OutputFormat.csv: write_csv,
    OutputFormat.tsv: write_tsv,
    OutputFormat.parquet: write_parquet,
}
