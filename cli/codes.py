"""The command ``codes``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from classmark.corpus import BUILT_IN, Scheme, UsageError, check_apart, read_scheme, scheme_file

from .boundary import printable
from .options import ModelFile
from .output import is_terminal, open_output


def codes(
    scheme: Annotated[
        str | None,
        typer.Option("--scheme", "-s", metavar="SCHEME", help="A CSV file of code,name,parent; without it 'lcc'."),
    ] = None,
    model: ModelFile = None,
    finer: Annotated[bool, typer.Option("--all", "-a", help="Also the finer codes, which roll up.")] = False,
) -> None:
    """Show the codes of a scheme: the built-in one, a scheme file's or a model's."""
    check_apart([], [scheme_file(scheme), model])
    shown = _scheme(scheme, model)
    with open_output(None) as out:
        if is_terminal(out):
            from .tables import show_scheme  # noqa: PLC0415  # rich loads here

            show_scheme(shown, out, finer=finer)
        else:
            for code in shown.codes:
                if finer or code.parent is None or not shown.top_only:
                    fields = (code.code, code.name, code.parent or "")
                    out.write("\t".join(map(printable, fields)) + "\n")


def _scheme(name: str | None, path: Path | None) -> Scheme:
    if name and path:
        raise UsageError("name a scheme or a model, not both")
    if path:
        from classmark.model import open_classifier  # NumPy loads here

        return open_classifier(path).scheme
    return read_scheme(name or BUILT_IN)
