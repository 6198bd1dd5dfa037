"""Define the command ``codes``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from classmark.cli.console import printable
from classmark.cli.options import ModelFile
from classmark.cli.output import is_terminal, open_output
from classmark.corpus.errors import UsageError
from classmark.corpus.output.checks import check_apart
from classmark.corpus.scheme import Scheme
from classmark.corpus.scheme_csv import BUILT_IN
from classmark.corpus.scheme_files import read_scheme, scheme_file


def codes(
    scheme: Annotated[
        str | None,
        typer.Option(
            "--scheme",
            "-s",
            metavar="SCHEME",
            help="A scheme file: CSV with the columns code,name,parent, SKOS or Annif's TSV; if not given, 'lcc'.",
        ),
    ] = None,
    model: ModelFile = None,
    finer: Annotated[
        bool, typer.Option("--all", "-a", help="Also show the finer codes, which roll up to others.")
    ] = False,
) -> None:
    """Show the codes of the built-in scheme, of a scheme file or of a model."""
    check_apart([], [scheme_file(scheme), model])
    shown = _scheme(scheme, model)
    with open_output(None) as out:
        if is_terminal(out):
            from classmark.cli.views.tables import show_scheme  # noqa: PLC0415  # rich loads here

            show_scheme(shown, out, finer=finer)
        else:
            for code in shown.codes:
                if finer or code.parent is None or not shown.level:
                    fields = (code.code, code.name, code.parent or "", *filter(None, [code.doaj]))
                    out.write("\t".join(map(printable, fields)) + "\n")


def _scheme(name: str | None, path: Path | None) -> Scheme:
    if name and path:
        raise UsageError("name a scheme or a model, not both")
    if path:
        from classmark.model.persistence.model_file import open_classifier  # imports NumPy

        return open_classifier(path).scheme
    return read_scheme(BUILT_IN if name is None else name)
