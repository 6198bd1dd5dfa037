"""Write the report, a single page with charts that works offline."""

from __future__ import annotations

import logging
import os
from contextlib import chdir, nullcontext
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from classmark.cli.console import legible
from classmark.cli.output import open_output
from classmark.cli.views.evaluation import Measured, measure_name
from classmark.cli.views.provenance import file_names
from classmark.corpus.lazy_imports import import_extra

_TEMPLATE = Path(__file__).with_name("report.html")


def import_libraries() -> None:
    """Check before the work that the libraries for a report are installed.

    Raises
    ------
    CorpusError
        If one of them is missing.
    """
    logging.getLogger("matplotlib").setLevel(logging.ERROR)  # matplotlib logs messages about its caches
    import_extra("jinja2", "report", "--report")
    with chdir(_TEMPLATE.parent) if os.path.lexists("matplotlibrc") else nullcontext():  # matplotlib would read it
        import_extra("matplotlib", "report", "--report")


def write_report(measured: Measured, path: Path) -> None:
    """Write the report in one step; the same figures give the same file on the same day."""
    from .context import parts_of  # noqa: PLC0415  # matplotlib loads here

    page = _render(parts_of(measured))
    with open_output(path) as out:
        out.write(page)


def _render(parts: dict[str, Any]) -> str:
    from jinja2 import Environment, StrictUndefined  # only reports need it

    environment = Environment(
        autoescape=True, undefined=StrictUndefined, finalize=_finalize, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters |= {
        "figure": "{:.3f}".format,
        "signed": lambda value: f"{value:+z.3f}".replace("-", "\N{MINUS SIGN}"),
        "count": "{:,}".format,
        "measure": measure_name,
        "place": lambda location: str(replace(location, source=file_names([location.source]))),
    }
    return environment.from_string(_TEMPLATE.read_text("utf-8")).render(parts)


def _finalize(value: object) -> object:
    """Escape invalid characters in every text of the template; markup was escaped before."""
    return value if hasattr(value, "__html__") or not isinstance(value, str) else legible(value)
