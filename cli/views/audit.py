"""Write the findings of an audit: for terminals, as text, JSON lines, CSV and TSV."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, TextIO

from classmark.cli.console import printable
from classmark.cli.formats import OutputFormat
from classmark.cli.output import binary_of, is_terminal
from classmark.corpus.fields import CODE_SEPARATOR
from classmark.corpus.formats import write_rows
from classmark.corpus.formats.csv_injection import csv_line

from .json_lines import json_line
from .predictions import Cell, cells

if TYPE_CHECKING:
    from classmark.model.evaluation.audit import Finding
    from classmark.model.scoring.ranking import RankedCode


_COLUMNS = ("place", "id", "doubt", "codes", "scores", "instead", "instead_scores", "title")


def write_findings(findings: Sequence[Finding], format: OutputFormat, out: TextIO) -> None:  # noqa: A002
    """Write findings in order; TSV is the text output with a header line."""
    if format is OutputFormat.jsonl:
        out.writelines(json_line(_record(finding)) for finding in findings)
    elif format is OutputFormat.csv:
        out.write(csv_line(_COLUMNS))
        out.writelines(csv_line(cells(_row(finding))) for finding in findings)
    elif format is OutputFormat.parquet:
        rows_by_name = (dict(zip(_COLUMNS, map(_joined, _row(finding)), strict=True)) for finding in findings)
        write_rows(rows_by_name, dict.fromkeys(_COLUMNS, "string"), binary_of(out))
    elif format is OutputFormat.text and is_terminal(out):
        from .tables import show_findings  # noqa: PLC0415  # rich loads here

        show_findings(findings, out)
    else:
        written = _printed if format is OutputFormat.text else cells
        if format is OutputFormat.tsv:
            out.write("\t".join(_COLUMNS) + "\n")
        out.writelines("\t".join(written(_row(finding))) + "\n" for finding in findings)


def _printed(row: Iterable[Cell]) -> list[str]:
    return [printable(_joined(cell)) for cell in row]


def _joined(cell: Cell) -> str:
    return cell if isinstance(cell, str) else CODE_SEPARATOR.join(cell)


def _row(finding: Finding) -> list[Cell]:
    return [
        str(finding.abstract.location),
        finding.abstract.id,
        _doubt(finding),
        *_codes(finding.given),
        *_codes(finding.instead),
        finding.abstract.title,
    ]


def _doubt(finding: Finding) -> str:
    wrong, missing = (
        (f"{code} seems wrong" for code in finding.wrong),
        (f"{code} seems missing" for code in finding.missing),
    )
    return ", ".join([*wrong, *missing])


def _codes(codes: Sequence[RankedCode]) -> tuple[Cell, Cell]:
    return (
        tuple(ranked.code for ranked in codes),
        CODE_SEPARATOR.join(f"{ranked.score:.3f}" for ranked in codes),
    )


def _record(finding: Finding) -> dict[str, Any]:
    return {
        "id": finding.abstract.id,
        "source": finding.abstract.location.source,
        "line": finding.abstract.location.line,
        "title": finding.abstract.title,
        "wrong": finding.wrong,
        "missing": finding.missing,
        "agreement": round(finding.agreement, 4),
        "codes": [_code(ranked) for ranked in finding.given],
        "instead": [_code(ranked) for ranked in finding.instead],
    }


def _code(ranked: RankedCode) -> dict[str, Any]:
    return {"code": ranked.code, "name": ranked.name, "score": round(ranked.score, 4)}
