"""Define the options that commands share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from classmark.corpus.encodings import is_text_encoding
from classmark.corpus.errors import UsageError

from .formats import InputFormat, ReportFormat


def _named_file(name: str) -> Path:
    return Path(_check_named(name) or "")


def _check_named(name: str | None) -> str | None:
    if name is not None and not name.strip():
        raise typer.BadParameter("it is empty; name something, or leave the option out")
    return name


def _decimal(number: str) -> float:
    """Return a number that is written with a point or, as in most of Europe, with a comma; raises a ValueError."""
    return float(number.replace(",", "."))


def _share(number: str) -> float:
    try:
        share = _decimal(number)
    except ValueError:
        share = -1.0
    if not 0 <= share <= 1:  # nor if it is not a number
        raise typer.BadParameter(f"{number!r} is not a number from 0 to 1, such as 0.5")
    return share


Paths = Annotated[
    list[str] | None,
    typer.Argument(metavar="[PATH]...", help="Files, folders, or - for the standard input.", show_default=False),
]
_corpus = typer.Argument(
    metavar="CORPUS...",
    help="Files of labelled abstracts (JSON lines, CSV, RIS, MARC and so on, with the fields id, title, text, codes), "
    "or folders whose subfolders are named by code.",
    show_default=False,
)
Corpus = Annotated[list[str], _corpus]
OptionalCorpus = Annotated[list[str] | None, _corpus]
ModelFile = Annotated[
    Path | None,
    typer.Option(
        "--model",
        "-m",
        metavar="MODEL",
        parser=_named_file,
        help="A model file; if not given, the built-in default.",
    ),
]
SchemeName = Annotated[
    str | None,
    typer.Option(
        "--scheme",
        "-s",
        metavar="SCHEME",
        callback=_check_named,
        help="A CSV file with the columns code,name,parent,scope, SKOS (.ttl, .nt, .rdf), Annif's TSV, or 'lcc' for "
        "the built-in scheme, to which finer codes of the Library of Congress Classification roll up. If not given, "
        "the corpus's codes are the scheme.",
    ),
]


def precision_of(aim: str) -> float | None:
    """Return the precision to aim at, or None for the best F1.

    Raises
    ------
    UsageError
        If the aim is neither.
    """
    if aim == "f1":
        return None
    name, _, value = aim.partition("=")
    try:
        precision = _decimal(value)
    except ValueError:
        precision = 0.0
    if name != "precision" or not 0 < precision <= 1:
        raise UsageError(f"--aim {aim}: aim at f1, or at a precision above 0 and at most 1, such as precision=0.9")
    return precision


def _check_encoding(value: str | None) -> str | None:
    if value is not None and not is_text_encoding(value):
        raise typer.BadParameter(f"{value!r} is no encoding of text; use a name such as windows-1252 or iso-8859-15")
    return value


def _check_jobs(value: int) -> int:
    if value == 0:
        raise typer.BadParameter("it must be a number of processes, or -1 for all cores")
    return value


InputFormatName = Annotated[
    InputFormat,
    typer.Option(
        "--input-format", help="How files are read: 'auto' decides by their endings, 'lines' is one abstract per line."
    ),
]
Encoding = Annotated[
    str | None,
    typer.Option(
        "--encoding",
        metavar="NAME",
        callback=_check_encoding,
        help="The encoding of text that is neither UTF-8 nor UTF-16 with a mark, such as windows-1252.",
    ),
]
IdField = Annotated[
    str | None,
    typer.Option(
        "--id-field",
        metavar="NAME",
        callback=_check_named,
        help="The field that holds the id, named like --title-field.",
    ),
]
_FIELD = "a column, a key (a.b for a nested one), a RIS tag, a MARC tag with subfields (520a) or an XML element"
TitleField = Annotated[
    str | None,
    typer.Option(
        "--title-field", metavar="NAME", callback=_check_named, help=f"The field that holds the title: {_FIELD}."
    ),
]
TextField = Annotated[
    str | None,
    typer.Option(
        "--text-field",
        metavar="NAME",
        callback=_check_named,
        help="The field that holds the abstract, named in the same way.",
    ),
]
CodesField = Annotated[
    str | None,
    typer.Option(
        "--codes-field",
        metavar="NAME",
        callback=_check_named,
        help="The field that holds the codes, named in the same way.",
    ),
]
Threshold = Annotated[
    float | None,
    typer.Option(
        "--threshold",
        "-t",
        metavar="X",
        parser=_share,
        help="A score from 0 to 1 that replaces the model's thresholds. If no code reaches it, the best code is "
        "assigned, unless the model was trained for a precision.",
    ),
]
Assign = Annotated[
    int | None,
    typer.Option(
        "--assign",
        metavar="N",
        min=1,
        help="Assign the best N codes instead of those that reach the model's thresholds; with --threshold, the best "
        "N that reach it.",
    ),
]
HandPicked = Annotated[
    bool,
    typer.Option(
        "--hand-picked",
        help="The corpus was written or chosen by hand, and is no sample of what will be classified. Learn more "
        "cautiously from it, and expect codes in the proportions of the scheme's column 'share', if it has one.",
    ),
]
Level = Annotated[
    int | None,
    typer.Option(
        "--level",
        metavar="N",
        min=1,
        help="Give codes of this level of the scheme, such as 2 for subclasses; where the model is not sure of a "
        "finer code, the coarser one stays. If not given, the codes that the model was trained for: of the built-in "
        "model, the main classes.",
    ),
]
OutputFile = Annotated[
    Path | None,
    typer.Option("--output", "-o", metavar="FILE", help="Write to this file instead of the standard output."),
]
OutputPlace = Annotated[
    str | None,
    typer.Option(
        "--output",
        "-o",
        metavar="FILE",
        help="Write to this file instead of the standard output; with --scheduler, to this folder (a path or URL).",
    ),
]
OutputOfFigures = Annotated[ReportFormat, typer.Option("--format", "-f", help="The output format.")]
Seed = Annotated[
    int,
    typer.Option(
        "--seed", metavar="N", min=0, max=2**31 - 1, help="Random seed; the same seed and corpus give the same result."
    ),
]
Aim = Annotated[
    str,
    typer.Option(
        "--aim",
        metavar="f1|precision=P",
        help="What the thresholds are chosen for: the best F1, or as many codes as possible at precision P; "
        "an abstract then gets no code if none is certain enough.",
    ),
]
Jobs = Annotated[
    int,
    typer.Option(
        "--jobs",
        "-j",
        min=-1_000,
        max=1_000,
        metavar="N",
        callback=_check_jobs,
        help="Number of parallel processes; -1 for all cores.",
    ),
]
Scheduler = Annotated[
    str | None,
    typer.Option(
        "--scheduler", metavar="ADDRESS", help="Run on the Dask cluster of this scheduler, such as tcp://host:8786."
    ),
]
DropRare = Annotated[
    int,
    typer.Option("--drop-rare", metavar="N", min=0, help="Leave out codes with fewer than N abstracts."),
]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Show only errors on stderr: no summary and no progress.")]
