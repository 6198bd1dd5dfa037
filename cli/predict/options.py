"""The options that only ``predict`` has."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from classmark.cli.formats import OutputFormat


class Uncertain(StrEnum):
    """What happens to the best code of an abstract if no code reaches its threshold."""

    skip = "skip"
    keep = "keep"


PredictionFormat = Annotated[
    OutputFormat | None,
    typer.Option("--format", "-f", help="The output format; if not given, by the ending of --output, otherwise text."),
]
KeepRecords = Annotated[
    bool,
    typer.Option(
        "--keep", help="Write the records as they were read, in their own format, with the codes added to them."
    ),
]
BesideInput = Annotated[
    bool,
    typer.Option(
        "--beside", help="Write one file beside each file that is read: paper.txt gets paper.codes.txt, by --format."
    ),
]
UncertainCodes = Annotated[
    Uncertain,
    typer.Option(
        "--uncertain",
        help="With --keep: whether to add the best code if no code reaches its threshold; in MARC it is marked.",
    ),
]
AddProvenance = Annotated[
    bool,
    typer.Option(
        "--provenance",
        help="With --keep: record in MARC (field 883) which program assigned each new code, and its score.",
    ),
]
RankingLength = Annotated[
    int, typer.Option("--top", min=1, metavar="N", help="The number of codes in a ranking (JSON lines).")
]
Resume = Annotated[
    bool | None,
    typer.Option(
        "--resume/--no-resume",
        help="Continue an --output that an earlier run did not finish (if there is none, start), or start it again.",
        show_default=False,
    ),
]
Strict = Annotated[bool, typer.Option("--strict", help="Stop at the first bad record.")]
